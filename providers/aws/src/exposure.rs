//! From where nodes of a subnet that exists can be reached. Pure.

use groundwork_model::{Family, Finding};

use crate::{
    assess::{Judge, owner},
    calls::{self, Verb},
    codes,
    reach::Path,
    rules::everywhere,
    targets::Leads,
};

/// Judges whether nodes have the addresses for their ways out, and whether both families agree on
/// who may come in.
pub(crate) fn judge(judge: &mut Judge<'_>, path: &Path<'_>) {
    let leads = |family| {
        let route = path.table.way_out(family).filter(|route| !route.blackhole);
        route.map(|route| (path.ways.leads(&route.by, family), route.by.as_str()))
    };
    let (ipv4, ipv6) = (leads(Family::V4), leads(Family::V6));
    let public = |leads: &Option<(Leads, &str)>| matches!(leads, Some((Leads::Internet, _)));
    let by = |leads: &Option<(Leads, &str)>, kind| matches!(leads, Some((Leads::Out, by)) if by.starts_with(kind));
    if public(&ipv4) && !path.subnet.map_public_ipv4 {
        no_public_ipv4(judge, path);
    }
    if !judge.dual {
        return;
    }
    if by(&ipv6, "eigw-") {
        match ipv4 {
            Some((Leads::Internet, gateway)) => one_way(judge, path, gateway),
            Some((Leads::Out | Leads::Unseen(_) | Leads::Nowhere(_), _)) | None => {
                private(judge, path);
            }
        }
    }
    if by(&ipv4, "nat-") && public(&ipv6) {
        exposed(judge, path);
    }
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
