//! The rules of a security group that we make.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::Target;
use ipnet::IpNet;

use crate::{
    codes,
    object::rules::{Protocol, Rule, Source, everywhere},
    spec::{Datacenter, Spec, field, given},
};

/// Everything among members; in each family of the cluster ICMP, SSH, and node ports by TCP and
/// UDP from where they may be reached; and everything out.
pub(crate) fn rules(target: &Target<Spec, Datacenter>) -> (BTreeSet<Rule>, Vec<Finding>) {
    let ingress = |protocol, ports, peer| Rule {
        egress: false,
        protocol,
        ports,
        peer,
    };
    let mut rules = BTreeSet::from([ingress(Protocol::Any, None, Source::Members)]);
    for &family in target.addressing.family.families() {
        let icmp = match family {
            Family::V4 => Protocol::Icmp,
            Family::V6 => Protocol::Icmpv6,
        };
        rules.insert(ingress(icmp, None, Source::Range(everywhere(family))));
        rules.insert(Rule {
            egress: true,
            protocol: Protocol::Any,
            ports: None,
            peer: Source::Range(everywhere(family)),
        });
    }
    let (ssh, mut findings) = ssh_sources(target);
    let ssh = ssh
        .into_iter()
        .map(|net| ingress(Protocol::Tcp, Some((22, 22)), Source::Range(net)));
    rules.extend(ssh);
    let (sources, more) = node_port_sources(target);
    findings.extend(more);
    let ports = target.addressing.node_ports;
    for net in sources {
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let ports = Some((ports.first, ports.last));
            rules.insert(ingress(protocol, ports, Source::Range(net)));
        }
    }
    (rules, findings)
}

/// From where node ports may be reached.
pub(crate) fn node_port_sources(target: &Target<Spec, Datacenter>) -> (Vec<IpNet>, Vec<Finding>) {
    let spec = &target.spec;
    let ranges = spec.node_ports_allowed_ip_ranges.as_ref();
    target.addressing.node_port_sources(
        ranges.map(|ranges| ranges.cidr_blocks.as_slice()),
        given(&spec.node_ports_allowed_ip_range),
        None,
        "spec.cloud.aws",
    )
}

fn ssh_sources(target: &Target<Spec, Datacenter>) -> (Vec<IpNet>, Vec<Finding>) {
    let families = target.addressing.family.families();
    let mut findings = Vec::new();
    let sources: Vec<IpNet> = match &target.spec.ssh_sources {
        None => families.iter().copied().map(everywhere).collect(),
        Some(texts) => {
            let mut nets = Vec::new();
            for (index, text) in texts.iter().enumerate() {
                let place = format!("{}[{index}]", field("sshSources"));
                match cidr::parse_cidr(text, &place) {
                    Ok(net) if families.contains(&Family::of(&net)) => nets.push(net),
                    Ok(net) => findings.push(other_family(net, &place)),
                    Err(finding) => findings.push(finding),
                }
            }
            nets
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
