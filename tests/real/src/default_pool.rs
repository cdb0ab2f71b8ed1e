//! A cloud has one default subnet pool a family, so a test that was killed can be in the way of the next one.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::access::Clouds;
use crate::http::Http;
use crate::stage::{about, network_endpoint};

/// Makes every default pool an ordinary one. What was taken from it stays.
///
/// # Errors
/// The cloud refuses, or is not there.
pub async fn retire(clouds: &Clouds) -> Result<()> {
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
