//! Subnets of virtual networks.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::json;

use crate::cloud::Azure;
use crate::ids::{name_of, outer};
use crate::kind::Kind;
use crate::prefixes::{canonical, of_network, of_subnet, overlap};
use crate::refused::{Answer, Refused};
use crate::versions::Version;

/// The most subnets of a network.
const SUBNETS_MAX: usize = 3000;

impl Azure {
    pub(crate) fn prepared_subnet(&self, id: &str, body: Body, version: &Version) -> Answer<Body> {
        let mut body = body;
        let ranges = of_subnet(&body);
        let network = outer(Kind::Subnet, id);
        if body.contains_key("addressPrefix") && body.contains_key("addressPrefixes") {
            let message = format!(
                "Subnet '{}' has both addressPrefix and addressPrefixes.",
                name_of(id)
            );
            return Err(Refused::new(400, "NetcfgInvalidSubnet", message));
        }
        canonical(id, &ranges)?;
        check_ranges(id, &network, &body, &ranges)?;
        self.check_allocated(id, &ranges)?;
        let found = self.find(Kind::VirtualNetwork, &network);
        let is_private = found.is_some_and(|found| found.body.contains_key("_private"));
        let is_new = self.find(Kind::Subnet, id).is_none();
        if is_new && is_private && version.knows(Kind::Subnet, "defaultOutboundAccess") {
            body.entry("defaultOutboundAccess").or_insert(json!(false));
        }
        Ok(body)
    }

    /// A range with machines in it stays.
    fn check_allocated(&self, id: &str, wanted: &[IpNet]) -> Answer<()> {
        let Some(found) = self.find(Kind::Subnet, id) else {
            return Ok(());
        };
        let former = of_subnet(&found.body);
        for range in former.iter().filter(|range| !wanted.contains(range)) {
            if self
                .addresses_in(id)
                .iter()
                .any(|address| range.contains(address))
            {
                let message = format!(
                    "IpPrefix {range} on Subnet {} has active allocations and cannot be deleted.",
                    name_of(id)
                );
                return Err(Refused::new(400, "InUsePrefixCannotBeDeleted", message));
            }
        }
        Ok(())
    }

    /// The addresses of machines in a subnet.
    pub(crate) fn addresses_in(&self, id: &str) -> Vec<IpAddr> {
        let wanted = crate::ids::key(id);
        let mut found = Vec::new();
        for interface in self.store.list(Kind::NetworkInterface.plural()) {
            for part in crate::cloud::items(&interface.body, "ipConfigurations") {
                let properties = &part["properties"];
                let subnet = properties["subnet"]["id"].as_str().map(crate::ids::key);
                let address = properties["privateIPAddress"].as_str();
                if subnet.as_deref() == Some(&wanted) {
                    found.extend(address.and_then(|text| text.parse::<IpAddr>().ok()));
                }
            }
        }
        found
    }

    /// The subnets of a network are inside of it, and have nothing in common.
    pub(crate) fn check_subnets(&self, network: &str) -> Answer<()> {
        let Some(found) = self.find(Kind::VirtualNetwork, network) else {
            return Ok(());
        };
        let space = of_network(&found.body);
        let subnets = self.within(Kind::Subnet, network);
        if subnets.len() > SUBNETS_MAX {
            let message = format!(
                "Cannot create more than {SUBNETS_MAX} subnets in virtual network {}.",
                name_of(network)
            );
            return Err(Refused::new(400, "SubnetCountLimitReached", message));
        }
        let ranges: Vec<(&str, IpNet)> = subnets
            .iter()
            .flat_map(|subnet| {
                of_subnet(&subnet.body)
                    .into_iter()
                    .map(|range| (subnet.text("name"), range))
            })
            .collect();
        for (index, (name, range)) in ranges.iter().enumerate() {
            if !space.iter().any(|outer| outer.contains(range)) {
                let message = format!(
                    "Subnet '{name}' is not valid because its IP address range is outside the IP address \
                     range of virtual network '{}'.",
                    name_of(network)
                );
                return Err(Refused::new(400, "NetcfgSubnetRangeOutsideVnet", message));
            }
            let mut others = ranges.iter().skip(index + 1);
            if let Some((other, _)) = others.find(|(_, other)| overlap(range, other)) {
                let message = format!(
                    "Subnet '{other}' is not valid because its IP address range overlaps with that of an \
                     existing subnet in virtual network '{}'.",
                    name_of(network)
                );
                return Err(Refused::new(400, "NetcfgSubnetRangesOverlap", message));
            }
        }
        Ok(())
    }
}

/// An IPv4 range has room for Azure's own five addresses; an IPv6 range is exactly a /64.
fn check_ranges(id: &str, network: &str, body: &Body, ranges: &[IpNet]) -> Answer<()> {
    let has_pool = body
        .get("ipamPoolPrefixAllocations")
        .is_some_and(|pools| !pools.is_null());
    let invalid = |why: &str| {
        let (name, network) = (name_of(id), name_of(network));
        let message = format!("Subnet '{name}' is not valid in virtual network '{network}'. {why}");
        Err(Refused::new(400, "NetcfgInvalidSubnet", message))
    };
    if ranges.is_empty() && !has_pool {
        return invalid("It has no address prefix.");
    }
    if !has_pool && !ranges.iter().any(|range| range.addr().is_ipv4()) {
        return invalid("A subnet needs an IPv4 address prefix.");
    }
    for range in ranges {
        match range {
            IpNet::V4(range) if range.prefix_len() > 29 || range.prefix_len() < 2 => {
                return invalid("An IPv4 address prefix has a length from 2 to 29.");
            }
            IpNet::V6(range) if range.prefix_len() != 64 => {
                return invalid("The length of an IPv6 address prefix must be exactly 64.");
            }
            IpNet::V4(_) | IpNet::V6(_) => {}
        }
    }
    Ok(())
}
