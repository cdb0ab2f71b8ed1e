//! From where nodes of a subnet that exists can be reached. Pure.

use groundwork_kit::rules::everywhere;
use groundwork_model::{Family, Finding};

use crate::{
    assess::{
        Judge,
        calls::{self, Verb},
        owner,
        routes::Path,
    },
    codes,
    survey::targets::Leads,
};

/// Judges whether nodes have the addresses for their ways out, and whether both families agree on
/// who may come in.
pub(crate) fn judge(judge: &mut Judge<'_>, path: &Path<'_>) {
    let leads = |family| -> Vec<(Leads, &str)> {
        let routes = path.table.ways_out(family).into_iter();
        let routes = routes.filter(|route| !route.blackhole);
        let leads = routes.map(|route| (path.ways.leads_by(route, family), route.by.as_str()));
        leads.collect()
    };
    let (ipv4, ipv6) = (leads(Family::V4), leads(Family::V6));
    let public = |leads: &[(Leads, &'_ str)]| gateway(leads).is_some();
    let by = |leads: &[(Leads, &'_ str)], kind| {
        let mut leads = leads.iter();
        leads.any(|(leads, by)| *leads == Leads::Out && by.starts_with(kind))
    };
    if public(&ipv4) && !path.subnet.map_public_ipv4 {
        no_public_ipv4(judge, path);
    }
    if !judge.dual {
        return;
    }
    if by(&ipv6, "eigw-") {
        match gateway(&ipv4) {
            Some(gateway) => one_way(judge, path, gateway),
            None => private(judge, path),
        }
    }
    if by(&ipv4, "nat-") && !public(&ipv4) && public(&ipv6) {
        exposed(judge, path);
    }
}

/// What leads to the internet, and from it.
fn gateway<'a>(leads: &[(Leads, &'a str)]) -> Option<&'a str> {
    let mut leads = leads.iter();
    let public = leads.find(|(leads, _)| *leads == Leads::Internet);
    public.map(|(_, by)| *by)
}

fn no_public_ipv4(judge: &mut Judge<'_>, path: &Path<'_>) {
    let message = format!(
        "{} is public, but gives machines no public IPv4 address: without one of their own they \
         have no IPv4 way out",
        path.subnet.told()
    );
    let finding = Finding::warning(codes::PUBLIC_IPV4, message);
    let call = calls::switch_subnet(&path.subnet.common.id, "map-public-ip-on-launch");
    let remedy = format!("{}; or give machines addresses of their own", owner(&call));
    path.say(judge, finding, remedy);
}

fn private(judge: &mut Judge<'_>, path: &Path<'_>) {
    let message = format!(
        "{} is private: its node ports cannot be reached from outside over IPv6",
        path.subnet.told()
    );
    let finding = Finding::note(codes::PRIVATE, message);
    let remedy = "use a public subnet where IPv6 clients come from outside";
    path.say(judge, finding, remedy);
}

fn one_way(judge: &mut Judge<'_>, path: &Path<'_>, gateway: &str) {
    let message = format!(
        "{} is public over IPv4, but an egress-only gateway lets nobody in over IPv6: its node \
         ports cannot be reached from outside",
        path.subnet.told()
    );
    let finding = Finding::warning(codes::PRIVATE, message);
    let id = &path.table.common.id;
    let call = calls::route(Verb::Replace, id, everywhere(Family::V6), gateway);
    path.say(judge, finding, owner(&call));
}

fn exposed(judge: &mut Judge<'_>, path: &Path<'_>) {
    let message = format!(
        "{} is private over IPv4, and public over IPv6: whatever its groups let in reaches its \
         nodes from everywhere",
        path.subnet.told()
    );
    let finding = Finding::warning(codes::EXPOSED, message);
    let remedy = "if that is not meant, have ::/0 lead to an egress-only gateway";
    path.say(judge, finding, remedy);
}
