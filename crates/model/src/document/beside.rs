//! Fields of ours, which the reference system does not have: where they stand, and what it does to
//! them in the old place.
//!
//! They stand in a document of our own, `kind: Network` of `groundwork.dev/v1alpha1`, which has the
//! name of its Cluster and survives an API server. Inside the Cluster they are still read, with a
//! warning: KKP's API server refuses them or drops them.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{grammar::marked, places::Places};
use crate::{
    Addressing, CloudSection, Cluster, Family, Finding, Metadata, Sections, cluster::OwnField,
    codes,
};

/// Marks, in a driver's schema, a field that KKP does not have: `true`, or `"narrows"` where the
/// network is more open without it.
pub const OWN: &str = "x-groundwork-own";
const NARROWS: &str = "narrows";
/// Marks, in a driver's schema, a field that has an effect in clusters of one family only: `IPv6`.
pub const FAMILY: &str = "x-groundwork-family";

/// A Network, as it stands in a document.
#[derive(Deserialize)]
pub(super) struct NetworkDocument {
    pub(super) metadata: Metadata,
    #[serde(default)]
    pub(super) spec: NetworkSpec,
}

/// `spec` of a Network.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NetworkSpec {
    /// The fields, by the name of their cloud.
    pub(super) cloud: Sections,
}

/// One Network, read.
pub(super) struct Beside {
    pub(super) name: String,
    pub(super) clouds: Sections,
    pub(super) places: Arc<Places>,
}

impl Beside {
    /// Puts the fields into the section of the cluster, and says what keeps one from it.
    pub(super) fn join(&self, cluster: &mut Cluster, grammar: &Value) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (cloud, section) in self.clouds.iter() {
            let at = format!("spec.cloud.{cloud}");
            let Some(target) = cluster.spec.cloud.clouds.get_mut(cloud) else {
                let message = format!("cluster {} does not run on {cloud}", self.name);
                let finding = Finding::warning(codes::DOCUMENT_UNUSED_FIELD, message).at(at);
                findings.push(finding.remedy("remove the section"));
                continue;
            };
            let own = marked(&grammar["$defs"][format!("cloud.{cloud}")], OWN, &is_own);
            let mut joined = Vec::new();
            for (field, value) in fields(section).filter(|(field, _)| own.contains(field)) {
                let at = format!("{at}.{field}");
                match target.value().get(field) {
                    Some(other) if !other.is_null() && other != value => {
                        let message =
                            format!("{field} is given in the Cluster too, with another value");
                        let finding = Finding::error(codes::DOCUMENT_DUPLICATE, message).at(at);
                        findings.push(finding.remedy("keep the one in the Network"));
                    }
                    Some(_) | None => {
                        target.insert(field, value.clone());
                        joined.push(at);
                    }
                }
            }
            cluster.stand_elsewhere(joined, &self.places);
        }
        for finding in &mut findings {
            let field = finding.field.as_deref();
            finding.location = field.and_then(|field| self.places.locate(field));
        }
        findings
    }
}

/// What is to be said of fields of ours inside a Cluster, before a Network is joined to it.
pub(super) fn in_the_old_place(cluster: &Cluster, grammar: &Value) -> Vec<Finding> {
    let own = given(cluster, grammar, OWN);
    let finding = |(field, _): (String, &Value)| {
        let name = field.rsplit('.').next().unwrap_or_default();
        let message = format!(
            "KKP does not know {name}: its API server refuses this document, or drops the field when a program writes it"
        );
        Finding::warning(codes::DOCUMENT_OWN_FIELD, message)
            .remedy(format!(
                "move it to a document `kind: Network`, `apiVersion: {}`, named {}",
                super::grammar::OURS,
                cluster.metadata.name
            ))
            .at(field)
    };
    own.into_iter().map(finding).collect()
}

/// The fields of ours that a cluster has, wherever they stand, by their full paths; also those that
/// are there and say nothing, because somebody has written that.
pub(super) fn own(cluster: &Cluster, grammar: &Value) -> BTreeMap<String, OwnField> {
    let mut own = BTreeMap::new();
    for (cloud, section) in cluster.spec.cloud.clouds.iter() {
        let schema = &grammar["$defs"][format!("cloud.{cloud}")];
        let all = marked(schema, OWN, &is_own);
        let narrowing = marked(schema, OWN, &|mark| mark == NARROWS);
        let fields = section.value().as_object().into_iter().flatten();
        for (field, value) in fields.filter(|(field, _)| all.contains(field.as_str())) {
            let narrows = narrowing.contains(field.as_str());
            let value = value.clone();
            own.insert(
                format!("spec.cloud.{cloud}.{field}"),
                OwnField { value, narrows },
            );
        }
    }
    own
}

/// Fields that are about a family which the cluster does not have.
pub(super) fn of_another_family(cluster: &Cluster, grammar: &Value) -> Vec<Finding> {
    let has = Addressing::readable(cluster).family;
    let mut findings = Vec::new();
    for family in Family::BOTH.into_iter().filter(|family| !has.has(*family)) {
        let name = family.to_string();
        let of_it = |schema: &Value| schema.as_str() == Some(&name);
        for (field, _) in given_where(cluster, grammar, FAMILY, of_it) {
            let last = field.rsplit('.').next().unwrap_or_default();
            let message =
                format!("{last} has no effect: it is about {family}, and the cluster is {has}");
            let finding = Finding::warning(codes::DOCUMENT_UNUSED_FIELD, message);
            findings.push(
                finding
                    .remedy("remove it, or set spec.clusterNetwork.ipFamily to IPv4+IPv6")
                    .at(field),
            );
        }
    }
    findings
}

/// Whether a mark says that a field is ours.
pub(super) fn is_own(mark: &Value) -> bool {
    mark.as_bool() == Some(true) || mark == NARROWS
}

fn given<'a>(cluster: &'a Cluster, grammar: &Value, mark: &str) -> Vec<(String, &'a Value)> {
    given_where(cluster, grammar, mark, is_own)
}

/// The fields of a cluster's sections that are given and carry such a mark in the schema.
fn given_where<'a>(
    cluster: &'a Cluster,
    grammar: &Value,
    mark: &str,
    is: impl Fn(&Value) -> bool,
) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (cloud, section) in cluster.spec.cloud.clouds.iter() {
        let schema = &grammar["$defs"][format!("cloud.{cloud}")];
        let marked = marked(schema, mark, &is);
        let fields = fields(section).filter(|(field, _)| marked.contains(field));
        found.extend(fields.map(|(field, value)| (format!("spec.cloud.{cloud}.{field}"), value)));
    }
    found
}

/// Fields that say something: KKP writes the empty text and null for "not set".
fn fields(section: &CloudSection) -> impl Iterator<Item = (&str, &Value)> {
    let fields = section.value().as_object().into_iter().flatten();
    let says = |value: &Value| !value.is_null() && value.as_str() != Some("");
    fields
        .filter(move |(_, value)| says(value))
        .map(|(field, value)| (field.as_str(), value))
}
