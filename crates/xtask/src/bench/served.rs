//! A mock OpenStack in a process of its own, so that its work is nobody else's.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{command, workspace};

/// The cloud, and a folder for documents and state files. Both go with this.
pub(crate) struct Served {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
}

/// How the cloud answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// How long a reply takes, in milliseconds.
    pub(crate) latency_ms: u64,
    /// How many requests it works on at once; 0: any number.
    pub(crate) processors: u64,
}

impl Served {
    /// Builds and starts it.
    pub(crate) fn start(manner: Manner) -> Result<Self> {
        let package = ["--package", "mock-openstack", "--example", "fleet"];
        let mut build = command::cargo(["build", "--quiet", "--release"]);
        command::run(build.args(package))?;
        let mut program = Command::new(workspace::target().join("release/examples/fleet"));
        program.args([manner.latency_ms, manner.processors].map(|number| number.to_string()));
        program.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = program.spawn().context("cannot start the cloud")?;
        let to = child.stdin.take().context("it has a standard input")?;
        let from = BufReader::new(child.stdout.take().context("it has a standard output")?);
        let folder = workspace::target().join(format!("bench-{}", child.id()));
        fs::create_dir_all(&folder)?;
        let mut served = Self {
            child,
            to,
            from,
            environment: Vec::new(),
            folder,
        };
        while let Some((name, value)) = served.line()?.split_once('=') {
            served.environment.push((name.to_owned(), value.to_owned()));
        }
        Ok(served)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// Asks it to do something; the number that it answers with.
    pub(crate) fn ask(&mut self, what: &str) -> Result<usize> {
        writeln!(self.to, "{what}")?;
        let line = self.line()?;
        line.parse()
            .with_context(|| format!("{what}: it answers {line:?}"))
    }

    /// A file beside its own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes the documents of the first `clusters` of the fleet.
    pub(crate) fn documents(&self, clusters: usize) -> Result<PathBuf> {
        let file = self.file(&format!("{clusters}.yaml"));
        let url = self
            .environment
            .iter()
            .find(|(name, _)| name == "OS_AUTH_URL");
        let url = url.map_or("", |(_, url)| url);
        let mut text = format!(
            "apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: bench}}\nspec:\n  \
             datacenters:\n    here:\n      spec:\n        openstack:\n          authURL: {url}\n          \
             region: RegionOne\n          ipv6Enabled: true\n"
        );
        for number in 0..clusters {
            text.push_str(&format!(
                "---\napiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata:\n  \
                 name: {}\n  uid: 00000000-0000-4000-8000-{number:012}\nspec:\n  version: 1.31.0\n  \
                 cniPlugin: {{type: cilium, version: 1.16.6}}\n  \
                 clusterNetwork: {{ipFamily: IPv4+IPv6}}\n  cloud:\n    dc: here\n    openstack:\n      \
                 username: demo\n      password: secret\n      project: demo\n      domain: Default\n",
                name(number),
            ));
        }
        fs::write(&file, text)?;
        Ok(file)
    }

    /// A verb of a binary on this cloud, silent.
    pub(crate) fn command(
        &self,
        binary: &Path,
        verb: &str,
        documents: &Path,
        state: &Path,
    ) -> Command {
        let mut command = Command::new(binary);
        command
            .args([verb, "-f"])
            .arg(documents)
            .arg("--state")
            .arg(state);
        command.env_clear().envs(self.environment.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs a verb on one cluster; it has to end well.
    pub(crate) fn verb(
        &self,
        binary: &Path,
        verb: &str,
        cluster: usize,
        state: &Path,
    ) -> Result<()> {
        let documents = self.documents(cluster + 1)?;
        let mut command = self.command(binary, verb, &documents, state);
        command.args(["--cluster", &name(cluster), "--yes"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = command::output(&mut command)?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            bail!(
                "{verb} {}: {}",
                name(cluster),
                String::from_utf8_lossy(&said)
            );
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already, and the folder with it: there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The name of a cluster of the fleet.
pub(crate) fn name(number: usize) -> String {
    format!("c{number:05}")
}
