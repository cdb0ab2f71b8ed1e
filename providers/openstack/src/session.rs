//! A token of Keystone's, and what came with it.

use bytes::Bytes;
use groundwork_model::Secret;
use groundwork_provider::{Clock, Error, ErrorKind, Result};
use groundwork_transport::Transport;
use http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::{
    credentials::{self, Fields},
    wire::{self, Broken, LOGIN},
};

/// A token, the project that it is for, and where Neutron is.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: Secret,
    pub(crate) project: String,
    pub(crate) network_url: String,
}

/// What a session is made from, and made anew when its token has expired.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) keystone: String,
    pub(crate) region: Option<String>,
    interface: String,
    fields: Fields,
}

impl Login {
    pub(crate) fn new(fields: Fields) -> Result<Self> {
        let Some(auth_url) = fields.text("auth_url") else {
            let message = "it is not said where Keystone is";
            return Err(Error::new(ErrorKind::Denied, "authenticate", message)
                .remedy("set authURL in the datacenter, or OS_AUTH_URL"));
        };
        let interface = fields.text("interface").unwrap_or("public");
        let interface = interface.trim_end_matches("URL").to_owned();
        let region = fields.text("region_name").map(str::to_owned);
        Ok(Self {
            keystone: credentials::keystone(auth_url),
            region,
            interface,
            fields,
        })
    }

    /// The file with the cloud's own CA certificates, if one is named.
    pub(crate) fn ca_file(&self) -> Option<&str> {
        self.fields.text("cacert")
    }

    /// Authenticates.
    pub(crate) async fn session(
        &self,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<Session> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/auth/tokens", self.keystone))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Bytes::from(credentials::login(&self.fields)?.to_string()))
            .map_err(|why| {
                let message = format!("{} is not a URL: {why}", self.keystone);
                Error::new(ErrorKind::Invalid, LOGIN, message)
                    .remedy("correct the datacenter's authURL")
            })?;
        let reply = transport
            .send(request)
            .await
            .map_err(|failure| wire::error(LOGIN, Broken::NoReply(failure)))?;
        if reply.status() != StatusCode::CREATED {
            return Err(wire::error(LOGIN, Broken::Refused(&reply, clock.now())));
        }
        self.read(&reply)
            .map_err(|why| wire::error(LOGIN, Broken::Unreadable(&reply, why)))?
    }

    /// The outer error is a reply that makes no sense; the inner one a catalog that does not fit.
    fn read(&self, reply: &http::Response<Bytes>) -> Result<Result<Session>, String> {
        let token = reply
            .headers()
            .get("x-subject-token")
            .and_then(|token| token.to_str().ok());
        let token = Secret::new(token.ok_or("there is no token in it")?);
        let body: Value = serde_json::from_slice(reply.body()).map_err(|why| why.to_string())?;
        let project = body["token"]["project"]["id"].as_str();
        let project = project.ok_or("the token is for no project")?.to_owned();
        let endpoints = network_endpoints(&body["token"]["catalog"]);
        Ok(self.choose(&endpoints).map(|network_url| Session {
            token,
            project,
            network_url,
        }))
    }

    fn choose(&self, endpoints: &[Endpoint<'_>]) -> Result<String> {
        let fits = |endpoint: &&Endpoint<'_>| {
            endpoint.interface == self.interface
                && self
                    .region
                    .as_ref()
                    .is_none_or(|region| region == endpoint.region)
        };
        if let Some(endpoint) = endpoints.iter().find(fits) {
            return Ok(network_url(endpoint.url));
        }
        let known: Vec<_> = endpoints
            .iter()
            .map(|e| format!("{} in {}", e.interface, e.region))
            .collect();
        let region = self.region.as_deref().unwrap_or("any region");
        let message = format!(
            "Keystone's catalog has no {} endpoint of the network service in {region}; it has: {}",
            self.interface,
            if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            },
        );
        Err(Error::new(ErrorKind::Unsupported, LOGIN, message)
            .remedy("correct the datacenter's region, or OS_INTERFACE"))
    }
}

struct Endpoint<'a> {
    interface: &'a str,
    region: &'a str,
    url: &'a str,
}

fn network_endpoints(catalog: &Value) -> Vec<Endpoint<'_>> {
    let services = catalog.as_array().into_iter().flatten();
    let network = services.filter(|service| service["type"] == "network");
    let endpoints =
        network.flat_map(|service| service["endpoints"].as_array().into_iter().flatten());
    endpoints
        .filter_map(|endpoint| {
            let region = endpoint["region"]
                .as_str()
                .or(endpoint["region_id"].as_str());
            Some(Endpoint {
                interface: endpoint["interface"].as_str()?,
                region: region.unwrap_or_default(),
                url: endpoint["url"].as_str()?,
            })
        })
        .collect()
}

/// The address of version 2.0, whether the catalog has it or the service's root.
fn network_url(url: &str) -> String {
    let bare = url.trim_end_matches('/');
    match bare.ends_with("/v2.0") {
        true => bare.to_owned(),
        false => format!("{bare}/v2.0"),
    }
}
