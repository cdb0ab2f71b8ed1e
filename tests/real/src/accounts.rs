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
        let password = "secret";
        let project = self
            .post(
                "projects",
                "project",
                json!({"name": name, "domain_id": "default"}),
            )
            .await?;
        let user = json!({"name": name, "domain_id": "default", "password": password});
        let user = self.post("users", "user", user).await?;
        let roles = self.call("GET", "roles?name=member", None).await?;
        let role = roles["roles"][0]["id"]
            .as_str()
            .context("Keystone has a role `member`")?;
        self.call(
            "PUT",
            &format!("projects/{project}/users/{user}/roles/{role}"),
            None,
        )
        .await?;
        Ok(Login {
            auth_url: self.base.to_owned(),
            username: name.to_owned(),
            password: password.to_owned(),
            project_name: name.to_owned(),
        })
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
