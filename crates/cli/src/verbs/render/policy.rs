//! `render policy`: what an account has to be allowed, as its cloud takes it.

use super::{Rendered, print};
use crate::{
    Exit,
    args::PolicyOptions,
    clouds::{CLOUDS, Cloud, Policies},
    context::Context,
    documents,
    lines::Artefact,
    stop::Stop,
};

/// Prints the text for one use, or for each.
pub(super) async fn run(context: &mut Context<'_>, options: &PolicyOptions) -> Result<Exit, Stop> {
    let cloud = match options.cloud {
        Some(cloud) => cloud,
        None => of_documents(context).await?,
    };
    let (texts, goes) = match &cloud.policies {
        Policies::Texts { texts, goes } => (texts(), *goes),
        Policies::None(why) => {
            let message = format!("{} takes no policy: {why}", cloud.title);
            return Err(Stop::Usage(message));
        }
    };
    let is_asked = |purposes: &[_]| {
        options
            .purpose
            .is_none_or(|purpose| purposes.contains(&purpose))
    };
    let asked: Vec<Rendered> = texts
        .into_iter()
        .filter(|text| is_asked(text.purposes))
        .map(|text| Rendered {
            what: Artefact::Policy,
            name: text.file,
            goes: goes.to_owned(),
            notes: Vec::new(),
            text: text.text,
        })
        .collect();
    if asked.is_empty() {
        let message = format!(
            "nothing is made or removed on {}: use --for verify",
            cloud.title
        );
        return Err(Stop::Usage(message));
    }
    // JSON has no comments, and no two documents in a file.
    let several = asked.len() > 1;
    if several && !context.json() {
        let message = "one text a use: pick one with --for verify, provision or destroy";
        return Err(Stop::Usage(message.to_owned()));
    }
    let aside = format!("Goes to: {goes} ({})\n", asked[0].name);
    context.aside(&aside)?;
    print(context, asked)?;
    Ok(Exit::Well)
}

async fn of_documents(context: &mut Context<'_>) -> Result<&'static Cloud, Stop> {
    let given = documents::read(context).await?;
    let cluster = given.cluster(context)?;
    let name = cluster
        .provider()
        .map_err(|finding| Stop::Unfit(vec![finding]))?;
    let mut known = CLOUDS.iter();
    known
        .find(|cloud| cloud.name == name)
        .ok_or_else(|| Stop::Usage(format!("this program has no driver for {name}")))
}
