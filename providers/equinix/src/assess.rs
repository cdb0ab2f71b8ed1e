//! What single fields cannot show.

use groundwork_model::{Finding, cidr::overlaps_of};
use groundwork_provider::{States, Target};

use crate::{
    object::Reservation,
    spec::{Datacenter, Spec},
    survey::Survey,
};

/// Pods and services overlap with nothing that nodes are reached in: the project's blocks in the
/// metro, and the block that the document names.
pub(crate) fn assess(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let own = target.addressing.named();
    let blocks = survey.blocks.iter();
    let mut blocks: Vec<_> = blocks
        .map(|block| (block.id.clone(), block.range))
        .collect();
    for (_, known, state) in states.of::<Reservation>() {
        let is_new = !blocks.iter().any(|(id, _)| *id == known.id);
        let range = state.range().filter(|_| is_new);
        blocks.extend(range.map(|range| (known.id.clone(), range)));
    }
    let told = |(id, range)| (format!("the project's block {id}"), range);
    let blocks: Vec<_> = blocks.into_iter().map(told).collect();
    let met = blocks.iter().flat_map(|block| overlaps_of(block, &own));
    met.collect()
}
