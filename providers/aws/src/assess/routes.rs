//! Whether packets of a subnet that exists find their way out, and are let through. Pure.

use groundwork_kit::rules::everywhere;
use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use crate::{
    assess::{
        Judge, acls,
        calls::{self, Verb},
        encryption, exposure, owner, public_access,
    },
    codes,
    object::{
        route_table::{Entry, RouteTableState},
        subnet::SubnetState,
        vpc::VpcState,
    },
    survey::targets::{Leads, Ways, table_of},
    watched::encryption::Gateway,
};

/// Where NAT64 translates (RFC 6052, 2.1).
const NAT64: &str = "64:ff9b::/96";

/// Judges routes and the network ACL of one subnet. Says whether the ACL, which others may have
/// too, is fit.
pub(crate) fn judge<'a>(judge: &mut Judge<'a>, subnet: &SubnetState, vpc: &'a VpcState) -> bool {
    let ways = judge.ways(vpc);
    match table_of(ways.tables, &subnet.common.id) {
        Some(table) => {
            let path = Path {
                ways,
                subnet,
                table,
                vpc,
            };
            path.judge(judge);
        }
        None => no_table(judge, subnet, ways.is_shared),
    }
    acls::judge(judge, subnet)
}

fn no_table(judge: &mut Judge<'_>, subnet: &SubnetState, is_shared: bool) {
    let message = format!("no route table of {} can be seen", subnet.told());
    let finding = match is_shared {
        true => Finding::note(codes::ROUTE_UNSEEN, message),
        false => Finding::error(codes::ROUTE, message),
    };
    let finding = finding.at(judge.place(&subnet.common.id));
    judge.say(finding, subnet.told(), "look at the VPC's route tables");
}

/// A subnet and the route table that decides for it.
pub(crate) struct Path<'a> {
    pub(crate) ways: Ways<'a>,
    pub(crate) subnet: &'a SubnetState,
    pub(crate) table: &'a RouteTableState,
    pub(crate) vpc: &'a VpcState,
}

impl Path<'_> {
    fn judge(&self, judge: &mut Judge<'_>) {
        for &family in judge.target.addressing.family.families() {
            let ways = self.table.ways_out(family);
            if ways.is_empty() {
                self.no_way(judge, family);
            }
            for route in ways {
                self.way(judge, route, family);
            }
        }
        if judge.dual && self.subnet.dns64 {
            self.nat64(judge);
        }
        self.black_holes(judge);
        exposure::judge(judge, self);
    }

    /// Once, also where both halves of a way out lead to the same.
    pub(crate) fn say(&self, judge: &mut Judge<'_>, finding: Finding, remedy: impl Into<String>) {
        let place = judge.place(&self.subnet.common.id);
        judge.say(finding.at(place), self.subnet.told(), remedy);
        judge.findings.dedup();
    }

    fn no_way(&self, judge: &mut Judge<'_>, family: Family) {
        let (told, table) = (self.subnet.told(), self.table.told());
        let to = everywhere(family);
        let lists = self.prefix_lists();
        let message = format!("{told} has no way out over {family}: {table} has no route to {to}");
        let finding = match lists.as_slice() {
            [] => Finding::error(codes::ROUTE, message),
            // What is in somebody's list of prefixes is not looked into.
            lists => {
                let message = format!("{message}, unless {} holds one", lists.join(", "));
                Finding::warning(codes::ROUTE, message)
            }
        };
        let remedy = self.remedy(Verb::Create, to);
        self.say(judge, finding, remedy);
    }

    /// Lists of prefixes that routes are for, but for those of AWS's own services.
    fn prefix_lists(&self) -> Vec<&str> {
        let routes = self.table.routes.iter();
        routes
            .filter(|route| route.to.starts_with("pl-") && !route.by.starts_with("vpce-"))
            .map(|route| route.to.as_str())
            .collect()
    }

    fn way(&self, judge: &mut Judge<'_>, route: &Entry, family: Family) {
        let leads = self.ways.leads_by(route, family);
        let (table, to, by) = (self.table.told(), &route.to, &route.by);
        let begin = format!("the route to {to} in {table} leads to {by}");
        let net = route.net().unwrap_or_else(|| everywhere(family));
        let remedy = || self.remedy(Verb::Replace, net);
        match (route.blackhole, leads) {
            (true, leads) => {
                let why = match leads {
                    Leads::Nowhere(why) => why,
                    Leads::Internet | Leads::Out | Leads::Unseen(_) => "it is gone".to_owned(),
                };
                let message = format!("{begin}, and everything is lost there: {why}");
                let finding = Finding::error(codes::BLACKHOLE, message);
                self.say(judge, finding, remedy());
            }
            (false, Leads::Nowhere(why)) => {
                let finding = Finding::error(codes::ROUTE, format!("{begin}: {why}"));
                self.say(judge, finding, remedy());
            }
            (false, Leads::Unseen(why)) => {
                let message = format!("{begin}: {why}");
                let finding = Finding::note(codes::ROUTE_UNSEEN, message);
                let remedy = format!("see that {family} finds a way out behind it");
                self.say(judge, finding, remedy);
            }
            (false, Leads::Internet | Leads::Out) => {
                public_access::judge(judge, self, by, family);
                encryption::judge(judge, self, by, family);
            }
        }
        let public = ["igw-", "eigw-"].iter().any(|kind| by.starts_with(kind));
        let own = self.subnet.ipv6_block().filter(|block| block.is_private());
        let own = own.filter(|_| public && family == Family::V6);
        if let Some(own) = own.and_then(|block| block.cidr) {
            self.private_range(judge, own);
        }
    }

    /// Gateways carry to the internet what is announced there.
    fn private_range(&self, judge: &mut Judge<'_>, own: IpNet) {
        let message = format!(
            "{} has the private range {own}, which no gateway carries to the internet",
            self.subnet.told()
        );
        let finding = Finding::error(codes::ROUTE, message);
        let source = crate::Ipv6Source::Amazon;
        let call = calls::associate_vpc(&self.vpc.common.id, &source);
        let remedy = format!("{}; then have the subnet get a part of it", owner(&call));
        self.say(judge, finding, remedy);
    }

    /// The route that is missing or wrong, as far as its target is there; and before it the
    /// exclusions without which it would lead nowhere.
    fn remedy(&self, verb: Verb, to: IpNet) -> String {
        let family = Family::of(&to);
        let by = self.gateway(family);
        let on_the_way = match (&by, family) {
            (Some(by), _) => Gateway::on_the_way(by),
            (None, Family::V4) => &[Gateway::Internet],
            (None, Family::V6) => &[Gateway::EgressOnly],
        };
        let route = self.route_by(verb, to, by.as_deref());
        match encryption::first(self.vpc, on_the_way) {
            Some(first) => format!("{}; then {route}", owner(&first)),
            None => route,
        }
    }

    fn route_by(&self, verb: Verb, to: IpNet, by: Option<&str>) -> String {
        let id = &self.table.common.id;
        match (by, Family::of(&to)) {
            (Some(by), _) => owner(&calls::route(verb, id, to, by)),
            (None, Family::V4) => format!(
                "have a route to {to} in {id} lead to an internet gateway, or to a NAT gateway in a \
                 public subnet"
            ),
            (None, Family::V6) => {
                let made = calls::create_egress_only(&self.vpc.common.id);
                let route = calls::route(verb, id, to, "eigw-…");
                format!(
                    "{}; then, with the id that it answers: {route}",
                    owner(&made)
                )
            }
        }
    }

    /// What would carry the family: what carries the other one, if that works, else a gateway of
    /// its own kind.
    fn gateway(&self, family: Family) -> Option<String> {
        let other = match family {
            Family::V4 => Family::V6,
            Family::V6 => Family::V4,
        };
        let ways = self.table.ways_out(other).into_iter();
        let ways = ways.filter(|route| !route.blackhole && route.idle.is_none());
        let mut ways = ways.map(|route| route.by.as_str());
        // A machine that forwards one family need not forward the other.
        let both = |by: &&str| {
            ["igw-", "tgw-", "vpce-"]
                .iter()
                .any(|kind| by.starts_with(kind))
        };
        let works = |by: &&str| !matches!(self.ways.leads(by, family), Leads::Nowhere(_));
        if let Some(by) = ways.find(|by| both(by) && works(by)) {
            return Some(by.to_owned());
        }
        let targets = self.ways.targets;
        let here = &self.vpc.common.id;
        if self.subnet.map_public_ipv4 {
            let mut own = targets.internet.iter();
            let own = own.find(|gateway| gateway.vpc.as_ref() == Some(here));
            return own.map(|gateway| gateway.common.id.clone());
        }
        match family {
            Family::V6 => {
                let mut own = targets.egress_only.iter();
                let own = own.find(|gateway| gateway.vpc == *here);
                own.map(|gateway| gateway.common.id.clone())
            }
            Family::V4 => self.nat(),
        }
    }

    /// A NAT gateway that works.
    fn nat(&self) -> Option<String> {
        let all = self.ways.targets.nat.iter();
        let mut ids = all.map(|gateway| &gateway.common.id);
        let works = |id: &&String| self.ways.leads(id, Family::V4) == Leads::Out;
        ids.find(works).cloned()
    }

    /// Names that have only IPv4 addresses get translated ones: those have to lead to something that
    /// translates them back.
    fn nat64(&self, judge: &mut Judge<'_>) {
        let to: IpNet = NAT64.parse().expect("it is a CIDR");
        let route = self.table.way(&to);
        let own = route.filter(|route| route.net() == Some(to));
        let Some(why) = self.untranslated(route) else {
            return;
        };
        let message = format!(
            "{} answers names with addresses of {NAT64}, and {} has no route for them that works: \
             {why}",
            self.subnet.told(),
            self.table.told()
        );
        let verb = own.map_or(Verb::Create, |_| Verb::Replace);
        let nat = self.gateway(Family::V4).filter(|id| id.starts_with("nat-"));
        let remedy = match nat.or_else(|| self.nat()) {
            Some(nat) => owner(&calls::route(verb, &self.table.common.id, to, &nat)),
            None => {
                "have a NAT gateway made and a route lead to it, or DNS64 turned off".to_owned()
            }
        };
        self.say(judge, Finding::error(codes::ROUTE, message), remedy);
    }

    /// Why nothing translates at the end of a route; `None` where something does, or may.
    fn untranslated(&self, route: Option<&Entry>) -> Option<String> {
        let Some(route) = route else {
            return Some("there is none".to_owned());
        };
        let by = &route.by;
        let begin = format!("the one to {} leads to {by}", route.to);
        if route.blackhole {
            return Some(format!("{begin}, which is gone"));
        }
        if by.starts_with("igw-") || by.starts_with("eigw-") {
            return Some(format!("{begin}, which does not translate"));
        }
        match self.ways.leads_by(route, Family::V4) {
            Leads::Nowhere(why) => Some(format!("{begin}: {why}")),
            Leads::Internet | Leads::Out | Leads::Unseen(_) => None,
        }
    }

    /// Routes besides the default ones that lead to what is gone.
    fn black_holes(&self, judge: &mut Judge<'_>) {
        let families = judge.target.addressing.family.families();
        let ways = families
            .iter()
            .flat_map(|family| self.table.ways_out(*family));
        let ways: Vec<&Entry> = ways.collect();
        let lost = self.table.routes.iter().filter(|route| route.blackhole);
        let lost = lost.filter(|route| !ways.contains(route) && route.to != NAT64);
        let told: Vec<String> = lost
            .map(|route| format!("{} ({})", route.to, route.by))
            .collect();
        if told.is_empty() {
            return;
        }
        let table = self.table.told();
        let message = format!(
            "in {table}, these routes lead to what is gone: {}",
            told.join(", ")
        );
        let finding = Finding::warning(codes::BLACKHOLE, message);
        let already = judge
            .findings
            .iter()
            .any(|said| said.message == finding.message);
        if !already {
            self.say(
                judge,
                finding,
                "have them deleted, or lead to targets that exist",
            );
        }
    }
}
