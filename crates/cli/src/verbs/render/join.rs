//! `render join`: what nodes of one's own join a cluster with.

use groundwork_byo::join_files;

use super::{Rendered, print, tell};
use crate::{Exit, args::JoinOptions, context::Context, documents, lines::Artefact, stop::Stop};

/// The files with which nodes join a cluster. Nobody is asked.
pub(super) async fn run(context: &mut Context<'_>, options: &JoinOptions) -> Result<Exit, Stop> {
    let given = documents::read(context).await?;
    let cluster = given.cluster(context)?.clone();
    if cluster.provider().ok() != Some("bringyourown") {
        let message = "only nodes of bringyourown are joined by hand: KKP joins those of a cloud";
        return Err(Stop::Usage(message.to_owned()));
    }
    let engine = context.engine_without_state(&given.documents);
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
    let files = files.into_iter().map(|file| Rendered {
        what: Artefact::Join,
        goes: format!("kubeadm join --config FILE, on {}", file.node),
        notes: vec![format!("{}: kubeadm join --config FILE", file.node)],
        name: file.node,
        text: file.text,
    });
    print(context, files.collect())?;
    Ok(Exit::Well)
}
