//! The rules of a security group that we make.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::Target;
use ipnet::IpNet;

use crate::{
    codes,
    rules::{Protocol, Rule, Source, everywhere},
    spec::{Datacenter, Spec, field, given},
};

/// In each family of the cluster: everything among members, ICMP, SSH, and node ports by TCP and
/// UDP from where they may be reached.
pub(crate) fn rules(target: &Target<Spec, Datacenter>) -> (BTreeSet<Rule>, Vec<Finding>) {
    let mut rules = BTreeSet::new();
    for &family in target.addressing.family.families() {
        rules.insert(Rule {
            family,
            protocol: Protocol::Any,
            ports: None,
            from: Source::Members,
        });
        let from = Source::Range(everywhere(family));
        rules.insert(Rule {
            family,
            protocol: Protocol::Icmp,
            ports: None,
            from,
        });
    }
    let (ssh, mut findings) = ssh_sources(target);
    rules.extend(ssh.into_iter().map(|net| Rule {
        family: Family::of(&net),
        protocol: Protocol::Tcp,
        ports: Some((22, 22)),
        from: Source::Range(net),
    }));
    let (sources, more) = node_port_sources(target);
    findings.extend(more);
    let ports = target.addressing.node_ports;
    for net in sources {
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            rules.insert(Rule {
                family: Family::of(&net),
                protocol,
                ports: Some((ports.first, ports.last)),
                from: Source::Range(net),
            });
        }
    }
    (rules, findings)
}

fn node_port_sources(target: &Target<Spec, Datacenter>) -> (Vec<IpNet>, Vec<Finding>) {
    let spec = &target.spec;
    let ranges = spec
        .node_ports_allowed_ip_ranges
        .as_ref()
        .map(|r| r.cidr_blocks.as_slice());
    let datacenter = target
        .cloud
        .node_ports_allowed_ip_range
        .as_ref()
        .map(|r| r.cidr_blocks.as_slice());
    target.addressing.node_port_sources(
        ranges,
        given(&spec.node_ports_allowed_ip_range),
        datacenter,
        "spec.cloud.openstack",
    )
}

fn ssh_sources(target: &Target<Spec, Datacenter>) -> (Vec<IpNet>, Vec<Finding>) {
    let families = target.addressing.family.families();
    let mut findings = Vec::new();
    let sources: Vec<IpNet> = match &target.spec.ssh_sources {
        None => families.iter().copied().map(everywhere).collect(),
        Some(texts) => {
            let nets = texts.iter().enumerate().map(|(index, text)| {
                let place = format!("{}[{index}]", field("sshSources"));
                let net = cidr::parse_cidr(text, &place)?;
                match families.contains(&Family::of(&net)) {
                    true => Ok(net),
                    false => Err(other_family(net, &place)),
                }
            });
            let nets: Vec<Result<IpNet, Finding>> = nets.collect();
            let keep =
                |net: Result<IpNet, Finding>| net.map_err(|finding| findings.push(finding)).ok();
            nets.into_iter().filter_map(keep).collect()
        }
    };
    for net in sources.iter().filter(|net| net.prefix_len() == 0) {
        let message = format!("SSH is open to everybody ({net})");
        let finding = Finding::warning(codes::SSH_OPEN, message).at(field("sshSources"));
        findings.push(finding.remedy("list in sshSources where you log in from; [] shuts SSH out"));
    }
    (sources, findings)
}

fn other_family(net: IpNet, place: &str) -> Finding {
    let message = format!(
        "{net} is {}, which the cluster does not have",
        Family::of(&net)
    );
    Finding::error(codes::SSH_SOURCE, message)
        .at(place)
        .remedy("remove it, or set ipFamily to IPv4+IPv6")
}
