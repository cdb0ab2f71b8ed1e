//! Judging: facts in, findings out. Nothing here asks anybody.

mod addresses;
mod cni;
mod control_plane;
mod dns;
mod document;
mod grouped;
mod kernel;
mod machines;
mod pod_ranges;
mod pods;
mod proxy;
mod routes;
mod service_ranges;
mod services;
mod uninitialized;

use std::collections::BTreeMap;

use groundwork_model::{Addressing, Cluster, Family, Finding};

use crate::{controller::Controller, expected::Expected, facts::Facts};
use machines::Servers;

/// What all judges look at.
struct Scene<'a> {
    facts: &'a Facts,
    expected: Expected,
    controller: Controller,
    /// The machines of the document's account, where the cloud was asked.
    servers: Option<Servers<'a>>,
    cluster: Option<&'a Cluster>,
    addressing: Option<Addressing>,
}

impl Scene<'_> {
    /// The largest packet that the network between the nodes carries, in bytes, and which network that is; none
    /// where that is not known.
    fn packets(&self) -> Option<(u32, String)> {
        let kind = self.controller.kind?;
        let said = self.servers.as_ref().and_then(Servers::packets);
        let said = said.map(|size| (size, "the network of the nodes"));
        let (size, network) = said.or_else(|| (kind.packets)(&self.facts.nodes))?;
        Some((size, format!("{network} of {}", kind.title)))
    }
}

/// Everything that is to be said of a cluster, against its document where there is one. What was not asked
/// is said too. Many findings of one code become the first few, and one that counts the others.
pub fn judge(facts: &Facts, cluster: Option<&Cluster>) -> Vec<Finding> {
    let (addressing, mut findings) = cluster.map(Addressing::resolve).unwrap_or_default();
    // Whatever else is to be said of the document is `preflight`'s.
    findings.retain(Finding::is_error);
    let provider = cluster.and_then(|own| own.provider().ok());
    let controller = Controller::of(facts, provider);
    let scene = Scene {
        expected: Expected::of(facts, addressing.as_ref()),
        servers: Servers::of(facts, &controller),
        controller,
        facts,
        cluster,
        addressing,
    };
    let judges = [
        service_ranges::judge,
        document::judge,
        control_plane::judge,
        |scene: &Scene<'_>| scene.controller.findings(&scene.expected.families),
        uninitialized::judge,
        addresses::judge,
        machines::judge,
        pod_ranges::judge,
        routes::judge,
        services::judge,
        cni::judge,
        proxy::judge,
        dns::judge,
        kernel::judge,
        pods::judge,
    ];
    findings.extend(judges.iter().flat_map(|judge| judge(&scene)));
    if let Some(cluster) = cluster {
        let of_document = findings
            .iter_mut()
            .filter(|finding| finding.field.is_some());
        of_document.for_each(|finding| cluster.place(std::slice::from_mut(finding)));
    }
    let mut findings = bounded(findings);
    findings.extend(facts.not_asked.iter().cloned());
    findings
}

/// The families that a cluster is meant to have, the primary one first.
pub fn families(facts: &Facts, cluster: Option<&Cluster>) -> Vec<Family> {
    let addressing = cluster.and_then(|own| Addressing::resolve(own).0);
    Expected::of(facts, addressing.as_ref()).families
}

/// The most findings of one code that are told one by one.
const OF_ONE_CODE: usize = 10;

fn bounded(findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts: BTreeMap<String, (usize, Option<Finding>)> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in findings {
        let key = format!("{:?} {}", finding.severity, finding.code);
        let (count, last) = counts.entry(key).or_default();
        *count += 1;
        match *count <= OF_ONE_CODE {
            true => told.push(finding),
            false => *last = Some(finding),
        }
    }
    for (count, last) in counts.into_values() {
        if let Some(mut last) = last {
            let more = count - OF_ONE_CODE;
            last.message = format!(
                "{more} more like those above, the last one: {}",
                last.message
            );
            last.subject = None;
            told.push(last);
        }
    }
    told
}
