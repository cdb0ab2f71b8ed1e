//! What one command came to, for readers that are not there: a CI system, a code forge, somebody whom
//! it is sent to.

mod html;
mod junit;
mod sarif;

use groundwork_engine::Planned;
use groundwork_knowledge::Known;
use groundwork_model::{Finding, Location};
use groundwork_provider::{Plan, Topology};
use jiff::Timestamp;

pub(crate) use html::html;
pub(crate) use junit::junit;
pub(crate) use sarif::sarif;

use crate::{
    Exit,
    args::Output,
    catalogue::{Explained, explained},
    clean::{self, cleaned},
    context::Context,
};

/// What one command came to.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The command: preflight, plan, verify, drift.
    pub(crate) verb: &'static str,
    /// The cluster, where it is known which one.
    pub(crate) cluster: Option<String>,
    /// How the process ends.
    pub(crate) exit: Exit,
    /// What a person should know, the worst first.
    pub(crate) findings: Vec<Finding>,
    /// What would be done, where it could be found out.
    pub(crate) plan: Option<Plan>,
    /// The network as packets see it, where it is known.
    pub(crate) topology: Topology,
    /// Why it could not be found out.
    pub(crate) trouble: Option<Trouble>,
    /// Where findings are that have no place of their own: the beginning of the cluster's document.
    pub(crate) home: Option<Location>,
    /// What the codes of the findings mean, by code.
    pub(crate) rules: Vec<Explained>,
    /// When.
    pub(crate) at: Timestamp,
}

/// What failed.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// What, and why.
    pub(crate) message: String,
    /// What to do.
    pub(crate) remedy: Option<String>,
}

impl Report {
    /// A report of findings alone.
    pub(crate) fn new(
        context: &Context<'_>,
        exit: Exit,
        mut findings: Vec<Finding>,
        known: &Known,
    ) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        let mut codes: Vec<&str> = findings.iter().map(|one| one.code.as_ref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let rules = explained(known, &codes);
        let (cluster, home) = match &*context.subject.borrow() {
            Some((name, home)) => (Some(clean::text(name)), home.clone()),
            None => (context.common.cluster.as_deref().map(clean::text), None),
        };
        Self {
            verb: context.verb,
            cluster,
            exit,
            findings: findings.iter().map(cleaned).collect(),
            plan: None,
            topology: Topology::default(),
            trouble: None,
            home: home.or_else(|| beginning(context)),
            rules,
            at: context.around.world.clock.now(),
        }
    }

    /// A report of a plan, and of what was found in making it.
    pub(crate) fn of(context: &Context<'_>, exit: Exit, planned: &Planned, known: &Known) -> Self {
        let plan = &planned.plan;
        Self {
            plan: Some(cleaned(plan)),
            topology: planned.topology.clone(),
            ..Self::new(context, exit, plan.findings.clone(), known)
        }
    }

    /// The same, where something failed.
    #[must_use]
    pub(crate) fn with_trouble(self, message: &str, remedy: Option<&str>) -> Self {
        let (message, remedy) = (clean::text(message), remedy.map(clean::text));
        let trouble = Some(Trouble { message, remedy });
        Self { trouble, ..self }
    }

    /// The whole text in a format; nothing where the format is none of reports.
    pub(crate) fn text(&self, format: Output) -> Option<String> {
        match format {
            Output::Junit => Some(junit(self)),
            Output::Sarif => Some(sarif(self)),
            Output::Html => Some(html(self)),
            Output::Text | Output::Json | Output::Markdown => None,
        }
    }

    /// What it is of: `preflight of cluster example`.
    pub(crate) fn title(&self) -> String {
        match &self.cluster {
            Some(cluster) => format!("{} of cluster {cluster}", self.verb),
            None => self.verb.to_owned(),
        }
    }
}

/// The beginning of the first file.
fn beginning(context: &Context<'_>) -> Option<Location> {
    let file = context.common.files.first()?;
    let source = clean::text(&file.display().to_string());
    Some(Location {
        source,
        line: 1,
        column: 1,
    })
}
