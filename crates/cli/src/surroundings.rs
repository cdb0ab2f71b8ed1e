//! Everything that the command line touches besides its arguments.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    sync::Arc,
};

use groundwork_engine::{Journal, Limits, system_world};
use groundwork_provider::{Environment, World};
use groundwork_transport::{Connector, Https};
use tokio_util::sync::CancellationToken;

/// Everything that the command line touches besides its arguments.
pub struct Surroundings {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Progress, questions, troubles.
    pub err: Box<dyn Write + Send>,
    /// Answers, and documents for `-f -`.
    pub input: Box<dyn BufRead + Send>,
    /// Whether somebody is there to answer.
    pub interactive: bool,
    /// Whether progress may move on the terminal.
    pub lively: bool,
    /// How text is laid out.
    pub page: Page,
    /// Environment variables.
    pub environment: Environment,
    /// Files by name, which are there without being on a disk.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Clock and randomness.
    pub world: World,
    /// Opens connections.
    pub connector: Arc<dyn Connector>,
    /// The journal, where it is not a file.
    pub journal: Option<Arc<dyn Journal>>,
    /// Where the state file is, where no argument says it.
    pub state: Option<PathBuf>,
    /// How long and how often things are tried.
    pub limits: Limits,
    /// Cancelled when the user wants to stop.
    pub stop: CancellationToken,
}

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns of running text.
    pub width: usize,
    /// Whether tables lose what goes beyond them: a terminal breaks long lines in the middle of
    /// an id. A file or another program gets everything.
    pub is_cut: bool,
}

impl Page {
    /// Columns of tables.
    pub(crate) fn table(self) -> usize {
        match self.is_cut {
            true => self.width,
            false => usize::MAX,
        }
    }
}

/// Columns where the output goes to no terminal.
const WIDTH: usize = 100;
/// Text is not spread over more columns than that: long lines are hard to read.
const WIDTH_MAX: usize = 120;

impl Surroundings {
    /// Those of a process.
    pub(crate) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Self {
            out: Box::new(anstream::AutoStream::auto(io::stdout())),
            err: Box::new(anstream::AutoStream::auto(io::stderr())),
            input: Box::new(io::BufReader::new(io::stdin())),
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            lively: io::stderr().is_terminal(),
            page: page(),
            environment: Environment::of_process(variables),
            files: BTreeMap::new(),
            world: system_world(),
            connector: Arc::new(Https),
            journal: None,
            state: default_state(),
            limits: Limits::default(),
            stop: CancellationToken::new(),
        }
    }
}

fn page() -> Page {
    let columns = terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| columns.0);
    Page {
        width: columns.map_or(WIDTH, |columns| usize::from(columns).min(WIDTH_MAX)),
        is_cut: columns.is_some(),
    }
}

/// `groundwork/groundwork.db` in the user's state directory, as the platform has it.
fn default_state() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let directories = etcetera::choose_base_strategy().ok()?;
    let state = directories
        .state_dir()
        .unwrap_or_else(|| directories.data_dir());
    Some(state.join("groundwork").join("groundwork.db"))
}
