//! What requests may say, as the API's reference has it.

use mock_rest::{Attribute, Default, Plain};
use serde_json::Value;

use crate::{firewalls, labels, networks};

type Table = &'static [Attribute<Plain>];

const ID: Plain = Plain::Whole(1, i64::MAX);
const NAME: Plain = Plain::Text(1, 128);
const SWITCH: Plain = Plain::Flag;

const fn name() -> Attribute<Plain> {
    Attribute::new("name", NAME, Default::Required).put()
}

const fn user_labels() -> Attribute<Plain> {
    Attribute::new("labels", Plain::Own(labels::accept), Default::Map).put()
}

pub(crate) const SUBNET: Table = &[
    Attribute::new(
        "ip_range",
        Plain::Own(networks::subnet_range),
        Default::Nothing,
    ),
    Attribute::new("network_zone", Plain::Text(1, 64), Default::Required),
    Attribute::new(
        "type",
        Plain::OneOf(&["cloud", "server", "vswitch"]),
        Default::Required,
    ),
    Attribute::new("vswitch_id", Plain::OrNull(&ID), Default::Null),
];

pub(crate) const ROUTE: Table = &[
    Attribute::new(
        "destination",
        Plain::Own(networks::destination),
        Default::Required,
    ),
    Attribute::new("gateway", Plain::Address, Default::Required),
];

pub(crate) const NETWORK: Table = &[
    name(),
    user_labels(),
    Attribute::new("ip_range", Plain::Own(networks::range), Default::Required),
    Attribute::new(
        "subnets",
        Plain::List(&Plain::Fields(SUBNET), networks::SUBNETS_MAX),
        Default::List,
    ),
    Attribute::new(
        "routes",
        Plain::List(&Plain::Fields(ROUTE), networks::ROUTES_MAX),
        Default::List,
    ),
    Attribute::new("expose_routes_to_vswitch", SWITCH, Default::False).put(),
];

const ADDRESSES: Plain = Plain::List(&Plain::Net, firewalls::ADDRESSES_MAX);

pub(crate) const RULE: Table = &[
    Attribute::new(
        "description",
        Plain::OrNull(&Plain::Text(0, 255)),
        Default::Null,
    ),
    Attribute::new("destination_ips", ADDRESSES, Default::List),
    Attribute::new("direction", Plain::OneOf(&["in", "out"]), Default::Required),
    Attribute::new(
        "port",
        Plain::OrNull(&Plain::Own(firewalls::port)),
        Default::Null,
    ),
    Attribute::new(
        "protocol",
        Plain::OneOf(&["tcp", "udp", "icmp", "esp", "gre"]),
        Default::Required,
    ),
    Attribute::new("source_ips", ADDRESSES, Default::List),
];

const RULES: Plain = Plain::List(&Plain::Fields(RULE), firewalls::RULES_MAX);

const SELECTOR: Table = &[Attribute::new(
    "selector",
    Plain::Own(labels::accept_selector),
    Default::Required,
)];

const OF_SERVER: Table = &[Attribute::new("id", ID, Default::Required)];

const RESOURCE: Table = &[
    Attribute::new("label_selector", Plain::Fields(SELECTOR), Default::Nothing),
    Attribute::new("server", Plain::Fields(OF_SERVER), Default::Nothing),
    Attribute::new(
        "type",
        Plain::OneOf(&["server", "label_selector"]),
        Default::Required,
    ),
];

const RESOURCES: Plain = Plain::List(&Plain::Fields(RESOURCE), 100);

pub(crate) const FIREWALL: Table = &[
    name(),
    user_labels(),
    Attribute::new("rules", RULES, Default::List),
    Attribute::new("apply_to", RESOURCES, Default::List),
];

const PUBLIC: Table = &[
    Attribute::new("enable_ipv4", SWITCH, Default::True),
    Attribute::new("enable_ipv6", SWITCH, Default::True),
    Attribute::new("ipv4", Plain::OrNull(&ID), Default::Null),
    Attribute::new("ipv6", Plain::OrNull(&ID), Default::Null),
];

const FIREWALL_OF_SERVER: Table = &[Attribute::new("firewall", ID, Default::Required)];

pub(crate) const SERVER: Table = &[
    name(),
    user_labels(),
    Attribute::new("server_type", Plain::Any, Default::Required),
    Attribute::new("image", Plain::Any, Default::Required),
    Attribute::new("location", Plain::Text(1, 64), Default::Nothing),
    Attribute::new("networks", Plain::List(&ID, 3), Default::List),
    Attribute::new(
        "firewalls",
        Plain::List(&Plain::Fields(FIREWALL_OF_SERVER), 5),
        Default::List,
    ),
    Attribute::new("public_net", Plain::Fields(PUBLIC), Default::Nothing),
    Attribute::new("ssh_keys", Plain::Any, Default::List),
    Attribute::new("user_data", Plain::Text(0, 32_768), Default::Nothing),
    Attribute::new("start_after_create", SWITCH, Default::True),
];

pub(crate) const PRIMARY_IP: Table = &[
    name(),
    user_labels(),
    Attribute::new("type", Plain::OneOf(&["ipv4", "ipv6"]), Default::Required),
    Attribute::new("location", Plain::Text(1, 64), Default::Nothing),
    Attribute::new("assignee_id", Plain::OrNull(&ID), Default::Null),
    Attribute::new("assignee_type", Plain::OneOf(&["server"]), Default::Nothing),
    Attribute::new("auto_delete", SWITCH, Default::False).put(),
];

const RULES_TO_SET: Table = &[Attribute::new("rules", RULES, Default::Required)];
const TO_APPLY: Table = &[Attribute::new("apply_to", RESOURCES, Default::Required)];
const TO_REMOVE: Table = &[Attribute::new("remove_from", RESOURCES, Default::Required)];
const OF_RANGE: Table = &[Attribute::new("ip_range", Plain::Net, Default::Required)];
const NEW_RANGE: Table = &[Attribute::new(
    "ip_range",
    Plain::Own(networks::range),
    Default::Required,
)];
const PROTECTION: Table = &[Attribute::new("delete", SWITCH, Default::Required)];
const ASSIGNEE: Table = &[
    Attribute::new("assignee_id", ID, Default::Required),
    Attribute::new(
        "assignee_type",
        Plain::OneOf(&["server"]),
        Default::Required,
    ),
];
const TO_ATTACH: Table = &[
    Attribute::new("network", ID, Default::Required),
    Attribute::new("ip", Plain::Address, Default::Nothing),
    Attribute::new("alias_ips", Plain::List(&Plain::Address, 5), Default::List),
];
const TO_DETACH: Table = &[Attribute::new("network", ID, Default::Required)];

/// The bodies of actions, by collection and command.
pub(crate) fn action(collection: &str, command: &str) -> Option<Table> {
    Some(match (collection, command) {
        ("firewalls", "set_rules") => RULES_TO_SET,
        ("firewalls", "apply_to_resources") => TO_APPLY,
        ("firewalls", "remove_from_resources") => TO_REMOVE,
        ("networks", "add_subnet") => SUBNET,
        ("networks", "delete_subnet") => OF_RANGE,
        ("networks", "add_route" | "delete_route") => ROUTE,
        ("networks", "change_ip_range") => NEW_RANGE,
        ("networks" | "primary_ips", "change_protection") => PROTECTION,
        ("primary_ips", "assign") => ASSIGNEE,
        ("primary_ips", "unassign") | ("servers", "poweroff" | "poweron") => &[],
        ("servers", "attach_to_network") => TO_ATTACH,
        ("servers", "detach_from_network") => TO_DETACH,
        _ => return None,
    })
}

/// The number of an object, as other objects name it.
pub(crate) fn id_text(value: &Value) -> String {
    value.as_u64().map(|id| id.to_string()).unwrap_or_default()
}
