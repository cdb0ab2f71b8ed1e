//! Judging a network that exists: what keeps its nodes from working.
//!
//! The questions are the same on every cloud. A driver answers each of them, or says why its cloud
//! leaves nothing to ask; it cannot leave one out.

mod group;
mod packets;
mod routed;

pub use group::Group;
pub use packets::packets;
pub use routed::Routed;

use groundwork_model::{Finding, Severity};

/// What a driver says to one question.
#[derive(Debug)]
pub enum Answer {
    /// What is wrong, if anything is.
    Judged(Vec<Finding>),
    /// This cloud leaves nothing to ask, or answers it with another question: why.
    NotAsked(&'static str),
}

/// What keeps the nodes of a network that exists from working: one question each.
pub trait Existing {
    /// Whether security groups can be used where nodes are: port security may be off.
    fn port_security(&mut self) -> Answer;

    /// Whether subnets give addresses to machines, and not to some kinds of devices alone.
    fn devices(&mut self) -> Answer;

    /// Whether addresses are left, in the subnets and in their pools.
    fn room(&mut self) -> Answer;

    /// Whether the router answers at the gateway address of each subnet: it may be nobody's, or
    /// somebody else's.
    fn gateway_address(&mut self) -> Answer;

    /// Whether what is named belongs to the account or project, and what cannot be done otherwise.
    fn owner(&mut self) -> Answer;

    /// Whether each family of the cluster has a way out.
    fn ways_out(&mut self) -> Answer;

    /// Whether packets are large enough for IPv6 inside the network plugin's overlay: [`packets`].
    fn packet_size(&mut self) -> Answer;

    /// Whether pods and services keep off everything that is routed with the nodes: [`Routed`].
    fn routed(&mut self) -> Answer;

    /// Whether the security group lets nodes talk: [`Group`].
    fn group(&mut self) -> Answer;
}

/// Asks every question.
pub fn judge(existing: &mut impl Existing) -> Vec<Finding> {
    let answers = [
        existing.port_security(),
        existing.devices(),
        existing.room(),
        existing.gateway_address(),
        existing.owner(),
        existing.ways_out(),
        existing.packet_size(),
        existing.routed(),
        existing.group(),
    ];
    let findings = answers.into_iter().flat_map(|answer| match answer {
        Answer::Judged(findings) => findings,
        Answer::NotAsked(_) => Vec::new(),
    });
    findings.collect()
}

/// Addresses below which a subnet is as good as full.
const FREE_MIN: u128 = 8;

/// How bad it is that a subnet has so many free addresses left; nothing, where there is room.
pub fn room(free: u128) -> Option<Severity> {
    match free {
        0 => Some(Severity::Error),
        _ if free < FREE_MIN => Some(Severity::Warning),
        _ => None,
    }
}
