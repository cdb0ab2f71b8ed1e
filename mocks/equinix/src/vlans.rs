//! VLANs, which the API calls virtual networks.

use std::collections::BTreeSet;

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::api::{href, members};
use crate::cloud::{Equinix, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// Numbers that are given where nobody asks for one.
const GIVEN: std::ops::RangeInclusive<u64> = 1000..=1999;

impl Equinix {
    /// A number is taken once in a project and metro.
    pub(crate) fn make_vlan(&mut self, project: &str, mut asked: Body) -> Answer<Said> {
        let metro = self.place(&asked)?;
        let there = self.store.list(Resource::Vlan.plural());
        let there = there.filter(|vlan| {
            Self::project_of(vlan) == project && vlan.text("metro_code") == metro.code
        });
        let taken: BTreeSet<u64> = there
            .filter_map(|vlan| vlan.body["vxlan"].as_u64())
            .collect();
        let number = match asked.get("vxlan").and_then(Value::as_u64) {
            Some(number) if taken.contains(&number) => {
                let error = format!("vxlan {number} is already in use in metro {}", metro.code);
                return Err(Refused::input(error));
            }
            Some(number) => number,
            None => GIVEN
                .into_iter()
                .find(|number| !taken.contains(number))
                .ok_or_else(|| Refused::input("no vxlan is left in the metro"))?,
        };
        let more = json!({
            "vxlan": number, "metro_code": metro.code, "metro": href(Resource::Metro, &metro.id),
            "assigned_to": href(Resource::Project, project), "assigned_to_virtual_circuit": false,
            "instances": [], "metal_gateways": [],
        });
        asked.extend(members(more));
        let id = self.insert(Resource::Vlan, asked);
        Ok((201, Some(self.shown(Resource::Vlan, &id, ""))))
    }
}
