//! A project of the real cloud, for one test alone.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::access::{Clouds, Login};
use crate::accounts::Accounts;
use crate::http::Http;
use crate::inventory::{self, Inventory};
use crate::stage::{about, network_endpoint};
use crate::way_out;

/// The kinds that a project can have, by path and key.
const KINDS: [(&str, &str); 6] = [
    ("networks", "networks"),
    ("subnets", "subnets"),
    ("subnetpools", "subnetpools"),
    ("routers", "routers"),
    ("ports", "ports"),
    ("security-groups", "security_groups"),
];

/// A project with one member, and an administrator beside it.
pub struct Project {
    /// The member's.
    pub login: Login,
    /// The project's id.
    pub id: String,
    /// The id of its external network, which has the project's name.
    pub external_network: String,
    http: Http,
    network: String,
    token: String,
    admin_token: String,
}

/// Who makes something.
#[derive(Clone, Copy, Debug)]
pub enum Hand {
    /// The project's own member.
    Member,
    /// The administrator of the cloud.
    Admin,
}

impl Project {
    /// A new one, with nothing in it but the security group that every project has, and an external network of its own beside it.
    ///
    /// # Errors
    /// The cloud refuses, or is not there.
    pub async fn create(clouds: &Clouds, name: &str) -> Result<Self> {
        let http = Http::new();
        let admin = clouds.admin();
        let admin_token = http.sign_in(admin).await?;
        let accounts = Accounts {
            http: &http,
            base: &admin.auth_url,
            token: &admin_token,
        };
        let login = accounts.create(name).await?;
        let token = http.sign_in(&login).await?;
        let about = about(&http, &login, &token).await?;
        let mut project = Self {
            external_network: String::new(),
            id: about["project"]["id"]
                .as_str()
                .context("the token names its project")?
                .to_owned(),
            network: network_endpoint(&about).context("the catalog lacks a network service")?,
            login,
            http,
            token,
            admin_token,
        };
        // The first listing makes the default security group.
        project
            .call(Hand::Member, "GET", "security-groups", None)
            .await?;
        project.external_network = way_out::create(&project, &project.login.project_name).await?;
        Ok(project)
    }

    /// A request to Neutron; the path is without the version.
    ///
    /// # Errors
    /// A refusal.
    pub async fn call(
        &self,
        hand: Hand,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let token = match hand {
            Hand::Member => &self.token,
            Hand::Admin => &self.admin_token,
        };
        self.http
            .call(
                token,
                method,
                &format!("{}/v2.0/{path}", self.network),
                body,
            )
            .await
    }

    /// Makes an object and returns its id. `key` is the singular, as in the body.
    ///
    /// # Errors
    /// A refusal.
    pub async fn make(&self, hand: Hand, key: &str, fields: Value) -> Result<String> {
        let path = format!("{}s", key.replace('_', "-"));
        let path = if key.starts_with("subnetpool") {
            "subnetpools".to_owned()
        } else {
            path
        };
        let made = self
            .call(hand, "POST", &path, Some(json!({key: fields})))
            .await?;
        Ok(made[key]["id"]
            .as_str()
            .context("what was made has an id")?
            .to_owned())
    }

    /// Changes an object.
    ///
    /// # Errors
    /// A refusal.
    pub async fn change(&self, hand: Hand, key: &str, id: &str, fields: Value) -> Result<()> {
        let path = format!("{}s/{id}", key.replace('_', "-"));
        self.call(hand, "PUT", &path, Some(json!({key: fields})))
            .await
            .map(|_| ())
    }

    /// Waits until nothing more appears or goes: for requests whose sender is dead.
    ///
    /// # Errors
    /// A listing fails.
    pub async fn settle(&self) -> Result<()> {
        inventory::settle(async || self.inventory().await).await
    }

    /// Everything that the project has now.
    ///
    /// # Errors
    /// A listing fails.
    pub async fn inventory(&self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        for (kind, key) in KINDS {
            let path = format!("{kind}?project_id={}", self.id);
            let found = self.call(Hand::Admin, "GET", &path, None).await?;
            inventory.add(kind, found[key].as_array().context("a listing is a list")?);
        }
        Ok(inventory)
    }
}
