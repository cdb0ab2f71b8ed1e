//! What clients may say of each resource.

use mock_rest::{Attribute, Default, Plain};

const NAME: Attribute<Plain> = Attribute::new("name", Plain::Text(1, 64), Default::Required);
const NOTE: Attribute<Plain> = Attribute::new("note", Plain::Text(0, 255), Default::Text(""));

/// Networks.
pub(crate) const NETWORK: &[Attribute<Plain>] = &[
    NAME.put(),
    NOTE.put(),
    Attribute::new("range", Plain::Net, Default::Required),
];

/// Subnets.
pub(crate) const SUBNET: &[Attribute<Plain>] = &[
    NAME.put(),
    NOTE.put(),
    Attribute::new("network", Plain::Text(1, 64), Default::Required),
    Attribute::new("range", Plain::Net, Default::Required),
    Attribute::new("prefix", Plain::OrNull(&Plain::Net), Default::Null).put(),
];

/// What clients may say of a collection's objects; nothing of a collection that does not exist.
pub(crate) fn of(collection: &str) -> Option<Vec<&'static Attribute<Plain>>> {
    match collection {
        "networks" => Some(NETWORK.iter().collect()),
        "subnets" => Some(SUBNET.iter().collect()),
        _ => None,
    }
}
