//! Judging a network that exists: what keeps its nodes from working.
//!
//! The questions are the same on every cloud. A driver answers each of them, or says why its cloud
//! leaves nothing to ask; it cannot leave one out.

mod group;
mod packets;
mod routed;

pub use group::Group;
pub use packets::{IPIP, IPV6_MIN, VXLAN, VXLAN_OVER_IPV6, WIREGUARD, packets};
pub use routed::{Routed, overlaps};

use groundwork_model::{Finding, Severity};

use crate::codes;

/// What a driver says to one question.
#[derive(Debug)]
pub enum Answer {
    /// What is wrong, if anything is.
    Judged(Vec<Finding>),
    /// This cloud leaves nothing to ask, or answers it with another question: why. Who verifies a
    /// network that exists is told.
    NotAsked(&'static str),
}

/// What keeps the nodes of a network that exists from working: one question each.
pub trait Existing {
    /// The network, as people are told of it, where it is somebody else's.
    fn told(&self) -> Option<String> {
        None
    }

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

    /// Whether pods and services keep off everything that is routed with the nodes: [`overlaps`].
    fn routed(&mut self) -> Answer;

    /// Whether the security group lets nodes talk: [`Group`].
    fn group(&mut self) -> Answer;
}

/// Asks every question. Of a network that is somebody else's, what was not asked is told in one note:
/// nobody takes silence for a yes.
pub fn judge(existing: &mut impl Existing) -> Vec<Finding> {
    let answers = [
        ("port security", existing.port_security()),
        ("devices", existing.devices()),
        ("free addresses", existing.room()),
        ("gateway address", existing.gateway_address()),
        ("owner", existing.owner()),
        ("ways out", existing.ways_out()),
        ("packet size", existing.packet_size()),
        ("overlaps", existing.routed()),
        ("security group", existing.group()),
    ];
    let (mut findings, mut open) = (Vec::new(), Vec::new());
    for (question, answer) in answers {
        match answer {
            Answer::Judged(found) => findings.extend(found),
            Answer::NotAsked(why) => open.push(format!("{question} ({why})")),
        }
    }
    let told = existing.told().filter(|_| !open.is_empty());
    findings.extend(told.map(|told| not_asked(&told, &open)));
    findings
}

fn not_asked(told: &str, open: &[String]) -> Finding {
    let message = format!("not asked of {told}: {}", open.join("; "));
    Finding::note(codes::NOT_ASKED, message).about(told)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A cloud that leaves one question out.
    struct Cloud {
        told: Option<&'static str>,
    }

    fn fine() -> Answer {
        Answer::Judged(Vec::new())
    }

    impl Existing for Cloud {
        fn told(&self) -> Option<String> {
            self.told.map(str::to_owned)
        }

        fn port_security(&mut self) -> Answer {
            fine()
        }

        fn devices(&mut self) -> Answer {
            fine()
        }

        fn room(&mut self) -> Answer {
            fine()
        }

        fn gateway_address(&mut self) -> Answer {
            Answer::NotAsked("nobody else can have it")
        }

        fn owner(&mut self) -> Answer {
            fine()
        }

        fn ways_out(&mut self) -> Answer {
            fine()
        }

        fn packet_size(&mut self) -> Answer {
            fine()
        }

        fn routed(&mut self) -> Answer {
            fine()
        }

        fn group(&mut self) -> Answer {
            fine()
        }
    }

    #[test]
    fn what_is_not_asked_of_somebody_elses_network_is_told_with_its_reason() {
        let findings = judge(&mut Cloud {
            told: Some("network n"),
        });
        let [note] = &findings[..] else {
            panic!("{findings:#?}");
        };
        let expected = "not asked of network n: gateway address (nobody else can have it)";
        assert_eq!(note.message, expected);
        assert_eq!(judge(&mut Cloud { told: None }), []);
    }
}
