//! Where a subject is put to the test: its cloud, the clock, and processes with their journals.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use groundwork_engine::{
    Applied, Engine, Event, Finish, Journal, Limits, MemoryJournal, Parts, Patience, Planned,
    Registry, Request, SeededRandom, Session, Trouble,
};
use groundwork_model::{Documents, Finding, InstallationId, Label, Source};
use groundwork_provider::{Clock, Environment, Options, World};
use groundwork_transport::Connector;
use mock_cloud::{Entry, Inventory, Mock};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{InProcess, Subject, Variant, VirtualClock};

/// What exists, without ids: how many objects of each kind, name and label there are.
pub type Shape = BTreeMap<(String, String, Option<String>), usize>;

/// A subject's cloud, and the clock.
pub struct Lab<'a> {
    /// Whom it is about.
    pub subject: &'a dyn Subject,
    /// The cloud.
    pub mock: Mock,
    /// The time.
    pub clock: VirtualClock,
    /// The way to the cloud.
    pub wire: InProcess,
}

/// One process: an engine over a journal.
pub struct Process {
    /// The engine.
    pub engine: Engine,
}

/// A run that came to its end.
pub struct Ran {
    /// What was planned.
    pub planned: Planned,
    /// How it ended.
    pub applied: Applied,
    /// What was said meanwhile.
    pub events: Vec<Event>,
}

impl<'a> Lab<'a> {
    /// A new cloud.
    #[must_use]
    pub fn open(subject: &'a dyn Subject) -> Self {
        Self::over(subject, subject.mock())
    }

    /// A new cloud with so many objects on a page of a listing: see [`Subject::paged`].
    #[must_use]
    pub fn paged(subject: &'a dyn Subject, objects: usize) -> Self {
        Self::over(subject, subject.paged(objects))
    }

    /// A cloud that is a variant of the subject's: see [`Subject::failing`].
    #[must_use]
    pub fn over(subject: &'a dyn Subject, mock: Mock) -> Self {
        let clock = VirtualClock::start();
        let time: Arc<dyn Clock> = Arc::new(clock);
        let wire = InProcess::new(mock.clone(), &time);
        Self {
            subject,
            mock,
            clock,
            wire,
        }
    }

    /// A process with a state file of its own.
    #[must_use]
    pub fn process(&self) -> Process {
        self.process_over(Arc::new(MemoryJournal::default()), "one")
    }

    /// A process over a journal.
    #[must_use]
    pub fn process_over(&self, journal: Arc<dyn Journal>, holder: &str) -> Process {
        self.process_with(journal, holder, Arc::new(self.wire.clone()), 7)
    }

    /// A process whose way to the cloud and whose random numbers are the test's.
    #[must_use]
    pub fn process_with(
        &self,
        journal: Arc<dyn Journal>,
        holder: &str,
        connector: Arc<dyn Connector>,
        seed: u64,
    ) -> Process {
        let engine = Engine::new(Parts {
            registry: self.subject.registry(),
            journal,
            world: World::new(Arc::new(self.clock), SeededRandom::new(seed)),
            connector,
            environment: self.subject.environment(),
            installation: InstallationId::default(),
            limits: Limits::default(),
            holder: holder.to_owned(),
        });
        Process { engine }
    }

    /// A process of another installation.
    #[must_use]
    pub fn process_of(&self, installation: InstallationId) -> Process {
        let before = self.process();
        let Parts {
            registry,
            journal,
            world,
            connector,
            environment,
            installation: _,
            limits,
            holder,
        } = before.engine.parts();
        let engine = Engine::new(Parts {
            registry: registry.clone(),
            journal: journal.clone(),
            world: world.clone(),
            connector: connector.clone(),
            environment: environment.clone(),
            installation,
            limits: limits.clone(),
            holder: holder.clone(),
        });
        Process { engine }
    }

    /// Another process over the same journal that has no document: credentials come from its
    /// environment.
    #[must_use]
    pub fn process_without_document(&self, of: &Process) -> Process {
        let environment = self.mock.environment(self.subject.endpoint());
        let before = of.engine.parts();
        let engine = Engine::new(Parts {
            registry: before.registry.clone(),
            journal: before.journal.clone(),
            world: before.world.clone(),
            connector: before.connector.clone(),
            environment: Environment::new(environment),
            installation: before.installation.clone(),
            limits: before.limits.clone(),
            holder: before.holder.clone(),
        });
        Process { engine }
    }

    /// What is asked about a cluster.
    ///
    /// # Panics
    /// If the documents of the subject cannot be read without a finding.
    #[must_use]
    pub fn request(&self, cluster: &Value) -> Request {
        self.request_in(cluster, &self.subject.seed())
    }

    /// The same in a datacenter of another Seed.
    ///
    /// # Panics
    /// As [`Lab::request`].
    #[must_use]
    pub fn request_in(&self, cluster: &Value, seed: &Value) -> Request {
        request(&self.subject.registry(), cluster, seed)
    }

    /// What is asked about one of the subject's clusters.
    #[must_use]
    pub fn wanted(&self, variant: Variant) -> Request {
        self.request(&self.subject.cluster(variant))
    }

    /// Lets so much time pass that nothing is under way any more.
    pub async fn quiet(&self) {
        self.clock.sleep(Duration::from_secs(15 * 60)).await;
        self.wire.advance();
    }

    /// What exists now.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        self.wire.advance();
        self.mock.inventory()
    }

    /// What exists now, without ids.
    #[must_use]
    pub fn shape(&self) -> Shape {
        shape_of(&self.inventory())
    }

    /// Asserts what must be so at any time: nothing of others is touched, nothing is lost.
    ///
    /// # Panics
    /// If it is not so.
    pub fn assert_harmless(&self, case: &str) {
        let violations = self.mock.violations();
        assert!(
            violations.is_empty(),
            "{case}: touched what is not ours: {violations:#?}"
        );
        let inventory = self.inventory();
        let orphans = inventory.orphans(|entry| label(&entry.text));
        assert!(
            orphans.is_empty(),
            "{case}: nobody would find these again: {orphans:#?}"
        );
    }

    /// Asserts that a cluster is exactly as it should be, and that everybody else is as well.
    ///
    /// # Panics
    /// If it is not.
    pub async fn assert_converged(
        &self,
        process: &Process,
        request: &Request,
        shape: &Shape,
        case: &str,
    ) {
        let planned = process.plan(request).await;
        let planned = planned.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
        let todo: Vec<_> = planned.plan.mutating().collect();
        assert!(
            todo.is_empty(),
            "{case}: something is left to do: {todo:#?}"
        );
        assert!(planned.plan.is_empty(), "{case}: {:#?}", planned.plan);
        self.assert_shape(shape, case);
    }

    /// Asserts the same after a run that has found nothing to do: nobody has to look again.
    ///
    /// # Panics
    /// If it is not so.
    pub fn assert_shape(&self, shape: &Shape, case: &str) {
        assert_eq!(&self.shape(), shape, "{case}");
        self.assert_harmless(case);
    }
}

/// What is asked about the cluster of a document, with the Seed of another.
///
/// # Panics
/// If they cannot be read without a finding.
#[must_use]
pub fn request(registry: &Registry, cluster: &Value, seed: &Value) -> Request {
    let source = |name: &str, document: &Value| Source {
        name: name.to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    let sources = [source("cluster.json", cluster), source("seed.json", seed)];
    let (mut documents, findings) = Documents::parse(&sources, &registry.schemas(), true);
    assert!(!findings.iter().any(Finding::is_error), "{findings:#?}");
    let cluster = documents.clusters.remove(0);
    let datacenter = documents.datacenter_of(&cluster);
    let datacenter = datacenter.expect("the seed has it").clone();
    Request {
        cluster,
        datacenter,
        secrets: BTreeMap::new(),
        options: Options::default(),
    }
}

/// What an inventory has, without ids.
#[must_use]
pub fn shape_of(inventory: &Inventory) -> Shape {
    let mut shape = Shape::new();
    for Entry {
        kind, name, text, ..
    } in inventory.entries()
    {
        let object = (kind.clone(), Label::before(name).to_owned(), label(text));
        *shape.entry(object).or_default() += 1;
    }
    shape
}

/// The cluster's own object of a kind: the first one that carries a label.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn own(mock: &Mock, kind: &str) -> Entry {
    let inventory = mock.inventory();
    let labelled = |entry: &&Entry| label(&entry.text).is_some();
    let mut own = inventory.kind(kind).filter(labelled);
    own.next().expect("the cluster has one").clone()
}

/// A label as text, without the incarnation; `None` for a text that has none: in one of its lines, as
/// tags, one a line, or at the end of a name.
#[must_use]
pub fn label(text: &str) -> Option<String> {
    let Label {
        installation,
        cluster,
        address,
        incarnation: _,
    } = text
        .lines()
        .find_map(Label::parse)
        .or_else(|| tagged(text))
        .or_else(|| text.lines().find_map(Label::of_name))?;
    Some(format!("{installation} {cluster} {address}"))
}

fn tagged(text: &str) -> Option<Label> {
    let tag = |name: &str| {
        let lines = text.lines();
        let mut values = lines.filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            // Where a tag's name takes no slash, a hyphen stands for it.
            let key = key.strip_prefix("groundwork.io")?;
            (key.strip_prefix(['/', '-'])? == name).then_some(value)
        });
        values.next()
    };
    Some(Label {
        installation: tag("installation")?.parse().ok()?,
        cluster: tag("cluster")?.parse().ok()?,
        address: tag("address")?.parse().ok()?,
        incarnation: tag("incarnation")?.parse().ok()?,
    })
}

impl Process {
    /// Connects.
    pub async fn session(&self, request: &Request) -> Result<Session, Trouble> {
        self.engine.session(request).await
    }

    /// Looks and plans, at once.
    pub async fn plan(&self, request: &Request) -> Result<Planned, Trouble> {
        let session = self.session(request).await?;
        let planned = session.plan(Patience::Now).await;
        session.leave().await;
        planned
    }

    /// What a plan says of a cluster, whether it is fit or not.
    ///
    /// # Panics
    /// If anything else stops it.
    pub async fn told(&self, request: &Request) -> Vec<Finding> {
        match self.plan(request).await {
            Ok(planned) => planned.plan.findings,
            Err(Trouble::Unfit(findings)) => findings,
            Err(trouble) => panic!("{trouble:#?}"),
        }
    }

    /// Applies.
    pub async fn apply(&self, request: &Request) -> Result<Ran, Trouble> {
        self.apply_telling(request, &mut Vec::new()).await
    }

    /// Applies, and tells what happens, to whatever end.
    pub async fn apply_telling(
        &self,
        request: &Request,
        events: &mut Vec<Event>,
    ) -> Result<Ran, Trouble> {
        let session = self.session(request).await?;
        let planned = session.plan(Patience::Settle).await;
        ran(session, planned, events).await
    }

    /// Destroys, with the document at hand.
    pub async fn destroy(&self, request: &Request) -> Result<Ran, Trouble> {
        self.destroy_telling(request, &mut Vec::new()).await
    }

    /// Destroys, and tells what happens, to whatever end.
    pub async fn destroy_telling(
        &self,
        request: &Request,
        events: &mut Vec<Event>,
    ) -> Result<Ran, Trouble> {
        let session = self.session(request).await?;
        let planned = session.teardown(Patience::Settle).await;
        ran(session, planned, events).await
    }

    /// Destroys without a document.
    pub async fn destroy_without_document(&self, cluster: &str) -> Result<Ran, Trouble> {
        let options = Options {
            adopt: true,
            ..Options::default()
        };
        let session = self
            .engine
            .session_without_document(cluster, None, options)
            .await?;
        let planned = session.teardown(Patience::Settle).await;
        ran(session, planned, &mut Vec::new()).await
    }
}

/// Carries out what was planned, if it was, and leaves.
async fn ran(
    session: Session,
    planned: Result<Planned, Trouble>,
    events: &mut Vec<Event>,
) -> Result<Ran, Trouble> {
    let ran = match planned {
        Ok(planned) => run(&session, planned, events).await,
        Err(trouble) => Err(trouble),
    };
    session.leave().await;
    ran
}

async fn run(session: &Session, planned: Planned, events: &mut Vec<Event>) -> Result<Ran, Trouble> {
    let before = events.len();
    let mut publish = |event: &Event| events.push(event.clone());
    let applied = session
        .run(&planned, &mut publish, &CancellationToken::new())
        .await?;
    Ok(Ran {
        planned,
        applied,
        events: events[before..].to_vec(),
    })
}

/// A run that did all that it was to do.
///
/// # Panics
/// If it did not.
#[track_caller]
pub fn done(ran: Result<Ran, Trouble>, case: &str) -> Ran {
    let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{case}: {:#?}",
        ran.applied.failures
    );
    ran
}
