//! Whether each family of nodes has a way out, in the order in which Azure chooses one: a route, a NAT
//! gateway, an address of the machine's own, an outbound rule of a load balancer, Azure's own addresses
//! (<https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access>). Pure.

use groundwork_kit::rules::everywhere;
use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::Judge;
use crate::{
    codes, id,
    object::{NatGatewayState, Route, RouteTableState, SubnetState},
    spec::field,
};

impl Judge<'_> {
    /// One finding a family that is lost, or that goes another way than the other one.
    pub(super) fn without_way_out(&self) -> Vec<Finding> {
        let Some(subnet) = self.subnet() else {
            return Vec::new();
        };
        let families = self.target.addressing.family.families().iter();
        let mut findings: Vec<Finding> = families
            .filter_map(|family| self.lost(&subnet, *family))
            .collect();
        findings.extend(self.beside_the_appliance());
        findings
    }

    fn lost(&self, subnet: &SubnetState, family: Family) -> Option<Finding> {
        if let Some((table, route)) = self.default_route(family) {
            match route.properties.next_hop_type.as_str() {
                "None" => return Some(dropped(table, route, family)),
                "VirtualNetworkGateway" => return gateway(table, route, family),
                "VirtualAppliance" => return None,
                _ => {}
            }
        }
        let is_served = self
            .nat_gateway()
            .is_some_and(|gateway| gateway.serves(family))
            || self
                .survey
                .around
                .outbound
                .iter()
                .any(|one| one.families.contains(&family))
            || self.is_nat_to_come();
        let is_open = subnet.properties.default_outbound_access != Some(false);
        match is_served || family == Family::V4 && is_open {
            true => None,
            false => Some(self.by_own_addresses(subnet, family)),
        }
    }

    /// Nodes with public addresses need nothing else; over IPv6 that is the usual way.
    fn by_own_addresses(&self, subnet: &SubnetState, family: Family) -> Finding {
        let told = subnet.told();
        let gateway = self.nat_gateway().filter(|_| family == Family::V6);
        let (code, why) = match gateway {
            Some(gateway) => (codes::NAT_SKU, without_ipv6(gateway)),
            None if family == Family::V4 => (codes::WAY_OUT, format!("{told} is private")),
            None => (
                codes::WAY_OUT,
                format!("{told} has no way out over {family} of its own"),
            ),
        };
        let message = format!(
            "{why}: nodes without a public {family} address reach nobody outside over {family}"
        );
        let finding = match family {
            Family::V4 => Finding::warning(code, message),
            Family::V6 => Finding::note(code, message),
        };
        let finding = finding.at(self.subnet_field()).about(told);
        finding.remedy(match self.states.is_managed("subnet") {
            true => "set assignPublicIP in MachineDeployments, or natGateway to true",
            false => {
                "set assignPublicIP in MachineDeployments, or have the subnet's owner attach a NAT gateway \
                 of SKU StandardV2"
            }
        })
    }

    /// A known issue of the SKU: what leaves over IPv6 by an outbound rule is disturbed.
    pub(super) fn disturbed(&self) -> Option<Finding> {
        let is_made =
            self.target.spec.nat_gateway == Some(true) && self.survey.subnet.external().is_none();
        let existing = self.nat_gateway().filter(|gateway| gateway.is_v2());
        if !self.is_dual() || (existing.is_none() && !is_made) {
            return None;
        }
        let mut rules = self.survey.around.outbound.iter();
        let rule = rules.find(|one| one.families.contains(&Family::V6))?;
        let gateway = existing.map_or_else(|| "the NAT gateway".to_owned(), NatGatewayState::told);
        let message = format!(
            "{gateway} of SKU StandardV2 breaks the outbound rule {} of {}, by which nodes of this subnet \
             speak IPv6",
            rule.name, rule.of
        );
        let place = match is_made {
            true => field("natGateway"),
            false => self.subnet_field(),
        };
        let finding = Finding::error(codes::NAT_LOAD_BALANCER, message)
            .at(place)
            .about(&rule.of);
        Some(finding.remedy(
            "remove that outbound rule, so that IPv6 leaves by the gateway; or take the gateway off the subnet",
        ))
    }

    /// Whoever filters at an appliance sees nothing of a family that goes another way.
    fn beside_the_appliance(&self) -> Option<Finding> {
        let leads = |family| {
            let found = self.default_route(family);
            found.filter(|(_, route)| route.properties.next_hop_type == "VirtualAppliance")
        };
        let ((table, route), None) = (leads(Family::V4)?, self.default_route(Family::V6)) else {
            return None;
        };
        let message = format!(
            "the route {} of {} leads IPv4 to {}, and there is none for IPv6, which goes another way",
            route.name,
            table.told(),
            route
                .properties
                .next_hop_ip_address
                .as_deref()
                .unwrap_or("an appliance")
        );
        let finding = Finding::warning(codes::APPLIANCE, message)
            .at(field("routeTable"))
            .about(table.told());
        Some(finding.remedy(format!(
            "have its owner add a route for ::/0 to the appliance, if it has IPv6: az network route-table \
             route create --resource-group {} --route-table-name {} --name NAME --address-prefix ::/0 \
             --next-hop-type VirtualAppliance --next-hop-ip-address ADDRESS",
            id::part(&table.common.id, "resourceGroups").unwrap_or_default(),
            table.common.name
        )))
        .filter(|_| self.is_dual())
    }

    /// What the nodes' table says that is not the default, and not about pods.
    pub(super) fn static_routes(&self) -> Vec<(IpNet, String)> {
        let Some(table) = &self.survey.around.route_table else {
            return Vec::new();
        };
        let routes = table.properties.routes.iter().filter_map(|route| {
            let net: IpNet = route.properties.address_prefix.parse().ok()?;
            let is_static = net.prefix_len() > 0 && !self.is_of_pods(&net);
            is_static.then(|| (net, format!("the route {} of {}", route.name, table.told())))
        });
        routes.collect()
    }

    fn default_route(&self, family: Family) -> Option<(&RouteTableState, &Route)> {
        let table = self.survey.around.route_table.as_ref()?;
        let all = everywhere(family);
        let mut routes = table.properties.routes.iter();
        let route = routes.find(|route| route.properties.address_prefix.parse() == Ok(all))?;
        Some((table, route))
    }

    fn nat_gateway(&self) -> Option<&NatGatewayState> {
        self.survey.around.nat_gateway.as_ref()
    }

    /// One of ours is attached with the plan, in every family of the cluster.
    fn is_nat_to_come(&self) -> bool {
        self.target.spec.nat_gateway == Some(true) && self.survey.subnet.external().is_none()
    }

    fn subnet_field(&self) -> String {
        match self.states.is_managed("subnet") {
            true => field("defaultOutboundAccess"),
            false => field("subnet"),
        }
    }
}

fn without_ipv6(gateway: &NatGatewayState) -> String {
    match gateway.is_v2() {
        true => format!("{} has no IPv6 address", gateway.told()),
        false => format!(
            "{} is of SKU {}, which has no IPv6",
            gateway.told(),
            gateway.sku.name
        ),
    }
}

fn dropped(table: &RouteTableState, route: &Route, family: Family) -> Finding {
    let told = table.told();
    let message = format!(
        "the route {} of {told} drops everything to {}: nodes have no way out over {family}",
        route.name, route.properties.address_prefix
    );
    let finding = Finding::error(codes::WAY_OUT, message).at(field("routeTable"));
    finding.about(told).remedy(format!(
        "have its owner call: az network route-table route delete --resource-group {} --route-table-name {} \
         --name {}",
        id::part(&table.common.id, "resourceGroups").unwrap_or_default(),
        table.common.name,
        route.name
    ))
}

/// A VPN gateway carries IPv4 alone; ExpressRoute carries both.
fn gateway(table: &RouteTableState, route: &Route, family: Family) -> Option<Finding> {
    let told = table.told();
    let message = format!(
        "the route {} of {told} leads IPv6 to a gateway of the network, and a VPN gateway carries IPv4 alone",
        route.name
    );
    let finding = Finding::warning(codes::WAY_OUT, message).at(field("routeTable"));
    let finding = finding
        .about(told)
        .remedy("look whether that gateway is one of ExpressRoute");
    (family == Family::V6).then_some(finding)
}
