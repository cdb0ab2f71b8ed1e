//! A cloud has one default subnet pool a family: tests that make one take turns, and a test that was killed can be in the way
//! of the next one.

use std::env;
use std::fs::File;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::access::Clouds;
use crate::http::Http;
use crate::stage::{about, network_endpoint};

/// Waits until no other test, of whatever process, has a default pool in this cloud, and keeps them waiting until the file is
/// dropped. There is no default pool then.
///
/// # Errors
/// The cloud refuses, or is not there.
pub async fn take_turn(clouds: &Clouds) -> Result<File> {
    let cloud = clouds
        .admin()
        .auth_url
        .replace(|sign: char| !sign.is_alphanumeric(), "-");
    let file = File::create(env::temp_dir().join(format!("groundwork-default-pool-{cloud}.lock")))?;
    file.lock()?;
    retire(clouds).await?;
    Ok(file)
}

/// Makes every default pool an ordinary one. What was taken from it stays.
async fn retire(clouds: &Clouds) -> Result<()> {
    let http = Http::new();
    let token = http.sign_in(clouds.admin()).await?;
    let network = network_endpoint(&about(&http, clouds.admin(), &token).await?)
        .context("the catalog lacks a network service")?;
    let pools = format!("{network}/v2.0/subnetpools");
    let found = http
        .call(&token, "GET", &format!("{pools}?is_default=true"), None)
        .await?;
    for id in found["subnetpools"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pool| pool["id"].as_str())
    {
        let ordinary: Value = json!({"subnetpool": {"is_default": false}});
        http.call(&token, "PUT", &format!("{pools}/{id}"), Some(ordinary))
            .await?;
    }
    Ok(())
}
