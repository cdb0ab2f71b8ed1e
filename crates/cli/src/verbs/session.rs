//! From the arguments to a connected cluster.

use groundwork_engine::{Engine, JournalError, Patience, Planned, Session, Trouble};
use groundwork_model::{Documents, Finding};

use crate::{
    context::Context,
    documents::{self, Given},
    render::{
        progress::{SILENCE_MAX, waiting},
        style,
    },
    stop::{Stop, chain},
};

/// One cluster, connected.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) session: Session,
    /// The cluster's name, for people.
    pub(super) name: String,
    /// What is to be said about the documents as such.
    findings: Vec<Finding>,
}

/// Reads the documents, picks the cluster, connects.
pub(super) async fn open(context: &mut Context<'_>) -> Result<Opened, Stop> {
    let given = documents::read(context).await?;
    open_given(context, &given).await
}

/// The same, of documents that were read already.
pub(super) async fn open_given(context: &mut Context<'_>, given: &Given) -> Result<Opened, Stop> {
    let cluster = given.cluster(context)?.clone();
    let subject = (cluster.metadata.name.clone(), cluster.locate(""));
    *context.subject.borrow_mut() = Some(subject);
    let engine = context.engine(&given.documents).await?;
    let (request, findings) = given.request(context, &engine, &cluster)?;
    let name = cluster.metadata.name.clone();
    let session = shown(context, "connecting", engine.session(&request)).await;
    Ok(Opened {
        // A misspelt field may be why.
        session: session.map_err(|trouble| Stop::from(trouble).after(&findings))?,
        engine,
        name,
        findings,
    })
}

/// The same for verbs that can do without a document, where the name is enough.
pub(super) async fn open_by_any_name(context: &mut Context<'_>) -> Result<Opened, Stop> {
    match (
        context.common.files.is_empty(),
        context.common.cluster.clone(),
    ) {
        (false, _) => open(context).await,
        (true, Some(name)) => open_without_document(context, &name).await,
        (true, None) => Err(Stop::Usage(
            "say which cluster: its document with -f, or its name with --cluster".to_owned(),
        )),
    }
}

/// Connects to the account of a cluster whose document is gone.
pub(super) async fn open_without_document(
    context: &mut Context<'_>,
    name: &str,
) -> Result<Opened, Stop> {
    let engine = context.engine(&Documents::default()).await?;
    let provider = context.common.provider.clone();
    let session = engine.session_without_document(name, provider.as_deref(), context.options());
    let session = shown(context, "connecting", session).await;
    Ok(Opened {
        session: session?,
        engine,
        name: name.to_owned(),
        findings: Vec::new(),
    })
}

impl Opened {
    /// For a verb that changes nothing.
    pub(super) fn only_looking(self) -> Self {
        let session = self.session.only_looking();
        Self { session, ..self }
    }

    /// Looks and plans.
    pub(super) async fn plan(
        &self,
        context: &mut Context<'_>,
        patience: Patience,
    ) -> Result<Planned, Stop> {
        let planned = shown(context, words(patience), self.session.plan(patience)).await;
        let mut planned = planned.map_err(|trouble| Stop::from(trouble).after(&self.findings))?;
        planned
            .plan
            .findings
            .splice(0..0, self.findings.iter().cloned());
        Ok(planned)
    }

    /// Looks and plans the removal.
    pub(super) async fn teardown(
        &self,
        context: &mut Context<'_>,
        patience: Patience,
    ) -> Result<Planned, Stop> {
        Ok(shown(context, words(patience), self.session.teardown(patience)).await?)
    }
}

/// Waits for it with a line that moves, or, where nothing can, with one that says so after a while.
pub(super) async fn shown<T>(
    context: &mut Context<'_>,
    words: &'static str,
    work: impl Future<Output = T>,
) -> T {
    let bar = waiting(context.around.lively, words);
    let clock = context.around.world.clock.clone();
    let mut work = std::pin::pin!(work);
    let told = tokio::select! {
        biased;
        done = &mut work => Some(done),
        () = clock.sleep(SILENCE_MAX), if bar.is_none() => None,
    };
    let done = match told {
        Some(done) => done,
        None => {
            // Whoever does not read it is not kept from the result.
            let _ = context.aside(&style::quiet(format!("{words} …\n")));
            work.await
        }
    };
    bar.inspect(|bar| bar.finish_and_clear());
    done
}

fn words(patience: Patience) -> &'static str {
    match patience {
        Patience::Now => "looking",
        Patience::Settle => "looking, and waiting for what an earlier run left under way",
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        let message = chain(&trouble);
        match trouble {
            Trouble::Unfit(findings) => Self::Unfit(findings),
            Trouble::Stale(_) => {
                Self::failed_with(message, "plan again, and read what has changed")
            }
            Trouble::Cloud(error) => Self::Failed {
                message,
                remedy: error.remedy,
                findings: Vec::new(),
            },
            Trouble::Journal(JournalError::Leased { .. }) => Self::failed_with(
                message,
                "wait for the other run to end, or to lose its lease",
            ),
            Trouble::Journal(JournalError::Store { .. }) => Self::failed_with(
                message,
                "make room for it or repair it, then run this again; or name another file with \
                 --state: a lost one loses nothing",
            ),
            Trouble::Journal(JournalError::Fenced | JournalError::Newer { .. }) => {
                Self::failed(message)
            }
        }
    }
}
