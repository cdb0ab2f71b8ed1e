//! What a network's profile allows (<https://cloud.google.com/vpc/docs/network-profiles>). Pure.

use groundwork_model::Finding;
use serde::{Deserialize, Serialize};

use crate::{codes, object::DUAL, spec::field};

/// What the API says of a profile.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Profile {
    name: String,
    features: Features,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Features {
    subnet_stack_types: Vec<String>,
    subnetwork_stack_types: Vec<String>,
    allow_vpc_firewall_rules: Option<String>,
    allow_default_nic_attachment: Option<String>,
    allow_external_ip_access: Option<String>,
}

impl Profile {
    /// What nodes need, and it does not allow.
    pub(super) fn judge(&self, told: &str, is_dual: bool) -> Vec<Finding> {
        let Features {
            subnet_stack_types,
            subnetwork_stack_types,
            allow_vpc_firewall_rules,
            allow_default_nic_attachment,
            allow_external_ip_access,
        } = &self.features;
        let lacks_dual =
            |types: &[String]| !types.is_empty() && !types.iter().any(|one| one == DUAL);
        let is_blocked =
            |said: &Option<String>| said.as_ref().is_some_and(|said| said.ends_with("_BLOCKED"));
        let no_dual = lacks_dual(subnet_stack_types) || lacks_dual(subnetwork_stack_types);
        let table = [
            (is_dual && no_dual, "dual-stack subnetworks"),
            (is_blocked(allow_vpc_firewall_rules), "firewall rules"),
            (is_blocked(allow_default_nic_attachment), "usual machines"),
            (is_blocked(allow_external_ip_access), "public addresses"),
        ];
        let blocked = table.into_iter().filter(|(is_blocked, _)| *is_blocked);
        let finding = |(_, what): (bool, &str)| {
            let message = format!(
                "{told} has the profile {}, which allows no {what}",
                self.name
            );
            let finding = Finding::error(codes::PROFILE, message).at(field("network"));
            finding
                .about(told)
                .remedy("name a network without that profile: it cannot be changed")
        };
        blocked.map(finding).collect()
    }
}
