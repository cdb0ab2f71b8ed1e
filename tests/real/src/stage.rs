//! Where a chapter is played: a cloud, and fresh projects in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use mock_cloud::{Mock, Options, serve};
use mock_openstack::{Config, OpenStack, Role};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::access::{Clouds, Login, Release};
use crate::accounts::Accounts;
use crate::http::Http;
use crate::script::{Actor, Service};

/// A cloud with two projects that hold nothing yet.
pub struct Stage {
    /// Talks to it.
    pub http: Http,
    /// Keystone without `/v3`.
    pub identity: String,
    /// Neutron without `/v2.0`.
    pub network: String,
    /// What steps can refer to: ids, names, passwords, credentials.
    pub variables: BTreeMap<String, String>,
    tokens: BTreeMap<Actor, String>,
}

impl Stage {
    /// Two new projects in the real cloud, with a member each and a reader of the first.
    ///
    /// # Errors
    /// The cloud refuses, or is not there.
    pub async fn real(clouds: &Clouds, chapter: &str) -> Result<Self> {
        let http = Http::new();
        let admin = clouds.admin();
        let token = http.sign_in(admin).await?;
        let accounts = Accounts {
            http: &http,
            base: &admin.auth_url,
            token: &token,
        };
        let member = accounts.create(chapter).await?;
        let reader = accounts.join(&member.project_name, "reader").await?;
        let other = accounts.create("other").await?;
        let mut stage = Self::open(http, admin.clone(), member, reader, other).await?;
        stage.create_credential().await?;
        Ok(stage)
    }

    /// A mock of that release of its own, on a port of its own.
    ///
    /// # Errors
    /// No port to be had, or the mock refuses its own users.
    pub async fn mock(release: Release) -> Result<Self> {
        let config = Config {
            external_networks: Vec::new(),
            alone: true,
            ..Config::of(release).without_quotas()
        }
        .with_external_network("public", &["198.51.100.0/24", "2001:db8:0:100::/64"])
        .with_user("onlooker", "demo", Role::Reader);
        let credentials = config.application_credentials.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let mock = Mock::new(
            Box::new(OpenStack::new(config)),
            Options {
                latency: Duration::ZERO,
                ..Options::default()
            },
        );
        tokio::spawn(serve(mock, listener));
        let login = |name: &str, project: &str| Login {
            auth_url: format!("{base}/identity/v3"),
            username: name.to_owned(),
            password: "secret".to_owned(),
            project_name: project.to_owned(),
        };
        let mut stage = Self::open(
            Http::new(),
            login("admin", "admin"),
            login("demo", "demo"),
            login("onlooker", "demo"),
            login("other", "other"),
        )
        .await?;
        if let Some(known) = credentials.first() {
            stage.credential(&known.id, &known.name, &known.secret);
        }
        Ok(stage)
    }

    /// An application credential of the member. The mock has one from the start.
    async fn create_credential(&mut self) -> Result<()> {
        let (name, secret) = ("credential", "application-secret");
        let token = self
            .token(Actor::Member)
            .context("the member has signed in")?;
        let url = format!(
            "{}/v3/users/{}/application_credentials",
            self.identity, self.variables["member_user"]
        );
        let body = json!({"application_credential": {"name": name, "secret": secret}});
        let made = self.http.call(token, "POST", &url, Some(body)).await?;
        let id = made["application_credential"]["id"]
            .as_str()
            .context("it has an id")?;
        self.credential(id, name, secret);
        Ok(())
    }

    fn credential(&mut self, id: &str, name: &str, secret: &str) {
        for (variable, value) in [
            ("credential", id),
            ("credential_name", name),
            ("secret", secret),
        ] {
            self.variables.insert(variable.to_owned(), value.to_owned());
        }
    }

    async fn open(
        http: Http,
        admin: Login,
        member: Login,
        reader: Login,
        other: Login,
    ) -> Result<Self> {
        let mut stage = Self {
            http,
            identity: admin.auth_url.trim_end_matches("/v3").to_owned(),
            network: String::new(),
            variables: BTreeMap::new(),
            tokens: BTreeMap::from([(Actor::Stranger, "0123456789abcdef".to_owned())]),
        };
        for (actor, name, login) in [
            (Actor::Admin, "admin", admin),
            (Actor::Member, "member", member),
            (Actor::Reader, "reader", reader),
            (Actor::Other, "other", other),
        ] {
            let token = stage.http.sign_in(&login).await?;
            stage.describe(name, &login, &token).await?;
            stage.tokens.insert(actor, token);
        }
        for length in [60, 61, 255, 256] {
            stage
                .variables
                .insert(format!("x{length}"), "x".repeat(length));
        }
        Ok(stage)
    }

    /// Makes variables of who somebody is.
    async fn describe(&mut self, name: &str, login: &Login, token: &str) -> Result<()> {
        let about = &about(&self.http, login, token).await?;
        let text = |pointer: &str| {
            about
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        for (variable, value) in [
            ("project", text("/project/id")),
            ("project_name", login.project_name.clone()),
            ("user", text("/user/id")),
            ("user_name", login.username.clone()),
            ("password", login.password.clone()),
            ("token", token.to_owned()),
        ] {
            self.variables.insert(format!("{name}_{variable}"), value);
        }
        self.network = network_endpoint(about).context("the catalog lacks a network service")?;
        Ok(())
    }

    /// The token that this actor sends.
    pub fn token(&self, actor: Actor) -> Option<&str> {
        self.tokens.get(&actor).map(String::as_str)
    }

    /// The base address of that service.
    pub fn base(&self, service: Service) -> &str {
        match service {
            Service::Network => &self.network,
            Service::Identity => &self.identity,
        }
    }
}

/// Where Neutron is, by the catalog in a token.
pub(crate) fn network_endpoint(token: &Value) -> Option<String> {
    let services = token["catalog"].as_array()?;
    let network = services
        .iter()
        .find(|service| service["type"] == "network")?;
    let endpoints = network["endpoints"].as_array()?;
    let public = endpoints
        .iter()
        .find(|endpoint| endpoint["interface"] == "public")?;
    Some(
        public["url"]
            .as_str()?
            .trim_end_matches('/')
            .trim_end_matches("/v2.0")
            .to_owned(),
    )
}

/// What a token says about itself.
pub(crate) async fn about(http: &Http, login: &Login, token: &str) -> Result<Value> {
    let headers =
        ["X-Auth-Token", "X-Subject-Token"].map(|name| (name.to_owned(), token.to_owned()));
    let url = format!("{}/auth/tokens", login.auth_url);
    let mut answer = http
        .send("GET", &url, &BTreeMap::from(headers), None)
        .await?;
    Ok(answer.body["token"].take())
}
