//! Whether network ACLs let through what a cluster needs. Pure.

use groundwork_kit::rules::everywhere;
use groundwork_model::{Family, Finding, Severity};
use ipnet::IpNet;

use crate::{
    assess::{Judge, calls, owner},
    codes, compile,
    object::subnet::SubnetState,
    survey::Named,
    watched::network_acl::{NetworkAclState, Through, Traffic},
};

/// The ports from which Linux speaks (`net.ipv4.ip_local_port_range`), and so answers come back to.
const EPHEMERAL: (u16, u16) = (32768, 60999);
/// Packet too big: without it, large packets vanish (RFC 8201).
const TOO_BIG: (u16, u16) = (2, 2);

/// Where overlays usually are: VXLAN as Linux and as the standard have it, and Geneve.
const OVERLAYS: [u16; 3] = [8472, 4789, 6081];
/// More ranges than these are told as those of the VPC: an ACL has room for twenty entries.
const BESIDE_MAX: usize = 3;
/// Where a kubelet is asked for logs and figures, by agents on other nodes too.
const KUBELET: (u16, u16) = (10250, 10250);

/// Something that a cluster needs let through.
struct Need {
    what: &'static str,
    traffic: Traffic,
    /// Without it there is no cluster, or none that works.
    vital: bool,
    /// Whether a part of the addresses is less than what was asked for.
    whole: bool,
    /// Other ports, any of which does as well.
    or: &'static [u16],
}

/// One thing that is not let through, and the traffic that another entry would have to be about.
struct Lack {
    severity: Severity,
    text: String,
    missing: Option<Traffic>,
}

/// The numbers of entries that were named already.
#[derive(Default)]
struct Numbers {
    ingress: Vec<i32>,
    egress: Vec<i32>,
}

/// Judges the network ACL of a subnet, once for all its subnets. Says whether it is fit.
pub(crate) fn judge(judge: &mut Judge<'_>, subnet: &SubnetState) -> bool {
    let mut acls = judge.survey.acls.iter();
    let Some(acl) = acls.find(|acl| acl.subnets.contains(&subnet.common.id)) else {
        return true;
    };
    if let Some(fit) = judge.acls.get(&acl.id) {
        return *fit;
    }
    let mut needs = needs(judge);
    let beside = beside(judge, acl).into_iter();
    needs.extend(beside.flat_map(among_nodes));
    let lacks: Vec<Lack> = needs.iter().flat_map(|need| lacks(acl, need)).collect();
    let fit = !lacks.iter().any(|lack| lack.severity == Severity::Error);
    judge.acls.insert(acl.id.clone(), fit);
    let acl = acl.clone();
    let mut numbers = Numbers::default();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let same: Vec<&Lack> = lacks
            .iter()
            .filter(|lack| lack.severity == severity)
            .collect();
        if !same.is_empty() {
            told(judge, &acl, severity, &same, &mut numbers);
        }
    }
    fit
}

fn needs(judge: &Judge<'_>) -> Vec<Need> {
    let mut needs = Vec::new();
    let families = judge.target.addressing.family.families();
    for &family in families {
        let all = everywhere(family);
        let mut vital = |what, egress, protocol, ports| {
            let traffic = Traffic {
                egress,
                protocol,
                ports,
                net: all,
            };
            needs.push(Need {
                what,
                traffic,
                vital: true,
                whole: false,
                or: &[],
            });
        };
        vital("HTTPS", true, "6", (443, 443));
        vital("answers to it", false, "6", EPHEMERAL);
        if family == Family::V6 {
            vital("ICMPv6 (packet too big)", false, "58", TOO_BIG);
            vital("ICMPv6 (packet too big)", true, "58", TOO_BIG);
        }
    }
    let sources = compile::access(judge.target).node_ports;
    needs.extend(sources.into_iter().flat_map(|net| node_ports(judge, net)));
    needs.retain(|need| !is_to_come(judge, &need.traffic.net));
    needs
}

/// Whether a family is still to come to the VPC. EC2 lets IPv6 through the VPC's own ACL when the
/// range comes, but not where somebody has changed the ACL before: nobody is told to do that.
fn is_to_come(judge: &Judge<'_>, net: &IpNet) -> bool {
    let vpc = judge.survey.vpc.external();
    Family::of(net) == Family::V6 && vpc.is_some_and(|vpc| vpc.ipv6_ranges().is_empty())
}

fn node_ports(judge: &Judge<'_>, net: IpNet) -> [Need; 4] {
    let ports = judge.target.addressing.node_ports;
    let ports = (ports.first, ports.last);
    let need = |what, egress, protocol, ports| wanted(what, egress, protocol, ports, net);
    [
        need("node ports by TCP", false, "6", ports),
        need("node ports by UDP", false, "17", ports),
        need("answers of node ports by TCP", true, "6", EPHEMERAL),
        need("answers of node ports by UDP", true, "17", EPHEMERAL),
    ]
}

fn wanted(
    what: &'static str,
    egress: bool,
    protocol: &'static str,
    ports: (u16, u16),
    net: IpNet,
) -> Need {
    Need {
        what,
        traffic: Traffic {
            egress,
            protocol,
            ports,
            net,
        },
        vital: false,
        whole: true,
        or: &[],
    }
}

/// The IPv4 ranges from which nodes send to others through this ACL. Inside one subnet, no ACL is
/// passed.
fn beside(judge: &Judge<'_>, acl: &NetworkAclState) -> Vec<IpNet> {
    let subnets = judge.survey.subnets.iter().filter_map(Named::state);
    let nodes: Vec<&SubnetState> = subnets.filter(|subnet| subnet.vpc == acl.vpc).collect();
    let has = |subnet: &&&SubnetState| acl.subnets.contains(&subnet.common.id);
    let several = nodes.iter().filter(has).count() > 1;
    let beside = nodes.iter().filter(|subnet| several || !has(subnet));
    let ranges: Vec<IpNet> = beside.filter_map(|subnet| subnet.cidr).collect();
    let ranges = IpNet::aggregate(&ranges);
    let vpc = judge
        .survey
        .vpc
        .external()
        .filter(|_| ranges.len() > BESIDE_MAX);
    vpc.map_or(ranges, |vpc| vpc.cidrs.clone())
}

/// What nodes send each other whatever their network plugin is, and its overlay, if it has one.
fn among_nodes(net: IpNet) -> [Need; 6] {
    let [overlay, or @ ..] = &OVERLAYS;
    let kubelet = |egress| wanted("kubelets (TCP 10250)", egress, "6", KUBELET, net);
    let answers = |egress| wanted("answers of kubelets", egress, "6", EPHEMERAL, net);
    let overlays = |egress| Need {
        or,
        ..wanted(
            "overlays (UDP 8472, 4789 or 6081)",
            egress,
            "17",
            (*overlay, *overlay),
            net,
        )
    };
    [
        kubelet(false),
        answers(true),
        kubelet(true),
        answers(false),
        overlays(false),
        overlays(true),
    ]
}

fn lacks(acl: &NetworkAclState, need: &Need) -> Vec<Lack> {
    let Need {
        what,
        traffic,
        vital,
        whole,
        or,
    } = need;
    let fate = |port: u16| {
        let ports = (port, port);
        acl.lets(Traffic { ports, ..*traffic })
    };
    let mut others = or.iter().flat_map(|port| fate(*port));
    if others.any(|(_, through)| through != Through::Nothing) {
        return Vec::new();
    }
    let lack = |(ports, through): ((u16, u16), Through)| {
        let severity = match (through, whole, vital) {
            (Through::All, _, _) | (Through::Part, false, _) => return None,
            (Through::Part, true, _) => Severity::Note,
            (Through::Nothing, _, true) => Severity::Error,
            (Through::Nothing, _, false) => Severity::Warning,
        };
        let some = match ports == traffic.ports {
            true => String::new(),
            false => format!(", ports {}-{}", ports.0, ports.1),
        };
        let word = if traffic.egress { "to" } else { "from" };
        let part = if through == Through::Part {
            "a part of "
        } else {
            ""
        };
        let text = format!("{what} {word} {part}{}{some}", traffic.net);
        let missing = Traffic { ports, ..*traffic };
        Some(Lack {
            severity,
            text,
            missing: (through == Through::Nothing).then_some(missing),
        })
    };
    acl.lets(*traffic).into_iter().filter_map(lack).collect()
}

/// Says all that is shut out and is equally bad, with the entries that would let it through.
fn told(
    judge: &mut Judge<'_>,
    acl: &NetworkAclState,
    severity: Severity,
    lacks: &[&Lack],
    numbers: &mut Numbers,
) {
    let texts: Vec<&str> = lacks.iter().map(|lack| lack.text.as_str()).collect();
    let told = format!("network ACL {}", acl.id);
    let message = format!(
        "{told} (of {}) does not let through: {}",
        subnets_of(judge, acl),
        texts.join("; ")
    );
    let mut calls = Vec::new();
    for missing in lacks.iter().filter_map(|lack| lack.missing) {
        let taken = match missing.egress {
            true => &mut numbers.egress,
            false => &mut numbers.ingress,
        };
        if let Some(number) = acl.free_number(missing.egress, taken) {
            taken.push(number);
            calls.push(calls::acl_entry(&acl.id, number, missing));
        }
    }
    let remedy = match calls.as_slice() {
        [] => "have its entries changed where more is to come through".to_owned(),
        calls => owner(&calls.join("; ")),
    };
    let finding = Finding::new(severity, codes::NETWORK_ACL, message).at(judge.vpc_place());
    judge.say(finding, told, remedy);
}

/// The nodes' subnets that an ACL is that of.
fn subnets_of(judge: &Judge<'_>, acl: &NetworkAclState) -> String {
    let subnets = judge.survey.subnets.iter().filter_map(Named::state);
    let ids = subnets.map(|subnet| subnet.common.id.as_str());
    let ids: Vec<&str> = ids
        .filter(|id| acl.subnets.iter().any(|of| of == id))
        .collect();
    ids.join(", ")
}
