//! What the documents say about Hetzner: the reference system's fields, and ours beside them.

use groundwork_kit::document::given;
use groundwork_model::{NetworkRanges, Secret};
use groundwork_provider::Target;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// `spec.cloud.hetzner` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the token.
    pub credentials_reference: Option<Value>,
    /// A token of the project, which may read and write.
    pub token: Option<Secret>,
    /// The network, by name or id; the datacenter's where it is not given, and made where that names
    /// none either.
    pub network: Option<String>,

    /// Ours: the range of a network that is made, default 10.0.0.0/16.
    #[schemars(extend("x-groundwork-own" = true))]
    pub network_cidr: Option<String>,
    /// Ours: the range of its subnet, default the first /24 of the network's.
    #[schemars(extend("x-groundwork-own" = true))]
    pub subnet_cidr: Option<String>,
    /// Ours: the firewall, by name or id; made where it is not given.
    #[schemars(extend("x-groundwork-own" = true))]
    pub firewall: Option<String>,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
    /// Ours: from where node ports may be reached; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,
}

/// `spec.hetzner` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// A datacenter of Hetzner's, such as `fsn1-dc14`: its location, where `location` is not given.
    pub datacenter: Option<String>,
    /// A location, such as `fsn1`.
    pub location: Option<String>,
    /// The network of clusters that name none, by name or id.
    pub network: Option<String>,
}

impl Datacenter {
    /// The location of servers. Datacenters are not asked for: their names began with it.
    pub(crate) fn location(&self) -> Option<&str> {
        given(&self.location).or_else(|| {
            let (location, _) = given(&self.datacenter)?.split_once("-dc")?;
            Some(location)
        })
    }
}

/// The network that the documents name, and the field that does.
pub(crate) fn network(target: &Target<Spec, Datacenter>) -> Option<(String, &str)> {
    if let Some(name) = given(&target.spec.network) {
        return Some((field("network"), name));
    }
    let name = given(&target.cloud.network)?;
    Some((target.datacenter.field("spec.hetzner.network"), name))
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.hetzner.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_the_first_part_of_a_datacenters_name() {
        let location = |datacenter: &str, location: &str| {
            let cloud = Datacenter {
                datacenter: Some(datacenter.to_owned()),
                location: Some(location.to_owned()),
                network: None,
            };
            cloud.location().map(str::to_owned)
        };
        assert_eq!(location("fsn1-dc14", "").as_deref(), Some("fsn1"));
        assert_eq!(location("fsn1-dc14", "nbg1").as_deref(), Some("nbg1"));
        assert_eq!(location("somewhere", ""), None);
        assert_eq!(location("", ""), None);
    }
}
