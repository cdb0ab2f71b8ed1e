//! Keystone: a token, the project that it is for, and where Neutron is.

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::{
    client::{Authenticate, Reply, Wire, base_address, secret_header},
    credentials::Fields,
    document::listed,
};
use groundwork_provider::{Error, ErrorKind, Result};
use http::{HeaderValue, Request, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::failures::LOGIN;
use crate::{credentials, survey::rights::Rights};

/// Where a login goes, and with what.
#[derive(Debug)]
pub(crate) struct Keystone {
    /// Its address, of version 3.
    pub(super) address: String,
    pub(super) region: Option<String>,
    interface: String,
    fields: Fields,
}

/// What a login gives.
pub(crate) struct Session {
    pub(super) rights: Rights,
    token: HeaderValue,
    expires: Option<Timestamp>,
    network_url: String,
}

impl Keystone {
    pub(super) fn new(fields: Fields) -> Result<Self> {
        let Some(auth_url) = fields.text("auth_url") else {
            let message = "no address of Keystone is given";
            return Err(Error::new(ErrorKind::Denied, "authenticate", message)
                .remedy("set authURL in the datacenter, or OS_AUTH_URL"));
        };
        let interface = fields.text("interface").unwrap_or("public");
        let interface = interface.trim_end_matches("URL").to_owned();
        let region = fields.text("region_name").map(str::to_owned);
        Ok(Self {
            address: credentials::keystone(auth_url),
            region,
            interface,
            fields,
        })
    }

    /// The file with the cloud's own CA certificates, if one is named.
    pub(super) fn ca_file(&self) -> Option<&str> {
        self.fields.text("cacert")
    }

    fn request(&self) -> Result<Request<Bytes>> {
        Request::post(format!("{}/auth/tokens", self.address))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Bytes::from(credentials::login(&self.fields)?.to_string()))
            .map_err(|why| {
                let message = format!("{} is not a URL: {why}", self.address);
                Error::new(ErrorKind::Invalid, LOGIN, message)
                    .remedy("correct the datacenter's authURL")
            })
    }

    fn read(&self, wire: &Wire, reply: &Reply) -> Result<Session> {
        let unreadable = |why: &str| wire.unreadable(LOGIN, reply, why);
        let token = reply.headers().get("x-subject-token");
        let token = token.and_then(|token| token.to_str().ok());
        let token = secret_header(token.ok_or_else(|| unreadable("there is no token in it"))?)?;
        let body = wire.json(LOGIN, reply)?;
        let body = &body["token"];
        let project = body["project"]["id"].as_str();
        let project = project.ok_or_else(|| unreadable("the token is for no project"))?;
        let roles = list(&body["roles"]).iter();
        let roles = roles.filter_map(|role| role["name"].as_str().map(str::to_owned));
        let rights = Rights {
            project: project.to_owned(),
            roles: roles.collect(),
            strict: false,
        };
        let expires = body["expires_at"].as_str();
        let network_url = self.choose(&network_endpoints(&body["catalog"]))?;
        let unusable = |why| format!("the catalog's address of Neutron cannot be used: {why}");
        let network_url = base_address(&network_url);
        Ok(Session {
            rights,
            token,
            expires: expires.and_then(|text| text.parse().ok()),
            network_url: network_url.map_err(|why| unreadable(&unusable(why)))?,
        })
    }

    fn choose(&self, endpoints: &[Endpoint<'_>]) -> Result<String> {
        let region = self.region.as_deref();
        let fits = |(interface, place, _): &&Endpoint<'_>| {
            *interface == self.interface && region.is_none_or(|region| region == *place)
        };
        if let Some((.., url)) = endpoints.iter().find(fits) {
            return Ok(without_version(url));
        }
        let known = endpoints.iter();
        let known = listed(known.map(|(interface, place, _)| format!("{interface} in {place}")));
        let (interface, region) = (&self.interface, region.unwrap_or("any region"));
        let message = format!(
            "Keystone's catalog has no {interface} endpoint of the network service in {region}; it has: \
             {known}"
        );
        Err(Error::new(ErrorKind::Unsupported, LOGIN, message)
            .remedy("correct the datacenter's region, or OS_INTERFACE"))
    }
}

#[async_trait]
impl Authenticate for Keystone {
    type Session = Session;

    async fn log_in(&self, wire: &Wire) -> Result<Session> {
        let reply = wire.exchange(LOGIN, self.request()?).await?;
        match reply.status() {
            StatusCode::CREATED => self.read(wire, &reply),
            _ => Err(wire.refused(LOGIN, &reply)),
        }
    }

    fn base<'s>(&'s self, session: &'s Session) -> &'s str {
        &session.network_url
    }

    fn sign(&self, session: &Session, request: &mut Request<Bytes>) -> Result<()> {
        let token = session.token.clone();
        request.headers_mut().insert("x-auth-token", token);
        Ok(())
    }

    fn expires(&self, session: &Session) -> Option<Timestamp> {
        session.expires
    }
}

/// Interface, region and address of an endpoint.
type Endpoint<'a> = (&'a str, &'a str, &'a str);

fn network_endpoints(catalog: &Value) -> Vec<Endpoint<'_>> {
    let network = list(catalog).iter().filter(|s| s["type"] == "network");
    let endpoints = network.flat_map(|service| list(&service["endpoints"]));
    endpoints.filter_map(endpoint).collect()
}

fn endpoint(value: &Value) -> Option<Endpoint<'_>> {
    let text = |name: &str| value[name].as_str();
    let region = text("region").or(text("region_id"));
    Some((text("interface")?, region.unwrap_or_default(), text("url")?))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The service's root, whether the catalog has that or the address of version 2.0.
fn without_version(url: &str) -> String {
    let bare = url.trim_end_matches('/');
    bare.strip_suffix("/v2.0").unwrap_or(bare).to_owned()
}
