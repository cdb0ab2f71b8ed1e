//! From a cluster to its graph. Pure. Every node is somebody else's, and verified.

use groundwork_kit::document::given;
use groundwork_model::Finding;
use groundwork_provider::{Graph, Target};

use crate::{
    codes,
    object::{Project, Reservation, Vlan},
    spec::{Datacenter, Spec, field},
    survey::Survey,
};

/// The graph of a cluster, with everything that is wrong.
pub(crate) fn compile(target: &Target<Spec, Datacenter>, survey: &Survey) -> Graph {
    let metro = given(&target.cloud.metro).unwrap_or_default().to_owned();
    let mut findings: Vec<Finding> = unknown_metro(target, survey, &metro).into_iter().collect();
    let mut graph = Graph::default();
    graph.add_named("project", &survey.project, Project {});
    if target.is_dual_stack() {
        let named = given(&target.spec.ipv6_reservation);
        match named.or(survey.ipv6.as_deref()) {
            Some(id) => {
                let metro = metro.clone();
                graph.add_named("ipv6", id, Reservation { metro });
            }
            None => graph.findings.push(no_block_yet(&metro)),
        }
    }
    for (index, number) in target.spec.vlans.iter().enumerate() {
        match survey.vlans.get(number) {
            Some(id) => {
                let (vxlan, metro) = (*number, metro.clone());
                graph.add_named(&format!("vlan/{number}"), id, Vlan { vxlan, metro });
            }
            // Of a project that does not exist, that alone is said.
            None if !survey.exists => {}
            None => findings.push(no_vlan(index, *number, &metro)),
        }
    }
    // Beside what the plan says of the objects that exist: everything at once.
    graph.findings.extend(findings);
    graph
}

fn unknown_metro(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    metro: &str,
) -> Option<Finding> {
    if metro.is_empty() || survey.metros.iter().any(|known| known == metro) {
        return None;
    }
    let message = format!("the installation has no metro {metro}");
    let finding = Finding::error(codes::METRO, message);
    let finding = finding.at(target.datacenter.field("spec.packet.metro"));
    let known = survey.metros.join(", ");
    Some(finding.remedy(format!("name one of these: {known}")))
}

fn no_vlan(index: usize, number: u16, metro: &str) -> Finding {
    let message = format!("the project has no VLAN {number} in metro {metro}");
    let finding = Finding::error(codes::VLAN, message);
    finding
        .at(field(&format!("vlans[{index}]")))
        .remedy("create it there, or name another one; VLANs are verified, not created")
}

fn no_block_yet(metro: &str) -> Finding {
    let message = format!(
        "the project has no block of IPv6 addresses in metro {metro} yet: it comes with the first \
         server there"
    );
    Finding::note(codes::IPV6_LATER, message).remedy("verify again once there is a server")
}
