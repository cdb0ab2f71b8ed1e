//! The virtual network and its subnet: their ranges, of the document or chosen.

use groundwork_kit::document::given;
use groundwork_model::Finding;
use groundwork_provider::{Handle, Want};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Draft;
use crate::{
    check::{self, first_free},
    codes,
    object::{
        NatGateway, Network, NetworkIpv6, NetworkState, ResourceGroup, RouteTable, SecurityGroup,
        Subnet, SubnetState, own_ipv6,
    },
    spec::field,
};

impl Draft<'_> {
    /// One of ours, with its IPv6 range, or somebody else's.
    pub(super) fn network(
        &mut self,
        group: &Handle<ResourceGroup>,
    ) -> Option<(Handle<Network>, Option<Handle<NetworkIpv6>>)> {
        let survey = self.survey;
        let id = self.places.network.clone();
        let named = self.found("vnet", &id, &survey.network)?;
        let name = self.wanted(named.map(|one| (one.ours, &one.state.common.name)));
        let (group, location) = (group.clone(), self.location.clone());
        if let Some(one) = named.filter(|one| !one.ours) {
            let range = one.state.ipv4().next().unwrap_or(check::RANGE);
            let desired = Network {
                group,
                name,
                location,
                range: Want::Chosen(range),
                ipv6: None,
                dual_stack: self.is_dual(),
            };
            let id = one.state.common.address();
            return Some((self.graph.add_named("network", &id, desired), None));
        }
        let ipv6 = self.is_dual().then(|| self.network_ipv6());
        let desired = Network {
            group,
            name,
            location,
            range: Want::or(self.ranges.network, || self.network_range()),
            ipv6: ipv6.as_ref().map(|range| *range.value()),
            dual_stack: false,
        };
        let id = named
            .filter(|one| !one.adopted)
            .map(|one| one.state.common.address());
        let network = self.graph.place("network", id.as_deref(), desired);
        let ipv6 = ipv6.map(|range| {
            let network = network.clone();
            self.graph
                .add("network/ipv6", NetworkIpv6 { network, range })
        });
        Some((network, ipv6))
    }

    fn network_range(&self) -> Ipv4Net {
        let own = self.survey.own_network.as_ref();
        own.and_then(|state| state.ipv4().next())
            .unwrap_or(check::RANGE)
    }

    /// The range that the network has; of one that the reference system made, its first.
    fn network_ipv6(&self) -> Want<Ipv6Net> {
        Want::or(self.ranges.network_ipv6, || {
            let own = self.survey.own_network.as_ref();
            let adopted = |state: &NetworkState| match state.common.label() {
                Some(_) => None,
                None => state.ipv6().next(),
            };
            let has = own.and_then(|state| own_ipv6(state).or_else(|| adopted(state)));
            has.unwrap_or_else(|| check::own_range(self.target))
        })
    }

    pub(super) fn subnet(
        &mut self,
        network: Handle<Network>,
        within: Option<Handle<NetworkIpv6>>,
        security_group: Handle<SecurityGroup>,
        route_table: Handle<RouteTable>,
        nat_gateway: Option<Handle<NatGateway>>,
    ) {
        let survey = self.survey;
        let id = self.places.subnet.clone();
        let Some(named) = self.found("subnet", &id, &survey.subnet) else {
            return;
        };
        if let Some(one) = named.filter(|one| !one.ours) {
            let desired = self.external(&one.state, network);
            self.graph
                .add_named("subnet", &one.state.address(), desired);
            return;
        }
        let (Some(range), Some(ipv6)) = (self.subnet_range(), self.subnet_ipv6()) else {
            return;
        };
        let open = self.target.spec.default_outbound_access;
        let desired = Subnet {
            network,
            within,
            name: self.name.clone(),
            range,
            ipv6,
            ours: true,
            security_group: Some(security_group).filter(|_| !survey.of_reference),
            route_table: Some(route_table),
            nat_gateway,
            default_outbound_access: Want::or(open, || true),
        };
        self.graph.add("subnet", desired);
    }

    /// One that is somebody else's: what it has to be.
    fn external(&self, state: &SubnetState, network: Handle<Network>) -> Subnet {
        let free = || {
            let network = self.survey.own_network.as_ref()?;
            network
                .ipv6()
                .find_map(|net| first_free(&net, &others(network, "")))
        };
        let ipv6 = self
            .is_dual()
            .then(|| state.ipv6().or_else(free).unwrap_or_default());
        Subnet {
            network,
            within: None,
            name: state.name.clone(),
            range: Want::Chosen(state.ipv4().unwrap_or(check::RANGE)),
            ipv6: ipv6.map(Want::Chosen),
            ours: false,
            security_group: None,
            route_table: None,
            nat_gateway: None,
            default_outbound_access: Want::Chosen(true),
        }
    }

    /// The range of ours: as it is, as it is asked for, or all of the network's.
    fn subnet_range(&mut self) -> Option<Want<Ipv4Net>> {
        if let Some(asked) = self.ranges.subnet {
            return Some(Want::Asked(asked));
        }
        let survey = self.survey;
        if let Some(own) = survey.own_subnet.as_ref().and_then(SubnetState::ipv4) {
            return Some(Want::Chosen(own));
        }
        let Some(network) = survey.network.external() else {
            let asked = self.ranges.network;
            return Some(Want::Chosen(asked.unwrap_or_else(|| self.network_range())));
        };
        let taken = others(network, &self.places.subnet);
        let free = network.ipv4().find(|net| {
            let net = IpNet::V4(*net);
            !taken
                .iter()
                .any(|other| groundwork_model::cidr::overlap(other, &net))
        });
        if free.is_none() {
            let message = format!(
                "{} has subnets of others, and no range of its own is free",
                network.told()
            );
            let finding = Finding::error(codes::RANGE, message).at(field("subnetCidr"));
            self.findings
                .push(finding.remedy("write a free range of the network into subnetCidr"));
        }
        free.map(Want::Chosen)
    }

    /// The IPv6 range of ours; nothing inside where the cluster has none, and nothing at all after a finding.
    fn subnet_ipv6(&mut self) -> Option<Option<Want<Ipv6Net>>> {
        if !self.is_dual() {
            return Some(None);
        }
        if let Some(asked) = self.ranges.subnet_ipv6 {
            return Some(Some(Want::Asked(asked)));
        }
        let survey = self.survey;
        if let Some(own) = survey.own_subnet.as_ref().and_then(SubnetState::ipv6) {
            return Some(Some(Want::Chosen(own)));
        }
        let network = survey.own_network.as_ref();
        let taken = network
            .map(|state| others(state, &self.places.subnet))
            .unwrap_or_default();
        let ranges: Vec<Ipv6Net> = match survey.network.external() {
            Some(network) => network.ipv6().collect(),
            None => vec![*self.network_ipv6().value()],
        };
        let free = ranges.iter().find_map(|net| first_free(net, &taken));
        if free.is_none() {
            let about = given(&self.target.spec.vnet)
                .unwrap_or("the network")
                .to_owned();
            let message =
                format!("network {about} has no IPv6 range with a free /64 for the subnet");
            let finding = Finding::error(codes::NETWORK_IPV6, message).at(field("vnet"));
            self.findings
                .push(finding.about(about.clone()).remedy(format!(
                    "have its owner add an IPv6 range: az network vnet update --name {about} \
                 --address-prefixes IPV4 IPV6"
                )));
        }
        free.map(|net| Some(Want::Chosen(net)))
    }
}

/// The ranges of a network's subnets, but for one.
fn others(network: &NetworkState, but: &str) -> Vec<IpNet> {
    let subnets = network.properties.subnets.iter();
    let others = subnets.filter(|subnet| subnet.address() != but);
    others.flat_map(SubnetState::ranges).collect()
}
