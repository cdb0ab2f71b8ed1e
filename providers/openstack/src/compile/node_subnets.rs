//! The subnets of the nodes: one of each family of the cluster.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_kit::{document::listed, named::Named};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::{Draft, asked, ipv6_source, is_routed_elsewhere},
    object::{
        Object,
        network::Network,
        subnet::{Range, Subnet, SubnetState},
    },
    spec::{RaMode, field},
    survey::{self, Survey},
};

impl Draft<'_> {
    pub(crate) fn ipv4_subnet(&mut self, network: &Handle<Network>) -> Handle<Subnet> {
        let survey = self.survey;
        let named = self.found("subnet", "subnetID", &survey.subnet);
        if let Some(one) = named.filter(|one| !one.ours) {
            return self.external_subnet("ipv4", Family::V4, network, &one.state, None);
        }
        let routed_elsewhere = is_routed_elsewhere(self.target);
        if named.is_none() && survey.ours.subnet.is_none() {
            self.in_a_network_of_others(Family::V4, "subnetID");
            self.beside(Family::V4, "subnetID", &survey.subnet);
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(self.name()),
            family: Family::V4,
            range: self.ipv4_range(),
            allocation_pool: asked::allocation_pool(self.target).ok().flatten(),
            dns_servers: self.dns_servers(Family::V4),
            ra_mode: None,
            routed_elsewhere,
        };
        self.place("subnet/ipv4", named, desired)
    }

    fn ipv4_range(&mut self) -> Want<Range> {
        let asked = asked::ipv4_cidr(self.target).ok().flatten();
        let exists = self.survey.ours.subnet.as_ref().map(|state| state.cidr);
        let default =
            || exists.unwrap_or_else(|| asked::IPV4_DEFAULT.parse().expect("it is a CIDR"));
        Want::or(asked.map(Range::Cidr), || Range::Cidr(default()))
    }

    pub(crate) fn ipv6_subnet(&mut self, network: &Handle<Network>) -> Handle<Subnet> {
        let survey = self.survey;
        let asked = self.target.spec.ipv6_ra_mode;
        let named = self.found("subnet", "ipv6SubnetID", &survey.ipv6_subnet);
        if let Some(one) = named.filter(|one| !one.ours) {
            self.note_source(format!(
                "the IPv6 subnet is {}, which ipv6SubnetID names",
                one.state.told()
            ));
            return self.external_subnet("ipv6", Family::V6, network, &one.state, asked);
        }
        let exists = named
            .map(|one| &one.state)
            .or(survey.ours.ipv6_subnet.as_ref());
        let mode = exists
            .and_then(|state| state.ipv6_ra_mode.as_ref()?.known())
            .unwrap_or_default();
        let mode = Want::or(asked, || mode);
        let range = match &survey.ipv6_subnet {
            // The finding says that the named subnet is missing: there is no range to choose.
            Named::Missing(_) | Named::Several(..) => ipv6_source::placeholder(),
            Named::Unnamed | Named::One(_) => ipv6_source::range(self, exists),
        };
        let routed_elsewhere = is_routed_elsewhere(self.target);
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(survey::ipv6_name(self.target)),
            family: Family::V6,
            range,
            allocation_pool: None,
            dns_servers: self.dns_servers(Family::V6),
            ra_mode: Some(mode),
            routed_elsewhere,
        };
        if exists.is_none() {
            self.shared();
            self.in_a_network_of_others(Family::V6, "ipv6SubnetID");
            self.beside(Family::V6, "ipv6SubnetID", &survey.ipv6_subnet);
        }
        self.place("subnet/ipv6", named, desired)
    }

    /// A new subnet in a network that another project shares: newer releases leave that to its owner.
    fn in_a_network_of_others(&mut self, family: Family, name: &str) {
        let Survey {
            network, rights, ..
        } = self.survey;
        let theirs = network.external();
        let Some(state) = theirs.filter(|state| rights.is_guest_of(*state)) else {
            return;
        };
        let what = format!(
            "belongs to project {}: only its owner can create a new {family} subnet in it",
            state.project_id
        );
        let finding = state.finding(rights.severity(), codes::OWNER, &what);
        self.findings.push(finding.at(field("network")).remedy(format!(
            "have the owner create an {family} subnet and name it in {name}; or leave network out, so that \
             a network is created"
        )));
    }

    /// A new subnet in a named network that has some of the family: perhaps one of those was meant.
    fn beside(&mut self, family: Family, name: &str, named: &Named<SubnetState>) {
        let survey = self.survey;
        let others = survey.neighbours.iter();
        let others = others.filter(|state| state.family() == family);
        let told = |state: &SubnetState| format!("{}, {}", state.told(), state.cidr);
        let others: Vec<String> = others.map(told).collect();
        let Some(network) = survey.network.external().filter(|_| !others.is_empty()) else {
            return;
        };
        if !matches!(named, Named::Unnamed) {
            return;
        }
        let message = format!(
            "{} has {}, which the document does not name: a new {family} subnet is made too",
            network.told(),
            listed(others)
        );
        let finding = Finding::warning(codes::SUBNET_BESIDE, message).at(field("network"));
        let remedy = format!("name it in {name}, if nodes are to be in it");
        self.findings
            .push(finding.about(network.told()).remedy(remedy));
    }

    /// Says where the IPv6 range comes from, and why.
    pub(crate) fn note_source(&mut self, message: String) {
        self.findings
            .push(Finding::note(codes::IPV6_SOURCE, message).about("subnet/ipv6"));
    }

    fn external_subnet(
        &mut self,
        suffix: &str,
        family: Family,
        network: &Handle<Network>,
        state: &SubnetState,
        mode: Option<RaMode>,
    ) -> Handle<Subnet> {
        let name = if family == Family::V4 {
            "subnetID"
        } else {
            "ipv6SubnetID"
        };
        if state.family() != family {
            let message = format!("{} is {}, not {family}", state.told(), state.family());
            let remedy = format!("name an {family} subnet in {name}");
            self.wrong(codes::SUBNET_FAMILY, name, message, remedy);
        }
        let network_id = self.survey.network.one().map(|one| &one.state.id);
        if network_id.is_some_and(|id| *id != state.network_id) {
            let message = format!("{} is in network {}", state.told(), state.network_id);
            let remedy =
                format!("name that network in network, or a subnet of the named network in {name}");
            self.wrong(codes::SUBNET_NETWORK, name, message, remedy);
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Chosen(state.name.clone()),
            family,
            range: Want::Chosen(Range::Cidr(state.cidr)),
            allocation_pool: None,
            dns_servers: Want::Chosen(state.dns_nameservers.clone()),
            ra_mode: mode.map(Want::Asked),
            routed_elsewhere: is_routed_elsewhere(self.target),
        };
        self.graph
            .add_named(&format!("subnet/{suffix}"), &state.id, desired)
    }

    /// The datacenter's name servers of one family.
    fn dns_servers(&mut self, family: Family) -> Want<BTreeSet<IpAddr>> {
        let (mut servers, _) = asked::name_servers(self.target);
        servers.retain(|server| Family::of_address(server) == family);
        match self.target.cloud.dns_servers.is_empty() {
            true => Want::Chosen(servers),
            false => Want::Asked(servers),
        }
    }

    /// An IPv6 subnet with automatic addressing gives an address to every port of the network.
    fn shared(&mut self) {
        let Some(reached) = self.survey.reached.filter(|reached| reached.ports > 0) else {
            return;
        };
        let ports = reached.ports;
        let message = format!(
            "the new IPv6 subnet gives an IPv6 address to {ports} port(s) that are on the network"
        );
        self.findings.push(match (reached.ours, self.target.options.allow_shared_network) {
            (true, _) => Finding::note(codes::NETWORK_SHARED, message),
            (false, true) => Finding::warning(codes::NETWORK_SHARED, message),
            (false, false) => Finding::error(
                codes::NETWORK_SHARED,
                format!("{message}, and the network is not this cluster's alone"),
            )
            .at(field("network"))
            .remedy(
                "ask those who use the network, then repeat with --allow-shared-network; or leave \
                 network out, so that one is created",
            ),
        });
    }
}
