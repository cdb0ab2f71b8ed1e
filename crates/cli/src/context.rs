//! What every verb works with.

use std::{
    cell::{Cell, RefCell},
    io::Write,
    path::PathBuf,
    sync::Arc,
};

use groundwork_engine::{Engine, Journal, MemoryJournal, Parts, SqliteJournal};
use groundwork_model::{Documents, Location};
use groundwork_provider::Options;

use crate::{
    Surroundings,
    args::{Common, Output},
    clean,
    clouds::drivers,
    lines::{Body, Line},
    report::Report,
    stop::{Stop, chain},
};

/// What every verb works with.
pub(crate) struct Context<'a> {
    pub(crate) around: &'a mut Surroundings,
    pub(crate) common: &'a Common,
    /// What its report is called, where the command has one.
    pub(crate) verb: &'static str,
    /// The cluster that it is about, and where its document begins, once that is known.
    pub(crate) subject: &'a RefCell<Option<(String, Option<Location>)>>,
    /// Whether something is under way that may not just be dropped.
    pub(crate) busy: &'a Cell<bool>,
    /// The state files that were opened: each is closed at the end.
    pub(crate) open: &'a RefCell<Vec<Arc<dyn Journal>>>,
    /// The engines that were made: each leaves at the end the clouds that it has reached.
    pub(crate) engines: &'a RefCell<Vec<Engine>>,
}

impl Context<'_> {
    /// Whether the reader is a program.
    pub(crate) fn json(&self) -> bool {
        self.common.output == Output::Json
    }

    /// A result: text for people, or a line for programs.
    pub(crate) fn result(&mut self, text: &str, body: impl FnOnce() -> Body) -> Result<(), Stop> {
        if self.json() {
            self.line(body())
        } else {
            self.say(text)
        }
    }

    /// The same of a verb that has reports. Each of those is made only where it is asked for.
    pub(crate) fn reported(
        &mut self,
        report: impl FnOnce(&Self) -> Report,
        text: &str,
        body: impl FnOnce() -> Body,
    ) -> Result<(), Stop> {
        let format = self.common.output;
        if !format.is_report() {
            return self.result(text, body);
        }
        let report = report(self).text(format);
        self.say(&report.unwrap_or_default())
    }

    /// A line for programs.
    pub(crate) fn line(&mut self, body: Body) -> Result<(), Stop> {
        writeln!(self.around.out, "{}", Line::text(body))?;
        Ok(self.around.out.flush()?)
    }

    /// Text for people, on standard output.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Stop> {
        self.around.out.write_all(clean::page(text).as_bytes())?;
        Ok(self.around.out.flush()?)
    }

    /// Text for people beside the results, on standard error.
    pub(crate) fn aside(&mut self, text: &str) -> Result<(), Stop> {
        self.around.err.write_all(clean::page(text).as_bytes())?;
        Ok(self.around.err.flush()?)
    }

    /// What the caller allows.
    pub(crate) fn options(&self) -> Options {
        Options {
            adopt: self.common.adopt,
            allow_shared_network: self.common.allow_shared_network,
            gone: self.common.gone,
            replace: self.common.replace.iter().cloned().collect(),
            lost: self.common.lost.iter().cloned().collect(),
        }
    }

    /// The engine. With `--mock` its cloud is one that has what the documents name.
    pub(crate) async fn engine(&self, documents: &Documents) -> Result<Engine, Stop> {
        Ok(self.engine_of(documents, self.journal().await?))
    }

    /// The same for what asks no cloud: the state file is neither read nor made.
    pub(crate) fn engine_without_state(&self, documents: &Documents) -> Engine {
        self.engine_of(documents, Arc::new(MemoryJournal::default()))
    }

    #[cfg_attr(
        not(feature = "mock"),
        expect(unused_variables, reason = "only mocks are made after the documents")
    )]
    fn engine_of(&self, documents: &Documents, journal: Arc<dyn Journal>) -> Engine {
        let around = &*self.around;
        let parts = Parts {
            registry: drivers(),
            journal,
            world: around.world.clone(),
            connector: around.connector.clone(),
            environment: around.environment.clone(),
            installation: self.common.installation.clone(),
            limits: around.limits.clone(),
            // Each container has a process 1, and a number is given out again: chance tells them
            // apart where the time does not.
            holder: format!(
                "process {} since {:.0} ({:08x})",
                std::process::id(),
                around.world.clock.now(),
                around.world.bits() >> 96
            ),
        };
        #[cfg(feature = "mock")]
        let parts = self.at_mock(parts, documents);
        let engine = Engine::new(parts);
        self.engines.borrow_mut().push(engine.clone());
        engine
    }

    #[cfg(feature = "mock")]
    fn at_mock(&self, parts: Parts, documents: &Documents) -> Parts {
        if !self.common.mock {
            return parts;
        }
        let (connector, environment) = crate::clouds::embedded(documents, &parts.world.clock);
        Parts {
            connector,
            environment,
            ..parts
        }
    }

    /// The journal: a file, unless the cloud itself lasts no longer than this process. What was done
    /// to such a one is no matter for anybody later.
    async fn journal(&self) -> Result<Arc<dyn Journal>, Stop> {
        if let Some(journal) = &self.around.journal {
            return Ok(journal.clone());
        }
        if self.common.mock {
            return Ok(Arc::new(MemoryJournal::default()));
        }
        let path = self.state()?;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            private_folder(folder).map_err(|error| {
                Stop::failed(format!(
                    "{} cannot be made: {}",
                    folder.display(),
                    chain(&error)
                ))
            })?;
        }
        let journal = SqliteJournal::open(&path).await.map_err(|error| {
            Stop::failed_with(
                format!("{}: {}", path.display(), chain(&error)),
                "name another file with --state; a lost state file loses nothing",
            )
        })?;
        let journal: Arc<dyn Journal> = Arc::new(journal);
        self.open.borrow_mut().push(journal.clone());
        Ok(journal)
    }

    pub(crate) fn state(&self) -> Result<PathBuf, Stop> {
        let state = self
            .common
            .state
            .clone()
            .or_else(|| self.around.state.clone());
        state.ok_or_else(|| {
            Stop::Usage(
                "there is no home directory for the state file: name one with --state".to_owned(),
            )
        })
    }

    /// The command that goes on from here, with the arguments of this one.
    pub(crate) fn command(&self, verb: &str) -> String {
        let Common {
            files,
            cluster,
            provider,
            state,
            installation,
            mock,
            adopt,
            allow_shared_network,
            gone,
            replace,
            lost,
            ..
        } = self.common;
        let mut words = vec!["groundwork".to_owned(), verb.to_owned()];
        words.extend(
            files
                .iter()
                .map(|file| format!("-f {}", word(&file.display().to_string()))),
        );
        words.extend(
            cluster
                .iter()
                .map(|name| format!("--cluster {}", word(name))),
        );
        words.extend(
            provider
                .iter()
                .map(|name| format!("--provider {}", word(name))),
        );
        words.extend(
            state
                .iter()
                .map(|file| format!("--state {}", word(&file.display().to_string()))),
        );
        if installation.as_str() != "groundwork" {
            words.push(format!("--installation {installation}"));
        }
        let flags = [
            (*mock, "--mock"),
            (*adopt, "--adopt"),
            (*allow_shared_network, "--allow-shared-network"),
            (*gone, "--gone"),
        ];
        words.extend(
            flags
                .iter()
                .filter(|(set, _)| *set)
                .map(|(_, flag)| (*flag).to_owned()),
        );
        words.extend(replace.iter().map(|address| format!("--replace {address}")));
        words.extend(lost.iter().map(|field| format!("--lost {}", word(field))));
        words.join(" ")
    }
}

/// As a shell reads it back.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// A folder that only its owner can look into: the journal names what stands where.
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
