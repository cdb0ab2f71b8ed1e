//! Projects and users, made by an administrator.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::access::Login;
use crate::http::Http;
use crate::run;

/// An administrator at work in Keystone.
pub struct Accounts<'a> {
    /// Talks to it.
    pub http: &'a Http,
    /// Its address, with `/v3`.
    pub base: &'a str,
    /// The administrator's.
    pub token: &'a str,
}

impl Accounts<'_> {
    /// A new project, and a member of it with the same name. The name is made unique.
    ///
    /// # Errors
    /// Keystone refuses.
    pub async fn create(&self, name: &str) -> Result<Login> {
        let name = &unique(name);
        let project = json!({"name": name, "domain_id": "default"});
        self.post("projects", "project", project).await?;
        self.user(name, name, "member").await
    }

    /// One more user of a project, with this role in it. The name is made unique.
    ///
    /// # Errors
    /// Keystone refuses, or has no such project or role.
    pub async fn join(&self, project: &str, role: &str) -> Result<Login> {
        self.user(&unique(role), project, role).await
    }

    async fn user(&self, name: &str, project: &str, role: &str) -> Result<Login> {
        let password = "secret";
        let user = json!({"name": name, "domain_id": "default", "password": password});
        let user = self.post("users", "user", user).await?;
        let (project_id, role) = (
            self.id_of("projects", project).await?,
            self.id_of("roles", role).await?,
        );
        let path = format!("projects/{project_id}/users/{user}/roles/{role}");
        self.call("PUT", &path, None).await?;
        Ok(Login {
            auth_url: self.base.to_owned(),
            username: name.to_owned(),
            password: password.to_owned(),
            project_name: project.to_owned(),
        })
    }

    async fn id_of(&self, kind: &str, name: &str) -> Result<String> {
        let found = self
            .call("GET", &format!("{kind}?name={name}"), None)
            .await?;
        let id = found[kind][0]["id"].as_str();
        Ok(id
            .with_context(|| format!("Keystone has no {name} among its {kind}"))?
            .to_owned())
    }

    async fn post(&self, path: &str, key: &str, fields: Value) -> Result<String> {
        let made = self.call("POST", path, Some(json!({key: fields}))).await?;
        Ok(made[key]["id"]
            .as_str()
            .context("what was made has an id")?
            .to_owned())
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        self.http
            .call(self.token, method, &format!("{}/{path}", self.base), body)
            .await
    }
}

/// A name that no other run has used.
fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{name}-{:x}-{count}", run::number())
}
