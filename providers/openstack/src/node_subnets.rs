//! The subnets of the nodes: one of each family of the cluster.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::{Handle, Want};
use ipnet::IpNet;

use crate::{
    codes,
    compile::Draft,
    ipv6_source,
    network::Network,
    spec::{RaMode, field, given},
    subnet::{AllocationPool, Range, Subnet, SubnetState},
};

/// The reference system's range of an IPv4 subnet.
const IPV4_DEFAULT: &str = "192.168.1.0/24";

impl Draft<'_> {
    pub(crate) fn ipv4_subnet(&mut self, network: &Handle<Network>) -> Handle<Subnet> {
        let survey = self.survey;
        let named = self.found("subnet", "subnetID", &survey.subnet);
        if let Some(one) = named.filter(|one| !one.ours) {
            return self.external_subnet("ipv4", Family::V4, network, &one.state, None);
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(self.name()),
            family: Family::V4,
            range: self.ipv4_range(),
            allocation_pool: self.allocation_pool(),
            dns_servers: self.dns_servers(Family::V4),
            ra_mode: None,
        };
        match named {
            Some(one) => self
                .graph
                .add_named("subnet/ipv4", &one.state.common.id, desired),
            None => self.graph.add("subnet/ipv4", desired),
        }
    }

    fn ipv4_range(&mut self) -> Want<Range> {
        let asked = given(&self.target.spec.subnet_cidr);
        let asked = asked.and_then(|text| self.cidr(text, "subnetCidr", Family::V4));
        let exists = self.survey.ours.subnet.as_ref().map(|state| state.cidr);
        let default = || exists.unwrap_or_else(|| IPV4_DEFAULT.parse().expect("it is a CIDR"));
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
            .and_then(|state| state.ipv6_ra_mode)
            .unwrap_or_default();
        let mode = Want::or(asked, || mode);
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(format!("{}-ipv6", self.name())),
            family: Family::V6,
            range: ipv6_source::range(self, exists, *mode.value()),
            allocation_pool: None,
            dns_servers: self.dns_servers(Family::V6),
            ra_mode: Some(mode),
        };
        if exists.is_none() {
            self.shared();
        }
        match named {
            Some(one) => self
                .graph
                .add_named("subnet/ipv6", &one.state.common.id, desired),
            None => self.graph.add("subnet/ipv6", desired),
        }
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
            let finding = Finding::error(codes::SUBNET_FAMILY, message).at(field(name));
            self.findings
                .push(finding.remedy(format!("name an {family} subnet in {name}")));
        }
        let network_id = self.survey.network.one().map(|one| &one.state.common.id);
        if network_id.is_some_and(|id| *id != state.network_id) {
            let message = format!("{} is in network {}", state.told(), state.network_id);
            let finding = Finding::error(codes::SUBNET_NETWORK, message).at(field(name));
            self.findings.push(finding.remedy(format!(
                "name that network in network, or a subnet of the named network in {name}"
            )));
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Chosen(state.common.name.clone()),
            family,
            range: Want::Chosen(Range::Cidr(state.cidr)),
            allocation_pool: None,
            dns_servers: Want::Chosen(state.dns_nameservers.clone()),
            ra_mode: mode.map(Want::Asked),
        };
        self.graph
            .add_named(&format!("subnet/{suffix}"), &state.common.id, desired)
    }

    /// A CIDR of the document's that nodes can have addresses of.
    pub(crate) fn cidr(&mut self, text: &str, name: &str, family: Family) -> Option<IpNet> {
        let place = field(name);
        let net = cidr::parse_cidr(text, &place).and_then(|net| {
            cidr::routable(net, &place)?;
            match Family::of(&net) == family {
                true => Ok(net),
                false => Err(Finding::error(
                    codes::SUBNET_FAMILY,
                    format!("{net} is not an {family} range"),
                )
                .at(&place)
                .remedy(format!("write an {family} range into {name}"))),
            }
        });
        net.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn allocation_pool(&mut self) -> Option<AllocationPool> {
        let text = given(&self.target.spec.subnet_allocation_pool)?;
        let cidr = given(&self.target.spec.subnet_cidr).unwrap_or(IPV4_DEFAULT);
        let net: Option<IpNet> = cidr.parse().ok();
        let pool = text.split_once('-').and_then(|(start, end)| {
            let (start, end): (IpAddr, IpAddr) =
                (start.trim().parse().ok()?, end.trim().parse().ok()?);
            (start <= end).then_some(AllocationPool { start, end })
        });
        let inside = |pool: &AllocationPool| {
            net.is_none_or(|net| {
                let hosts = cidr::first_host(&net)..=cidr::last_host(&net);
                hosts.contains(&pool.start) && hosts.contains(&pool.end)
            })
        };
        let fits = pool.filter(inside);
        if fits.is_none() {
            let message = format!("{text} is not a first and a last address in {cidr}");
            let place = field("subnetAllocationPool");
            let finding = Finding::error(codes::ALLOCATION_POOL, message).at(place);
            self.findings.push(
                finding.remedy(
                    "write two addresses of the subnet, such as 192.168.1.10-192.168.1.200",
                ),
            );
        }
        fits
    }

    /// The datacenter's name servers of one family.
    fn dns_servers(&mut self, family: Family) -> Want<BTreeSet<IpAddr>> {
        let mut servers = BTreeSet::new();
        for (index, text) in self.target.cloud.dns_servers.iter().enumerate() {
            match text.trim().parse::<IpAddr>() {
                Ok(server) if Family::of_address(&server) == family => drop(servers.insert(server)),
                Ok(_) => {}
                // Said once, though both families are asked for.
                Err(_) if family == Family::V4 => {
                    let place = format!("spec.openstack.dnsServers[{index}]");
                    let message = format!("{text} is not an address");
                    let finding = Finding::error(codes::DNS_SERVER, message)
                        .at(self.target.datacenter.field(&place));
                    self.findings
                        .push(finding.remedy("write the name server's address"));
                }
                Err(_) => {}
            }
        }
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
                 network out, so that one is made",
            ),
        });
    }
}
