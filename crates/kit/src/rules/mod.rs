//! Firewall rules, in one spelling for every cloud: what a rule is, what rules allow together, what
//! they are called, and how those that are wanted compare with those that a group has.

mod allowed;
mod merge;
mod rule;
mod told;

pub use allowed::{covers, cut};
pub use merge::{Kept, Merge, RULE, merge};
pub use rule::{Direction, Icmp, Peer, Ports, Rule, Traffic, everywhere};
pub use told::told;

#[cfg(test)]
mod examples;
