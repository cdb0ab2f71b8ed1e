//! Objects of Hetzner Cloud. Ids are numbers, and each kind counts its own.

mod firewall;
mod firewall_selector;
mod location;
mod member;
mod network;
mod rules;
mod subnet;

use std::collections::BTreeMap;

use groundwork_model::Label;
use groundwork_provider::{Change, Found};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub(crate) use firewall::merge;
pub use firewall::{Firewall, FirewallId, FirewallState, Target, Targets};
pub use firewall_selector::{FirewallSelector, SelectorState};
pub use location::{Location, LocationState};
pub use member::{Member, MemberState};
pub use network::{Network, NetworkId, NetworkState, Part, Route};
pub use rules::FirewallRule;
pub(crate) use rules::{EFFECTIVE_MAX, RULES_MAX, grouped};
pub use subnet::{Subnet, SubnetState};

/// Labels of an object: keys and values (<https://docs.hetzner.cloud/reference/cloud#labels>).
pub(crate) type Labels = BTreeMap<String, String>;

/// The longest value of a label.
const VALUE_MAX: usize = 63;

/// Ours among labels.
fn label(labels: &Labels) -> Option<Label> {
    Label::from_tags(|key| labels.get(key).map(String::as_str))
}

/// An object that carries labels, made then.
fn found<S>(id: String, labels: &Labels, created: Timestamp, state: S) -> Found<S> {
    Found::labelled(id, label(labels), state).made_at(Some(created))
}

/// A label among those of others.
fn with_label(label: &Label, others: &Labels) -> Value {
    let mut labels = others.clone();
    let own = label.tags().map(|(key, value)| (key.to_owned(), value));
    labels.extend(own);
    json!(labels)
}

/// The body of a PUT for changes of name and label; empty where there are none.
fn renamed(label: &Label, labels: &Labels, changes: &[Change]) -> Map<String, Value> {
    let mut body = Map::new();
    for change in changes {
        match change.field.as_str() {
            Change::LABEL => drop(body.insert("labels".to_owned(), with_label(label, labels))),
            "name" => drop(body.insert("name".to_owned(), change.to.clone())),
            _ => {}
        }
    }
    body
}

/// Whether labels can hold one of ours: values of at most 63 letters, digits, `-`, `_` and `.`, with
/// a letter or a digit at both ends.
pub(crate) fn carries(label: &Label) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    for (key, value) in label.tags() {
        if value.len() > VALUE_MAX {
            return Err(format!("the value of {key} is longer than 63 characters"));
        }
        let edges = is_edge(value.chars().next()) && is_edge(value.chars().last());
        if !edges || !value.chars().all(inner) {
            return Err(format!(
                "the value of {key} may hold letters, digits, '-', '_' and '.', and begins and \
                 ends with a letter or a digit"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use groundwork_model::{Address, ClusterKey, InstallationId};

    use super::*;

    fn of(cluster: &str, address: &str) -> Label {
        Label {
            installation: InstallationId::default(),
            cluster: ClusterKey::new(cluster).unwrap(),
            address: Address::new(address).unwrap(),
            incarnation: 1,
        }
    }

    #[test]
    fn a_label_that_the_cloud_refuses_is_not_carried() {
        assert_eq!(carries(&of("5eaf00d", "firewall-selector")), Ok(()));
        assert!(carries(&of("5eaf00d", "subnet/ipv4")).is_err(), "a slash");
        assert!(carries(&of("-5eaf", "network")).is_err(), "a hyphen first");
    }

    #[test]
    fn labels_of_others_stay() {
        let others = Labels::from([("team".to_owned(), "blue".to_owned())]);
        let written = with_label(&of("c", "network"), &others);
        assert_eq!(written["team"], "blue");
        assert_eq!(written[Label::CLUSTER], "c");
        let read: Labels = serde_json::from_value(written).unwrap();
        assert_eq!(label(&read), Some(of("c", "network")));
    }
}
