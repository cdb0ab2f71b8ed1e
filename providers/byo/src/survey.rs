//! What the cluster says of itself.

use groundwork_provider::{Look, Result};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{Node, NodeState, Version},
};

/// What was read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Survey {
    /// The version of the API server; none without a cluster.
    pub version: Option<String>,
    /// Its nodes, by name.
    pub nodes: Vec<NodeState>,
}

/// Reads it through the look.
pub(crate) async fn survey(look: &Look<'_, Api>) -> Result<Survey> {
    let scope = look.scope();
    let version = look.list::<Version>(&scope).await?;
    let nodes = look.list::<Node>(&scope).await?;
    let mut nodes: Vec<NodeState> = nodes.iter().map(|found| found.state.clone()).collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    let mut versions = version.iter();
    Ok(Survey {
        version: versions.next().map(|one| one.state.git_version.clone()),
        nodes,
    })
}
