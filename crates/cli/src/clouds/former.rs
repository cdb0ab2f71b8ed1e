//! Codes of findings that one cloud had for itself, before all clouds shared them.

use groundwork_kit::codes;

/// Codes that have another name now: the former one first. Scripts and notes may still have them.
pub(crate) const FORMER: &[(&str, groundwork_model::Code)] = &[
    ("AWS-SSH-OPEN", codes::SSH_OPEN),
    ("OPENSTACK-SSH-OPEN", codes::SSH_OPEN),
    ("AWS-SSH-SOURCE", codes::SSH_SOURCE),
    ("OPENSTACK-SSH-SOURCE", codes::SSH_SOURCE),
    ("AWS-FOREIGN-RULES", codes::FOREIGN_RULES),
    ("OPENSTACK-FOREIGN-RULES", codes::FOREIGN_RULES),
    ("AWS-GROUP-RULES", codes::GROUP_RULES),
    ("OPENSTACK-ICMPV6", codes::GROUP_RULES),
    ("OPENSTACK-MTU", codes::PACKET_SIZE),
];
