//! A driver over its mock, as the suite sees it.

use groundwork_engine::Registry;
use groundwork_provider::Environment;
use mock_cloud::{Call, Mock};
use serde_json::{Value, json};

/// Which document of a subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
    /// Both families, everything made: the usual one.
    DualStack,
    /// IPv4 alone.
    Ipv4,
    /// [`Variant::DualStack`] without `metadata.uid`: only the state file proves whose it is.
    WithoutUid,
    /// [`Variant::DualStack`] after an edit that changes what is wanted.
    Edited,
}

/// What another hand changed, and how a plan has to call it.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The node.
    pub address: &'static str,
    /// Its field.
    pub field: &'static str,
}

/// Two objects under one label.
#[derive(Clone, Debug)]
pub struct Twins {
    /// The node.
    pub address: &'static str,
    /// The object that was there first, and the other.
    pub ids: [String; 2],
}

/// A driver over its mock.
pub trait Subject: Sync {
    /// The driver.
    fn registry(&self) -> Registry;

    /// A new cloud, the same each time, with things of others in it.
    fn mock(&self) -> Mock;

    /// Where the cloud says it is, in the documents.
    fn endpoint(&self) -> &str;

    /// Variables around the process.
    fn environment(&self) -> Environment {
        Environment::default()
    }

    /// The cluster's document.
    fn cluster(&self, variant: Variant) -> Value;

    /// The Seed with the datacenter that the cluster names.
    fn seed(&self) -> Value;

    /// Another hand changes a field of an object that the driver made.
    fn drift(&self, mock: &Mock) -> Drift;

    /// Another hand hangs something on an object that the driver made; its id.
    fn obstruct(&self, mock: &Mock) -> String;

    /// Makes a twin of an object, with its label; both in use, or the twin not.
    fn twin(&self, mock: &Mock, used: bool) -> Twins;

    /// Whether a call is one of those that a process makes once: authentication and discovery.
    fn is_overhead(&self, call: &Call) -> bool {
        let _ = call;
        false
    }

    /// The listing that a call begins; `None` for a further page, or another call.
    fn listing(&self, call: &Call) -> Option<String>;

    /// Texts that must not be seen anywhere.
    fn secrets(&self) -> Vec<String>;
}

/// `spec.clusterNetwork` of a dual-stack cluster.
#[must_use]
pub fn dual_stack_network() -> Value {
    json!({ "ipFamily": "IPv4+IPv6" })
}

/// A document with a patch in it, by the rules of JSON merge patch.
#[must_use]
pub fn merged(mut document: Value, patch: &Value) -> Value {
    merge(&mut document, patch);
    document
}

fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    let Some(target) = into.as_object_mut() else {
        return;
    };
    for (field, value) in fields {
        if value.is_null() {
            target.remove(field);
        } else {
            merge(target.entry(field.clone()).or_insert(Value::Null), value);
        }
    }
}
