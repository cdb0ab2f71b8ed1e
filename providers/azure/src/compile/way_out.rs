//! A way out for nodes without public addresses: a NAT gateway of SKU `StandardV2`, with an address of each
//! family.

use groundwork_model::{Family, Finding};
use groundwork_provider::Handle;

use super::Draft;
use crate::{
    codes, names,
    object::{Address, NatGateway, ResourceGroup},
    spec::field,
};

/// Regions without that SKU (<https://learn.microsoft.com/azure/nat-gateway/nat-sku>, 2026-07-27).
const WITHOUT: [&str; 6] = [
    "canadaeast",
    "indonesiacentral",
    "israelnorthwest",
    "qatarcentral",
    "swedensouth",
    "westindia",
];

impl Draft<'_> {
    pub(super) fn way_out(&mut self, group: &Handle<ResourceGroup>) -> Option<Handle<NatGateway>> {
        let spec = &self.target.spec;
        let is_made = self.survey.subnet.external().is_none();
        if spec.nat_gateway != Some(true) || !is_made {
            return None;
        }
        if WITHOUT.contains(&self.location.as_str()) {
            self.findings.push(not_here(&self.location));
            return None;
        }
        let ipv4 = self.address(group, Family::V4);
        let ipv6 = self.is_dual().then(|| self.address(group, Family::V6));
        let desired = NatGateway {
            group: group.clone(),
            name: self.name.clone(),
            location: self.location.clone(),
            ipv4,
            ipv6,
        };
        if self.is_dual() {
            self.findings.push(load_balancers());
        }
        Some(self.graph.add("nat-gateway", desired))
    }

    fn address(&mut self, group: &Handle<ResourceGroup>, family: Family) -> Handle<Address> {
        let end = match family {
            Family::V4 => "ipv4",
            Family::V6 => "ipv6",
        };
        let desired = Address {
            group: group.clone(),
            name: names::with(self.target.name(), &format!("-{end}")),
            location: self.location.clone(),
            family,
        };
        self.graph.add(&format!("address/{end}"), desired)
    }
}

fn not_here(location: &str) -> Finding {
    let message =
        format!("NAT gateways of SKU StandardV2, which have IPv6, do not exist in {location}");
    let finding = Finding::error(codes::NAT_REGION, message).at(field("natGateway"));
    finding
        .remedy("set natGateway to false and give nodes public addresses, or choose another region")
}

/// A known issue of the SKU.
fn load_balancers() -> Finding {
    let message = "outbound rules of a load balancer carry no IPv6 for nodes behind this NAT gateway: all \
                   that they send over IPv6 goes by the gateway";
    let finding = Finding::note(codes::NAT_LOAD_BALANCER, message).at(field("natGateway"));
    finding.remedy("give load balancers no outbound rules for IPv6")
}
