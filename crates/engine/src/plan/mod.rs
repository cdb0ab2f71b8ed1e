//! The plan: pure. What is wanted and what is there meet by key; every node gets one action.

mod actions;
mod digest;
mod duplicate;
mod findings;
mod matching;
mod order;
mod removal;
mod teardown;
mod turns;
mod whole;

pub(crate) use digest::seal;
pub use matching::plan;
pub(crate) use matching::{asked, draft};
pub(crate) use removal::describe;
pub use teardown::teardown;

use groundwork_model::{ClusterKey, InstallationId};
use groundwork_provider::{Account, Options, erased::AnyProvider};
use jiff::Timestamp;

use crate::{Observation, Recall};

/// What a plan is made from, besides the graph.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// The driver's pure half.
    pub provider: &'a dyn AnyProvider,
    /// Whose cloud.
    pub account: &'a Account,
    /// Whose label.
    pub installation: &'a InstallationId,
    /// Which cluster.
    pub cluster: &'a ClusterKey,
    /// Whether the cluster key is a uid: proof enough that labelled objects are this cluster's.
    pub has_uid: bool,
    /// What is there.
    pub observation: &'a Observation,
    /// What the journal remembers.
    pub recall: &'a Recall,
    /// What the caller allowed.
    pub options: &'a Options,
    /// What was made before has been seen by everybody: whoever made it is not at it any more.
    pub still_since: Timestamp,
}
