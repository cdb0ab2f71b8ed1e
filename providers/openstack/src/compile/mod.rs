//! From a cluster's documents and the survey to its graph. Pure.

mod address_scope;
pub(crate) mod asked;
pub(crate) mod ipv6_source;
mod node_subnets;
pub(crate) mod overlap;
mod routing;

use std::collections::BTreeSet;

use groundwork_kit::{
    access::{Access, Sources},
    document::given,
    named::{Belonging, Named},
};
use groundwork_model::{Code, Finding};
use groundwork_provider::{Graph, Handle, Resource, Target, Typed, Want};

use crate::{
    codes,
    object::{
        Object,
        network::{Network, NetworkState},
        security_group::SecurityGroup,
    },
    spec::{Datacenter, Spec, field},
    survey::{self, Survey},
};

/// The reference system's annotation that no router is to be made.
const SKIP_ROUTER: &str = "reconciliation.kubermatic.k8c.io/skip-router";

/// Whether the way out of the cluster's network is a matter of somebody else.
pub(crate) fn is_routed_elsewhere(target: &Target<Spec, Datacenter>) -> bool {
    let skip = target.cluster.metadata.annotations.get(SKIP_ROUTER);
    target.spec.external_gateway || skip.is_some_and(|value| value == "true")
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let (spec, cloud) = (&target.spec, &target.cloud);
    let ranges = spec.node_ports_allowed_ip_ranges.as_ref();
    let datacenter = cloud.node_ports_allowed_ip_range.as_ref();
    let sources = Sources {
        section: "spec.cloud.openstack",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: ranges.map(|ranges| ranges.cidr_blocks.as_slice()),
        node_ports_legacy: given(&spec.node_ports_allowed_ip_range),
        datacenter: datacenter.map(|ranges| ranges.cidr_blocks.as_slice()),
    };
    Access::of(&target.addressing, &sources)
}

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
    draft.graph.telling(draft.findings)
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
        let network = self.network();
        let ipv4 = self.ipv4_subnet(&network);
        let dual = self.target.addressing.family.is_dual_stack();
        let ipv6 = dual.then(|| self.ipv6_subnet(&network));
        self.others_subnets();
        let router = match self.joins_something() {
            true => self.router(),
            false => None,
        };
        if let Some(router) = router {
            self.interface("interface/ipv4", &router, &ipv4, &self.survey.subnet);
            if let Some(ipv6) = &ipv6 {
                self.interface("interface/ipv6", &router, ipv6, &self.survey.ipv6_subnet);
                self.address_scope(ipv6, &router);
            }
        }
        self.security_group();
        self.overlaps();
    }

    fn network(&mut self) -> Handle<Network> {
        let managed = Network {
            name: Want::Asked(self.name()),
            admin_state_up: Want::Asked(true),
        };
        // The name of our own network, written back, and the network gone: it is made anew.
        if matches!(&self.survey.network, Named::Missing(name) if *name == self.name()) {
            return self.graph.add("network", managed);
        }
        let external = |state: &NetworkState| Network {
            name: Want::Chosen(state.name.clone()),
            admin_state_up: Want::Asked(true),
        };
        let named = self.found("network", "network", &self.survey.network);
        if let Some(state) = named.map(|one| &one.state).filter(|state| state.external) {
            let message = format!(
                "{} is an external network: nodes cannot be in it",
                state.told()
            );
            let remedy = "name a network of the project, or none; name this one in floatingIPPool";
            self.wrong(codes::NETWORK_EXTERNAL, "network", message, remedy);
        }
        let desired = match named.filter(|one| !one.ours) {
            Some(one) => external(&one.state),
            None => managed,
        };
        self.place("network", named, desired)
    }

    fn security_group(&mut self) {
        let survey = self.survey;
        let Access {
            rules, findings, ..
        } = access(self.target);
        let name = self.name();
        let managed = SecurityGroup {
            name: Want::Asked(name.clone()),
            rules: Want::Asked(rules),
        };
        // The name of our own group, written back, and the group gone: it is made anew.
        let gone = matches!(&survey.security_group, Named::Missing(missing) if *missing == name);
        let named = match gone {
            true => None,
            false => self.found("security group", "securityGroups", &survey.security_group),
        };
        // The check left these to whose the group is.
        let open = findings.into_iter().filter(|finding| !finding.is_error());
        let Some(one) = named else {
            self.findings.extend(open.filter(|_| gone));
            self.graph.add("security-group", managed);
            return;
        };
        let desired = match one.ours {
            true => {
                self.findings.extend(open);
                managed
            }
            false => SecurityGroup {
                name: Want::Chosen(one.state.name.clone()),
                rules: Want::Chosen(BTreeSet::new()),
            },
        };
        self.place("security-group", Some(one), desired);
    }

    /// Says what is wrong with a field, and what to do.
    pub(crate) fn wrong(
        &mut self,
        code: Code,
        name: &str,
        message: String,
        remedy: impl Into<String>,
    ) {
        let finding = Finding::error(code, message).at(field(name));
        self.findings.push(finding.remedy(remedy));
    }

    /// The one object that a field names; a finding where there is none, or several.
    pub(crate) fn found<'s, S>(
        &mut self,
        what: &str,
        name: &str,
        named: &'s Named<S>,
    ) -> Option<&'s Belonging<S>> {
        match named {
            Named::Unnamed => {}
            Named::One(one) => return Some(one),
            Named::Missing(text) => {
                let message = format!("the project sees no {what} {text}");
                let remedy = format!("correct {name}, or remove it: then one is created");
                self.wrong(codes::MISSING, name, message, remedy);
            }
            Named::Several(text, ids) => {
                let message = format!("{} {what}s are named {text}: {}", ids.len(), ids.join(", "));
                self.wrong(
                    codes::SEVERAL,
                    name,
                    message,
                    format!("write the id into {name}"),
                );
            }
        }
        None
    }

    /// What a node of the graph asks for.
    pub(crate) fn desired<R: Clone + Resource>(&self, handle: &Handle<R>) -> Option<R> {
        let node = self.graph.nodes().get(handle.address())?;
        node.desired.read().ok().map(Typed::into_owned)
    }

    /// The name of what we make, as in the reference system.
    pub(crate) fn name(&self) -> String {
        survey::name(self.target)
    }

    /// Adds a node, under the id that the document names. One that is taken over is found by its
    /// name, and gets its label.
    pub(crate) fn place<R: Resource, S: Object>(
        &mut self,
        address: &str,
        named: Option<&Belonging<S>>,
        desired: R,
    ) -> Handle<R> {
        let one = named.filter(|one| !one.adopted);
        self.graph
            .place(address, one.map(|one| one.state.id()), desired)
    }
}
