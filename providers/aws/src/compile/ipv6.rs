//! The IPv6 side of a network that is made: asked for by two families, and else left as it is, be it
//! there since the cluster had two, or by another hand. Pure.

use groundwork_model::Finding;
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::Draft,
    object::{
        Common,
        egress_only_gateway::EgressOnlyGateway,
        route::Target,
        route_table::{Entry, RouteTable, RouteTableState},
        subnet::Switches,
        vpc::{Ipv6Block, Vpc},
        vpc_ipv6::VpcIpv6,
    },
};

impl Draft<'_> {
    pub(crate) fn is_dual(&self) -> bool {
        self.target.is_dual_stack()
    }

    /// Whether our VPC is not to be made anew: of one that goes nothing is kept.
    fn stays(&self) -> bool {
        let ours = self.survey.our_vpc.as_ref();
        ours.is_some_and(|vpc| vpc.stays(&self.target.spec))
    }

    /// The VPC's range.
    pub(crate) fn ipv6(&mut self, vpc: &Handle<Vpc>) -> Option<Handle<VpcIpv6>> {
        let vpc = vpc.clone();
        if self.is_dual() {
            let source = self.target.spec.ipv6_source.clone().unwrap_or_default();
            self.pool();
            return Some(self.graph.add("vpc/ipv6", VpcIpv6 { vpc, source }));
        }
        let ours = self.survey.our_vpc.as_ref().filter(|_| self.stays())?;
        if !ours.ipv6.iter().any(Ipv6Block::is_live) {
            return None;
        }
        let message = "the VPC has an IPv6 range, which the document does not ask for: it is kept";
        let finding = Finding::note(codes::IPV6_KEPT, message).at("spec.clusterNetwork.ipFamily");
        self.findings.push(finding);
        // Wherever it came from: a source that names a range is not asked for either.
        let source = Default::default();
        Some(self.graph.add("vpc/ipv6", VpcIpv6 { vpc, source }))
    }

    /// The part of that which a subnet gets, and its switches.
    pub(crate) fn subnet_ipv6(
        &self,
        address: &str,
        range: Option<&Handle<VpcIpv6>>,
        asked: Switches,
    ) -> (Option<Handle<VpcIpv6>>, Switches) {
        if self.is_dual() {
            return (range.cloned(), asked);
        }
        let mut ours = self.survey.our_subnets.iter();
        let there = ours.find(|subnet| self.stays() && is_at(&subnet.common, address));
        let has_part = there.is_some_and(|subnet| subnet.ipv6_range().is_some());
        let switches = Switches {
            assign_ipv6: there.is_some_and(|subnet| subnet.assign_ipv6),
            dns64: there.is_some_and(|subnet| subnet.dns64),
            ..asked
        };
        (range.filter(|_| has_part).cloned(), switches)
    }

    /// The way out of private subnets.
    pub(crate) fn egress_only(&mut self, vpc: &Handle<Vpc>) -> Option<Handle<EgressOnlyGateway>> {
        let stays = self.survey.our_egress_only_gateway && self.stays();
        if !self.is_dual() && !stays {
            return None;
        }
        let gateway = EgressOnlyGateway {
            vpc: vpc.clone(),
            tags: Want::Asked(self.tags("", &[])),
        };
        Some(self.graph.add("egress-only-gateway", gateway))
    }

    /// A route. One that leads elsewhere than ours do was bent, or is another hand's: where nobody
    /// asks for it, that is not ours to say.
    pub(crate) fn ipv6_route(
        &mut self,
        place: &str,
        table: &Handle<RouteTable>,
        to: &str,
        by: Option<Target>,
    ) {
        if self.is_dual() {
            if by.is_some() {
                self.route(place, table, to, by);
            }
        } else if let Some(there) = self.there(table, to) {
            let by = by.filter(|by| by.is_kind_of(&there.by));
            self.route(place, table, to, by);
        }
    }

    /// The route to a destination that a table of ours has.
    fn there(&self, table: &Handle<RouteTable>, to: &str) -> Option<&Entry> {
        let tables = self.survey.our_tables.iter();
        let is_at = |state: &&RouteTableState| is_at(&state.common, table.address().as_str());
        let at = tables.filter(|state| self.stays() && is_at(state));
        let mut routes = at.flat_map(|state| &state.routes);
        routes.find(|entry| entry.written && entry.to == to)
    }
}

fn is_at(common: &Common, address: &str) -> bool {
    common
        .tags
        .get(groundwork_model::Label::ADDRESS)
        .is_some_and(|at| at == address)
}
