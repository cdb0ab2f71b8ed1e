//! Command lines and what they print.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use anstream::StripStream;
use conformance::{InProcess, VirtualClock};
use groundwork::{Page, Surroundings};
use groundwork_engine::{Limits, MemoryJournal, SeededRandom};
use groundwork_provider::{Clock, Environment, World};
use mock_cloud::{Fault, Faults, Match, Mock, Options};
use mock_openstack::{Config, OpenStack};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// The documents of a transcript, as a command line names them.
pub const FILES: &str = "-f cluster.yaml -f seed.yaml";

/// Columns of text.
const WIDTH: usize = 90;

/// Command lines and what they print, over one mock cloud.
pub struct Transcript {
    /// The cloud, for what other hands do.
    pub mock: Mock,
    around: Surroundings,
    text: Paper,
}

impl Transcript {
    /// An empty one, over OpenStack. Call it under `#[tokio::test(start_paused = true)]`.
    #[must_use]
    pub fn new(config: Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let mock = Mock::new(Box::new(OpenStack::new(config)), Options::default());
        // Where the example's datacenter says that its Keystone is.
        Self::over(mock, "https://keystone.example.org", files)
    }

    /// An empty one, over AWS.
    #[must_use]
    pub fn aws(config: mock_aws::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let config = mock_aws::Config {
            epoch: VirtualClock::start().now(),
            ..config
        };
        let mock = Mock::new(Box::new(mock_aws::Aws::new(config)), Options::default());
        Self::over(mock, "https://aws.example.org", files)
    }

    /// An empty one, over Azure.
    #[must_use]
    pub fn azure(config: mock_azure::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let config = mock_azure::Config {
            // What a certificate signs has the time of the run.
            calendar: mock_cloud::Calendar {
                epoch: VirtualClock::start().now(),
            },
            ..config
        };
        let mock = Mock::new(Box::new(mock_azure::Azure::new(config)), Options::default());
        Self::over(mock, "https://management.azure.com", files)
    }

    /// An empty one, over Hetzner Cloud.
    #[must_use]
    pub fn hetzner(config: mock_hetzner::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let cloud = mock_hetzner::Hetzner::new(config);
        let mock = Mock::new(Box::new(cloud), Options::default());
        Self::over(mock, "https://hetzner.example.org", files)
    }

    /// An empty one, over Google Cloud.
    #[must_use]
    pub fn gcp(config: mock_gcp::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let config = mock_gcp::Config {
            // What the service account signs has the time of the run.
            calendar: mock_cloud::Calendar {
                epoch: VirtualClock::start().now(),
            },
            ..config
        };
        let mock = Mock::new(Box::new(mock_gcp::Gcp::new(config)), Options::default());
        Self::over(mock, "https://gcp.example.org", files)
    }

    /// An empty one, over an API server of Kubernetes.
    #[must_use]
    pub fn byo(config: mock_byo::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let cloud = mock_byo::Apiserver::new(config);
        let mock = Mock::new(Box::new(cloud), Options::default());
        // Where the examples say that it is.
        Self::over(mock, "https://kubernetes.example.org:6443", files)
    }

    /// An empty one, over an installation of Equinix Metal.
    #[must_use]
    pub fn equinix(config: mock_equinix::Config, files: BTreeMap<String, Vec<u8>>) -> Self {
        let cloud = mock_equinix::Equinix::new(config);
        let mock = Mock::new(Box::new(cloud), Options::default());
        // Where the examples say that it is.
        Self::over(mock, "https://metal.example.org", files)
    }

    /// An empty one, over DigitalOcean.
    #[must_use]
    pub fn digitalocean(
        config: mock_digitalocean::Config,
        files: BTreeMap<String, Vec<u8>>,
    ) -> Self {
        let cloud = mock_digitalocean::DigitalOcean::new(config);
        let mock = Mock::new(Box::new(cloud), Options::default());
        Self::over(mock, "https://api.digitalocean.com", files)
    }

    /// An empty one, over a vCenter.
    #[must_use]
    pub fn vsphere(cloud: mock_vsphere::Vsphere, files: BTreeMap<String, Vec<u8>>) -> Self {
        let mock = Mock::new(Box::new(cloud), Options::default());
        // Where the examples say that it is.
        Self::over(mock, "https://vcenter.example.com", files)
    }

    fn over(mock: Mock, endpoint: &str, files: BTreeMap<String, Vec<u8>>) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::start());
        let environment = mock.environment(endpoint);
        let text = Paper::default();
        let stream = || {
            Box::new(StripStream::new(
                Box::new(text.clone()) as Box<dyn Write + Send>
            ))
        };
        let around = Surroundings {
            out: stream(),
            err: stream(),
            input: Box::new(io::empty()),
            interactive: false,
            lively: false,
            page: Page {
                width: WIDTH,
                is_cut: true,
            },
            environment: Environment::new(environment),
            files,
            connector: Arc::new(InProcess::new(mock.clone(), &clock)),
            world: World::new(clock, SeededRandom::new(1)),
            journal: Some(Arc::new(MemoryJournal::default())),
            state: None,
            limits: Limits::default(),
            stop: CancellationToken::new(),
        };
        Self { mock, around, text }
    }

    /// Runs a command line and writes down what it prints and how it ends.
    pub async fn run(&mut self, line: &str) -> &mut Self {
        let _ = writeln!(self.text, "$ groundwork {line}");
        let exit = self.quietly(line).await;
        let _ = writeln!(self.text, "[{exit}]\n");
        self
    }

    /// Runs each command over `cluster.yaml` and `seed.yaml`.
    pub async fn run_each(&mut self, commands: &[&str]) -> &mut Self {
        for command in commands {
            self.run(&format!("{command} {FILES}")).await;
        }
        self
    }

    /// Runs a command line with its output written down, and nothing else; its exit code.
    pub async fn quietly(&mut self, line: &str) -> u8 {
        let words = format!("groundwork {line}");
        let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
        groundwork::run(words, &mut self.around).await.code()
    }

    /// The graph of the documents, as it was compiled.
    ///
    /// # Panics
    /// If they have none.
    pub async fn graph(&mut self) -> String {
        let line = format!("graph --output json {FILES}");
        assert_eq!(self.quietly(&line).await, 0);
        let line: Value = serde_json::from_str(&self.take()).expect("it is JSON");
        serde_json::to_string_pretty(&line["graph"]).expect("it is plain data")
    }

    /// Writes down something else.
    pub fn note(&mut self, text: &str) -> &mut Self {
        let _ = writeln!(self.text, "# {text}");
        self
    }

    /// From now on nobody answers at the cloud.
    pub fn unreachable(&mut self) -> &mut Self {
        let faults = Faults {
            consecutive_max: u32::MAX,
            ..Faults::none().and(Match::default(), Fault::Refuse, None)
        };
        self.mock.set_faults(0, faults);
        self
    }

    /// What Ctrl-C cancels.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.around.stop.clone()
    }

    /// Changes a document.
    pub fn write(&mut self, name: &str, text: String) -> &mut Self {
        self.around.files.insert(name.to_owned(), text.into_bytes());
        self
    }

    /// Everything so far; what follows begins anew.
    pub fn take(&mut self) -> String {
        let bytes =
            std::mem::take(&mut *self.text.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What everything is written to.
#[derive(Clone, Debug, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
