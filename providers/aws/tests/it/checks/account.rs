//! Who asks, and where.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Process, Subject, Variant, merged, subjects::AwsSubject};
use groundwork_engine::{Engine, MemoryJournal, Parts, Trouble};
use groundwork_provider::{Environment, ErrorKind};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use mock_aws::{Role, all_allowed};
use serde_json::json;

use crate::checks::{count, over, plan, private, questions};

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_once_for_all_services() {
    let mut subject = over(merged(
        private(),
        &json!({ "assumeRoleARN": "arn:aws:iam::123456789012:role/maker" }),
    ));
    subject.config.roles.push(Role {
        name: "maker".to_owned(),
        policies: vec![all_allowed()],
        external_id: None,
        web_identity_token: None,
    });
    let lab = Lab::open(&subject);
    plan(&lab).await;
    assert_eq!(count(&lab, "AssumeRole"), 1);
    assert!(count(&lab, "ListServiceQuotas") == 1 && !questions(&lab).is_empty());
}

/// The hosts that operations are sent to.
#[derive(Clone)]
struct Watched(InProcess, Arc<Mutex<BTreeMap<String, String>>>);

impl Connector for Watched {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let named = request
            .headers()
            .get("x-amz-target")
            .map(|target| target.to_str().unwrap());
        let action = body.split('&').find_map(|one| one.strip_prefix("Action="));
        let operation = named.or(action).unwrap_or_default().to_owned();
        let host = request.uri().host().unwrap_or_default().to_owned();
        self.1.lock().unwrap().insert(operation, host);
        self.0.connect(&Settings::default())?.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn each_service_may_have_an_endpoint_of_its_own() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let watched = Watched(lab.wire.clone(), Arc::default());
    let journal = Arc::new(MemoryJournal::default());
    let process = lab.process_with(journal, "one", Arc::new(watched.clone()), 7);
    let Parts {
        registry,
        journal,
        world,
        connector,
        environment: _,
        installation,
        limits,
        holder,
    } = process.engine.parts();
    let variables = [
        ("AWS_ENDPOINT_URL", "https://all.example"),
        ("AWS_ENDPOINT_URL_EC2", "https://ec2.example"),
        ("AWS_ENDPOINT_URL_SERVICE_QUOTAS", "https://quotas.example"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let engine = Engine::new(Parts {
        registry: registry.clone(),
        journal: journal.clone(),
        world: world.clone(),
        connector: connector.clone(),
        environment: Environment::new(variables),
        installation: installation.clone(),
        limits: limits.clone(),
        holder: holder.clone(),
    });
    let process = Process { engine };
    process.plan(&lab.wanted(Variant::DualStack)).await.unwrap();
    let hosts = watched.1.lock().unwrap();
    let host = |operation: &str| hosts[operation].as_str();
    assert_eq!(host("GetCallerIdentity"), "all.example");
    assert_eq!(
        host("CreateVpc"),
        "ec2.example",
        "a question goes where the call will go"
    );
    assert_eq!(
        host("ServiceQuotasV20190624.ListServiceQuotas"),
        "quotas.example"
    );
}

/// A password in an address would be printed, planned and journalled.
#[tokio::test(start_paused = true)]
async fn an_endpoint_with_a_password_is_refused_and_not_told() {
    let subject = AwsSubject::default();
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_EC2",
        "AWS_ENDPOINT_URL_STS",
    ] {
        let lab = Lab::open(&subject);
        let process = lab.process();
        let Parts {
            registry,
            journal,
            world,
            connector,
            environment: _,
            installation,
            limits,
            holder,
        } = process.engine.parts();
        let variables = [(
            name.to_owned(),
            "https://me:hunter2@proxy.example".to_owned(),
        )];
        let engine = Engine::new(Parts {
            registry: registry.clone(),
            journal: journal.clone(),
            world: world.clone(),
            connector: connector.clone(),
            environment: Environment::new(variables),
            installation: installation.clone(),
            limits: limits.clone(),
            holder: holder.clone(),
        });
        let process = Process { engine };
        let planned = process.plan(&lab.wanted(Variant::DualStack)).await;
        let Err(Trouble::Cloud(why)) = planned.map(|planned| planned.plan) else {
            panic!("somebody has asked")
        };
        assert_eq!(why.kind, ErrorKind::Invalid, "{why}");
        let told = format!("{why:?} {why}");
        assert!(told.contains(name) && !told.contains("hunter2"), "{told}");
        assert_eq!(lab.mock.calls(), []);
    }
}

/// The machine's own role is nobody's who has brought no keys.
#[tokio::test(start_paused = true)]
async fn a_cluster_without_keys_acts_as_nobody() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let mut cluster = subject.cluster(Variant::DualStack);
    let section = cluster["spec"]["cloud"]["aws"].as_object_mut().unwrap();
    section.retain(|field, _| !["accessKeyID", "secretAccessKey"].contains(&field.as_str()));
    let planned = lab.process().plan(&lab.request(&cluster)).await;
    let Err(Trouble::Cloud(why)) = planned.map(|planned| planned.plan) else {
        panic!("somebody has asked")
    };
    assert_eq!(why.kind, ErrorKind::Denied, "{why}");
    assert_eq!(lab.mock.calls(), []);
}
