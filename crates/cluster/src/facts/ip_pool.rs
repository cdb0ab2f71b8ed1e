//! The pools that Calico gives pods addresses of.

use groundwork_model::Family;
use ipnet::IpNet;
use serde::Deserialize;

use super::metadata::Metadata;

/// An IPPool of Calico.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct IpPool {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    cidr: String,
    nat_outgoing: bool,
    disabled: bool,
    ipip_mode: String,
    vxlan_mode: String,
    allowed_uses: Vec<String>,
    assignment_mode: String,
}

impl IpPool {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Its range, where it is one.
    pub fn range(&self) -> Option<IpNet> {
        self.spec.cidr.parse().ok()
    }

    /// The family of its range.
    pub fn family(&self) -> Option<Family> {
        self.range().map(|range| Family::of(&range))
    }

    /// Whether it gives pods addresses at all: without a list of uses it is for pods and tunnels.
    pub fn is_for_pods(&self) -> bool {
        let Spec {
            allowed_uses,
            assignment_mode,
            ..
        } = &self.spec;
        let is_use = allowed_uses.is_empty() || allowed_uses.iter().any(|one| one == "Workload");
        is_use && assignment_mode != "Manual"
    }

    /// Whether somebody has told it to give no more addresses.
    pub fn is_disabled(&self) -> bool {
        self.spec.disabled
    }

    /// Whether pods reach what is outside of the pools behind their node's address.
    pub fn is_masqueraded(&self) -> bool {
        self.spec.nat_outgoing
    }

    /// Whether packets between nodes go in a tunnel of VXLAN.
    pub fn has_vxlan(&self) -> bool {
        is_on(&self.spec.vxlan_mode)
    }

    /// Whether they go in a tunnel of IP in IP.
    pub fn has_ipip(&self) -> bool {
        is_on(&self.spec.ipip_mode)
    }
}

/// `Always` or `CrossSubnet`.
fn is_on(mode: &str) -> bool {
    !mode.is_empty() && mode != "Never"
}
