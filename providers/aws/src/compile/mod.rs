//! From a cluster's documents and the survey to its graph. Pure.

pub(crate) mod existing;
pub(crate) mod ignored;
pub(crate) mod ipv6;
pub(crate) mod limitations;
pub(crate) mod pool;
pub(crate) mod topology;
pub(crate) mod zones;

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::access::{Access, Sources};
use groundwork_model::{Finding, cidr};
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::IpNet;

use crate::{
    codes,
    object::{Tags, security_group::SecurityGroup, shared_tag::CLUSTER_TAG, vpc::Vpc},
    spec::{Datacenter, Ipv6Source, Spec, field, given},
    survey::{Named, Survey},
};

/// The IPv4 range of a VPC that is made.
const VPC_CIDR: &str = "10.0.0.0/16";

/// The graph of a cluster, or everything that is wrong with what it asks for.
pub(crate) fn compile(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
) -> Result<Graph, Vec<Finding>> {
    let mut draft = Draft {
        target,
        survey,
        graph: Graph::default(),
        findings: Vec::new(),
    };
    draft.compile();
    if draft.findings.iter().any(Finding::is_error) {
        draft.missing_objects();
    }
    let Draft {
        mut graph,
        findings,
        ..
    } = draft;
    if findings.iter().any(Finding::is_error) {
        return Err(findings);
    }
    graph.findings = findings;
    Ok(graph)
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let spec = &target.spec;
    let sources = Sources {
        section: "spec.cloud.aws",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        node_ports_legacy: given(&spec.node_ports_allowed_ip_range),
        datacenter: None,
    };
    Access::of(&target.addressing, &sources)
}

/// What can be said of the documents without a cloud.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let spec = &target.spec;
    let mut findings = Vec::new();
    findings.extend(vpc_cidr(spec).err());
    findings.extend(ipv6_source(spec));
    if !names_vpc(spec) {
        findings.extend(pinned_overlaps(target));
    }
    findings.extend(limitations::roles(spec));
    let ranges = access(target).findings.into_iter();
    findings.extend(ranges.filter(Finding::is_error));
    if spec.use_default_vpc && given(&spec.vpc_id).is_some() {
        findings.push(contradiction(
            "useDefaultVpc",
            "a VPC is named as well",
            "remove one of them",
        ));
    }
    if given(&spec.security_group_id).is_some() && !names_vpc(spec) {
        let remedy = "name the group's VPC in vpcID";
        findings.push(contradiction(
            "securityGroupID",
            "its VPC is not named",
            remedy,
        ));
    }
    if spec.dns64 && !spec.private_subnets {
        let why = "public subnets reach IPv4 by IPv4; NAT64 is for private ones";
        findings.push(contradiction(
            "dns64",
            why,
            "set privateSubnets, or remove dns64",
        ));
    }
    let bought = spec
        .nat_gateways
        .is_some_and(|nat| nat != crate::NatGateways::None);
    if bought && !spec.private_subnets {
        let why = "NAT gateways are the way out of private subnets, and there are none";
        let remedy = "set privateSubnets, or remove natGateways";
        findings.push(contradiction("natGateways", why, remedy));
    }
    if spec.dns64 && spec.nat_gateways == Some(crate::NatGateways::None) {
        let why = "NAT64 is what NAT gateways do, and natGateways is none";
        findings.push(contradiction(
            "dns64",
            why,
            "allow NAT gateways, or remove dns64",
        ));
    }
    findings
}

fn contradiction(name: &str, why: &str, remedy: &str) -> Finding {
    let message = format!("{name} cannot be: {why}");
    Finding::error(codes::CONTRADICTION, message)
        .at(field(name))
        .remedy(remedy)
}

fn names_vpc(spec: &Spec) -> bool {
    let subnets = spec.subnet_ids.as_ref().is_some_and(|ids| !ids.is_empty());
    given(&spec.vpc_id).is_some() || spec.use_default_vpc || subnets
}

/// The range of a VPC that is made; AWS takes /16 to /28.
fn vpc_cidr(spec: &Spec) -> Result<IpNet, Finding> {
    let place = field("vpcCidr");
    let net = cidr::parse_cidr(given(&spec.vpc_cidr).unwrap_or(VPC_CIDR), &place)?;
    cidr::routable(net, &place)?;
    match net {
        IpNet::V4(v4) if (16..=24).contains(&v4.prefix_len()) => Ok(net),
        IpNet::V4(_) | IpNet::V6(_) => {
            let message = format!("{net} is not an IPv4 range of length 16 to 24");
            let finding = Finding::error(codes::VPC_CIDR, message).at(place);
            Err(finding.remedy(
                "AWS takes nothing larger than a /16, and a subnet needs a sixteenth of it",
            ))
        }
    }
}

/// Exactly one way to get a range, with what it needs.
fn ipv6_source(spec: &Spec) -> Vec<Finding> {
    let error = |message: String, remedy: &str| {
        Finding::error(codes::IPV6_SOURCE, message)
            .at(field("ipv6Source"))
            .remedy(remedy)
    };
    let in_range = |kind: &str, text: &str| match cidr::parse_cidr(
        text,
        &field(&format!("ipv6Source.{kind}.cidr")),
    ) {
        Ok(IpNet::V6(net))
            if (44..=60).contains(&net.prefix_len()) && net.prefix_len() % 4 == 0 =>
        {
            None
        }
        Ok(net) => Some(error(
            format!("{net} is not an IPv6 range of length 44, 48, 52, 56 or 60"),
            "name a range of one of these lengths",
        )),
        Err(finding) => Some(finding),
    };
    match spec.ipv6_source.as_ref() {
        None | Some(Ipv6Source::Amazon) => Vec::new(),
        Some(Ipv6Source::Byoip { pool: _, cidr }) => in_range("byoip", cidr).into_iter().collect(),
        Some(Ipv6Source::Ipam {
            pool: _,
            netmask_length,
            cidr,
        }) => match (netmask_length, cidr) {
            (Some(_), Some(_)) => vec![error(
                "a pool gives a range by its length or by its text, not by both".to_owned(),
                "remove netmaskLength or cidr",
            )],
            (None, None) => vec![error(
                "it is not said how large a range the pool is to give".to_owned(),
                "set netmaskLength, such as 56",
            )],
            (None, Some(text)) => in_range("ipam", text).into_iter().collect(),
            (Some(length), None) if (44..=60).contains(length) && length % 4 == 0 => Vec::new(),
            (Some(length), None) => vec![error(
                format!("a pool gives no /{length} to a VPC"),
                "set netmaskLength to 44, 48, 52, 56 or 60",
            )],
        },
    }
}

/// Pods and services are routed beside the nodes.
fn overlaps(target: &Target<Spec, Datacenter>, nodes: IpNet, name: &str) -> Vec<Finding> {
    let found = target.addressing.overlaps_of_nodes(nodes).into_iter();
    found.map(|finding| finding.at(field(name))).collect()
}

/// A range that the document names is known before any cloud is.
fn pinned_overlaps(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let pinned = target
        .spec
        .ipv6_source
        .as_ref()
        .and_then(Ipv6Source::pinned);
    pinned.map_or_else(Vec::new, |(net, name)| overlaps(target, net, name))
}

/// A graph in the making, with what there is to say about it.
pub(crate) struct Draft<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    pub(crate) graph: Graph,
    pub(crate) findings: Vec<Finding>,
}

impl Draft<'_> {
    fn compile(&mut self) {
        let survey = self.survey;
        self.missing_subnets();
        match &survey.vpc {
            Named::NoDefault => self.no_default_vpc(),
            Named::Missing(id) if survey.our_vpc.is_none() => {
                // What was ours and is gone is told from what never was by the engine, which
                // knows the journal: the node keeps the name.
                let id = id.clone();
                let vpc = self.managed_vpc(Some(&id));
                self.made(&vpc);
            }
            Named::Unnamed | Named::Missing(_) | Named::Ours(_) => {
                self.foreign_subnets();
                let id = survey.vpc.state().map(|state| state.common.id.clone());
                let vpc = self.managed_vpc(id.as_deref());
                self.made(&vpc);
            }
            Named::External(vpc) => self.existing(vpc),
        }
        self.limitations();
    }

    fn managed_vpc(&mut self, named: Option<&str>) -> Handle<Vpc> {
        let spec = &self.target.spec;
        let cidr = match vpc_cidr(spec) {
            Ok(cidr) if given(&spec.vpc_cidr).is_some() => Want::Asked(cidr),
            Ok(cidr) => Want::Chosen(cidr),
            Err(finding) => {
                self.findings.push(finding);
                Want::Chosen(VPC_CIDR.parse().expect("it is a CIDR"))
            }
        };
        self.overlaps(&cidr);
        let tags = Want::Asked(self.tags("", &[]));
        let vpc = Vpc { cidr, tags };
        match named {
            Some(id) => self.graph.add_named("vpc", id, vpc),
            None => self.graph.add("vpc", vpc),
        }
    }

    /// A range that nobody asks for is that of the VPC, once it is there.
    fn overlaps(&mut self, cidr: &Want<IpNet>) {
        let is = self.survey.our_vpc.as_ref().and_then(|vpc| vpc.cidr);
        let net = cidr.asked().copied().or(is).unwrap_or(*cidr.value());
        self.findings.extend(overlaps(self.target, net, "vpcCidr"));
        self.findings.extend(pinned_overlaps(self.target));
    }

    /// The security group: ours, in whosever VPC, unless one is named.
    pub(crate) fn security_group(&mut self, vpc: &Handle<Vpc>) {
        let Access {
            rules, findings, ..
        } = access(self.target);
        let managed = SecurityGroup {
            vpc: vpc.clone(),
            name: self.name(),
            rules: Want::Asked(rules),
            tags: Want::Asked(self.tags("", &[(&self.cluster_tag(), OWNED)])),
        };
        match &self.survey.security_group {
            Named::Unnamed | Named::NoDefault => {
                self.findings.extend(findings);
                self.graph.add("security-group", managed);
            }
            // One that was ours, and is gone, is made again.
            Named::Missing(id) => {
                self.findings.extend(findings);
                self.graph.add_named("security-group", id, managed);
            }
            Named::Ours(state) => {
                self.findings.extend(findings);
                self.graph
                    .add_named("security-group", &state.common.id, managed);
            }
            // One of another VPC is judged, and nothing more.
            Named::External(state) if self.is_elsewhere(&state.vpc) => {}
            Named::External(state) => {
                // What is open is its owner's affair; what cannot be read is not.
                self.findings
                    .extend(findings.into_iter().filter(Finding::is_error));
                let desired = SecurityGroup {
                    vpc: vpc.clone(),
                    name: state.common.name.clone(),
                    rules: Want::Chosen(BTreeSet::new()),
                    tags: Want::Chosen(Tags::new()),
                };
                let id = state.common.id.clone();
                self.graph.add_named("security-group", &id, desired);
                let tags = state.common.tags.clone();
                self.shared_tag(&id, &tags);
            }
        }
    }

    fn is_elsewhere(&self, vpc: &str) -> bool {
        let survey = self.survey;
        let here = survey.vpc.state().or(survey.our_vpc.as_ref());
        here.is_some_and(|here| here.common.id != vpc)
    }

    /// The name of what we make, as in the reference system.
    pub(crate) fn name(&self) -> String {
        format!("kubernetes-{}", self.target.name())
    }

    pub(crate) fn cluster_tag(&self) -> String {
        format!("{CLUSTER_TAG}{}", self.target.name())
    }

    /// The tag `Name`, with an ending, and more.
    pub(crate) fn tags(&self, ending: &str, more: &[(&str, &str)]) -> Tags {
        let mut tags = BTreeMap::from([("Name".to_owned(), format!("{}{ending}", self.name()))]);
        tags.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
        );
        tags
    }
}

/// The value of the cluster tag on what is the cluster's alone.
pub(crate) const OWNED: &str = "owned";
