//! Firewall rules, in one spelling for every cloud: what a rule is, what rules allow together, what
//! they are called, and how those that are wanted compare with those that a group has.

mod allowed;
mod merge;
mod told;

pub use allowed::{covers, cut};
pub use groundwork_provider::rule::{Direction, Icmp, Peer, Ports, Rule, Traffic, everywhere};
pub use merge::{Kept, Merge, RULE, merge};
pub use told::told;

#[cfg(test)]
mod examples;

#[cfg(test)]
mod tests {
    use super::examples::{icmp, range, tcp};
    use super::*;

    #[test]
    fn traffic_overlaps_where_some_packets_are_of_both() {
        let (web, all) = (tcp(80, 443, "0.0.0.0/0"), range(Traffic::All, "0.0.0.0/0"));
        assert!(web.overlaps(&tcp(443, 500, "192.0.2.0/24")) && web.overlaps(&all));
        assert!(all.overlaps(&web) && !web.overlaps(&tcp(1, 79, "0.0.0.0/0")));
        let udp = range(
            Traffic::Udp(Ports {
                first: 80,
                last: 80,
            }),
            "0.0.0.0/0",
        );
        assert!(!web.overlaps(&udp));
    }

    #[test]
    fn one_type_of_icmp_is_not_all_of_it() {
        let all = range(Traffic::Icmp(None), "::/0");
        let too_big = icmp(2, Some(0), "::/0");
        assert!(all.covers(&icmp(128, None, "::/0")) && all.covers(&too_big));
        assert!(!icmp(128, None, "::/0").covers(&all));
        assert!(icmp(2, None, "::/0").covers(&too_big));
        assert!(!too_big.covers(&icmp(2, None, "::/0")));
        assert!(!range(Traffic::Icmp(None), "0.0.0.0/0").covers(&too_big));
    }
}
