//! What requests may say, as the API's reference has it.

use mock_rest::{Attribute, Default, Plain};

use crate::{firewalls, ranges, rules, tags, vpcs};

type Table = &'static [Attribute<Plain>];

const ID: Plain = Plain::Text(1, 64);
const NUMBER: Plain = Plain::Whole(1, i64::MAX);
const TAG_NAME: Plain = Plain::Own(tags::name);
const TAG_LIST: Plain = Plain::OrNull(&Plain::List(&TAG_NAME, 100));
const DROPLET_LIST: Plain = Plain::OrNull(&Plain::List(&NUMBER, 100));
const ID_LIST: Plain = Plain::List(&ID, 100);

const fn optional(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Nothing)
}

const fn required(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Required)
}

pub(crate) const VPC: Table = &[
    required("name", Plain::Own(vpcs::name)).put(),
    Attribute::new("description", Plain::Text(0, 255), Default::Text("")).put(),
    required("region", ID),
    optional("ip_range", Plain::Own(ranges::of_vpc)),
    Attribute::fixed("default", Plain::Flag).put(),
];

pub(crate) const SUBNET: Table = &[
    required("name", Plain::Own(vpcs::name)).put(),
    optional("ip_range", Plain::Own(ranges::of_subnet)),
];

const PEERS: Table = &[
    optional("addresses", Plain::List(&Plain::Own(rules::address), 1000)),
    optional("droplet_ids", Plain::List(&NUMBER, 1000)),
    optional("kubernetes_ids", ID_LIST),
    optional("load_balancer_uids", ID_LIST),
    optional("tags", Plain::List(&TAG_NAME, 100)),
];

const PROTOCOL: Attribute<Plain> = required("protocol", Plain::OneOf(&["tcp", "udp", "icmp"]));
const PORTS: Attribute<Plain> = optional("ports", Plain::Own(rules::ports));

const INBOUND: Table = &[PROTOCOL, PORTS, required("sources", Plain::Fields(PEERS))];
const OUTBOUND: Table = &[
    PROTOCOL,
    PORTS,
    required("destinations", Plain::Fields(PEERS)),
];

const INBOUND_RULES: Plain = Plain::OrNull(&Plain::List(&Plain::Fields(INBOUND), 100));
const OUTBOUND_RULES: Plain = Plain::OrNull(&Plain::List(&Plain::Fields(OUTBOUND), 100));

pub(crate) const FIREWALL: Table = &[
    required("name", Plain::Own(firewalls::name)),
    optional("inbound_rules", INBOUND_RULES),
    optional("outbound_rules", OUTBOUND_RULES),
    optional("droplet_ids", DROPLET_LIST),
    optional("tags", TAG_LIST),
];

pub(crate) const RULES: Table = &[
    optional("inbound_rules", INBOUND_RULES),
    optional("outbound_rules", OUTBOUND_RULES),
];
pub(crate) const TAGS: Table = &[required("tags", TAG_LIST)];
pub(crate) const DROPLETS: Table = &[required("droplet_ids", DROPLET_LIST)];

pub(crate) const TAG: Table = &[required("name", TAG_NAME)];

pub(crate) const DROPLET: Table = &[
    required("name", Plain::Text(1, 255)),
    required("region", ID),
    required("size", Plain::Text(1, 64)),
    required("image", Plain::Any),
    optional("ipv6", Plain::Flag),
    optional("vpc_uuid", ID),
    Attribute::new("tags", TAG_LIST, Default::List),
    optional("ssh_keys", Plain::Any),
    optional("user_data", Plain::Any),
    optional("backups", Plain::Flag),
    optional("monitoring", Plain::Flag),
    optional("private_networking", Plain::Flag),
];

pub(crate) const LOAD_BALANCER: Table = &[
    required("name", Plain::Text(1, 255)),
    required("region", ID),
    optional("vpc_uuid", ID),
    optional("forwarding_rules", Plain::Any),
    optional("tag", TAG_NAME),
    Attribute::new(
        "network_stack",
        Plain::OneOf(&["IPV4", "DUALSTACK"]),
        Default::Text("IPV4"),
    ),
];

const ATTACHED: Table = &[
    required("vpc_uuid", ID),
    optional("default_gateway", Plain::Flag),
    optional("subnet_uuid", ID),
];

pub(crate) const NAT_GATEWAY: Table = &[
    required("name", Plain::Text(1, 255)),
    required("region", ID),
    required("size", Plain::Whole(1, 100)),
    required("type", Plain::OneOf(&["PUBLIC"])),
    required("vpcs", Plain::List(&Plain::Fields(ATTACHED), 10)),
    optional("egresses", Plain::Any),
    optional("icmp_timeout_seconds", NUMBER),
    optional("tcp_timeout_seconds", NUMBER),
    optional("udp_timeout_seconds", NUMBER),
];

pub(crate) const PEERING: Table = &[
    required("name", Plain::Own(vpcs::name)).put(),
    required("vpc_ids", Plain::List(&ID, 2)),
];
