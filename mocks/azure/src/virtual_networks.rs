//! Virtual networks.

use mock_cloud::Body;
use serde_json::json;

use crate::cloud::Azure;
use crate::ids::name_of;
use crate::kind::Kind;
use crate::prefixes::{canonical, of_network, overlap};
use crate::refused::{Answer, Refused};
use crate::versions::Version;

impl Azure {
    pub(crate) fn prepared_network(&self, id: &str, body: Body, version: &Version) -> Answer<Body> {
        let mut body = body;
        let ranges = of_network(&body);
        canonical(id, &ranges)?;
        let has_pool = body["addressSpace"]
            .get("ipamPoolPrefixAllocations")
            .is_some();
        if ranges.is_empty() && !has_pool {
            let message = format!(
                "Virtual network {} has an empty address space.",
                name_of(id)
            );
            return Err(Refused::new(400, "NetcfgInvalidVirtualNetwork", message));
        }
        if !has_pool && !ranges.iter().any(|range| range.addr().is_ipv4()) {
            let message = format!(
                "Virtual network {} has no IPv4 range. IPv6 can only be used beside IPv4.",
                name_of(id)
            );
            return Err(Refused::new(400, "NetcfgInvalidVirtualNetwork", message));
        }
        for (index, range) in ranges.iter().enumerate() {
            if let Some(other) = ranges
                .iter()
                .skip(index + 1)
                .find(|other| overlap(range, other))
            {
                let message = format!(
                    "The address space of virtual network {} has ranges that overlap: {range} and {other}.",
                    name_of(id)
                );
                return Err(Refused::new(400, "NetcfgInvalidVirtualNetwork", message));
            }
        }
        if self.find(Kind::VirtualNetwork, id).is_none() && version.0 >= self.config.private_since {
            body.insert("_private".to_owned(), json!(true));
        }
        Ok(body)
    }
}
