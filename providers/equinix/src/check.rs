//! What can be said of the documents without a cloud. Pure.

use std::collections::BTreeSet;

use groundwork_kit::document::given;
use groundwork_model::Finding;
use groundwork_provider::Target;

use crate::{
    codes,
    spec::{Datacenter, Spec, field},
    sunset,
};

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = service(&target.spec).into_iter().collect();
    findings.extend(place(target));
    findings.extend(numbers(&target.spec));
    findings
}

/// The service has ended: only an installation that the document names is left.
fn service(spec: &Spec) -> Option<Finding> {
    let at = field("endpoint");
    match sunset::installation(&spec.endpoint) {
        Ok(Some(_)) => None,
        Ok(None) => {
            let at = match given(&spec.endpoint) {
                Some(_) => at,
                None => "spec.cloud.packet".to_owned(),
            };
            let message = format!("{}: no cluster can run there", sunset::ENDED);
            let finding = Finding::error(codes::SUNSET, message).at(at);
            Some(finding.remedy(sunset::REMEDY))
        }
        Err(why) => {
            let message = format!("endpoint cannot be used: {why}");
            let finding = Finding::error(codes::ENDPOINT, message).at(at);
            Some(
                finding
                    .remedy("write where the API is, such as https://metal.example.org/metal/v1"),
            )
        }
    }
}

/// Metros have taken the place of facilities, which the API has refused since 2024.
fn place(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let (datacenter, cloud) = (&target.datacenter, &target.cloud);
    let mut findings = Vec::new();
    let has_metro = given(&cloud.metro).is_some();
    let facilities = cloud.facilities.join(", ");
    if !facilities.is_empty() {
        let message = format!("the API no longer knows facilities ({facilities})");
        let finding = match has_metro {
            true => Finding::warning(codes::FACILITIES, message),
            false => Finding::error(codes::FACILITIES, message),
        };
        let finding = finding.at(datacenter.field("spec.packet.facilities"));
        findings.push(finding.remedy("name the metro that they are in, and leave facilities out"));
    } else if !has_metro {
        let message = format!("datacenter {} names no metro", datacenter.name);
        let finding = Finding::error(codes::METRO, message);
        let finding = finding.at(datacenter.field("spec.packet.metro"));
        findings.push(finding.remedy("name the metro that nodes are in, such as da"));
    }
    findings
}

fn numbers(spec: &Spec) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let vlans = spec.vlans.iter().enumerate();
    let again = vlans.filter(|(_, number)| !seen.insert(**number));
    let finding = |(index, number): (usize, &u16)| {
        let message = format!("VLAN {number} is named twice");
        let finding = Finding::error(codes::VLAN, message);
        finding
            .at(field(&format!("vlans[{index}]")))
            .remedy("remove it here")
    };
    again.map(finding).collect()
}
