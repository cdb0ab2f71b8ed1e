//! What the routes of a named VPC lead to, and whether it works.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::Family;
use groundwork_provider::{Listed, Listing, Look, Owners, Result, Scope};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        egress_only_gateway::{EgressOnlyGateway, EgressOnlyGatewayState},
        internet_gateway::{InternetGateway, InternetGatewayState},
        nat_gateway::{NatGateway, NatGatewayState},
        route_table::{Entry, RouteTableState},
    },
    watched::{
        endpoint::{Endpoint, EndpointState},
        network_interface::{InterfaceState, NetworkInterface},
        peering::{Peering, PeeringState},
        public_access::Blocked,
    },
};

/// The gateways of a VPC, and whatever else its routes lead to, as far as the account shows it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Targets {
    /// Internet gateways.
    pub internet: Vec<InternetGatewayState>,
    /// Egress-only gateways.
    pub egress_only: Vec<EgressOnlyGatewayState>,
    /// NAT gateways.
    pub nat: Vec<NatGatewayState>,
    /// Endpoints that routes lead to.
    pub endpoints: Vec<EndpointState>,
    /// Peerings that routes lead through.
    pub peerings: Vec<PeeringState>,
    /// Interfaces that routes lead to.
    pub interfaces: Vec<InterfaceState>,
}

impl Targets {
    /// What the account shows. Gateways are listed for the plan anyway; of the others, those that a
    /// route names, or in a sweep all at once.
    pub(crate) async fn of(
        look: &Look<'_, Api>,
        vpc: &str,
        tables: &[RouteTableState],
    ) -> Result<Self> {
        let scope = look.scope();
        let routes = tables.iter().flat_map(|table| &table.routes);
        let led_to: BTreeSet<&str> = routes.map(|route| route.by.as_str()).collect();
        let named = |prefix: &str| match &scope.owners {
            Owners::Installation(_) => scope.clone(),
            Owners::Cluster(_) | Owners::Nobody => {
                let ids = led_to.iter().filter(|id| id.starts_with(prefix));
                Scope::ids(ids.map(|id| (*id).to_owned()))
            }
        };
        let (endpoints, peerings, interfaces) = (named("vpce-"), named("pcx-"), named("eni-"));
        let (internet, egress_only, nat, endpoints, peerings, interfaces) = tokio::join!(
            look.list::<InternetGateway>(&scope),
            look.list::<EgressOnlyGateway>(&scope),
            look.list::<NatGateway>(&scope),
            look.list::<Endpoint>(&endpoints),
            look.list::<Peering>(&peerings),
            look.list::<NetworkInterface>(&interfaces),
        );
        let routed = |id: &str| led_to.contains(id);
        Ok(Self {
            internet: kept::<InternetGateway>(&*internet?, |id, state| {
                routed(id) || state.vpc.as_deref() == Some(vpc)
            }),
            egress_only: kept::<EgressOnlyGateway>(&*egress_only?, |id, state| {
                routed(id) || state.vpc == vpc
            }),
            nat: kept::<NatGateway>(&*nat?, |id, state| routed(id) || state.vpc == vpc),
            endpoints: kept::<Endpoint>(&*endpoints?, |id, _| routed(id)),
            peerings: kept::<Peering>(&*peerings?, |id, _| routed(id)),
            interfaces: kept::<NetworkInterface>(&*interfaces?, |id, _| routed(id)),
        })
    }
}

/// By id, so that a survey is the same however EC2 lists.
fn kept<L: Listing>(
    listed: &Listed<L::State>,
    wanted: impl Fn(&str, &L::State) -> bool,
) -> Vec<L::State> {
    let mut kept: Vec<_> = listed
        .iter()
        .filter(|found| wanted(&found.id, &found.state))
        .collect();
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    kept.into_iter().map(|found| found.state.clone()).collect()
}

/// Where a default route leads, the worst last.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Leads {
    /// To the internet, and from it.
    Internet,
    /// Out: by another address, in one direction, or by a machine that forwards.
    Out,
    /// On, but it cannot be seen from here whether that is a way out.
    Unseen(String),
    /// To nothing that carries the family.
    Nowhere(String),
}

/// A VPC whose routes are followed.
#[derive(Clone, Copy)]
pub(crate) struct Ways<'a> {
    pub(crate) vpc: &'a str,
    /// Whether the VPC is another account's, which shows less of it.
    pub(crate) is_shared: bool,
    pub(crate) targets: &'a Targets,
    pub(crate) tables: &'a [RouteTableState],
    /// What the account keeps from subnets, by id, where anything is.
    pub(crate) blocked: &'a BTreeMap<String, Blocked>,
}

impl Ways<'_> {
    /// Where everything goes that a route carries: nowhere, while EC2 does not use it.
    pub(crate) fn leads_by(&self, route: &Entry, family: Family) -> Leads {
        match &route.idle {
            Some(state) => Leads::Nowhere(format!("its state is {state}")),
            None => self.leads(&route.by, family),
        }
    }

    /// Where everything goes that a route with this target carries.
    pub(crate) fn leads(&self, by: &str, family: Family) -> Leads {
        let nowhere = |why: &str| Leads::Nowhere(why.to_owned());
        let unseen = |why: &str| Leads::Unseen(why.to_owned());
        match (by.split(['-', ':']).next().unwrap_or_default(), family) {
            ("igw", _) => self.internet(by),
            ("eigw", Family::V4) => nowhere("egress-only gateways carry IPv6 alone"),
            ("eigw", Family::V6) => self.egress_only(by),
            ("nat", Family::V6) => nowhere("NAT gateways carry IPv6 only to IPv4 destinations"),
            ("nat", Family::V4) => self.nat(by),
            ("vpce", _) => self.endpoint(by),
            ("pcx", _) => self.peering(by),
            ("eni", _) => self.interface(by),
            ("tgw", _) => unseen("what a transit gateway does with it is decided there"),
            ("vgw", _) => {
                unseen("what is at the other end of a VPN or direct connection is not AWS's")
            }
            ("i", _) => unseen("whether that machine forwards is its own affair"),
            ("lgw" | "cagw" | "arn", _) => unseen("what is at the other end is not in this VPC"),
            (_, _) => nowhere("that is no target that is known"),
        }
    }

    /// What the account does not show is there all the same, where the VPC is somebody else's.
    fn absent(&self) -> Leads {
        match self.is_shared {
            true => Leads::Unseen("the VPC's owner does not show it to this account".to_owned()),
            false => Leads::Nowhere("it does not exist any more".to_owned()),
        }
    }

    fn internet(&self, id: &str) -> Leads {
        let all = &self.targets.internet;
        let Some(gateway) = all.iter().find(|gateway| gateway.common.id == id) else {
            return self.absent();
        };
        match gateway.vpc.as_deref() {
            Some(vpc) if vpc == self.vpc => Leads::Internet,
            Some(other) => Leads::Nowhere(format!("it is attached to VPC {other}")),
            None => Leads::Nowhere("it is attached to no VPC".to_owned()),
        }
    }

    fn egress_only(&self, id: &str) -> Leads {
        let all = &self.targets.egress_only;
        match all.iter().find(|gateway| gateway.common.id == id) {
            Some(gateway) if gateway.vpc == self.vpc => Leads::Out,
            Some(gateway) => Leads::Nowhere(format!("it is of VPC {}", gateway.vpc)),
            None => self.absent(),
        }
    }

    fn nat(&self, id: &str) -> Leads {
        let all = &self.targets.nat;
        let Some(gateway) = all.iter().find(|gateway| gateway.common.id == id) else {
            return self.absent();
        };
        if gateway.status != "available" {
            return Leads::Nowhere(format!("its state is {}", gateway.status));
        }
        if gateway.private {
            let why = "it is a private NAT gateway, which leads to other networks";
            return Leads::Unseen(why.to_owned());
        }
        // A regional one is in no subnet, and finds the VPC's internet gateway by itself.
        if gateway.subnet.is_empty() {
            return Leads::Out;
        }
        let Some(table) = table_of(self.tables, &gateway.subnet) else {
            return self.absent();
        };
        let blocked = self.blocked.get(&gateway.subnet).copied();
        if let Some(why) = blocked.unwrap_or_default().by_one_way() {
            let subnet = &gateway.subnet;
            let why = format!("it is in subnet {subnet}, with VPC Block Public Access on ({why})");
            return Leads::Nowhere(why);
        }
        self.behind(&gateway.subnet, table)
    }

    /// Where a NAT gateway's own packets go: the routes of its subnet say so, which may lead through
    /// a firewall, or on to other networks.
    fn behind(&self, subnet: &str, table: &RouteTableState) -> Leads {
        let begin = format!("it is in subnet {subnet}, whose {}", table.told());
        let ways = table.ways_out(Family::V4).into_iter();
        match ways.map(|route| self.onward(route)).max() {
            None => Leads::Nowhere(format!("{begin} has no default route")),
            Some(Leads::Internet | Leads::Out) => Leads::Out,
            Some(Leads::Unseen(why)) => Leads::Unseen(format!("{begin} leads to {why}")),
            Some(Leads::Nowhere(why)) => Leads::Nowhere(format!("{begin} leads to {why}")),
        }
    }

    /// Where a route leads that is a NAT gateway's own, and by what.
    fn onward(&self, route: &Entry) -> Leads {
        let by = &route.by;
        // Nobody translates twice, and two could lead to each other.
        if by.starts_with("nat-") {
            return Leads::Nowhere(format!("{by} instead of an internet gateway"));
        }
        match (route.blackhole, self.leads_by(route, Family::V4)) {
            (_, Leads::Nowhere(why)) => Leads::Nowhere(format!("{by}: {why}")),
            (true, _) => Leads::Nowhere(format!("{by}, which is gone")),
            (false, Leads::Unseen(why)) => Leads::Unseen(format!("{by}: {why}")),
            (false, leads @ (Leads::Internet | Leads::Out)) => leads,
        }
    }

    fn endpoint(&self, id: &str) -> Leads {
        let all = &self.targets.endpoints;
        match all.iter().find(|endpoint| endpoint.id == id) {
            Some(endpoint) if endpoint.status.eq_ignore_ascii_case("available") => Leads::Out,
            Some(endpoint) => Leads::Nowhere(format!("its state is {}", endpoint.status)),
            None => self.absent(),
        }
    }

    fn peering(&self, id: &str) -> Leads {
        let all = &self.targets.peerings;
        match all.iter().find(|peering| peering.id == id) {
            Some(peering) if peering.status == "active" => {
                let why = "a peering leads into the other VPC, and not through its gateways";
                Leads::Unseen(why.to_owned())
            }
            Some(peering) => Leads::Nowhere(format!("its state is {}", peering.status)),
            None => self.absent(),
        }
    }

    fn interface(&self, id: &str) -> Leads {
        let all = &self.targets.interfaces;
        match all.iter().find(|interface| interface.id == id) {
            Some(interface) if !interface.in_use => {
                Leads::Nowhere("it is attached to nothing".to_owned())
            }
            Some(interface) if !interface.forwards => Leads::Nowhere(
                "it drops what is not for itself: its source/destination check is on".to_owned(),
            ),
            Some(_) => Leads::Out,
            None => self.absent(),
        }
    }
}

/// The table that decides for a subnet: its own, else the VPC's main one.
pub(crate) fn table_of<'a>(
    tables: &'a [RouteTableState],
    subnet: &str,
) -> Option<&'a RouteTableState> {
    let explicit = tables.iter().find(|table| {
        let mut associations = table.associations.iter();
        associations.any(|of| of.subnet == subnet)
    });
    explicit.or(tables.iter().find(|table| table.main))
}
