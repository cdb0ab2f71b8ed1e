//! One of the processes: an engine over a state file, with the cloud on a port.

use std::{env, path::Path, process::ExitCode, sync::Arc};

use clap::ValueEnum;
use conformance::{Variant, request};
use groundwork_engine::{
    Engine, Finish, Limits, Parts, Patience, SeededRandom, Session, SqliteJournal, Trouble,
};
use groundwork_model::InstallationId;
use groundwork_provider::{Environment, World};
use groundwork_transport::Https;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{self, Paced},
    cloud::Cloud,
};

/// Where the mock is, for a child.
pub(crate) const ADDRESS: &str = "STORM_ADDRESS";
/// When its clock began.
pub(crate) const ORIGIN: &str = "STORM_ORIGIN";

/// What a process does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Deed {
    /// Makes the network.
    Apply,
    /// Ends well if nothing is left to do.
    Check,
    /// Removes the network.
    Destroy,
}

impl Deed {
    /// As it is typed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Check => "check",
            Self::Destroy => "destroy",
        }
    }
}

/// Does it, and says on standard error what went wrong.
pub(crate) async fn run(cloud: Cloud, deed: Deed, state: &Path) -> ExitCode {
    match done(cloud, deed, state).await {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(left)) => {
            eprintln!("{}: {left}", deed.word());
            ExitCode::FAILURE
        }
        Err(trouble) => {
            eprintln!("{}: {trouble:#?}", deed.word());
            ExitCode::FAILURE
        }
    }
}

async fn done(cloud: Cloud, deed: Deed, state: &Path) -> Result<Option<String>, Trouble> {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is set"));
    let (address, subject) = (variable(ADDRESS), cloud.subject());
    let origin = clock::read(&variable(ORIGIN)).expect("the parent wrote it");
    let epoch = cloud.epoch();
    let journal = Arc::new(SqliteJournal::open(state).await?);
    let here = |document: serde_json::Value| -> serde_json::Value {
        let text = document.to_string().replace(subject.endpoint(), &address);
        serde_json::from_str(&text).expect("an address is no JSON")
    };
    let variables = subject.mock().environment(&address);
    let engine = Engine::new(Parts {
        registry: subject.registry(),
        journal: journal.clone(),
        world: World::new(
            Arc::new(Paced { origin, epoch }),
            SeededRandom::from_system(),
        ),
        connector: Arc::new(Https),
        environment: Environment::new(variables),
        installation: InstallationId::default(),
        limits: Limits::default(),
        holder: format!("process {}", std::process::id()),
    });
    let (cluster, seed) = (
        here(subject.cluster(Variant::DualStack)),
        here(subject.seed()),
    );
    let session = engine
        .session(&request(&subject.registry(), &cluster, &seed))
        .await?;
    let left = work(&session, deed).await;
    groundwork_engine::Journal::close(&*journal).await?;
    left
}

async fn work(session: &Session, deed: Deed) -> Result<Option<String>, Trouble> {
    let planned = match deed {
        Deed::Apply => session.plan(Patience::Settle).await?,
        Deed::Check => session.plan(Patience::Now).await?,
        Deed::Destroy => session.teardown(Patience::Settle).await?,
    };
    if deed == Deed::Check {
        let todo: Vec<_> = planned.plan.mutating().collect();
        let left = !planned.plan.is_empty();
        return Ok(left.then(|| format!("something is left to do: {todo:#?}")));
    }
    let cancel = CancellationToken::new();
    let applied = session.run(&planned, &mut |_| {}, &cancel).await?;
    let ended = applied.finish == Finish::Done;
    Ok((!ended).then(|| format!("it failed: {:#?}", applied.failures)))
}
