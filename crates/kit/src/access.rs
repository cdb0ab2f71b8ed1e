//! From where the nodes of a cluster may be reached: the rules that its firewall gets.

use std::collections::BTreeSet;

use groundwork_model::{Addressing, Family, Finding, NetworkRanges, cidr};
use ipnet::IpNet;

use crate::{
    codes,
    document::given,
    rules::{self, Peer, Ports, Rule, Traffic, everywhere},
};

/// The port of SSH.
const SSH: Ports = Ports::one(22);

/// What documents say about who may reach nodes, as the fields of one cloud's section.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'a> {
    /// The section: `spec.cloud.<name>`.
    pub section: &'a str,
    /// `sshSources`; `None` means everybody.
    pub ssh: Option<&'a [String]>,
    /// `nodePortsAllowedIPRanges`.
    pub node_ports: Option<&'a NetworkRanges>,
    /// `nodePortsAllowedIPRange`, the older field of one range.
    pub node_ports_legacy: Option<&'a str>,
    /// The datacenter's ranges, where the cluster has none.
    pub datacenter: Option<&'a NetworkRanges>,
}

/// The rules that a cluster's firewall gets, and what there is to say about them.
#[derive(Clone, Debug)]
pub struct Access {
    /// The rules, of the cluster's families.
    pub rules: BTreeSet<Rule>,
    /// From where node ports may be reached.
    pub node_ports: Vec<IpNet>,
    /// Malformed ranges, ranges of a family that the cluster lacks, and what is open to everybody.
    pub findings: Vec<Finding>,
}

impl Access {
    /// In each family of the cluster: everything among members, ICMP from everywhere, everything
    /// out; SSH, and node ports by TCP and UDP, from where they may be reached.
    pub fn of(addressing: &Addressing, sources: &Sources<'_>) -> Self {
        let families = addressing.family.families();
        let mut rules: BTreeSet<Rule> =
            families.iter().flat_map(|family| always(*family)).collect();
        let (ssh, mut findings) = ssh_sources(addressing, sources);
        rules.extend(ssh.into_iter().map(|net| ingress(Traffic::Tcp(SSH), net)));
        let (node_ports, more) = addressing.node_port_sources(
            sources.node_ports.map(|ranges| &*ranges.cidr_blocks),
            sources.node_ports_legacy,
            sources.datacenter.map(|ranges| &*ranges.cidr_blocks),
            sources.section,
        );
        findings.extend(more);
        let ports = Ports {
            first: addressing.node_ports.first,
            last: addressing.node_ports.last,
        };
        for net in &node_ports {
            for traffic in [Traffic::Tcp(ports), Traffic::Udp(ports)] {
                rules.insert(ingress(traffic, *net));
            }
        }
        Self {
            rules,
            node_ports,
            findings,
        }
    }

    /// What to say with the documents alone: of a firewall that they name, what is open in it is a matter
    /// of its owner, who may be somebody else.
    pub fn told(self, firewall: &Option<String>) -> impl Iterator<Item = Finding> {
        let is_made = given(firewall).is_none();
        let findings = self.findings.into_iter();
        findings.filter(move |finding| is_made || finding.is_error())
    }
}

/// Rules of somebody else's in a firewall of ours: they stay, and are told. `how` continues what the
/// firewall is called: `also lets in`.
pub fn foreign<'a>(
    told: &str,
    how: &str,
    rules: impl IntoIterator<Item = &'a Rule>,
) -> Option<Finding> {
    let rules = rules::told(rules);
    (!rules.is_empty()).then(|| {
        let message = format!("{told} {how}: {}", rules.join("; "));
        Finding::warning(codes::FOREIGN_RULES, message)
            .about(told)
            .remedy("remove the rules by hand if they should not be there")
    })
}

/// Whether a rule is about logging in.
pub(crate) fn is_ssh(rule: &Rule) -> bool {
    rule.traffic == Traffic::Tcp(SSH)
}

fn ingress(traffic: Traffic, net: IpNet) -> Rule {
    Rule::ingress(Family::of(&net), traffic, Peer::Range(net))
}

/// What every cluster needs, whoever may reach it.
fn always(family: Family) -> [Rule; 3] {
    let all = Peer::Range(everywhere(family));
    [
        Rule::ingress(family, Traffic::All, Peer::Members),
        Rule::ingress(family, Traffic::Icmp(None), all.clone()),
        Rule::egress(family, Traffic::All, all),
    ]
}

fn ssh_sources(addressing: &Addressing, sources: &Sources<'_>) -> (Vec<IpNet>, Vec<Finding>) {
    let families = addressing.family.families();
    let field = format!("{}.sshSources", sources.section);
    let mut findings = Vec::new();
    let mut nets: Vec<IpNet> = Vec::new();
    match sources.ssh {
        None => nets.extend(families.iter().copied().map(everywhere)),
        Some(texts) => {
            for (index, text) in texts.iter().enumerate() {
                match ssh_source(addressing, text, &format!("{field}[{index}]")) {
                    Ok(net) => nets.push(net),
                    Err(finding) => findings.push(finding),
                }
            }
        }
    }
    for net in nets.iter().filter(|net| net.prefix_len() == 0) {
        let message = format!("SSH is open to everybody ({net})");
        let finding = Finding::warning(codes::SSH_OPEN, message).at(&field);
        findings.push(finding.remedy("list in sshSources where you log in from; [] shuts SSH out"));
    }
    (nets, findings)
}

fn ssh_source(addressing: &Addressing, text: &str, field: &str) -> Result<IpNet, Finding> {
    let net = cidr::parse_cidr(text, field)?;
    let family = Family::of(&net);
    if addressing.family.has(family) {
        return Ok(net);
    }
    let message = format!("{net} is {family}, which the cluster does not have");
    let finding = Finding::error(codes::SSH_SOURCE, message).at(field);
    Err(finding.remedy("remove it, or set ipFamily to IPv4+IPv6"))
}
