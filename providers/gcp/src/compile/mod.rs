//! From a cluster's documents and the survey to its graph. Pure.

mod firewalls;
mod limitations;

use groundwork_kit::{
    document::given,
    named::{Belonging, Named},
};
use groundwork_model::{Finding, cidr};
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::IpNet;

use crate::{
    check, codes, link, names,
    object::{Network, NetworkState, RegionState, Router, Subnetwork, SubnetworkState, mode_for},
    spec::{AccessType, Datacenter, Spec, field},
    survey::Survey,
};

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
    draft.region();
    draft.names_taken();
    if let Some(network) = draft.network() {
        let subnetwork = draft.subnetwork(&network);
        draft.router(&network, subnetwork);
        draft.firewalls(&network);
    }
    draft.limitations();
    draft.graph.telling(draft.findings)
}

/// The other project that the network is of, which shares it: whatever is on it is made there.
pub(crate) fn host(survey: &Survey) -> Option<&str> {
    let network = survey.network.external()?;
    let project = link::part(&network.common.self_link, "projects");
    project.filter(|project| *project != survey.project)
}

/// A graph in the making, with what there is to say about it.
struct Draft<'a> {
    target: &'a Target<Spec, Datacenter>,
    survey: &'a Survey,
    graph: Graph,
    findings: Vec<Finding>,
}

impl<'a> Draft<'a> {
    fn is_dual(&self) -> bool {
        self.target.is_dual_stack()
    }

    fn region_name(&self) -> &'a str {
        self.target.cloud.region().unwrap_or_default()
    }

    fn id(&self, kind: &str) -> String {
        let (project, name) = (&self.survey.project, names::whole(self.target.name()));
        match kind {
            "network" => link::network(&name, project),
            _ => link::subnetwork(&name, project, self.region_name()),
        }
    }

    fn region(&mut self) {
        let name = self.region_name();
        let known = &self.survey.regions;
        let place = |field: &str| self.target.datacenter.field(&format!("spec.gcp.{field}"));
        let Some(region) = known.iter().find(|region| region.name == name) else {
            let all: Vec<&str> = known.iter().map(|region| region.name.as_str()).collect();
            let message = format!("there is no region {name}; there are {}", all.join(", "));
            let finding = Finding::error(codes::REGION, message).at(place("region"));
            self.findings
                .push(finding.remedy("set region to one of them"));
            return;
        };
        let missing = missing_zones(region, &self.target.cloud.zone_suffixes);
        if !missing.is_empty() {
            let message = format!("there is no zone {}", missing.join(", "));
            let finding = Finding::warning(codes::ZONE, message).at(place("zoneSuffixes"));
            let zones: Vec<&str> = region.zones.iter().map(|zone| link::name(zone)).collect();
            self.findings
                .push(finding.remedy(format!("the region has {}", zones.join(", "))));
        }
    }

    /// One of ours, named or not, or somebody else's.
    fn network(&mut self) -> Option<Handle<Network>> {
        let survey = self.survey;
        let is_dual = self.is_dual();
        let named = self.found("network", &survey.network)?;
        if let Some(one) = named.filter(|one| !one.ours) {
            self.within(&one.state);
            let id = one.state.common.address();
            let desired = Network {
                name: Want::Chosen(one.state.common.name.clone()),
                project: link::part(&id, "projects").unwrap_or_default().to_owned(),
                internal_ipv6: false,
                internal_ipv6_range: None,
                dual_stack: is_dual,
            };
            return Some(self.graph.add_named("network", &id, desired));
        }
        let is_internal = is_dual && self.target.spec.access_type() == AccessType::Internal;
        // The check has told what is wrong with the range.
        let range = check::internal_range(&self.target.spec).ok().flatten();
        let desired = Network {
            name: Want::Asked(names::whole(self.target.name())),
            project: survey.project.clone(),
            internal_ipv6: is_internal,
            internal_ipv6_range: range.filter(|_| is_internal),
            dual_stack: is_dual,
        };
        let id = named.map(|one| one.state.common.address());
        Some(self.graph.place("network", id.as_deref(), desired))
    }

    fn subnetwork(&mut self, network: &Handle<Network>) -> Option<Handle<Subnetwork>> {
        let survey = self.survey;
        let named = self.found("subnetwork", &survey.subnetwork)?;
        let spec = &self.target.spec;
        let own = survey.own_subnetwork.as_ref();
        let access = Want::or(spec.ipv6_access_type, || {
            own.and_then(SubnetworkState::access_type)
                .unwrap_or_default()
        });
        if let Some(one) = named.filter(|one| !one.ours) {
            let ipv6 = self.is_dual().then_some(access);
            let desired = external(&one.state, network, self.region_name(), ipv6);
            let id = one.state.common.address();
            self.graph.add_named("subnetwork", &id, desired);
            return None;
        }
        if let Some(project) = host(survey) {
            self.findings.push(limitations::subnetwork_of(project));
            return None;
        }
        let kind = spec.ipv6_access_type.zip(own);
        let kind = kind.and_then(|(asked, own)| limitations::other_kind(own, asked));
        self.findings.extend(kind.filter(|_| self.is_dual()));
        self.collection(access.value());
        let ipv6 = self.is_dual().then_some(access);
        let asked = check::subnet_cidr(spec).ok().flatten();
        let desired = Subnetwork {
            name: Want::Asked(names::whole(self.target.name())),
            network: network.clone(),
            region: self.region_name().to_owned(),
            range: Want::or(asked, || check::RANGE),
            ipv4_alone: ipv6.is_none(),
            ipv6,
            ip_collection: given(&spec.ip_collection)
                .map(|text| link::prefix(text, &survey.project, self.region_name())),
        };
        let id = named.map(|one| one.state.common.address());
        Some(self.graph.place("subnetwork", id.as_deref(), desired))
    }

    /// The source of the IPv6 range: there, and for this kind of addresses.
    fn collection(&mut self, access: &AccessType) {
        let (text, wanted) = (given(&self.target.spec.ip_collection), mode_for(*access));
        let message = match (&self.survey.collection, text.unwrap_or_default()) {
            (None, _) => return,
            (Some(None), text) => format!("there is no {text}, or the account may not see it"),
            (Some(Some(prefix)), text) => match prefix.mode.as_deref() {
                Some(mode) if mode != wanted => format!(
                    "{text} is in mode {mode}, and {} addresses take one in mode {wanted}",
                    access.as_str()
                ),
                _ => return,
            },
        };
        let finding = Finding::error(codes::COLLECTION, message).at(field("ipCollection"));
        let remedy = format!("name a sub-prefix in mode {wanted}, or remove ipCollection");
        self.findings.push(finding.remedy(remedy));
    }

    fn router(&mut self, network: &Handle<Network>, subnetwork: Option<Handle<Subnetwork>>) {
        let Some(subnetwork) = subnetwork else {
            if self.target.spec.nat == Some(true) {
                let message = "nat is about a subnetwork that is made, and this one exists";
                let finding = Finding::warning(codes::IGNORED, message).at(field("nat"));
                self.findings.push(finding.remedy("remove it"));
            }
            return;
        };
        if self.target.spec.nat != Some(false) {
            let desired = Router {
                name: names::whole(self.target.name()),
                network: network.clone(),
                subnetwork,
                region: self.region_name().to_owned(),
            };
            self.graph.add("router", desired);
        }
    }

    /// A subnetwork of ours in somebody else's network.
    fn within(&mut self, network: &NetworkState) {
        if self.survey.subnetwork.external().is_some() || host(self.survey).is_some() {
            return;
        }
        let (told, asked) = (
            network.told(),
            check::subnet_cidr(&self.target.spec).ok().flatten(),
        );
        let own = IpNet::V4(asked.unwrap_or(check::RANGE));
        let id = self.id("subnetwork");
        let others = self.survey.around.subnetworks.iter();
        let mut others = others.filter(|other| other.common.address() != id);
        let overlaps = |other: &&SubnetworkState| {
            let secondary = other.secondary_ip_ranges.iter();
            let secondary = secondary.filter_map(|range| range.ip_cidr_range);
            let mut ranges = other.ranges().into_iter().chain(secondary);
            ranges.any(|range| cidr::overlap(&range, &own))
        };
        if let Some(other) = others.find(overlaps) {
            let message = format!("{} of {told} has a part of {own}", other.told());
            let finding = Finding::error(codes::SUBNET_CIDR, message).at(field("subnetCidr"));
            self.findings
                .push(finding.remedy("write a free range into subnetCidr"));
        }
        let is_internal = self.is_dual() && self.target.spec.access_type() == AccessType::Internal;
        if is_internal && !network.enable_ula_internal_ipv6 {
            let message =
                format!("{told} has no IPv6 range of its own, and ipv6AccessType is Internal");
            let finding = Finding::error(codes::INTERNAL_RANGE, message).at(field("network"));
            self.findings.push(finding.about(told).remedy(format!(
                "have its owner call: gcloud compute networks update {} --enable-ula-internal-ipv6",
                network.common.name
            )));
        }
    }

    /// The one object that a field names; `None` after a finding. The name of our own, written back, and
    /// the object gone: it is made again.
    fn found<'s, S>(
        &mut self,
        what: &str,
        named: &'s Named<S>,
    ) -> Option<Option<&'s Belonging<S>>> {
        let text = match named {
            Named::Unnamed => return Some(None),
            Named::One(one) => return Some(Some(one)),
            Named::Missing(text) if *text == self.id(what) => return Some(None),
            Named::Missing(text) | Named::Several(text, _) => text,
        };
        let message = format!("there is no {what} {text}, or the account may not see it");
        let finding = Finding::error(codes::MISSING, message).at(field(what));
        let project = link::part(text, "projects").unwrap_or_default();
        let remedy = match project == self.survey.project {
            true => format!("correct the name, or remove it: then a {what} is made"),
            false => format!("correct the name, or {}", allow_reading(project)),
        };
        self.findings.push(finding.remedy(remedy));
        None
    }

    /// Names are unique in a project, or in a region of it.
    fn names_taken(&mut self) {
        for (kind, id) in &self.survey.taken {
            let is_ours_to_make = match kind.as_str() {
                "network" => self.survey.network.external().is_none(),
                "subnetwork" | "router" => self.survey.subnetwork.external().is_none(),
                _ => host(self.survey).is_none(),
            };
            if is_ours_to_make {
                let message =
                    format!("{kind} {id} is somebody else's, and has the name that is needed");
                let finding =
                    Finding::error(codes::NAME_TAKEN, message).about(format!("{kind} {id}"));
                self.findings.push(finding.remedy(taken_remedy(kind)));
            }
        }
    }
}

/// How the account comes to see what another project shares.
pub(crate) fn allow_reading(project: &str) -> String {
    format!(
        "have the owner of project {project} give the account the role roles/compute.networkViewer there"
    )
}

fn taken_remedy(kind: &str) -> &'static str {
    match kind {
        "network" | "subnetwork" => {
            "name it in the document if the cluster is to use it, or delete it"
        }
        "router" => "delete it, or set nat to false",
        _ => "take it over with --adopt if KKP made it for this cluster, or delete it",
    }
}

/// One that is somebody else's: what it has to be.
fn external(
    state: &SubnetworkState,
    network: &Handle<Network>,
    region: &str,
    ipv6: Option<Want<AccessType>>,
) -> Subnetwork {
    Subnetwork {
        name: Want::Chosen(state.common.name.clone()),
        network: network.clone(),
        region: region.to_owned(),
        range: Want::Chosen(state.ip_cidr_range.unwrap_or(check::RANGE)),
        ipv6,
        ipv4_alone: false,
        ip_collection: None,
    }
}

fn missing_zones(region: &RegionState, suffixes: &[String]) -> Vec<String> {
    let named = suffixes.iter().filter(|suffix| !suffix.is_empty());
    let zones = named.map(|suffix| format!("{}-{suffix}", region.name));
    let is_missing = |zone: &String| !region.zones.iter().any(|one| link::name(one) == zone);
    zones.filter(is_missing).collect()
}
