//! The clouds of one test run: started while something else is done, stopped whatever happens.

use std::sync::OnceLock;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, bail};

use crate::cloud::{self, TestCloud};
use crate::install::Installed;
use crate::workspace;

/// Of each cloud, the variable by which the tests find it; no value where it is absent.
pub(crate) type Variables = Vec<(&'static str, Option<String>)>;

/// Clouds that are being installed and started.
pub(crate) struct Clouds(Vec<JoinHandle<Coming>>);

/// One of them.
struct Coming {
    /// Has to be stopped: this run has started it.
    started: Option<&'static dyn TestCloud>,
    variable: Result<(&'static str, Option<String>)>,
}

impl Clouds {
    /// Begins with all of them at once; with `left_out`, none is started.
    ///
    /// # Errors
    /// The interrupt cannot be caught.
    pub(crate) fn begin(left_out: bool) -> Result<Self> {
        stay_on_interrupt()?;
        let begin = |cloud| thread::spawn(move || Coming::of(cloud, left_out));
        Ok(Self(cloud::ALL.into_iter().map(begin).collect()))
    }

    /// Waits for them, does something with them, and stops those that were started.
    ///
    /// # Errors
    /// Those of `what`; in CI, a cloud could not be had; one cannot be stopped.
    pub(crate) fn with(self, what: impl FnOnce(&Variables) -> Result<()>) -> Result<()> {
        let coming: Vec<Coming> = self.0.into_iter().map(arrived).collect();
        let (started, variables): (Vec<_>, Vec<_>) = coming
            .into_iter()
            .map(|one| (one.started, one.variable))
            .unzip();
        let variables: Result<Variables> = variables.into_iter().collect();
        let result = variables.and_then(|variables| what(&variables));
        let stopped: Vec<Result<()>> = started
            .into_iter()
            .flatten()
            .map(|cloud| cloud.down())
            .collect();
        result.and(stopped.into_iter().collect())
    }
}

/// The tests get the interrupt from the terminal themselves; we stay to stop the clouds.
fn stay_on_interrupt() -> Result<()> {
    static STAYING: OnceLock<Result<(), String>> = OnceLock::new();
    let staying = STAYING.get_or_init(|| ctrlc::set_handler(|| {}).map_err(|why| why.to_string()));
    staying.clone().map_err(|why| anyhow!(why))
}

fn arrived(coming: JoinHandle<Coming>) -> Coming {
    coming
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

impl Coming {
    fn of(cloud: &'static dyn TestCloud, left_out: bool) -> Self {
        let mut started = None;
        let variable = start(cloud, left_out, &mut started);
        Self { started, variable }
    }
}

fn start(
    cloud: &'static dyn TestCloud,
    left_out: bool,
    started: &mut Option<&'static dyn TestCloud>,
) -> Result<(&'static str, Option<String>)> {
    let reason = match left_out {
        true => Some("--no-real was given".to_owned()),
        false => match cloud.install()? {
            Installed::Yes => None,
            Installed::No(reason) => Some(reason),
        },
    };
    if let Some(reason) = reason {
        skip(cloud.name(), &reason)?;
        return Ok((cloud.variable(), None));
    }
    if !cloud.is_up() {
        *started = Some(cloud);
        cloud.up()?;
    }
    Ok((cloud.variable(), Some(cloud.value()?)))
}

fn skip(name: &str, reason: &str) -> Result<()> {
    if workspace::is_ci() {
        bail!("the tests against {name} are never skipped in CI: {reason}");
    }
    println!("skipped: the tests against {name} ({reason})");
    Ok(())
}
