//! Whether packets of a subnet that exists find their way, and are let through.

use groundwork_model::{Family, Finding};

use crate::{
    assess::Judge,
    codes,
    route_table::{Entry, RouteTableState},
    spec::field,
    subnet::SubnetState,
};

/// Judges routes and network ACLs of one subnet.
pub(crate) fn judge(judge: &mut Judge<'_>, subnet: &SubnetState) {
    let families = judge.target.addressing.family.families();
    match table(judge, subnet) {
        Some(table) => {
            for &family in families {
                way_out(judge, subnet, &table, family);
            }
            exposure(judge, subnet, &table);
        }
        None => {
            let message = format!("no route table was found for {}", subnet.told());
            let finding = Finding::error(codes::ROUTE, message);
            judge.say(finding, subnet.told(), "look at the VPC's route tables");
        }
    }
    for &family in families {
        acl(judge, subnet, family);
    }
}

/// The table that decides: the subnet's own, else the VPC's main one.
fn table(judge: &Judge<'_>, subnet: &SubnetState) -> Option<RouteTableState> {
    let tables = &judge.survey.tables;
    let explicit = tables.iter().find(|table| {
        table
            .associations
            .iter()
            .any(|of| of.subnet == subnet.common.id)
    });
    explicit.or(tables.iter().find(|table| table.main)).cloned()
}

/// What a route's target is, by its id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hop {
    Internet,
    EgressOnly,
    Nat,
    Elsewhere,
    Unknown,
}

fn hop(route: &Entry) -> Hop {
    let prefix = route.by.split_once('-').map(|(prefix, _)| prefix);
    match prefix {
        Some("igw") => Hop::Internet,
        Some("eigw") => Hop::EgressOnly,
        Some("nat") => Hop::Nat,
        Some("tgw" | "eni" | "pcx" | "vpce" | "vgw" | "i" | "lgw" | "cagw") => Hop::Elsewhere,
        Some(_) | None => Hop::Unknown,
    }
}

fn everything(family: Family) -> &'static str {
    match family {
        Family::V4 => "0.0.0.0/0",
        Family::V6 => "::/0",
    }
}

fn way_out(judge: &mut Judge<'_>, subnet: &SubnetState, table: &RouteTableState, family: Family) {
    let to = everything(family);
    let (told, by) = (subnet.told(), table.told());
    let place = field("subnetIDs");
    let Some(route) = table.default_route(to) else {
        let message = format!("{told} has no way out over {family}: {by} has no route to {to}");
        let remedy = format!(
            "have a route to {to} added to {by}: to an internet gateway, a NAT or an egress-only gateway"
        );
        judge.say(
            Finding::error(codes::ROUTE, message).at(place),
            told,
            remedy,
        );
        return;
    };
    if route.blackhole {
        let message = format!(
            "the route to {to} in {by} leads to {}, which is gone",
            route.by
        );
        let remedy = "have the route lead to a gateway that exists";
        judge.say(
            Finding::error(codes::BLACKHOLE, message).at(place),
            told,
            remedy,
        );
        return;
    }
    let unfit = match (hop(route), family) {
        (Hop::EgressOnly, Family::V4) => Some("egress-only gateways carry IPv6 alone"),
        (Hop::Nat, Family::V6) => Some("NAT gateways carry IPv6 only to IPv4 destinations"),
        (Hop::Unknown, _) => Some("that is no gateway that is known"),
        (Hop::Internet | Hop::Elsewhere, _)
        | (Hop::EgressOnly, Family::V6)
        | (Hop::Nat, Family::V4) => None,
    };
    if let Some(why) = unfit {
        let message = format!("the route to {to} in {by} leads to {}: {why}", route.by);
        let finding = Finding::error(codes::ROUTE, message).at(place);
        judge.say(
            finding,
            told,
            "have the route lead to a gateway that carries the family",
        );
    }
}

/// From outside, and with a public address.
fn exposure(judge: &mut Judge<'_>, subnet: &SubnetState, table: &RouteTableState) {
    let told = subnet.told();
    let by = |family| table.default_route(everything(family)).map(hop);
    if by(Family::V4) == Some(Hop::Internet) && !subnet.map_public_ipv4 {
        let message = format!(
            "{told} is public, but gives machines no public IPv4 address: they have no IPv4 way out"
        );
        let finding = Finding::warning(codes::PUBLIC_IPV4, message).at(field("subnetIDs"));
        judge.say(
            finding,
            told.clone(),
            "turn on public addresses in the subnet or for the machines",
        );
    }
    if judge.dual && by(Family::V6) == Some(Hop::EgressOnly) {
        let message =
            format!("{told} is private: its node ports cannot be reached from outside over IPv6");
        let finding = Finding::note(codes::PRIVATE, message);
        judge.say(
            finding,
            told,
            "use a public subnet where IPv6 clients come from outside",
        );
    }
}

/// What a cluster needs let through: node ports in, answers out, and in IPv6 its own control
/// messages (RFC 4890).
fn acl(judge: &mut Judge<'_>, subnet: &SubnetState, family: Family) {
    let acls = &judge.survey.acls;
    let of_it = acls
        .iter()
        .find(|acl| acl.subnets.contains(&subnet.common.id))
        .cloned();
    let Some(acl) = of_it else {
        return;
    };
    let ports = judge.target.addressing.node_ports;
    let asked = [
        (false, "6", Some(ports.first), "node ports by TCP"),
        (false, "17", Some(ports.first), "node ports by UDP"),
        (true, "6", Some(443), "HTTPS out"),
        (false, "58", None, "ICMPv6 in"),
        (true, "58", None, "ICMPv6 out"),
    ];
    for (egress, protocol, port, what) in asked {
        let relevant = protocol != "58" || family == Family::V6;
        if !relevant || acl.lets(egress, family, protocol, port) {
            continue;
        }
        let message = format!(
            "network ACL {} of {} does not let {what} through over {family}",
            acl.id,
            subnet.told()
        );
        let finding = match protocol {
            "58" => Finding::error(codes::NETWORK_ACL, message),
            _ => Finding::warning(codes::NETWORK_ACL, message),
        };
        judge.say(finding, subnet.told(), "have an entry added that allows it");
    }
}
