//! The program as a user runs it, and a mock cloud on a port for it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses its part"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

/// A folder of a user's own: documents, state. Gone at the end.
pub struct Seat {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl Seat {
    /// A user without any environment.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: BTreeMap::new(),
        }
    }

    /// A user who has the environment of a cloud.
    pub fn at(cloud: &Cloud) -> Self {
        Self {
            variables: cloud.variables.clone(),
            ..Self::new()
        }
    }

    /// Sets a variable.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.variables.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Takes variables away.
    pub fn without(mut self, keys: &[&str]) -> Self {
        self.variables
            .retain(|key, _| !keys.contains(&key.as_str()));
        self
    }

    /// Where the user is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a document.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with arguments, in the user's folder, with nobody at the keyboard.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groundwork"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder())
            .env_clear();
        command
            .env("HOME", self.folder())
            .env("NO_PROXY", "127.0.0.1")
            .envs(&self.variables);
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, line: &str) -> Ran {
        Ran::of(line, self.command(line).output().unwrap())
    }
}

/// What a run has left.
#[derive(Debug)]
pub struct Ran {
    line: String,
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(line: &str, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap_or(-1);
        Self {
            line: line.to_owned(),
            code,
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Itself, if it ended so.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        let Self { line, out, err, .. } = &self;
        assert_eq!(
            self.code, code,
            "groundwork {line}\n--- out\n{out}\n--- err\n{err}"
        );
        self
    }

    /// Every line of output, as JSON with version and type.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines().map(|line| {
            let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
            assert_eq!(value["version"], 1, "{line}");
            assert!(value["type"].is_string(), "{line}");
            value
        });
        lines.collect()
    }

    /// The last line of that type.
    #[track_caller]
    pub fn last(&self, kind: &str) -> Value {
        let found = self.lines().into_iter().rfind(|line| line["type"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in {}", self.out))
    }
}

/// `groundwork mock` in a process of its own.
pub struct Cloud {
    process: Child,
    pub variables: BTreeMap<String, String>,
}

impl Cloud {
    /// Starts an OpenStack on a free port.
    pub fn start(options: &str) -> Self {
        Self::of("openstack", options)
    }

    /// Starts one of that kind.
    pub fn of(kind: &str, options: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_groundwork"))
            .args(["mock", kind, "--output", "json"])
            .args(options.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the mock has ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        let variables = serde_json::from_value(line["variables"].clone()).unwrap();
        Self { process, variables }
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Looks again and again until it is so; the process has to be alive for it.
#[track_caller]
pub fn until(process: &mut Child, mut is_so: impl FnMut() -> bool) {
    const LOOKS_MAX: u32 = 30_000;
    for _ in 0..LOOKS_MAX {
        if is_so() {
            return;
        }
        assert_eq!(process.try_wait().unwrap(), None, "it has ended");
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never was");
}

/// A datacenter that leaves its Keystone to the environment.
pub const SEED: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: lab}
spec:
  datacenters:
    lab:
      spec:
        openstack: {region: RegionOne, ipv6Enabled: true, dnsServers: [192.0.2.53, '2001:db8::53']}
";

/// A cluster of which everything is to be made.
pub fn cluster(name: &str) -> String {
    cluster_with(name, "")
}

/// The same with more fields of `spec.cloud.openstack`.
pub fn cluster_with(name: &str, fields: &str) -> String {
    format!(
        "\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {{name: {name}}}
spec:
  version: 1.33.4
  cniPlugin: {{type: cilium, version: 1.16.9}}
  clusterNetwork: {{ipFamily: IPv4+IPv6}}
  cloud:
    dc: lab
    providerName: openstack
    openstack:
      subnetCidr: 192.168.1.0/24
      sshSources: [198.51.100.0/24]
      nodePortsAllowedIPRanges: {{cidrBlocks: [198.51.100.0/24, '2001:db8:100::/48']}}
{fields}"
    )
}

/// A user with the usual documents, at a cloud of its own.
pub fn ready(options: &str) -> (Cloud, Seat) {
    let cloud = Cloud::start(options);
    let seat = Seat::at(&cloud);
    seat.write("seed.yaml", SEED);
    seat.write("cluster.yaml", &cluster("demo"));
    (cloud, seat)
}
