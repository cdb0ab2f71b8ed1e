//! The story, step by step.

use std::{
    ffi::OsString,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use groundwork_engine::{Limits, MemoryJournal};
use groundwork_provider::Environment;
use mock_cloud::Mock;
use tokio_util::sync::CancellationToken;

use super::openstack::{cloud, files, meddle};
use crate::{
    Exit, Page, Surroundings, app, clouds::InProcess, context::Context, render::style, stop::Stop,
};

/// Where the example's datacenter says that its Keystone is.
const BASE_URL: &str = "https://keystone.example.org";

const INTRODUCTION: &str = "\
The whole story, on a mock OpenStack inside this process: no network, no account, no trace.
";

const EPILOGUE: &str = "\
point it at a real cloud. Set OS_* as for the openstack client, and give your own documents.
";

/// A step: what is said, what is typed, how it has to end.
struct Step {
    says: &'static str,
    types: &'static str,
    ends: Exit,
    /// What another hand does before.
    before: Option<fn(&Mock)>,
}

/// So many of the steps only look.
const LOOKS: usize = 2;

const STEPS: &[Step] = &[
    Step {
        says: "A cluster is to run on OpenStack, in both address families. Would it work?",
        types: "preflight -f mistake.yaml -f seed.yaml",
        ends: Exit::Unfit,
        before: None,
    },
    Step {
        says: "The document is corrected. What would be done?",
        types: "plan -f cluster.yaml -f seed.yaml",
        ends: Exit::Well,
        before: None,
    },
    Step {
        says: "Make it so.",
        types: "apply -f cluster.yaml -f seed.yaml --yes",
        ends: Exit::Well,
        before: None,
    },
    Step {
        says: "Once more: nothing is left to do, and nothing is done.",
        types: "apply -f cluster.yaml -f seed.yaml --yes",
        ends: Exit::Well,
        before: None,
    },
    Step {
        says: "A colleague takes the IPv6 subnet off the router, and the name servers away.",
        types: "drift -f cluster.yaml -f seed.yaml",
        ends: Exit::Differs,
        before: Some(meddle),
    },
    Step {
        says: "Repair it: only what differs is touched.",
        types: "apply -f cluster.yaml -f seed.yaml --yes",
        ends: Exit::Well,
        before: None,
    },
    Step {
        says: "And away with it. The document is not needed: the cloud says what is ours.",
        types: "destroy --cluster demo --yes",
        ends: Exit::Well,
        before: None,
    },
];

/// Walks through the steps on a mock cloud of its own.
pub(super) async fn tell(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let mock = cloud();
    context.busy.set(true);
    let shared = Shared::of(context.around);
    let mut stage = stage(context.around, &mock, &shared);
    let told = stage.tell(&mock).await;
    shared.give_back(context.around);
    told
}

/// The surroundings in which the steps are played; the streams are those of the caller.
struct Stage(Surroundings);

fn stage(around: &Surroundings, mock: &Mock, shared: &Shared) -> Stage {
    let connector = InProcess::new(mock.clone(), &around.world.clock);
    let environment = mock.environment(BASE_URL);
    Stage(Surroundings {
        out: Box::new(shared.clone()),
        err: Box::new(shared.clone()),
        input: Box::new(std::io::empty()),
        interactive: false,
        lively: around.lively,
        // The story looks the same wherever it is told.
        page: Page {
            is_cut: true,
            ..around.page
        },
        environment: Environment::new(environment),
        files: files(),
        world: around.world.clone(),
        connector: Arc::new(connector),
        journal: Some(Arc::new(MemoryJournal::default())),
        state: None,
        limits: Limits {
            settle_window: Duration::ZERO,
            ..Limits::default()
        },
        stop: CancellationToken::clone(&around.stop),
    })
}

impl Stage {
    async fn tell(&mut self, mock: &Mock) -> Result<Exit, Stop> {
        self.say(&style::quiet(INTRODUCTION))?;
        let (looks, acts) = STEPS.split_at(LOOKS);
        for step in looks {
            self.play(mock, step).await?;
        }
        // From here on: with the first listing Neutron gives a project its default group.
        let untouched = mock.inventory();
        for step in acts {
            self.play(mock, step).await?;
        }
        if mock.inventory() != untouched {
            return Err(Stop::failed("the demo left something behind"));
        }
        let end = style::good("The cloud is exactly as it was before.");
        self.say(&format!("\n{end}\n{} {EPILOGUE}", style::strong("Next:")))?;
        Ok(Exit::Well)
    }

    async fn play(&mut self, mock: &Mock, step: &Step) -> Result<(), Stop> {
        let Step {
            says,
            types,
            ends,
            before,
        } = step;
        let prompt = style::strong(format!("$ groundwork {types}"));
        self.say(&format!(
            "\n{}\n{prompt}\n",
            style::quiet(format!("# {says}"))
        ))?;
        if let Some(before) = before {
            before(mock);
        }
        let arguments = format!("groundwork {types}");
        let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
        // A future that contains itself needs a box.
        let exit = Box::pin(app::run(arguments, &mut self.0)).await;
        if exit == *ends {
            return Ok(());
        }
        if self.0.stop.is_cancelled() {
            return Err(Stop::failed(
                "stopped; nothing outside of this process was touched",
            ));
        }
        if exit == Exit::Unread {
            return Err(Stop::Unread);
        }
        let (is, was) = (exit.code(), ends.code());
        Err(Stop::failed(format!(
            "the demo went another way: `{types}` ended with {is}, not {was}"
        )))
    }

    fn say(&mut self, text: &str) -> Result<(), Stop> {
        self.0.out.write_all(text.as_bytes())?;
        Ok(self.0.out.flush()?)
    }
}

/// One stream for results and progress, so that a story is told in its order wherever it goes.
#[derive(Clone)]
struct Shared(Arc<Mutex<Box<dyn Write + Send>>>);

impl Shared {
    fn of(around: &mut Surroundings) -> Self {
        Self(Arc::new(Mutex::new(mem::replace(
            &mut around.out,
            Box::new(io::sink()),
        ))))
    }

    fn give_back(self, around: &mut Surroundings) {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        around.out = mem::replace(&mut *stream, Box::new(io::sink()));
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}
