//! `render`: files to lay down somewhere else.

use groundwork_byo::join_files;
use groundwork_model::Finding;

use crate::{
    Exit,
    args::{JoinOptions, Render},
    context::Context,
    documents,
    lines::Body,
    render::findings,
    stop::Stop,
};

/// Renders what is asked for.
pub(super) async fn run(context: &mut Context<'_>, what: &Render) -> Result<Exit, Stop> {
    match what {
        Render::Join(options) => join(context, options).await,
    }
}

/// The files with which nodes join a cluster. Nobody is asked.
async fn join(context: &mut Context<'_>, options: &JoinOptions) -> Result<Exit, Stop> {
    let given = documents::read(context).await?;
    let cluster = given.cluster(context)?.clone();
    if cluster.provider().ok() != Some("bringyourown") {
        let message = "only nodes of bringyourown are joined by hand: KKP joins those of a cloud";
        return Err(Stop::Usage(message.to_owned()));
    }
    let engine = context.engine(&given.documents).await?;
    let (request, found) = given.request(context, &engine, &cluster)?;
    let environment = context.around.environment.clone();
    let files = join_files(&cluster, &request.secrets, &environment, options.show_token);
    let mut files =
        files.map_err(|more| Stop::Unfit(found.iter().cloned().chain(more).collect()))?;
    if let Some(name) = &options.node {
        files.retain(|file| file.node == *name);
        if files.is_empty() {
            return Err(Stop::Usage(format!("the document lists no node {name}")));
        }
    }
    tell(context, &found)?;
    for (number, file) in files.into_iter().enumerate() {
        let between = if number > 0 { "---\n" } else { "" };
        let text = format!(
            "{between}# {}: kubeadm join --config FILE\n{}",
            file.node, file.text
        );
        context.result(&text, || Body::Rendered {
            node: file.node,
            text: file.text,
        })?;
    }
    Ok(Exit::Well)
}

/// What is to be said of the documents goes beside the files.
fn tell(context: &mut Context<'_>, found: &[Finding]) -> Result<(), Stop> {
    match found.is_empty() {
        true => Ok(()),
        false => context.aside(&findings::findings(found, context.around.page.width)),
    }
}
