//! The cloud of the document, asked for the machines of a cluster that runs.

use groundwork_cluster::{Facts, codes};
use groundwork_model::{Cluster, Finding, Severity};

use super::session::{Opened, open_given, shown};
use crate::{
    context::Context,
    documents::Given,
    stop::{Stop, chain},
};

/// Hosts of one's own have no cloud.
const NO_CLOUD: &str = "bringyourown";

/// The account of the document.
pub(super) struct Cloud(Result<Opened, String>);

impl Cloud {
    /// Connects, with the credentials that the other verbs take. An account that cannot be reached is said with the
    /// findings: the cluster is judged without it.
    pub(super) async fn of(
        context: &mut Context<'_>,
        given: &Given,
        cluster: &Cluster,
    ) -> Option<Self> {
        let name = cluster.provider().ok()?;
        if name == NO_CLOUD {
            return None;
        }
        let opened = open_given(context, given).await;
        Some(Self(opened.map(Opened::only_looking).map_err(why)))
    }

    /// Adds the machines to the facts; else what to say of that.
    pub(super) async fn read(
        &self,
        context: &mut Context<'_>,
        facts: &mut Facts,
    ) -> Option<Finding> {
        let opened = match &self.0 {
            Ok(opened) => opened,
            Err(why) => return Some(not_asked(why)),
        };
        match shown(context, "asking the cloud", opened.session.machines()).await {
            Ok(Some(machines)) => {
                facts.machines = Some(machines);
                None
            }
            Ok(None) => Some(not_asked("its driver has no question for that")),
            Err(trouble) => Some(not_asked(&chain(&trouble))),
        }
    }

    /// Ends the session at the cloud.
    pub(super) async fn leave(self) {
        if let Ok(opened) = self.0 {
            opened.session.leave().await;
        }
    }
}

fn why(stop: Stop) -> String {
    match stop {
        Stop::Usage(message) | Stop::Failed { message, .. } => message,
        Stop::Unfit(findings) => {
            let mut errors = findings.iter().filter(|one| one.is_error());
            errors.next().map(Finding::to_string).unwrap_or_default()
        }
        Stop::Unread => String::new(),
    }
}

fn not_asked(why: &str) -> Finding {
    let message = format!(
        "the cloud was not asked for the servers, so it is not known whether the addresses in the nodes' statuses are \
         still theirs: {why}"
    );
    Finding::new(Severity::Note, codes::NOT_ASKED, message)
        .remedy("give the credentials of the document's account, as for preflight")
}
