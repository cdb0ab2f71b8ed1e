//! One thing that is known.

use groundwork_model::{CniKind, KubernetesVersion, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is known: what was documented, what is true, since when, and says who.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Its name, and the code of its finding: `KNOWN-`, then capitals, digits and hyphens.
    pub id: String,
    /// One line.
    pub title: String,
    /// Codes that said it before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Which clusters it is about.
    #[serde(default)]
    pub touches: Touches,
    /// What the documentation of KKP 2.24 says; the end of a sentence. Nothing: it is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documented: Option<String>,
    /// What is true today; a sentence without its capital and its full stop.
    pub today: String,
    /// How the two stand to each other.
    pub state: State,
    /// Since which version of what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<Since>,
    /// When it is a finding of a cluster that it touches: the first case that holds. Without a case
    /// it never is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// Codes of findings that say it already: where one of them is reported, this is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The pages that say so, the best first.
    pub sources: Vec<String>,
    /// The day on which somebody looked, such as 2026-11-28.
    #[schemars(extend("format" = "date"))]
    pub checked: String,
}

/// What sort of thing is known.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Something does not work, or not fully.
    Limitation,
    /// Something has to be so.
    Rule,
    /// Something is chosen where nothing is said.
    Default,
    /// What became of an issue that the documentation names.
    Issue,
}

/// How the documentation and today stand to each other.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// What is documented is still true.
    Holds,
    /// Something else is true today.
    Changed,
    /// What it is about exists no more.
    Ended,
    /// The documentation says nothing of it.
    New,
}

/// Which clusters an entry is about. An empty list is everything.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Touches {
    /// Clouds, by their names in documents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// Operating systems, by their names in the matrix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<String>,
    /// Network plugins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<CniKind>,
    /// Clusters of IPv4 alone too.
    pub any_family: bool,
}

/// Since when something is so.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Of what.
    pub component: String,
    /// Its version.
    pub version: String,
    /// The day, the month or the year in which that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// What is so since then.
    pub what: String,
}

/// When an entry is a finding. What is not said does not matter.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The versions of Kubernetes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Range>,
    /// The versions of the network plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<Range>,
    /// How bad it is.
    pub severity: Severity,
    /// The message, where it is not what the entry says of documentation and today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What to do, where it is not what the entry says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Versions from one on, until another, which is not among them.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<KubernetesVersion>,
    /// The first version that is not among them any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<KubernetesVersion>,
}

impl Range {
    /// Whether a version is among them. One that is not said is the newest.
    pub(crate) fn has(&self, version: Option<KubernetesVersion>) -> bool {
        let Self { from, until } = self;
        from.is_none_or(|from| version.is_none_or(|version| version >= from))
            && until.is_none_or(|until| version.is_some_and(|version| version < until))
    }
}
