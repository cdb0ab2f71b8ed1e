//! Programs of Go, built from Go's module proxy by the Go that pip installs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cloud::{self, TestCloud};
use crate::install::Installed;
use crate::{command, python, workspace};

/// The file that says of what a program was built, beside it.
const BUILT_OF: &str = "built-of";

/// A program, pinned to the byte by its modules.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    /// As people are told of it.
    pub(crate) told: &'static str,
    /// How long its build takes, for people.
    pub(crate) takes: &'static str,
    /// The file that is built.
    pub(crate) binary: &'static str,
    /// Its folder below `target/go`, which stays when data are forgotten.
    pub(crate) folder: &'static str,
    /// The folder of its `main.go`, below `tests/real`.
    pub(crate) sources: &'static str,
    /// Its modules: the name of a `.mod` and a `.sum` beside `main.go`.
    pub(crate) modules: &'static str,
    /// What the linker is told.
    pub(crate) linked: &'static str,
}

/// A program that is there or not, for tests that start it themselves: nothing of it runs on.
pub(crate) struct Prebuilt {
    /// The program.
    pub(crate) program: Program,
    /// The variable by which the tests find it.
    pub(crate) variable: &'static str,
}

impl TestCloud for Prebuilt {
    fn name(&self) -> &'static str {
        self.program.told
    }

    fn install(&self) -> Result<Installed> {
        let _alone = cloud::lock(self.program.folder)?;
        self.program.install()
    }

    fn is_up(&self) -> bool {
        self.program.is_built()
    }

    fn up(&self) -> Result<()> {
        ensure!(self.is_up(), "{} is not built", self.name());
        Ok(())
    }

    fn down(&self) -> Result<()> {
        Ok(())
    }

    fn variable(&self) -> &'static str {
        self.variable
    }

    /// The program.
    fn value(&self) -> Result<String> {
        Ok(self.program.path().display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}

impl Program {
    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.place().join(self.binary)
    }

    /// Whether it is there, of what it would be built of now.
    pub(crate) fn is_built(&self) -> bool {
        let there = fs::read_to_string(self.place().join(BUILT_OF));
        there.is_ok_and(|there| self.ingredients().is_ok_and(|wanted| wanted == there))
    }

    /// Builds it where it is not there. Where Go or its modules cannot be had, neither can it.
    pub(crate) fn install(&self) -> Result<Installed> {
        match python::install()? {
            Installed::Yes if self.is_built() => Ok(Installed::Yes),
            Installed::Yes => self.build(),
            no @ Installed::No(_) => Ok(no),
        }
    }

    fn place(&self) -> PathBuf {
        workspace::target().join("go").join(self.folder)
    }

    fn sources(&self) -> PathBuf {
        workspace::root().join("tests/real").join(self.sources)
    }

    /// Its modules: which release, and the hash of everything that is built into it.
    fn modules(&self) -> [PathBuf; 2] {
        // A release has dots in its name.
        ["mod", "sum"].map(|kind| self.sources().join(format!("{}.{kind}", self.modules)))
    }

    /// Everything that decides what the program is.
    fn ingredients(&self) -> Result<String> {
        let [module, sums] = self.modules();
        let files = [self.sources().join("main.go"), requirements(), module, sums];
        let read =
            |file: PathBuf| fs::read_to_string(&file).with_context(|| file.display().to_string());
        let texts: Result<String> = files.into_iter().map(read).collect();
        texts.map(|texts| texts + self.linked)
    }

    fn build(&self) -> Result<Installed> {
        println!("building {}, about {}", self.told, self.takes);
        fs::create_dir_all(self.place())?;
        let log = self.place().join("build.log");
        let mut download = self.go("mod")?;
        download.arg("download");
        // A module proxy may be short of breath for a moment.
        let modules = command::twice(|| command::run_logged(&mut download, &log));
        if let Err(why) = modules {
            return Ok(Installed::No(format!(
                "Go's modules cannot be downloaded: {why:#}"
            )));
        }
        let mut build = self.go("build")?;
        let linked = format!("-ldflags=-s -w {}", self.linked);
        build
            .args(["-trimpath", linked.trim_end(), "-o"])
            .arg(self.path());
        command::run_logged(&mut build, &log)?;
        fs::write(self.place().join(BUILT_OF), self.ingredients()?)?;
        Ok(Installed::Yes)
    }

    /// A command of Go for the modules of this program.
    fn go(&self, verb: &str) -> Result<Command> {
        let python = python::environment("go", &requirements())?;
        let mut go = Command::new(python.with_file_name("go"));
        let [module, _] = self.modules();
        let flag = format!("-modfile={}", module.display());
        go.current_dir(self.sources())
            .env("GOFLAGS", flag)
            .env("GOTOOLCHAIN", "local");
        go.arg(verb);
        Ok(go)
    }
}

/// Which Go.
fn requirements() -> PathBuf {
    workspace::root().join("tests/real/requirements-go.txt")
}
