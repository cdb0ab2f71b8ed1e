//! Whether each family of nodes has a way out. Pure.

use groundwork_kit::rules::everywhere;
use groundwork_model::{Family, Finding};

use super::Judge;
use crate::{
    codes, names,
    object::{NetworkState, RouteState, SubnetworkState},
    spec::field,
};

impl Judge<'_> {
    /// Of a network that is somebody else's; ours has the routes that the cloud makes.
    pub(super) fn without_way_out(&self) -> Vec<Finding> {
        let (Some(network), Some(subnetwork)) = (self.named_network(), self.subnetwork()) else {
            return Vec::new();
        };
        if self.survey.around.routes.is_none() {
            return Vec::new();
        }
        let families = self.target.addressing.family.families().iter();
        let lost = families.filter(|family| !self.leads_out(**family));
        let mut findings: Vec<Finding> = lost
            .filter_map(|family| no_route(&network, &subnetwork, *family))
            .collect();
        findings.extend(self.untranslated(&subnetwork));
        findings
    }

    /// Whether a route to everywhere is for the nodes.
    fn leads_out(&self, family: Family) -> bool {
        let tag = names::tag(self.target.name());
        let is_for = |route: &&RouteState| route.tags.is_empty() || route.tags.contains(&tag);
        let mut routes = self.routes().iter().filter(is_for);
        routes.any(|route| route.dest_range == Some(everywhere(family)))
    }

    /// Nodes may have public addresses of their own: that is the machines'.
    fn untranslated(&self, subnetwork: &SubnetworkState) -> Option<Finding> {
        let routers = self.survey.around.routers.as_ref()?;
        let id = subnetwork.common.address();
        let mut nats = routers.iter().flat_map(|router| &router.nats);
        if self.states.is_managed("subnetwork") || nats.any(|nat| nat.serves(&id)) {
            return None;
        }
        let message = format!(
            "no Cloud NAT serves {}: nodes without a public IPv4 address have no way out over IPv4",
            subnetwork.told()
        );
        let finding = Finding::note(codes::NAT, message).at(field("subnetwork"));
        Some(finding.about(subnetwork.told()).remedy(
            "leave assignPublicIPAddress on in MachineDeployments, or have a NAT made for it",
        ))
    }
}

/// Addresses of the network alone are not for the internet: they need no route there.
fn no_route(
    network: &NetworkState,
    subnetwork: &SubnetworkState,
    family: Family,
) -> Option<Finding> {
    let is_internal = subnetwork.ipv6_access_type.as_deref() == Some("INTERNAL");
    let (told, all) = (network.told(), everywhere(family));
    let message =
        format!("{told} has no route to {all} for the nodes: they have no way out over {family}");
    let finding = match (family, is_internal) {
        (Family::V6, true) => return None,
        (Family::V4, _) => Finding::error(codes::WAY_OUT, message),
        (Family::V6, false) => Finding::warning(codes::WAY_OUT, message),
    };
    let finding = finding.at(field("network")).about(told);
    Some(finding.remedy(format!(
        "have its owner call: gcloud compute routes create NAME --network={} \
         --destination-range={all} --next-hop-gateway=default-internet-gateway",
        network.common.name
    )))
}
