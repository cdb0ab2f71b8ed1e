//! Objects of Azure. Each is a resource with tags, which hold the label, or a part of one: a subnet of its
//! network. Their ids are compared without case ([`crate::id`]).

mod address;
mod group;
mod load_balancer;
mod location;
mod member;
mod nat_gateway;
mod network;
mod network_ipv6;
mod peering;
mod resource;
mod route_table;
mod rules;
mod security_group;
mod subnet;
mod subscription;

use std::collections::BTreeMap;

use groundwork_model::Label;
use groundwork_provider::{Change, Found, ObjectRef, Phase};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

pub use address::{Address, AddressState};
pub use group::{GroupState, ResourceGroup};
pub use load_balancer::{LoadBalancer, LoadBalancerState, OutboundRule};
pub use location::{Location, LocationState};
pub use member::{Member, MemberState};
pub use nat_gateway::{NatGateway, NatGatewayState};
pub use network::{Network, NetworkState};
pub(crate) use network_ipv6::own as own_ipv6;
pub use network_ipv6::{NetworkIpv6, NetworkIpv6State};
pub use peering::{Peering, PeeringState};
pub use resource::{Resource, ResourceState};
pub use route_table::{Route, RouteTable, RouteTableState};
pub use rules::{SecurityRule, SecurityRuleState};
pub(crate) use rules::{parts, peers, sayable};
pub use security_group::{SecurityGroup, SecurityGroupState};
pub use subnet::{Subnet, SubnetProperties, SubnetState};
pub use subscription::{Subscription, SubscriptionState};

use crate::{api, id};

/// The tags of a resource, or of a resource group.
pub type Tags = BTreeMap<String, String>;

const PROVISIONING: &str = "provisioningState";
const SUCCEEDED: &str = "Succeeded";
const FAILED: &str = "Failed";

/// What every resource has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Common {
    /// Its id, in whatever case the API writes it.
    pub id: String,
    /// Its name: unique among those of its kind in a resource group.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its tags; the label's among them where it is ours.
    #[serde(deserialize_with = "or_default")]
    pub tags: Tags,
    /// What changes with each change: a write that names an old one is refused.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub etag: String,
}

/// A reference to another resource.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default)]
pub struct Reference {
    /// Its id.
    pub id: String,
}

impl Common {
    /// The id by which it is known.
    pub fn address(&self) -> String {
        id::canonical(&self.id)
    }

    /// The label in its tags.
    pub(crate) fn label(&self) -> Option<Label> {
        label(&self.tags)
    }
}

impl Reference {
    /// The id by which it is known.
    pub fn address(&self) -> String {
        id::canonical(&self.id)
    }
}

/// A tag of the label. A slash is not allowed in the name of a tag.
fn key(name: &str) -> String {
    name.replace('/', "-")
}

fn label(tags: &Tags) -> Option<Label> {
    Label::from_tags(|name| {
        let name = key(name);
        let tag = tags.iter().find(|(has, _)| has.eq_ignore_ascii_case(&name));
        tag.map(|(_, value)| value.as_str())
    })
}

/// The tags of a label, as the API takes them.
fn tags(label: &Label) -> Value {
    let tags = label.tags();
    let tags = tags
        .into_iter()
        .map(|(name, value)| (key(name), json!(value)));
    Value::Object(tags.collect())
}

/// Writes the label into the tags of a body; what else is there stays.
fn mark(body: &mut Value, label: &Label) {
    if !body["tags"].is_object() {
        body["tags"] = json!({});
    }
    let Value::Object(own) = tags(label) else {
        return;
    };
    if let Some(tags) = body["tags"].as_object_mut() {
        tags.retain(|name, _| !own.keys().any(|key| key.eq_ignore_ascii_case(name)));
        tags.extend(own);
    }
}

/// A resource that carries a label, in its group.
fn found<S>(common: &Common, provisioning: &str, state: S) -> Found<S> {
    let id = common.address();
    let group = ObjectRef::of::<ResourceGroup>(id::group_of(&id));
    let phase = phase(provisioning, &id);
    Found::labelled(id, common.label(), state)
        .joining([group])
        .in_phase(phase)
}

/// One that a change has failed on works as before, and is changed again: see [`failed`].
fn phase(provisioning: &str, id: &str) -> Phase {
    match provisioning {
        "Creating" | "Updating" => Phase::Pending(Some(api::wait_for(id))),
        "Deleting" => Phase::Leaving,
        _ => Phase::Ready,
    }
}

/// The change that a resource needs whose last change has failed: the same again.
fn failed(provisioning: &str) -> Option<Change> {
    (provisioning == FAILED).then(|| Change::new(PROVISIONING, FAILED, SUCCEEDED))
}

/// What is there; nothing where the API writes `null`.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_label() -> Label {
        Label {
            installation: "i".parse().unwrap(),
            cluster: "c".parse().unwrap(),
            address: "network/ipv6".parse().unwrap(),
            incarnation: 2,
        }
    }

    #[test]
    fn a_label_is_read_back_in_whatever_case_its_tags_are() {
        let mut body = json!({ "tags": { "cluster": "theirs" } });
        mark(&mut body, &a_label());
        assert_eq!(body["tags"]["cluster"], "theirs");
        assert!(!body.to_string().contains("groundwork.io/"), "{body}");
        let tags: Tags = serde_json::from_value(body["tags"].clone()).unwrap();
        let upper = tags
            .into_iter()
            .map(|(k, v)| (k.to_uppercase(), v))
            .collect();
        assert_eq!(label(&upper), Some(a_label()));
    }

    #[test]
    fn a_label_is_written_once() {
        let mut body = json!({ "tags": { "GROUNDWORK.IO-CLUSTER": "old" } });
        mark(&mut body, &a_label());
        assert_eq!(body["tags"].as_object().unwrap().len(), 4, "{body}");
    }
}
