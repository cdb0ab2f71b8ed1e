//! What `--output json` writes: one object a line, documented by a schema, versioned.

use std::collections::BTreeMap;

use groundwork_engine::{Event, trace::Trace};
use groundwork_knowledge::{Cell, Entry, Named};
use groundwork_model::{Address, ClusterKey, Finding, InstallationId};
use groundwork_provider::{
    Account, Action, ApiOperation, Capability, Change, Goal, Item, Network, Plan,
};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{availability::Offer, clean};

/// One line of output.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The format: 1. Fields may be added to it; one that changes its meaning is a new format.
    version: u32,
    #[serde(flatten)]
    body: Body,
}

impl Line {
    const VERSION: u32 = 1;

    /// The line without its end.
    pub(crate) fn text(body: Body) -> String {
        let line = Self {
            version: Self::VERSION,
            body,
        };
        let text = serde_json::to_string(&line).expect("a line is plain data with text as keys");
        clean::json(&text)
    }
}

/// What a line says.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Body {
    /// What a person should know (preflight; documents that cannot be used).
    Findings {
        /// All of them.
        findings: Vec<Finding>,
    },
    /// What would be done (plan, verify, drift, and apply and destroy before they begin).
    Plan {
        /// The plan.
        plan: PlanLine,
    },
    /// Something happened (apply, destroy, resume).
    Event {
        /// What.
        entry: Event,
    },
    /// A run is over (apply, destroy, resume).
    Outcome {
        /// Which cluster.
        cluster: ClusterKey,
        /// How: done, failed, cancelled, unchanged.
        outcome: Outcome,
        /// The ids and CIDRs, where there is a network now.
        #[serde(skip_serializing_if = "Option::is_none")]
        network: Option<Network>,
    },
    /// The ids and CIDRs of a network (output).
    Network {
        /// The network; `patch` is to be merged into the document.
        network: Network,
    },
    /// One cluster of a sweep.
    Swept {
        /// Its name.
        name: String,
        /// Which cluster.
        cluster: ClusterKey,
        /// Whether anything would be done.
        differs: bool,
        /// What would be done, where it could be found out.
        #[serde(skip_serializing_if = "Option::is_none")]
        plan: Option<PlanLine>,
        /// Why it could not be found out.
        #[serde(skip_serializing_if = "Option::is_none")]
        trouble: Option<String>,
    },
    /// One object that carries our label (inventory).
    Object {
        /// Whose cloud.
        account: Account,
        /// Which cluster.
        cluster: ClusterKey,
        /// As which node of its graph.
        address: Address,
        /// Its kind.
        kind: String,
        /// The cloud's id.
        id: String,
        /// Whether a journal knows its cluster.
        known: bool,
    },
    /// A text for somewhere else (render).
    Rendered {
        /// What was asked for.
        what: Artefact,
        /// The node, the file or the object that it is for.
        name: String,
        /// Where it goes.
        goes: String,
        /// The text.
        text: String,
    },
    /// What one datacenter offers (availability).
    Availability {
        /// What.
        datacenter: Offer,
    },
    /// What a driver can do, and with which calls (capabilities).
    Capabilities {
        /// The cloud's name in documents.
        cloud: String,
        /// How far each feature is supported, and why.
        features: Vec<Capability>,
        /// The calls that it makes, and the permissions that they need.
        operations: Vec<ApiOperation>,
    },
    /// Which operating systems nodes run on, by cloud (matrix).
    Matrix {
        /// The clouds, in order.
        providers: Vec<Named>,
        /// The operating systems, in order.
        systems: Vec<Named>,
        /// The cells.
        cells: Vec<Cell>,
        /// What cells name as their reasons, and what is to be said of the whole.
        entries: Vec<Entry>,
    },
    /// What a code means (explain).
    Explanation {
        /// The code.
        code: String,
        /// One line.
        title: String,
        /// What reports it.
        from: String,
        /// More of what it means.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<String>,
        /// What to do, in general.
        #[serde(skip_serializing_if = "Option::is_none")]
        remedy: Option<String>,
        /// The page that says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Its former names.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        formerly: Vec<String>,
        /// The cell of the matrix that it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        cell: Option<Cell>,
        /// What is known of it: documented, today, since when, and where that is known from.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        entries: Vec<Entry>,
    },
    /// A picture (graph).
    Graph {
        /// In which language: mermaid, dot, svg.
        format: String,
        /// The picture.
        text: String,
        /// The nodes as they were compiled.
        graph: serde_json::Value,
    },
    /// The ways of packets (trace).
    Traces {
        /// One for each family, and for each sort of place that a node may be at.
        traces: Vec<Trace>,
    },
    /// The mock cloud is there (mock).
    #[cfg_attr(
        not(feature = "mock"),
        expect(dead_code, reason = "the output has one schema, whatever is built in")
    )]
    Environment {
        /// What to set for the program that uses it.
        variables: BTreeMap<String, String>,
    },
    /// The operation failed.
    Trouble {
        /// What, and why.
        message: String,
        /// What to do.
        #[serde(skip_serializing_if = "Option::is_none")]
        remedy: Option<String>,
        /// The exit code of the process.
        exit: u8,
    },
}

/// What `render` gives.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Artefact {
    /// `spec.clusterNetwork` of a Cluster.
    ClusterNetwork,
    /// kubeadm's `JoinConfiguration` of a node.
    #[cfg(feature = "byo")]
    Join,
    /// What a Service of type LoadBalancer needs.
    LoadbalancerAnnotations,
    /// Part of an Operating System Profile of KKP, or a whole one.
    OperatingSystemProfile,
    /// What an account has to be allowed.
    Policy,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    /// Stopped by the user; `resume` goes on.
    Cancelled,
    /// The user said no.
    Declined,
    /// Everything is done.
    Done,
    /// Something failed; what did not depend on it is done.
    Failed,
    /// There was nothing to do.
    Unchanged,
}

/// A plan as it is published, and as `plan --out` writes it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanLine {
    /// The format: 1.
    pub(crate) version: u32,
    /// Which way.
    pub(crate) goal: Goal,
    /// Whose cloud.
    pub(crate) account: Account,
    /// Whose label.
    pub(crate) installation: InstallationId,
    /// Which cluster.
    pub(crate) cluster: ClusterKey,
    /// Every object, in an order in which they could be done one by one.
    pub(crate) items: Vec<ItemLine>,
    /// What a person should know before saying yes.
    pub(crate) findings: Vec<Finding>,
    /// A digest: two plans with one hash do the same.
    pub(crate) hash: String,
}

/// One object and what is to be done to it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemLine {
    /// Its name in the graph.
    pub(crate) address: Address,
    /// Its kind.
    pub(crate) kind: String,
    /// What is to be done.
    pub(crate) action: Action,
    /// The cloud's id, where it exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// Its name at the cloud, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Its prefixes, where they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) cidrs: Vec<IpNet>,
    /// What differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<Change>,
    /// Why, where the action alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Whether some fields are known only once others exist.
    #[serde(default)]
    pub(crate) late: bool,
}

impl From<&Plan> for PlanLine {
    fn from(plan: &Plan) -> Self {
        let Plan {
            version,
            goal,
            account,
            installation,
            cluster,
            items,
            findings,
            hash,
        } = plan;
        Self {
            version: *version,
            goal: *goal,
            account: account.clone(),
            installation: installation.clone(),
            cluster: cluster.clone(),
            items: items.iter().map(ItemLine::from).collect(),
            findings: findings.clone(),
            hash: hash.clone(),
        }
    }
}

impl From<&Item> for ItemLine {
    fn from(item: &Item) -> Self {
        Self {
            name: item.told.name.clone(),
            cidrs: item.told.cidrs.clone(),
            address: item.address.clone(),
            kind: item.kind.clone(),
            action: item.action,
            id: item.found.as_ref().map(|found| found.id.clone()),
            changes: item.changes.clone(),
            reason: item.reason.clone(),
            late: item.late,
        }
    }
}
