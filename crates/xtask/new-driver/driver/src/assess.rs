//! What single fields cannot show.

use groundwork_model::{Finding, cidr::overlaps};
use groundwork_provider::{States, Target};

use crate::{
    object::Network,
    spec::{Datacenter, Spec},
};

/// Judges the network as a whole: what is routed together must not overlap.
pub(crate) fn assess(target: &Target<Spec, Datacenter>, states: &States) -> Vec<Finding> {
    let mut together = target.addressing.named();
    for (address, _, state) in states.of::<Network>() {
        together.push((format!("{address}'s range"), state.range.into()));
        together.push((format!("{address}'s prefix"), state.prefix.into()));
    }
    overlaps(&together)
}
