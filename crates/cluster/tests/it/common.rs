#![allow(
    clippy::disallowed_methods,
    reason = "this is the clock that tests inject: tokio's own, paused"
)]
//! A mock API server, and what is said of it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use groundwork_cluster::{Facts, judge, read, read_seed};
use groundwork_kit::{
    client::Client,
    kubernetes::{Bearer, Text, connect, entrance},
};
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Clock, Environment, Interface, Machine, Machines, Random, Result, Unknown, Unlisted,
    World,
};
use jiff::Timestamp;
use mock_byo::{Apiserver, Config, scene};
use mock_cloud::{Mock, Options};
use mock_in_process::InProcess;
use serde_json::Value;

/// The time of a paused runtime.
#[derive(Debug)]
struct Paused(tokio::time::Instant);

#[async_trait]
impl Clock for Paused {
    fn now(&self) -> Timestamp {
        let passed = jiff::SignedDuration::try_from(self.0.elapsed()).expect("a short time");
        Timestamp::UNIX_EPOCH + passed
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[derive(Debug)]
struct Zero;

impl Random for Zero {
    fn bits(&mut self) -> u128 {
        0
    }
}

/// A cluster on the mock.
pub(crate) struct Lab {
    pub(crate) mock: Mock,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Lab {
    pub(crate) fn new(config: Config) -> Self {
        Self::with(config, Options::default())
    }

    /// A healthy cluster whose every reply takes so long.
    pub(crate) fn slow(latency: Duration) -> Self {
        let options = Options {
            latency,
            ..Options::default()
        };
        let lab = Self::with(Config::default(), options);
        lab.furnish(&Value::Null);
        lab
    }

    fn with(config: Config, options: Options) -> Self {
        let mock = Mock::new(Box::new(Apiserver::new(config)), options);
        let clock = Arc::new(Paused(tokio::time::Instant::now()));
        Self { mock, clock }
    }

    /// The cluster of a scene.
    pub(crate) fn of(scene: &Value) -> Self {
        let lab = Self::new(Config::default());
        lab.furnish(scene);
        lab
    }

    pub(crate) fn furnish(&self, scene: &Value) {
        self.mock
            .with(|cloud: &mut Apiserver| cloud.furnish(scene::objects(scene)));
    }

    pub(crate) fn client(&self) -> Client<Bearer> {
        let environment = self.mock.environment("https://kubernetes.test");
        let environment = Environment::new(environment);
        let content = environment.variable("GROUNDWORK_KUBECONFIG").cloned();
        let text = Text {
            content: content.unwrap_or_else(|| Secret::new("")),
            folder: None,
        };
        let entrance = entrance(&[text], None, &environment).expect("it opens the mock");
        let access: Access<(), ()> = Access {
            spec: None,
            cloud: None,
            secrets: Default::default(),
            account: None,
            environment,
            connector: Arc::new(InProcess::new(self.mock.clone(), &self.clock)),
            world: World::new(self.clock.clone(), Zero),
        };
        connect(entrance, &access).expect("the mock's address is one")
    }

    pub(crate) async fn read(&self) -> Result<Facts> {
        read(&self.client()).await
    }

    /// What is said with everything that a case has beside the cluster: its seed, and what the cloud says of its servers.
    pub(crate) async fn findings_of(&self, case: &Value) -> Vec<Finding> {
        if case["seed"].is_array() {
            return self.findings_with_seed().await;
        }
        let mut facts = self.read().await.expect("the mock answers");
        facts.machines = case["machines"].as_object().map(|all| Machines {
            all: all.iter().map(machine).collect(),
            unlisted: case["unlisted"].is_string().then_some(SCALE_SETS),
        });
        judge(&facts, None)
    }

    /// The mock is the seed too.
    pub(crate) async fn findings_with_seed(&self) -> Vec<Finding> {
        let mut facts = self.read().await.expect("the mock answers");
        read_seed(&mut facts, &self.client(), scene::SEED).await;
        judge(&facts, None)
    }

    pub(crate) async fn findings(&self) -> Vec<Finding> {
        judge(&self.read().await.expect("the mock answers"), None)
    }
}

/// As Azure has them.
const SCALE_SETS: Unlisted = Unlisted {
    part: "/virtualMachineScaleSets/",
    what: "instances of scale sets",
};
/// As vSphere has it.
const SILENT: Unknown = Unknown::Silent {
    why: "VMware Tools do not run",
    remedy: "start VMware Tools",
};

/// `"42": "192.0.2.5/32, 2001:db8:1::/64"`, with the packet size behind the addresses of an interface, and a semicolon
/// between two of them: `"10.0.0.5/32 1450; 192.0.2.5/32"`. `stopped` and `silent` are machines without addresses.
fn machine((id, told): (&String, &Value)) -> Machine {
    let told = told.as_str().expect("a list of ranges");
    let (interfaces, unknown) = match told {
        "stopped" => (Vec::new(), Some(Unknown::Off)),
        "silent" => (Vec::new(), Some(SILENT)),
        told => (told.split(';').map(interface).collect(), None),
    };
    Machine {
        id: id.clone(),
        interfaces,
        unknown,
    }
}

fn interface(told: &str) -> Interface {
    let words = told.split([',', ' ']).filter(|word| !word.is_empty());
    let (ranges, sizes): (Vec<&str>, Vec<&str>) = words.partition(|word| word.contains('/'));
    Interface {
        addresses: ranges
            .iter()
            .map(|one| one.parse().expect("a range"))
            .collect(),
        mtu: sizes.first().map(|size| size.parse().expect("a size")),
    }
}

/// Findings in one line each.
pub(crate) fn told(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        format!(
            "{finding} → {}",
            finding.remedy.as_deref().unwrap_or("nothing to be done")
        )
    };
    findings.iter().map(line).collect()
}
