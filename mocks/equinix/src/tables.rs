//! What requests may say, as the API's description has it.

use mock_rest::{Attribute, Default, Plain};

pub(crate) type Table = &'static [Attribute<Plain>];

const TAGS: Plain = Plain::List(&Plain::Text(0, 255), 100);

const fn tags() -> Attribute<Plain> {
    Attribute::new("tags", TAGS, Default::List).put()
}

const fn text(name: &'static str, default: Default) -> Attribute<Plain> {
    Attribute::new(name, Plain::OrNull(&Plain::Text(0, 255)), default).put()
}

const fn customdata() -> Attribute<Plain> {
    Attribute::new("customdata", Plain::Any, Default::Map).put()
}

/// Where it is to be, by code or id; each says by itself what is wrong with it.
const fn place(name: &'static str, default: Default) -> Attribute<Plain> {
    Attribute::new(name, Plain::Any, default)
}

const SWITCH: Plain = Plain::Flag;

pub(crate) const PROJECT: Table = &[
    Attribute::new("name", Plain::Text(1, 80), Default::Required).put(),
    tags(),
    customdata(),
    Attribute::new("organization_id", Plain::Text(36, 36), Default::Nothing),
    Attribute::new("payment_method_id", Plain::Text(36, 36), Default::Nothing).put(),
    Attribute::new("backend_transfer_enabled", SWITCH, Default::False).put(),
    Attribute::new(
        "type",
        Plain::OneOf(&["default", "vmce"]),
        Default::Text("default"),
    ),
];

pub(crate) const RESERVATION: Table = &[
    Attribute::new(
        "type",
        Plain::OneOf(&["public_ipv4", "global_ipv4"]),
        Default::Required,
    ),
    Attribute::new("quantity", Plain::Whole(1, 256), Default::Required),
    place("facility", Default::Nothing),
    place("metro", Default::Nothing),
    tags(),
    customdata(),
    text("details", Default::Null),
    Attribute::new("comments", Plain::Text(0, 1000), Default::Nothing),
    Attribute::new("fail_on_approval_required", SWITCH, Default::False),
];

pub(crate) const VLAN: Table = &[
    text("description", Default::Null),
    place("facility", Default::Nothing),
    place("metro", Default::Nothing),
    tags(),
    Attribute::new("vxlan", Plain::Whole(2, 3999), Default::Nothing),
];

pub(crate) const DEVICE: Table = &[
    Attribute::new("plan", Plain::Text(1, 64), Default::Required),
    Attribute::new("operating_system", Plain::Text(1, 64), Default::Required),
    place("facility", Default::Nothing),
    place("metro", Default::Nothing),
    Attribute::new("hostname", Plain::Text(1, 63), Default::Nothing).put(),
    Attribute::new(
        "billing_cycle",
        Plain::OneOf(&["hourly", "daily", "monthly", "yearly"]),
        Default::Text("hourly"),
    ),
    text("description", Default::Null),
    tags(),
    customdata(),
    Attribute::new("locked", SWITCH, Default::False).put(),
    Attribute::new("network_frozen", SWITCH, Default::False),
    Attribute::new("no_ssh_keys", SWITCH, Default::False),
    Attribute::new("always_pxe", SWITCH, Default::False).put(),
    Attribute::new("userdata", Plain::Text(0, 65_535), Default::Text("")).put(),
    Attribute::new("spot_instance", SWITCH, Default::False),
];
