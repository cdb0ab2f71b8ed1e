//! What can still be said about the addresses of a cluster whose document has errors.
//!
//! People want to read everything that is wrong at once. So the values that could not be read are
//! left out, the rest is resolved, and of what comes of it those findings are kept that hold
//! whatever the missing values are.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use super::{
    grammar::ClusterDocument,
    places::{Places, append, append_index},
    tree::{Content, Tree},
};
use crate::{Addressing, Cluster, Code, Finding, Severity, cloud_section, codes};

/// Findings about the addresses of a cluster, of whose fields some, `unread`, could not be read.
pub(super) fn findings(tree: &Tree, places: Places, unread: &BTreeSet<String>) -> Vec<Finding> {
    let Some(value) = readable(tree, unread, &mut String::new()) else {
        return Vec::new();
    };
    let Ok(ClusterDocument { metadata, spec }) = cloud_section::read(&value, "") else {
        return Vec::new();
    };
    let places = Arc::new(places);
    let Ok(cluster) = Cluster::new(metadata, spec, Arc::clone(&places)) else {
        return Vec::new();
    };
    let (_, findings) = Addressing::resolve(&cluster);
    let holds = |finding: &Finding| {
        let read = finding
            .field
            .as_ref()
            .is_none_or(|field| !unread.contains(field));
        read && finding.severity != Severity::Note && !is_guess(finding, unread)
    };
    findings.into_iter().filter(holds).collect()
}

/// Whether a finding compares with a list of CIDRs that could not be read, so that a default stood
/// in for it.
fn is_guess(finding: &Finding, unread: &BTreeSet<String>) -> bool {
    let is_unread = |list: &str| {
        unread
            .iter()
            .any(|f| f.starts_with(list) || list.starts_with(f))
    };
    let pods = is_unread("spec.clusterNetwork.pods");
    let services = is_unread("spec.clusterNetwork.services");
    let is_one_of = |codes: [Code; 2]| codes.iter().any(|code| code.id == finding.code);
    let of_both = is_one_of([codes::NETWORK_OVERLAP, codes::NETWORK_CIDR_COUNT]);
    let of_pods = is_one_of([codes::NETWORK_NODE_MASK, codes::NETWORK_NODE_MASK_SPREAD]);
    (of_both && (pods || services)) || (of_pods && pods)
}

/// The value without what could not be read. A list that has such an item is left out whole: the
/// others would move.
fn readable(tree: &Tree, unread: &BTreeSet<String>, path: &mut String) -> Option<Value> {
    if unread.contains(path) && !path.is_empty() {
        return None;
    }
    let length = path.len();
    match &tree.content {
        Content::List(items) => {
            let mut values = Vec::new();
            for (index, item) in items.iter().enumerate() {
                append_index(path, index);
                let value = readable(item, unread, path);
                path.truncate(length);
                values.push(value?);
            }
            Some(Value::Array(values))
        }
        Content::Object(entries) => {
            let mut fields = Map::new();
            for entry in entries.iter().filter(|entry| !entry.value.is_null()) {
                append(path, &entry.key);
                let value = readable(&entry.value, unread, path);
                path.truncate(length);
                fields.extend(value.map(|value| (entry.key.clone(), value)));
            }
            Some(Value::Object(fields))
        }
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_) => Some(tree.to_value()),
    }
}
