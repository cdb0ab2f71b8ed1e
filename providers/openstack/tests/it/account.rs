//! How an account is reached: whose credentials, which cloud, and a token that expires.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::site::{DUAL, ENDPOINT, SEED, request};
use conformance::{InProcess, VirtualClock};
use groundwork_engine::SeededRandom;
use groundwork_model::{Addressing, InstallationId, Secret};
use groundwork_openstack::{Api, Datacenter, OpenStack, Spec};
use groundwork_provider::{
    Access, Clock, Environment, ErrorKind, Look, LookCache, Options, Owners, Provider, Result,
    Target, World,
};
use mock_cloud::Mock;
use mock_openstack::Config;
use serde_json::{Value, json};

struct Door {
    mock: Mock,
    access: Access<Spec, Datacenter>,
}

fn door(config: Config) -> Door {
    let mock = Mock::new(
        Box::new(mock_openstack::OpenStack::new(config)),
        mock_cloud::Options::default(),
    );
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::start());
    let access = Access {
        spec: None,
        cloud: None,
        secrets: BTreeMap::new(),
        account: None,
        environment: Environment::new(mock.environment(ENDPOINT)),
        connector: Arc::new(InProcess::new(mock.clone(), &clock)),
        world: World::new(clock, SeededRandom::new(1)),
    };
    Door { mock, access }
}

impl Door {
    fn keystone(&self) -> String {
        self.access
            .environment
            .variable("OS_AUTH_URL")
            .unwrap()
            .expose()
            .to_owned()
    }

    fn without_environment(mut self) -> Self {
        let url = self.keystone();
        self.access.environment = Environment::new([]);
        self.access.cloud = Some(read(json!({ "authURL": url, "region": "RegionOne" })));
        self
    }

    fn spec(mut self, spec: Value) -> Self {
        self.access.spec = Some(read(spec));
        self
    }

    async fn project(&self) -> Result<String> {
        OpenStack
            .connect(&self.access)
            .await
            .map(|(account, _)| account.project.expect("Keystone says it"))
    }

    async fn refused(&self) -> (ErrorKind, String) {
        let error = self.project().await.unwrap_err();
        assert!(error.remedy.is_some(), "{error}");
        (error.kind, error.message)
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn demo() -> String {
    "d".repeat(32)
}

#[tokio::test(start_paused = true)]
async fn the_environment_is_enough() {
    assert_eq!(door(Config::default()).project().await.unwrap(), demo());
}

#[tokio::test(start_paused = true)]
async fn every_way_to_authenticate_works_inline() {
    let ways = [
        json!({ "username": "demo", "password": "secret", "project": "demo", "domain": "Default" }),
        json!({ "username": "demo", "password": "secret", "projectID": demo() }),
        json!({
            "applicationCredentialID": "c".repeat(32),
            "applicationCredentialSecret": "application-secret",
        }),
    ];
    for way in ways {
        let door = door(Config::default())
            .without_environment()
            .spec(way.clone());
        assert_eq!(door.project().await.unwrap(), demo(), "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_referred_to_comes_before_the_environment() {
    let mut door = door(Config::default()).spec(json!({}));
    door.access.secrets = [
        ("username", "other"),
        ("password", "secret"),
        ("project", "other"),
        ("domain", "Default"),
    ]
    .map(|(key, value)| (key.to_owned(), Secret::new(value)))
    .into();
    assert_eq!(door.project().await.unwrap(), "e".repeat(32));
    let inline = json!({ "username": "demo", "password": "secret", "project": "demo" });
    assert_eq!(door.spec(inline).project().await.unwrap(), demo());
}

#[tokio::test(start_paused = true)]
async fn clouds_yaml_is_read_where_a_cloud_is_named() {
    let door = door(Config::default());
    let directory = std::env::temp_dir().join(format!("groundwork-clouds-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("clouds.yaml");
    let auth = format!(
        "{{auth_url: '{}', username: demo, project_name: demo, user_domain_id: default}}",
        door.keystone()
    );
    std::fs::write(
        &file,
        format!("clouds:\n  here:\n    region_name: RegionOne\n    auth: {auth}\n"),
    )
    .unwrap();
    std::fs::write(
        directory.join("secure.yaml"),
        "clouds:\n  here:\n    auth:\n      password: secret\n",
    )
    .unwrap();
    let named = |cloud: &str| {
        Environment::new([
            (
                "OS_CLIENT_CONFIG_FILE".to_owned(),
                file.display().to_string(),
            ),
            ("OS_CLOUD".to_owned(), cloud.to_owned()),
        ])
    };
    let mut door = door;
    door.access.environment = named("here");
    assert_eq!(door.project().await.unwrap(), demo());
    door.access.environment = named("there");
    let (kind, message) = door.refused().await;
    assert_eq!(kind, ErrorKind::Denied);
    assert!(message.contains("it has here"), "{message}");
    std::fs::remove_dir_all(&directory).unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_credentials_is_said() {
    let wrong = json!({ "username": "demo", "password": "wrong", "project": "demo" });
    let door = door(Config::default()).without_environment().spec(wrong);
    assert_eq!(door.refused().await.0, ErrorKind::Denied);
    let door = door.spec(json!({}));
    let (kind, message) = door.refused().await;
    assert_eq!(
        (kind, message.as_str()),
        (ErrorKind::Denied, "there are no credentials for OpenStack")
    );
}

#[tokio::test(start_paused = true)]
async fn credentials_for_another_cloud_than_the_datacenters_are_refused() {
    let mut door = door(Config::default());
    let same = door.keystone().trim_end_matches("/v3").to_owned() + "/v3/";
    door.access.cloud = Some(read(json!({ "authURL": same })));
    assert_eq!(door.project().await.unwrap(), demo());
    door.access.cloud = Some(read(json!({ "authURL": "https://elsewhere.test/v3" })));
    let calls = door.mock.calls().len();
    assert_eq!(door.refused().await.0, ErrorKind::Denied);
    assert_eq!(door.mock.calls().len(), calls, "nothing is sent");
}

#[tokio::test(start_paused = true)]
async fn a_region_that_the_catalog_does_not_have_is_told_with_those_that_it_has() {
    let mut door = door(Config::default());
    door.access.cloud = Some(read(json!({ "region": "Nowhere" })));
    let (kind, message) = door.refused().await;
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("RegionOne"), "{message}");
}

async fn survey(api: &Api) -> Result<()> {
    let request = request(SEED, DUAL, Options::default());
    let (addressing, _) = Addressing::resolve(&request.cluster);
    let target = Target {
        installation: InstallationId::default(),
        cluster: request.cluster,
        addressing: Arc::new(addressing.unwrap()),
        datacenter: request.datacenter,
        spec: Spec::default(),
        cloud: Datacenter::default(),
        options: request.options,
    };
    let cache = LookCache::new(Owners::Cluster(target.key()));
    let look = Look::new(api, &cache);
    OpenStack.survey(&look, &target).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_in_the_middle_is_renewed_once() {
    let config = Config {
        token_ttl: Duration::from_secs(60),
        ..Config::default()
    };
    let door = door(config);
    let (_, api) = OpenStack.connect(&door.access).await.unwrap();
    survey(&api).await.unwrap();
    door.access.world.clock.sleep(Duration::from_secs(61)).await;
    door.mock.clear_calls();
    survey(&api).await.unwrap();
    let logins = door
        .mock
        .calls()
        .iter()
        .filter(|c| c.path.ends_with("/auth/tokens"))
        .count();
    let refused = door
        .mock
        .calls()
        .iter()
        .filter(|c| c.status == Some(401))
        .count();
    assert_eq!((logins, refused), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn listings_are_read_to_their_end() {
    let door = door(Config {
        page_limit_max: Some(2),
        ..Config::default()
    });
    door.mock.with(|os: &mut mock_openstack::OpenStack| {
        for n in 0..5 {
            os.make("demo", "networks", json!({ "name": format!("n{n}") }));
        }
        os.make("demo", "networks", json!({ "name": "last" }));
    });
    let (_, api) = OpenStack.connect(&door.access).await.unwrap();
    survey(&api).await.unwrap();
    let pages = door
        .mock
        .calls()
        .iter()
        .filter(|c| c.path.ends_with("/networks"))
        .count();
    assert!(
        pages >= 4,
        "three pages of ours, one of external ones: {pages}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_printed() {
    let spec = json!({ "username": "demo", "password": "secret", "project": "demo" });
    let door = door(Config::default()).without_environment().spec(spec);
    let (account, api) = OpenStack.connect(&door.access).await.unwrap();
    let printed = format!("{account:?} {api:?}");
    assert!(
        !printed.contains("secret") && !printed.contains("gAAAA"),
        "{printed}"
    );
}

/// An address is printed and journalled, so a password in it would be as well.
#[tokio::test(start_paused = true)]
async fn an_address_with_a_password_is_refused_and_not_shown() {
    const ADDRESS: &str = "http://user:Zq7canaryK@openstack.test/identity/v3";
    let mut of_environment = door(Config::default());
    let variables = of_environment.mock.environment(ENDPOINT);
    let mut variables: BTreeMap<String, String> = variables.into_iter().collect();
    variables.insert("OS_AUTH_URL".to_owned(), ADDRESS.to_owned());
    of_environment.access.environment = Environment::new(variables);

    let mut of_datacenter = door(Config::default());
    of_datacenter.access.cloud = Some(read(json!({ "authURL": ADDRESS })));

    let credentials = json!({ "username": "demo", "password": "secret", "project": "demo" });
    let mut of_journal = door(Config::default()).spec(credentials);
    of_journal.access.environment = Environment::default();
    of_journal.access.account = Some(groundwork_provider::Account {
        provider: "openstack".to_owned(),
        endpoint: ADDRESS.to_owned(),
        project: Some(demo()),
        region: "RegionOne".to_owned(),
    });

    for door in [of_environment, of_datacenter, of_journal] {
        let error = OpenStack.connect(&door.access).await.unwrap_err();
        let told = format!("{error:?} {error}");
        assert!(!told.contains("Zq7canary"), "{told}");
        assert!(error.remedy.is_some(), "{error}");
        assert!(door.mock.calls().is_empty(), "nothing is sent");
    }
}
