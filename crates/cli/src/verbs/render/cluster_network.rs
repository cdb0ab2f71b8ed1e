//! `render cluster-network`: a cluster's `spec.clusterNetwork`, complete.

use std::collections::BTreeMap;

use groundwork_model::{Addressing, Finding};

use super::{Rendered, print, tell};
use crate::{
    Exit, context::Context, documents, known, lines::Artefact, render::yaml::yaml, stop::Stop,
};

/// Prints the block, with a note of what was chosen.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let given = documents::read(context).await?;
    let cluster = given.cluster(context)?.clone();
    let (addressing, mut found) = Addressing::resolve(&cluster);
    if let Err(finding) = cluster.provider() {
        found.push(finding);
    }
    found.extend(given.findings_for(&cluster));
    let Some(addressing) = addressing.filter(|_| !found.iter().any(Finding::is_error)) else {
        return Err(Stop::Unfit(found));
    };
    let block = known.complete(&cluster, &addressing);
    tell(context, &found)?;
    let name = cluster.metadata.name.clone();
    let goes = format!("spec.clusterNetwork of Cluster {name}, which KKP lets nobody change later");
    let mut notes = vec![format!("Goes to {goes}.")];
    if !block.chosen.is_empty() {
        notes.push(format!(
            "Chosen, since the document does not say it: {}.",
            block.chosen.join(", ")
        ));
    }
    let text = yaml(&BTreeMap::from([(
        "spec",
        BTreeMap::from([("clusterNetwork", &block)]),
    )]));
    let what = Artefact::ClusterNetwork;
    let block = Rendered {
        what,
        name,
        goes,
        notes,
        text,
    };
    print(context, vec![block])?;
    Ok(Exit::Well)
}
