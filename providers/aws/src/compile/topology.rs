//! The graph of a network that is made: a VPC with subnets in zones, and their ways out.

use groundwork_model::Finding;
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::{Draft, OWNED},
    object::{
        address::ElasticAddress,
        internet_gateway::{Attachment, InternetGateway},
        nat_gateway::{NatGateway, PLACE},
        route::{Route, Target},
        route_table::RouteTable,
        route_table_association::RouteTableAssociation,
        subnet::{Subnet, Switches},
        vpc::Vpc,
        vpc_attributes::VpcAttributes,
        vpc_ipv6::VpcIpv6,
    },
    spec::{NatGateways, field},
    survey::Named,
};

/// Where load balancers may be put, for those that look for it by tag.
const ROLE_PUBLIC: (&str, &str) = ("kubernetes.io/role/elb", "1");
const ROLE_PRIVATE: (&str, &str) = ("kubernetes.io/role/internal-elb", "1");

/// The parts that others refer to.
struct Parts {
    vpc: Handle<Vpc>,
    ipv6: Option<Handle<VpcIpv6>>,
    gateway: Handle<InternetGateway>,
    attachment: Handle<Attachment>,
}

impl Draft<'_> {
    /// Everything in a VPC of ours.
    pub(crate) fn made(&mut self, vpc: &Handle<Vpc>) {
        if self.is_new() {
            self.news();
        }
        self.ignored_by_made();
        let zones = self.zones();
        let attributes = VpcAttributes {
            vpc: vpc.clone(),
            names: Want::Asked(true),
        };
        self.graph.add("vpc/attributes", attributes);
        let ipv6 = self.ipv6(vpc);
        let tags = Want::Asked(self.tags("", &[]));
        let gateway = self.graph.add("internet-gateway", InternetGateway { tags });
        let attachment = Attachment {
            gateway: gateway.clone(),
            vpc: vpc.clone(),
        };
        let attachment = self.graph.add("internet-gateway/attachment", attachment);
        let parts = Parts {
            vpc: vpc.clone(),
            ipv6,
            gateway,
            attachment,
        };
        let public = self.public(&parts, &zones);
        if self.target.spec.private_subnets {
            self.private(&parts, &zones, &public);
        }
        self.security_group(vpc);
    }

    fn is_new(&self) -> bool {
        matches!(self.survey.vpc, Named::Unnamed) && self.survey.our_vpc.is_none()
    }

    /// The reference system would take the default VPC, so this is said.
    fn news(&mut self) {
        let message = "a new VPC is made; the reference system would use the account's default one";
        let finding = Finding::note(codes::VPC_NEW, message).at(field("vpcID"));
        self.findings.push(
            finding.remedy("name a VPC in vpcID, or set useDefaultVpc, to use one that exists"),
        );
        let gateways = match (self.target.spec.private_subnets, self.nat_gateways()) {
            (false, _) | (true, NatGateways::None) => "",
            (true, NatGateways::One) => ", and one NAT gateway with its address",
            (true, NatGateways::PerZone) => ", and a NAT gateway with its address in each zone",
        };
        let message = format!(
            "the VPC itself is free of charge; public IPv4 addresses of machines cost money by the \
             hour{gateways}"
        );
        self.findings.push(Finding::note(codes::COST, message));
    }

    fn nat_gateways(&self) -> NatGateways {
        self.target.spec.nat_gateways.unwrap_or_default()
    }

    /// A subnet a zone, and one route table for all of them.
    fn public(&mut self, parts: &Parts, zones: &[String]) -> Vec<Handle<Subnet>> {
        let table = RouteTable {
            vpc: parts.vpc.clone(),
            tags: Want::Asked(self.tags("-public", &[(&self.cluster_tag(), OWNED)])),
        };
        let table = self.graph.add("route-table/public", table);
        let by = Target::Internet {
            gateway: parts.gateway.clone(),
            attachment: parts.attachment.clone(),
        };
        let by = Some(by);
        self.route("route/public/ipv4", &table, "0.0.0.0/0", by.clone());
        self.ipv6_route("route/public/ipv6", &table, "::/0", by);
        let switches = Switches {
            assign_ipv6: true,
            map_public_ipv4: true,
            dns64: false,
        };
        let mut subnets = Vec::new();
        for zone in zones {
            let subnet = self.subnet(parts, "public", zone, switches, ROLE_PUBLIC);
            self.associate("public", zone, &subnet, &table);
            subnets.push(subnet);
        }
        subnets
    }

    /// A subnet and a route table a zone: each way out is its own.
    fn private(&mut self, parts: &Parts, zones: &[String], public: &[Handle<Subnet>]) {
        let egress = self.egress_only(&parts.vpc);
        let nat = self.nat(parts, zones, public);
        let dns64 = self.target.spec.dns64;
        let switches = Switches {
            assign_ipv6: true,
            map_public_ipv4: false,
            dns64,
        };
        for (index, zone) in zones.iter().enumerate() {
            let ending = format!("-private-{zone}");
            let table = RouteTable {
                vpc: parts.vpc.clone(),
                tags: Want::Asked(self.tags(&ending, &[(&self.cluster_tag(), OWNED)])),
            };
            let table = self
                .graph
                .add(&format!("route-table/private/{zone}"), table);
            let place = format!("route/private/{zone}");
            if let Some(gateway) = nat.get(index).or(nat.first()) {
                let by = Target::Nat(gateway.clone());
                self.route(
                    &format!("{place}/ipv4"),
                    &table,
                    "0.0.0.0/0",
                    Some(by.clone()),
                );
                let nat64 = (dns64 || !self.is_dual()).then_some(by);
                self.ipv6_route(&format!("{place}/nat64"), &table, "64:ff9b::/96", nat64);
            }
            let by = egress.clone().map(Target::EgressOnly);
            self.ipv6_route(&format!("{place}/ipv6"), &table, "::/0", by);
            let subnet = self.subnet(parts, "private", zone, switches, ROLE_PRIVATE);
            self.associate("private", zone, &subnet, &table);
        }
    }

    /// What is made in a VPC that is there already; of a new one it is said with the rest.
    fn bought(&mut self, zones: &[&str]) {
        if self.is_new() || zones.is_empty() {
            return;
        }
        let message = format!(
            "a NAT gateway with its address costs money by the hour, and one is made in {}",
            zones.join(", ")
        );
        self.findings.push(Finding::note(codes::COST, message));
    }

    fn nat(
        &mut self,
        parts: &Parts,
        zones: &[String],
        public: &[Handle<Subnet>],
    ) -> Vec<Handle<NatGateway>> {
        let there = &self.survey.our_nat_zones;
        let homes = zones.iter().zip(public);
        let homes: Vec<_> = match self.nat_gateways() {
            NatGateways::None => Vec::new(),
            // It stays where it is, whichever zones come before.
            NatGateways::One => {
                let is_there = |(zone, _): &(&String, _)| there.contains(*zone);
                let home = homes.clone().find(is_there);
                home.or(homes.clone().next()).into_iter().collect()
            }
            NatGateways::PerZone => homes.collect(),
        };
        let fresh = homes.iter().filter(|(zone, _)| !there.contains(*zone));
        let fresh: Vec<&str> = fresh.map(|(zone, _)| zone.as_str()).collect();
        self.bought(&fresh);
        let mut gateways = Vec::new();
        for (zone, subnet) in homes {
            let tags = Want::Asked(self.tags(&format!("-{zone}"), &[]));
            let address = ElasticAddress { tags: tags.clone() };
            let address = self.graph.add(&format!("address/{zone}"), address);
            let gateway = NatGateway {
                subnet: subnet.clone(),
                address,
                behind: parts.attachment.clone(),
                tags,
            };
            gateways.push(self.graph.add(&format!("{PLACE}{zone}"), gateway));
        }
        gateways
    }

    fn subnet(
        &mut self,
        parts: &Parts,
        side: &str,
        zone: &str,
        switches: Switches,
        role: (&str, &str),
    ) -> Handle<Subnet> {
        let vpc = self.survey.our_vpc.as_ref().and_then(|vpc| vpc.cidr);
        let asked = self.target.spec.asked_vpc_cidr();
        let length = vpc.or(asked).map_or(16, |net| net.prefix_len());
        let address = format!("subnet/{side}/{zone}");
        let (ipv6, switches) = self.subnet_ipv6(&address, parts.ipv6.as_ref(), switches);
        let subnet = Subnet {
            vpc: parts.vpc.clone(),
            ipv6,
            zone: Want::Asked(zone.to_owned()),
            // A sixteenth of the VPC.
            ipv4_length: (length + 4).min(28),
            switches: Want::Asked(switches),
            tags: Want::Asked(self.tags(
                &format!("-{side}-{zone}"),
                &[(&self.cluster_tag(), OWNED), role],
            )),
        };
        self.graph.add(&address, subnet)
    }

    pub(crate) fn route(
        &mut self,
        place: &str,
        table: &Handle<RouteTable>,
        to: &str,
        by: Option<Target>,
    ) {
        let route = Route {
            table: table.clone(),
            to: to.parse().expect("it is a CIDR"),
            by,
        };
        self.graph.add(place, route);
    }

    fn associate(
        &mut self,
        side: &str,
        zone: &str,
        subnet: &Handle<Subnet>,
        table: &Handle<RouteTable>,
    ) {
        let association = RouteTableAssociation {
            subnet: subnet.clone(),
            table: table.clone(),
        };
        self.graph.add(
            &format!("route-table-association/{side}/{zone}"),
            association,
        );
    }
}
