//! Cloud NAT: a part of a router's body. Those of others stay as they are, field by field.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::link;

/// A NAT of a router, as the API keeps it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Nat(pub Map<String, Value>);

const NAME: &str = "name";
const ADDRESSES: &str = "natIpAllocateOption";
const RANGES: &str = "sourceSubnetworkIpRangesToNat";
const SUBNETWORKS: &str = "subnetworks";

impl Nat {
    /// That of one subnetwork, all its ranges, with addresses that the cloud chooses.
    pub(super) fn of(name: &str, subnetwork: &str) -> Self {
        let subnetworks = json!([{ "name": subnetwork, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }]);
        let fields = [
            (NAME, name.into()),
            (ADDRESSES, "AUTO_ONLY".into()),
            (RANGES, "LIST_OF_SUBNETWORKS".into()),
            (SUBNETWORKS, subnetworks),
        ];
        Self(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
        )
    }

    /// Its name: unique in its router.
    pub(crate) fn name(&self) -> &str {
        self.0.get(NAME).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it translates what machines of a subnetwork send.
    pub(crate) fn serves(&self, subnetwork: &str) -> bool {
        let of = self.0.get(RANGES).and_then(Value::as_str);
        match of.unwrap_or_default() {
            "LIST_OF_SUBNETWORKS" => self.subnetworks().any(|one| one == subnetwork),
            text => text.starts_with("ALL_SUBNETWORKS"),
        }
    }

    /// The subnetworks that it lists, by id.
    pub(super) fn subnetworks(&self) -> impl Iterator<Item = &str> {
        let list = self.0.get(SUBNETWORKS).and_then(Value::as_array);
        let names = list.into_iter().flatten();
        names
            .filter_map(|one| one[NAME].as_str())
            .map(link::relative)
    }

    /// Whether it does all that another one asks for; what else it says is its owner's.
    pub(super) fn does(&self, wanted: &Self, subnetwork: &str) -> bool {
        let same = |name: &str| self.0.get(name) == wanted.0.get(name);
        same(ADDRESSES) && self.serves(subnetwork)
    }

    /// The same with what another one asks for, and all else as it is.
    pub(super) fn with(&self, wanted: &Self) -> Self {
        let mut fields = self.0.clone();
        fields.extend(wanted.0.clone());
        Self(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNETWORK: &str = "projects/p/regions/r/subnetworks/s";

    #[test]
    fn what_others_have_set_stays() {
        let wanted = Nat::of("nat", SUBNETWORK);
        let mut found = Nat::of("nat", "projects/p/regions/r/subnetworks/other");
        found.0.insert("minPortsPerVm".to_owned(), json!(256));
        assert!(!found.does(&wanted, SUBNETWORK));
        let changed = found.with(&wanted);
        assert!(changed.does(&wanted, SUBNETWORK));
        assert_eq!(changed.0["minPortsPerVm"], 256);
    }

    #[test]
    fn a_nat_of_all_subnetworks_is_as_good() {
        let wanted = Nat::of("nat", SUBNETWORK);
        let mut found = wanted.clone();
        found
            .0
            .insert(RANGES.to_owned(), json!("ALL_SUBNETWORKS_ALL_IP_RANGES"));
        found.0.remove(SUBNETWORKS);
        assert!(found.does(&wanted, SUBNETWORK));
    }
}
