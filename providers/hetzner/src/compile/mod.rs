//! From a cluster's documents and the survey to its graph. Pure.

mod limitations;

use std::collections::BTreeSet;

use groundwork_kit::{
    document::given,
    named::{Belonging, Named},
    rules::{Direction, Peer},
};
use groundwork_model::{Code, Finding, cidr};
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::IpNet;

use crate::{
    check, codes,
    object::{Firewall, FirewallSelector, LocationState, Network, Subnet},
    spec::{self, Datacenter, Spec, field},
    survey::{self, Survey},
};

/// The label that servers of a cluster have to carry.
const NODE_LABEL: &str = "kubernetes-cluster";

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
    let location = draft.location();
    draft.network(location);
    draft.firewall();
    draft.limitations();
    draft.graph.telling(draft.findings)
}

/// The location of the datacenter, if it exists.
pub(crate) fn location<'s>(
    target: &Target<Spec, Datacenter>,
    survey: &'s Survey,
) -> Option<&'s LocationState> {
    let name = target.cloud.location()?;
    survey
        .locations
        .iter()
        .find(|location| location.name == name)
}

/// What the firewall is to let in: the rules that it can say. Nodes reach each other over their private
/// network, and everything goes out where no rule says otherwise.
pub(crate) fn rules(target: &Target<Spec, Datacenter>) -> BTreeSet<groundwork_kit::rules::Rule> {
    let mut rules = check::access(target).rules;
    rules
        .retain(|rule| rule.direction == Direction::Ingress && matches!(rule.peer, Peer::Range(_)));
    rules
}

/// A graph in the making, with what there is to say about it.
struct Draft<'a> {
    target: &'a Target<Spec, Datacenter>,
    survey: &'a Survey,
    graph: Graph,
    findings: Vec<Finding>,
}

impl<'a> Draft<'a> {
    fn location(&mut self) -> Option<&'a LocationState> {
        let found = location(self.target, self.survey);
        if let (None, Some(name)) = (found, self.target.cloud.location()) {
            let known = self.survey.locations.iter();
            let known: Vec<&str> = known.map(|location| location.name.as_str()).collect();
            let message = format!(
                "there is no location {name}; there are {}",
                known.join(", ")
            );
            let place = self.target.datacenter.field("spec.hetzner.location");
            let finding = Finding::error(codes::LOCATION, message).at(place);
            self.findings
                .push(finding.remedy("set location to one of them"));
        }
        found
    }

    fn network(&mut self, location: Option<&LocationState>) {
        let survey = self.survey;
        let place = spec::network(self.target).map(|(place, _)| place);
        let named = self.found("network", place, &survey.network);
        if let Some(one) = named.filter(|one| !one.ours) {
            let state = &one.state;
            let desired = Network {
                name: Want::Chosen(state.name.clone()),
                range: Want::Chosen(state.ip_range),
            };
            let id = state.id.to_string();
            self.graph.add_named("network", &id, desired);
            self.ignored_by_named_network();
            return;
        }
        let own = survey.own_network.as_ref();
        if named.is_none() && own.is_none() {
            self.name_taken("network", &survey.network_name_taken);
        }
        // The check has told what is wrong with the ranges.
        let asked = check::network_cidr(&self.target.spec).ok().flatten();
        let range = asked
            .or(own.map(|own| own.ip_range))
            .unwrap_or(check::RANGE);
        let desired = Network {
            name: Want::Asked(survey::name(self.target)),
            range: Want::or(asked, || range),
        };
        let id = named.map(|one| one.state.id.to_string());
        let network = self.graph.place("network", id.as_deref(), desired);
        match check::subnet_cidr(&self.target.spec, range) {
            Ok(range) => self.subnet(network, range, location),
            Err(finding) => self.findings.push(finding),
        }
    }

    fn subnet(
        &mut self,
        network: Handle<Network>,
        range: ipnet::Ipv4Net,
        location: Option<&LocationState>,
    ) {
        let Some(location) = location else {
            return;
        };
        let own = self.survey.own_network.iter();
        let mut others = own.flat_map(|own| &own.subnets);
        let overlaps = |other: &ipnet::Ipv4Net| {
            *other != range && cidr::overlap(&IpNet::V4(*other), &IpNet::V4(range))
        };
        if let Some(other) = others.find(|part| overlaps(&part.ip_range)) {
            let message = format!(
                "the network has the subnet {} already, and {range} overlaps with it",
                other.ip_range
            );
            let finding = Finding::warning(codes::SUBNET_TAKEN, message).at(field("subnetCidr"));
            self.findings
                .push(finding.remedy("write a free range of the network into subnetCidr"));
        }
        let zone = location.network_zone.clone();
        let desired = Subnet {
            network,
            range,
            zone,
        };
        self.graph.add("subnet", desired);
    }

    fn firewall(&mut self) {
        let survey = self.survey;
        let place = given(&self.target.spec.firewall).map(|_| field("firewall"));
        let named = self.found("firewall", place, &survey.firewall);
        if let Some(one) = named.filter(|one| !one.ours) {
            let desired = Firewall {
                name: Want::Chosen(one.state.name.clone()),
                rules: Want::Chosen(BTreeSet::new()),
            };
            self.graph
                .add_named("firewall", &one.state.id.to_string(), desired);
            return;
        }
        if named.is_none() {
            self.name_taken("firewall", &survey.firewall_name_taken);
        }
        let desired = Firewall {
            name: Want::Asked(survey::name(self.target)),
            rules: Want::Asked(rules(self.target)),
        };
        let id = named.map(|one| one.state.id.to_string());
        let firewall = self.graph.place("firewall", id.as_deref(), desired);
        let selector = format!("{NODE_LABEL}={}", self.target.name());
        let finding = limitations::node_label(&selector);
        self.findings.push(finding);
        self.graph
            .add("firewall-selector", FirewallSelector { firewall, selector });
    }

    /// The one object that a field names; a finding where there is none, or several. The name of our
    /// own, written back, and the object gone: it is made again.
    fn found<'s, S>(
        &mut self,
        what: &str,
        place: Option<String>,
        named: &'s Named<S>,
    ) -> Option<&'s Belonging<S>> {
        let finding = match named {
            Named::Unnamed => return None,
            Named::One(one) => return Some(one),
            Named::Missing(text) if *text == survey::name(self.target) => return None,
            Named::Missing(text) => Finding::error(
                codes::MISSING,
                format!("there is no {what} {text} in the project"),
            )
            .remedy(format!(
                "correct the name, or remove it: then a {what} is made"
            )),
            Named::Several(text, ids) => {
                let message = format!("{} {what}s are named {text}: {}", ids.len(), ids.join(", "));
                Finding::error(codes::SEVERAL, message).remedy("write the id instead of the name")
            }
        };
        self.findings
            .push(finding.at(place.unwrap_or_else(|| field(what))));
        None
    }

    /// Names are unique in a project, within a kind.
    fn name_taken(&mut self, what: &str, taken: &Option<String>) {
        let Some(id) = taken else { return };
        let name = survey::name(self.target);
        let message = format!("{what} {id} is somebody else's, and has the name {name} already");
        let finding = Finding::error(codes::NAME_TAKEN, message).about(format!("{what} {id}"));
        let remedy = format!("rename it, or name it in {what} if the cluster is to use it");
        self.findings.push(finding.remedy(remedy));
    }

    /// Fields about what is made, where a network is named.
    fn ignored_by_named_network(&mut self) {
        let spec = &self.target.spec;
        for (name, text) in [
            ("networkCidr", &spec.network_cidr),
            ("subnetCidr", &spec.subnet_cidr),
        ] {
            if given(text).is_some() {
                self.ignored(name, codes::IGNORED);
            }
        }
    }

    fn ignored(&mut self, name: &str, code: Code) {
        let message = format!("{name} is about a network that is made, and this one exists");
        let finding = Finding::warning(code, message).at(field(name));
        self.findings.push(finding.remedy("remove it"));
    }
}
