//! One storm, and what has to be so afterwards: nothing lost, nothing doubled, nothing of others
//! touched.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use conformance::{Shape, label, shape_of};
use mock_cloud::{Fault, Faults, Inventory, Match, Mock, serve_at_pace};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{PACE, child::Deed, cloud::Cloud, processes::Started};

/// After this long, in the time of the cloud, no late effect comes and no listing is stale.
const QUIET: Duration = Duration::from_secs(15);
/// No process is killed later, on the wall: an apply that nothing happens to takes less.
const DEATH_MAX_MS: u64 = 600;

/// Whose state files there are.
#[derive(Clone, Copy, Debug)]
enum States {
    /// One, which each run has.
    One,
    /// Two writers have one each, and work at once.
    Two,
    /// Each run begins without.
    Lost,
}

/// One storm.
pub(crate) struct Scenario {
    cloud: Cloud,
    seed: u64,
    states: States,
    rounds: Vec<Round>,
    /// Which state file is used in the end.
    last: usize,
}

/// Runs that are started together and killed, by when; on the wall.
struct Round {
    deed: Deed,
    deaths: [Duration; 2],
}

impl Scenario {
    /// The storm that a seed decides.
    pub(crate) fn of(cloud: Cloud, seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let states = [States::One, States::Two, States::Lost][(seed % 3) as usize];
        let mut death = || Duration::from_millis(random.random_range(20..DEATH_MAX_MS));
        let deaths: Vec<[Duration; 2]> = (0..3).map(|_| [death(), death()]).collect();
        let rounds = random.random_range(1..=3);
        let mut deed = |first: bool| match random.random_range(0..4) {
            0 if !first => Deed::Destroy,
            _ => Deed::Apply,
        };
        let rounds = deaths.into_iter().take(rounds).enumerate();
        let rounds = rounds
            .map(|(number, deaths)| Round {
                deed: deed(number == 0),
                deaths,
            })
            .collect();
        let last = random.random_range(0..3);
        Self {
            cloud,
            seed,
            states,
            rounds,
            last,
        }
    }

    /// What happens in it.
    pub(crate) fn told(&self) -> String {
        let states = match self.states {
            States::One => "one state file",
            States::Two => "two state files",
            States::Lost => "lost state files",
        };
        let rounds: Vec<&str> = self.rounds.iter().map(|round| round.deed.word()).collect();
        format!("{states}, {} killed", rounds.join(", "))
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// What is not as it has to be.
    pub(crate) async fn run(&self, shape: &Shape) -> Result<(), String> {
        let site = Site::open(self.cloud).await?;
        let before = site.mock.inventory();
        site.mock.set_faults(self.seed, storm(self.seed));
        for (number, round) in self.rounds.iter().enumerate() {
            self.round(&site, number, round).await?;
        }
        site.mock.set_faults(self.seed, Faults::none());
        site.quiet().await;
        for state in self.lasting() {
            let state = site.state(state);
            site.started().well(Deed::Apply, &state).await?;
            site.quiet().await;
            site.harmless()?;
            site.started().well(Deed::Check, &state).await?;
            same(shape, &shape_of(&site.mock.inventory()))?;
        }
        let state = site.state("c");
        site.started().well(Deed::Destroy, &state).await?;
        site.quiet().await;
        site.harmless()?;
        left(&before, &site.mock.inventory())
    }

    async fn round(&self, site: &Site, number: usize, round: &Round) -> Result<(), String> {
        let failed = |why: std::io::Error| why.to_string();
        let Round { deed, deaths } = round;
        let started = site.started();
        match self.states {
            States::One => {
                let state = site.state("a");
                started
                    .killed(*deed, &state, deaths[0])
                    .await
                    .map_err(failed)?;
            }
            States::Two => {
                let (a, b) = (site.state("a"), site.state("b"));
                let (first, second) = tokio::join!(
                    started.killed(*deed, &a, deaths[0]),
                    started.killed(*deed, &b, deaths[1])
                );
                first.and(second).map_err(failed)?;
            }
            States::Lost => {
                let state = site.state(&format!("lost-{number}"));
                started
                    .killed(*deed, &state, deaths[0])
                    .await
                    .map_err(failed)?;
                // What nobody knows of and nobody can see, nobody can wait for.
                site.quiet().await;
            }
        }
        site.harmless()
    }

    /// The state files that each make an apply in the end, the first one whichever.
    fn lasting(&self) -> Vec<&'static str> {
        match self.states {
            States::One => vec!["a"],
            States::Two => {
                let mut states = vec!["a", "b", "c"];
                states.rotate_left(self.last);
                states
            }
            States::Lost => vec!["c"],
        }
    }
}

/// What a swarm has, and now and then a create that the cloud takes back after it was seen: its client
/// was killed, or never heard of it.
fn storm(seed: u64) -> Faults {
    let creates = Match {
        mutating: Some(true),
        ..Match::default()
    };
    let (share, times) = (0.1, Some(3));
    Faults::swarm(seed).and(creates.probability(share), Fault::TakenBack, times)
}

/// What exists after an apply to which nothing happens.
///
/// # Errors
/// If even that does not come right.
pub(crate) async fn clean(cloud: Cloud) -> Result<Shape, String> {
    let site = Site::open(cloud).await?;
    let state = site.state("a");
    site.started().well(Deed::Apply, &state).await?;
    site.quiet().await;
    site.started().well(Deed::Check, &state).await?;
    Ok(shape_of(&site.mock.inventory()))
}

/// A mock on a port, and a folder for state files.
struct Site {
    cloud: Cloud,
    mock: Mock,
    origin: SystemTime,
    address: String,
    folder: tempfile::TempDir,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    async fn open(cloud: Cloud) -> Result<Self, String> {
        let failed = |why: std::io::Error| why.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = format!("http://{}", listener.local_addr().map_err(failed)?);
        let mock = cloud.subject().mock();
        let origin = SystemTime::now();
        let serving = tokio::spawn(serve_at_pace(mock.clone(), listener, PACE));
        Ok(Self {
            cloud,
            mock,
            origin,
            address,
            folder: tempfile::tempdir().map_err(failed)?,
            serving,
        })
    }

    fn started(&self) -> Started<'_> {
        Started {
            cloud: self.cloud,
            address: &self.address,
            origin: self.origin,
        }
    }

    fn state(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(format!("{name}.db"))
    }

    /// Lets so much time pass that nothing is under way any more.
    async fn quiet(&self) {
        tokio::time::sleep(QUIET / PACE).await;
        let elapsed = self.origin.elapsed().unwrap_or_default();
        self.mock.advance(elapsed * PACE);
    }

    /// What has to be so at any time.
    fn harmless(&self) -> Result<(), String> {
        let violations = self.mock.violations();
        if !violations.is_empty() {
            return Err(format!("touched what is not ours: {violations:#?}"));
        }
        let inventory = self.mock.inventory();
        let orphans = inventory.orphans(|entry| label(&entry.text));
        match orphans.is_empty() {
            true => Ok(()),
            false => Err(format!("nobody would find these again: {orphans:#?}")),
        }
    }
}

fn same(wanted: &Shape, is: &Shape) -> Result<(), String> {
    if wanted == is {
        return Ok(());
    }
    let differs = |(object, count): (&_, &usize)| wanted.get(object) != Some(count);
    let more: Vec<_> = is.iter().filter(|entry| differs(*entry)).collect();
    let missing: Vec<_> = wanted
        .keys()
        .filter(|object| !is.contains_key(object))
        .collect();
    Err(format!("too much: {more:#?}, too little: {missing:#?}"))
}

fn left(before: &Inventory, after: &Inventory) -> Result<(), String> {
    let differences = before.differences(after);
    match differences.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "a destroy does not leave what was there: {differences:#?}"
        )),
    }
}
