//! The subnets of the nodes: one of each family of the cluster.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_kit::{document::listed, named::Named};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::{Draft, asked, is_routed_elsewhere},
    object::{Network, Object, Range, Subnet, SubnetState},
    spec::{Place, field},
    survey::{self, Reached},
};

impl Draft<'_> {
    /// The subnet at a place: somebody else's, or one that we make or keep.
    pub(crate) fn subnet(&mut self, place: Place, network: &Handle<Network>) -> Handle<Subnet> {
        let (named, own) = self.survey.subnet(place.family);
        let found = self.found("subnet", place.field, named);
        let desired = match found.filter(|one| !one.ours) {
            Some(one) => self.external_subnet(place, network, &one.state),
            None => {
                let exists = found.map(|one| &one.state).or(own);
                self.own_subnet(place, network, named, exists)
            }
        };
        self.place(place.address, found, desired)
    }

    fn own_subnet(
        &mut self,
        place: Place,
        network: &Handle<Network>,
        named: &Named<SubnetState>,
        exists: Option<&SubnetState>,
    ) -> Subnet {
        let (family, is_ipv6) = (place.family, place.family == Family::V6);
        let range = match (family, named) {
            (Family::V4, _) => self.ipv4_range(exists),
            // The finding says that the named subnet is missing: there is no range to choose.
            (Family::V6, Named::Missing(_) | Named::Several(..)) => Self::placeholder(),
            (Family::V6, Named::Unnamed | Named::One(_)) => self.ipv6_range(exists),
        };
        if exists.is_none() {
            self.shared(family);
            self.in_a_network_of_others(place);
            self.beside(place, named);
        }
        let mode = exists.and_then(|state| state.ipv6_ra_mode.as_ref()?.known());
        let mode = Want::or(self.target.spec.ipv6_ra_mode, || mode.unwrap_or_default());
        let pool = asked::allocation_pool(self.target).ok().flatten();
        Subnet {
            network: network.clone(),
            name: Want::Asked(survey::subnet_name(self.target, family)),
            family,
            range,
            allocation_pool: pool.filter(|_| !is_ipv6),
            dns_servers: self.dns_servers(family),
            ra_mode: is_ipv6.then_some(mode),
            routed_elsewhere: is_routed_elsewhere(self.target),
        }
    }

    fn ipv4_range(&self, exists: Option<&SubnetState>) -> Want<Range> {
        let asked = asked::ipv4_cidr(self.target).ok().flatten();
        let default = || exists.map_or(asked::ipv4_default(), |state| state.cidr);
        Want::or(asked.map(Range::Cidr), || Range::Cidr(default()))
    }

    fn external_subnet(
        &mut self,
        place: Place,
        network: &Handle<Network>,
        state: &SubnetState,
    ) -> Subnet {
        let (family, name) = (place.family, place.field);
        if family == Family::V6 {
            let told = state.told();
            self.note_source(format!(
                "the IPv6 subnet is {told}, which ipv6SubnetID names"
            ));
        }
        if state.family() != family {
            let message = format!("{} is {}, not {family}", state.told(), state.family());
            let remedy = format!("name an {family} subnet in {name}");
            self.wrong(codes::SUBNET_FAMILY, name, message, remedy);
        }
        let is_there = |id: &String| *id == state.network_id;
        let named = self.survey.network.one().map(|one| &one.state.id);
        if !named.is_none_or(is_there) {
            let message = format!("{} is in network {}", state.told(), state.network_id);
            let remedy =
                format!("name that network in network, or a subnet of the named network in {name}");
            self.wrong(codes::SUBNET_NETWORK, name, message, remedy);
        }
        let mode = self.target.spec.ipv6_ra_mode;
        Subnet {
            network: network.clone(),
            name: Want::Chosen(state.name.clone()),
            family,
            range: Want::Chosen(Range::Cidr(state.cidr)),
            allocation_pool: None,
            dns_servers: Want::Chosen(state.dns_nameservers.clone()),
            ra_mode: mode.filter(|_| family == Family::V6).map(Want::Asked),
            routed_elsewhere: is_routed_elsewhere(self.target),
        }
    }

    /// A new subnet in a network that another project shares: newer releases leave that to its owner.
    fn in_a_network_of_others(&mut self, place: Place) {
        let rights = &self.survey.rights;
        let theirs = self.survey.network.external();
        let Some(state) = theirs.filter(|state| rights.is_guest_of(*state)) else {
            return;
        };
        let (family, name) = (place.family, place.field);
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
    fn beside(&mut self, place: Place, named: &Named<SubnetState>) {
        let (family, name) = (place.family, place.field);
        let others = self.survey.neighbours.iter();
        let others = others.filter(|state| state.family() == family);
        let told = |state: &SubnetState| format!("{}, {}", state.told(), state.cidr);
        let others: Vec<String> = others.map(told).collect();
        let is_meant = named.is_unnamed() && !others.is_empty();
        let Some(network) = self.survey.network.external().filter(|_| is_meant) else {
            return;
        };
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
    fn shared(&mut self, family: Family) {
        let is_reached = |reached: &Reached| reached.ports > 0 && family == Family::V6;
        let Some(reached) = self.survey.reached.filter(is_reached) else {
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
