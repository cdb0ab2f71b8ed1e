//! From a cluster's documents and the survey to its graph. Pure.

mod network;
mod place;
mod way_out;
mod within;

use groundwork_kit::named::{Belonging, Named};
use groundwork_model::Finding;
use groundwork_provider::{Graph, Handle, Target, Want};

use crate::{
    check::{self, Ranges},
    codes, names,
    object::{ResourceGroup, RouteTable, SecurityGroup, sayable},
    spec::{Datacenter, Spec, field},
    survey::{Places, Survey},
};

/// The graph of a cluster, or everything that is wrong with what it asks for.
pub(crate) fn compile(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
) -> Result<Graph, Vec<Finding>> {
    // What is wrong with the ranges has been told by the check.
    let (ranges, _) = check::ranges(target);
    let mut draft = Draft {
        target,
        survey,
        ranges,
        places: Places::of(&survey.subscription_id, target),
        name: names::whole(target.name()),
        location: target.cloud.location().unwrap_or_default(),
        graph: Graph::default(),
        findings: Vec::new(),
    };
    draft.subscription();
    draft.region();
    draft.names_taken();
    draft.within();
    draft.objects();
    draft.graph.telling(draft.findings)
}

/// A graph in the making, with what there is to say about it.
struct Draft<'a> {
    target: &'a Target<Spec, Datacenter>,
    survey: &'a Survey,
    ranges: Ranges,
    places: Places,
    /// The usual name of everything that a cluster has once.
    name: String,
    /// The region.
    location: String,
    graph: Graph,
    findings: Vec<Finding>,
}

impl Draft<'_> {
    fn is_dual(&self) -> bool {
        self.target.is_dual_stack()
    }

    /// Everything, each after what it is in.
    fn objects(&mut self) {
        let (group, network_group) = (self.group(), self.network_group());
        let (Some(group), Some(network_group)) = (group, network_group) else {
            return;
        };
        let network_group = network_group.unwrap_or_else(|| group.clone());
        let security_group = self.security_group(&group);
        let route_table = self.route_table(&group);
        let network = self.network(&network_group);
        let (Some(security_group), Some(route_table), Some((network, ipv6))) =
            (security_group, route_table, network)
        else {
            return;
        };
        let nat_gateway = self.way_out(&group);
        self.subnet(network, ipv6, security_group, route_table, nat_gateway);
    }

    /// One of ours, named or not, or somebody else's.
    fn group(&mut self) -> Option<Handle<ResourceGroup>> {
        let survey = self.survey;
        let named = self.found("resourceGroup", &self.places.group.clone(), &survey.group)?;
        let location = self.location.clone();
        let (name, id) = match named {
            Some(one) if !one.ours => (Want::Chosen(one.state.common.name.clone()), Some(one)),
            other => (Want::Asked(self.name.clone()), other),
        };
        let id = id
            .filter(|one| !one.adopted)
            .map(|one| one.state.common.address());
        let desired = ResourceGroup { name, location };
        Some(self.graph.place("resource-group", id.as_deref(), desired))
    }

    /// The group of the network, where it is another one: it exists.
    fn network_group(&mut self) -> Option<Option<Handle<ResourceGroup>>> {
        let survey = self.survey;
        let one = match &survey.network_group {
            Named::Unnamed => return Some(None),
            Named::One(one) if one.state.common.address() == self.places.group => {
                return Some(None);
            }
            // Of a group that is made, the name may stand in both places.
            Named::Missing(id) if *id == self.places.group => return Some(None),
            Named::One(one) => one,
            Named::Missing(text) | Named::Several(text, _) => {
                self.missing("vnetResourceGroup", text);
                return None;
            }
        };
        let (name, location) = (
            Want::Chosen(one.state.common.name.clone()),
            self.location.clone(),
        );
        let id = one.state.common.address();
        let desired = ResourceGroup { name, location };
        Some(Some(self.graph.add_named("network-group", &id, desired)))
    }

    fn security_group(&mut self, group: &Handle<ResourceGroup>) -> Option<Handle<SecurityGroup>> {
        let survey = self.survey;
        let id = self.places.security_group.clone();
        let named = self.found("securityGroup", &id, &survey.security_group)?;
        let rules = sayable(check::access(self.target).rules);
        let is_foreign = named.is_some_and(|one| !one.ours);
        let desired = SecurityGroup {
            group: group.clone(),
            name: self.wanted(named.map(|one| (one.ours, &one.state.common.name))),
            location: self.location.clone(),
            rules: match is_foreign {
                true => Want::Chosen(rules),
                false => Want::Asked(rules),
            },
        };
        let id = named
            .filter(|one| !one.adopted)
            .map(|one| one.state.common.address());
        Some(self.graph.place("security-group", id.as_deref(), desired))
    }

    fn route_table(&mut self, group: &Handle<ResourceGroup>) -> Option<Handle<RouteTable>> {
        let survey = self.survey;
        let id = self.places.route_table.clone();
        let named = self.found("routeTable", &id, &survey.route_table)?;
        let desired = RouteTable {
            group: group.clone(),
            name: self.wanted(named.map(|one| (one.ours, &one.state.common.name))),
            location: self.location.clone(),
        };
        let id = named
            .filter(|one| !one.adopted)
            .map(|one| one.state.common.address());
        Some(self.graph.place("route-table", id.as_deref(), desired))
    }

    /// The usual name; that of somebody else's object is its own.
    fn wanted(&self, named: Option<(bool, &String)>) -> Want<String> {
        match named {
            Some((false, name)) => Want::Chosen(name.clone()),
            Some((true, _)) | None => Want::Asked(self.name.clone()),
        }
    }

    /// The one object that a field names; `None` after a finding. The name of our own, written back, and
    /// the object gone: it is made again.
    fn found<'s, S>(
        &mut self,
        what: &str,
        id: &str,
        named: &'s Named<S>,
    ) -> Option<Option<&'s Belonging<S>>> {
        match named {
            Named::Unnamed => Some(None),
            Named::One(one) => Some(Some(one)),
            Named::Missing(_) if crate::id::name(id) == self.name => Some(None),
            Named::Missing(text) | Named::Several(text, _) => {
                self.missing(what, text);
                None
            }
        }
    }

    fn missing(&mut self, what: &str, text: &str) {
        let message = format!("there is no {text}, or the account may not see it");
        let finding = Finding::error(codes::MISSING, message).at(field(what));
        let remedy = match what {
            "vnetResourceGroup" => {
                "correct the name, or remove it: then resourceGroup holds the network"
            }
            _ => "correct the name, or remove it: then one is made",
        };
        self.findings.push(finding.remedy(remedy));
    }
}
