//! From a cluster's documents and the survey to its graph. Pure.

mod address_scope;
pub(crate) mod asked;
mod ipv6_source;
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
use groundwork_provider::{Graph, Handle, Resource, Want};

use crate::{
    codes,
    object::{Network, Object, SecurityGroup},
    spec::{self, Place, Target, field},
    survey::Survey,
};
pub(crate) use ipv6_source::FALLBACK;

/// The reference system's annotation that no router is to be made.
const SKIP_ROUTER: &str = "reconciliation.kubermatic.k8c.io/skip-router";

/// Whether the way out of the cluster's network is a matter of somebody else.
pub(crate) fn is_routed_elsewhere(target: &Target) -> bool {
    let skip = target.cluster.metadata.annotations.get(SKIP_ROUTER);
    target.spec.external_gateway || skip.is_some_and(|value| value == "true")
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target) -> Access {
    let (spec, cloud) = (&target.spec, &target.cloud);
    let sources = Sources {
        section: "spec.cloud.openstack",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        node_ports_legacy: given(&spec.node_ports_allowed_ip_range),
        datacenter: cloud.node_ports_allowed_ip_range.as_ref(),
    };
    Access::of(&target.addressing, &sources)
}

/// The graph of a cluster, or everything that is wrong with what it asks for.
pub(crate) fn compile(target: &Target, survey: &Survey) -> Result<Graph, Vec<Finding>> {
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
    pub(crate) target: &'a Target,
    pub(crate) survey: &'a Survey,
    pub(crate) graph: Graph,
    pub(crate) findings: Vec<Finding>,
}

impl Draft<'_> {
    fn compile(&mut self) {
        let network = self.network();
        let places: Vec<Place> = spec::subnets(self.target).collect();
        let subnets: Vec<_> = places
            .iter()
            .map(|place| self.subnet(*place, &network))
            .collect();
        self.others_subnets();
        let router = match self.joins_something() {
            true => self.router(),
            false => None,
        };
        if let Some(router) = router {
            for (place, subnet) in places.into_iter().zip(&subnets) {
                self.interface(place, &router, subnet);
            }
            self.address_scope();
        }
        self.security_group();
        self.overlaps();
    }

    fn network(&mut self) -> Handle<Network> {
        let named = self.found("network", "network", &self.survey.network);
        if let Some(one) = named.filter(|one| one.state.external) {
            let told = one.state.told();
            let message = format!("{told} is an external network: nodes cannot be in it");
            let remedy = "name a network of the project, or none; name this one in floatingIPPool";
            self.wrong(codes::NETWORK_EXTERNAL, "network", message, remedy);
        }
        let desired = Network {
            name: self.name_of(named),
            admin_state_up: Want::Asked(true),
        };
        self.place("network", named, desired)
    }

    fn security_group(&mut self) {
        let named = &self.survey.security_group;
        let found = self.found("security group", "securityGroups", named);
        let Access {
            rules, findings, ..
        } = access(self.target);
        let is_external = found.is_some_and(|one| !one.ours);
        // The check left these to whose the group is.
        if found.is_some_and(|one| one.ours) || self.is_own(named) {
            let open = findings.into_iter().filter(|finding| !finding.is_error());
            self.findings.extend(open);
        }
        let rules = match is_external {
            true => Want::Chosen(BTreeSet::new()),
            false => Want::Asked(rules),
        };
        let name = self.name_of(found);
        self.place("security-group", found, SecurityGroup { name, rules });
    }

    /// Whether the document names what would be made, and it is gone: our own name, written back. It is made
    /// anew.
    fn is_own<S>(&self, named: &Named<S>) -> bool {
        matches!(named, Named::Missing(name) if *name == self.target.object_name())
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
            Named::Missing(_) if self.is_own(named) => {}
            Named::Missing(text) => {
                let message = format!("the project sees no {what} {text}");
                let remedy = format!("correct {name}, or remove it: then one is created");
                self.wrong(codes::MISSING, name, message, remedy);
            }
            Named::Several(text, ids) => {
                let message = format!("{} {what}s are named {text}: {}", ids.len(), ids.join(", "));
                let remedy = format!("write the id into {name}");
                self.wrong(codes::SEVERAL, name, message, remedy);
            }
        }
        None
    }

    /// The name of what is somebody else's, or of what we make.
    pub(crate) fn name_of<S: Object>(&self, named: Option<&Belonging<S>>) -> Want<String> {
        match named.filter(|one| !one.ours) {
            Some(one) => Want::Chosen(one.state.name().to_owned()),
            None => Want::Asked(self.target.object_name()),
        }
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
