//! The network as packets see it, as Azure has it or will have it. Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Peer, Rule, Traffic};
use groundwork_model::Family;
use groundwork_provider::{
    Graph, States, Target,
    topology::{self, Area, Entry, Filter, Gateway, INTERNET, Part, Topology, Via, Way},
};
use ipnet::IpNet;

use crate::{
    object::{
        NatGateway, NatGatewayState, Network, Route, RouteTable, RouteTableState, SecurityGroup,
        SecurityGroupState, SecurityRuleState, Subnet,
    },
    spec::{Datacenter, Spec},
    survey::Survey,
};

/// Draws it.
pub(crate) fn topology(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    graph: &Graph,
    states: &States,
) -> Topology {
    let drawing = Drawing {
        families: target.addressing.family.families(),
        survey,
        graph,
        states,
    };
    Topology {
        network: drawing.network(),
        subnets: drawing.subnet().into_iter().collect(),
        gateways: drawing.gateways(),
        filters: drawing.filter().into_iter().collect(),
        machines: Vec::new(),
        unseen: drawing.unseen(),
    }
}

struct Drawing<'a> {
    families: &'a [Family],
    survey: &'a Survey,
    graph: &'a Graph,
    states: &'a States,
}

impl Drawing<'_> {
    fn network(&self) -> Option<Area> {
        let (address, desired) = self.graph.of::<Network>().next()?;
        let state = self.states.state::<Network>(address.as_str());
        let mut cidrs = state.map_or_else(
            || vec![IpNet::V4(*desired.range.value())],
            |state| state.ranges(),
        );
        let ipv6 = desired.ipv6.map(IpNet::V6);
        cidrs.extend(ipv6.filter(|net| !cidrs.contains(net)));
        cidrs.sort_by_key(Family::of);
        Some(Area {
            part: Part::at(address, "virtual network"),
            cidrs,
        })
    }

    fn subnet(&self) -> Option<topology::Subnet> {
        let (address, desired) = self.graph.of::<Subnet>().next()?;
        let state = self.states.state::<Subnet>(address.as_str());
        let asked = [
            Some(IpNet::V4(*desired.range.value())),
            desired.ipv6.as_ref().map(|want| IpNet::V6(*want.value())),
        ];
        let mut cidrs = state.map_or_else(Vec::new, |state| state.ranges());
        for net in asked.into_iter().flatten() {
            if !cidrs.iter().any(|one| Family::of(one) == Family::of(&net)) {
                cidrs.push(net);
            }
        }
        cidrs.sort_by_key(Family::of);
        // Without a gateway nodes get out by public addresses of their own, if they have some.
        let public = self.families.iter().copied();
        let public = public.filter(|family| !self.is_translated(*family));
        Some(topology::Subnet {
            part: Part::at(address, "subnet"),
            cidrs,
            public: public.collect(),
            all_nodes: true,
            routes: self.routes(),
            table: self.table().map(|(part, _)| part),
            ..topology::Subnet::default()
        })
    }

    /// The table of the subnet: ours, or the one that it has.
    fn table(&self) -> Option<(Part, Option<RouteTableState>)> {
        let around = self.survey.around.route_table.clone();
        if let Some((address, _)) = self.graph.of::<RouteTable>().next() {
            let state = self.states.state::<RouteTable>(address.as_str());
            return Some((Part::at(address, "route table"), state.or(around)));
        }
        let state = around?;
        let part = Part::object(&state.common.id, &state.common.name, "route table");
        Some((part, Some(state)))
    }

    /// Those of the table, and where everything else goes.
    fn routes(&self) -> Vec<topology::Route> {
        let table = self.table().and_then(|(_, state)| state);
        let listed = table.iter().flat_map(|state| &state.properties.routes);
        let mut routes: Vec<topology::Route> =
            listed.filter_map(|route| self.route(route)).collect();
        for family in self.families {
            let all = topology::Route::all(*family, Via::Gateway(self.way_out(*family)));
            if !routes.iter().any(|route| route.to == all.to) {
                routes.push(all);
            }
        }
        routes
    }

    /// One to a service's name, such as `Storage`, is none of addresses that are known.
    fn route(&self, route: &Route) -> Option<topology::Route> {
        let to: IpNet = route.properties.address_prefix.parse().ok()?;
        let hop = route.properties.next_hop_ip_address.as_deref();
        let via = match route.properties.next_hop_type.as_str() {
            "VnetLocal" => Via::Inside,
            "Internet" => Via::Gateway(self.way_out(Family::of(&to))),
            "None" => Via::Nowhere(format!("the route {} drops it", route.name)),
            "VirtualAppliance" => {
                Via::Unseen(format!("the appliance at {}", hop.unwrap_or("an address")))
            }
            other => Via::Unseen(other.to_owned()),
        };
        let part = Some(Part::object(&route.name, "", "route"));
        Some(topology::Route { to, via, part })
    }

    fn way_out(&self, family: Family) -> String {
        let gateway = self.nat().filter(|_| self.is_translated(family));
        gateway.map_or_else(|| INTERNET.to_owned(), |(part, _)| part.key)
    }

    /// The NAT gateway of the subnet, and the families that it is for.
    fn nat(&self) -> Option<(Part, BTreeSet<Family>)> {
        if let Some((address, desired)) = self.graph.of::<NatGateway>().next() {
            let ipv6 = desired.ipv6.as_ref().map(|_| Family::V6);
            let families = ipv6.into_iter().chain([Family::V4]).collect();
            return Some((Part::at(address, "NAT gateway"), families));
        }
        let state: &NatGatewayState = self.survey.around.nat_gateway.as_ref()?;
        let part = Part::object(&state.common.id, &state.common.name, "NAT gateway");
        let families = Family::BOTH
            .into_iter()
            .filter(|family| state.serves(*family));
        Some((part, families.collect()))
    }

    fn is_translated(&self, family: Family) -> bool {
        self.nat()
            .is_some_and(|(_, families)| families.contains(&family))
    }

    fn gateways(&self) -> Vec<Gateway> {
        let translated = self.nat().map(|(part, families)| {
            families
                .into_iter()
                .fold(Gateway::new(part), |gateway, family| {
                    gateway.with(family, Way::Translated)
                })
        });
        translated
            .into_iter()
            .chain([Gateway::provider()])
            .collect()
    }

    /// Rules by priority. What Azure adds by itself lets in the network and lets everything out.
    fn filter(&self) -> Option<Filter> {
        let (part, state) = self.security_group()?;
        let mut entries = entries(&state);
        entries.extend(Family::BOTH.map(|family| Entry {
            allows: true,
            rule: Rule::ingress(family, Traffic::All, Peer::Members),
            name: Some("AllowVnetInBound".to_owned()),
        }));
        Some(Filter {
            part,
            entries,
            lets_out: true,
            ..Filter::default()
        })
    }

    /// The group as it will be: one of ours with the rules that are wanted.
    fn security_group(&self) -> Option<(Part, SecurityGroupState)> {
        const WHAT: &str = "network security group";
        let Some((address, desired)) = self.graph.of::<SecurityGroup>().next() else {
            let state = self.survey.around.security_group.clone()?;
            let part = Part::object(&state.common.id, &state.common.name, WHAT);
            return Some((part, state));
        };
        let state = self.states.state::<SecurityGroup>(address.as_str());
        let state = state.unwrap_or_default();
        let state = match self.survey.security_group.external() {
            Some(_) => state,
            None => state.with_ours(desired.rules.value()),
        };
        Some((Part::at(address, WHAT), state))
    }

    fn unseen(&self) -> Vec<String> {
        let outbound = self.survey.around.outbound.iter();
        let told = outbound.map(|one| {
            format!(
                "the outbound rule {} of {} translates what its members send",
                one.name, one.of
            )
        });
        let mut told: Vec<String> = told.collect();
        let mut families = self.families.iter();
        if families.any(|family| !self.is_translated(*family)) {
            let own = "machines may have public addresses of their own, which Azure translates at their \
                       interfaces";
            told.push(own.to_owned());
        }
        told
    }
}

/// The rules of a group, the one that decides first.
fn entries(state: &SecurityGroupState) -> Vec<Entry> {
    let mut rules: Vec<&SecurityRuleState> = state.properties.security_rules.iter().collect();
    rules.sort_by_key(|rule| rule.properties.priority);
    let of_rule = |state: &SecurityRuleState| {
        let (allows, name) = (state.properties.allows(), state.name.clone());
        let entry = move |rule| Entry {
            allows,
            rule,
            name: Some(name.clone()),
        };
        let rules = state.properties.rules().into_iter();
        rules.map(entry).collect::<Vec<_>>()
    };
    rules.into_iter().flat_map(of_rule).collect()
}
