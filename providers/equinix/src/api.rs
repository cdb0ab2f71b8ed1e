//! The API: where it is, how it is opened, how it pages, and what its refusals mean.

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::client::{
    Authenticate, Call, Client, Failures, Pages, Paging, Reach, Refusal, Said, Wire, base_address,
    path_segment, secret_header,
};
use groundwork_provider::{Access, Account, Error, ErrorKind, Result};
use groundwork_transport::Settings;
use http::{HeaderValue, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    credentials::{ENDPOINT, KEY, PROJECT, credentials},
    spec::{Datacenter, Spec},
    sunset,
};

/// One project of an installation.
#[derive(Debug)]
pub struct Api {
    client: Client<ApiKey>,
    project: String,
}

/// An API key, which lasts.
#[derive(Debug)]
struct ApiKey {
    base: String,
    header: HeaderValue,
}

#[async_trait]
impl Authenticate for ApiKey {
    const RENEWS: bool = false;
    type Session = ();

    async fn log_in(&self, _: &Wire) -> Result<()> {
        Ok(())
    }

    fn base<'s>(&'s self, (): &'s ()) -> &'s str {
        &self.base
    }

    fn sign(&self, (): &(), request: &mut Request<Bytes>) -> Result<()> {
        let headers = request.headers_mut();
        headers.insert("x-auth-token", self.header.clone());
        Ok(())
    }
}

static FAILURES: Failures = Failures {
    said,
    remedy,
    reach: Reach {
        address: "endpoint",
        ca_bundle: "the system's certificates",
    },
    ..Failures::REST
};

/// One text, or a list of them.
fn said(body: &Value) -> Said {
    let errors = body["errors"].as_array().into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
    let message = match errors.as_slice() {
        [] => body["error"].as_str().unwrap_or_default().to_owned(),
        several => several.join(", "),
    };
    Said {
        code: String::new(),
        message,
    }
}

fn remedy(kind: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match (kind, refusal.status) {
        (ErrorKind::Denied, 401) => Some("give a key of that installation in apiKey"),
        (ErrorKind::Denied, 403) => Some("give a key that may read the project"),
        _ => None,
    }
}

impl Api {
    /// Connects to the project of the document, of its Secret or of the environment.
    ///
    /// # Errors
    /// `Unsupported` where no installation is named: the service has ended; `Invalid` without a
    /// project, `Denied` without a key.
    pub(crate) fn connect(access: &Access<Spec, Datacenter>) -> Result<(Account, Self)> {
        let fields = credentials(access);
        let wrong =
            |kind, message: &str, remedy: &str| Error::new(kind, "connect", message).remedy(remedy);
        let endpoint = fields.text(ENDPOINT);
        let endpoint = endpoint.filter(|address| !sunset::is_of_the_service(address));
        let endpoint =
            endpoint.ok_or_else(|| wrong(ErrorKind::Unsupported, sunset::ENDED, sunset::REMEDY))?;
        let base = base_address(endpoint).map_err(|why| {
            let message = format!("the address of the API cannot be used: {why}");
            Error::new(ErrorKind::Invalid, "connect", message)
        })?;
        let project = fields.text(PROJECT).ok_or_else(|| {
            let remedy = "set spec.cloud.packet.projectID, or METAL_PROJECT_ID";
            wrong(ErrorKind::Invalid, "no project is given", remedy)
        })?;
        let key = fields.secret(KEY).ok_or_else(|| {
            let remedy = "set spec.cloud.packet.apiKey, or METAL_AUTH_TOKEN";
            wrong(ErrorKind::Denied, "no API key is given", remedy)
        })?;
        let header = secret_header(key.expose())?;
        let wire = Wire::connect(access, Settings::default(), &FAILURES)?;
        let account = Account {
            provider: "packet".to_owned(),
            endpoint: base.clone(),
            project: Some(project.to_owned()),
            region: String::new(),
        };
        let api = Self {
            client: Client::new(wire, ApiKey { base, header }),
            project: project.to_owned(),
        };
        Ok((account, api))
    }

    /// The project's id, as it was given.
    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    /// The project itself; `None` where it does not exist.
    pub(crate) async fn own_project<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.client
            .get(&format!("/projects/{}", path_segment(&self.project)))
            .await
    }

    /// Everything of a collection of the project, nothing where the project does not exist.
    pub(crate) async fn of_project<T: DeserializeOwned>(
        &self,
        collection: &str,
        items: &'static str,
    ) -> Result<Vec<T>> {
        let path = format!("/projects/{}/{collection}", path_segment(&self.project));
        let listed = self.all(&path, items).await;
        match listed {
            // That is said of the project, once.
            Err(error) if error.kind == ErrorKind::Conflict => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Everything of a collection. Some have pages, of at most 1000 objects, and say so in `meta`.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        path: &str,
        items: &'static str,
    ) -> Result<Vec<T>> {
        let call = Call::get(path).query([("per_page", "1000")]);
        let paging = Paging::Link {
            at: "/meta/next/href",
        };
        self.client.list(&Pages::new(call, items, paging)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_are_read_in_both_forms() {
        let message = |body: Value| said(&body).message;
        assert_eq!(message(json!({ "error": "no" })), "no");
        assert_eq!(message(json!({ "errors": ["a", "b"] })), "a, b");
        assert_eq!(message(json!(["x"])), "");
        assert_eq!(message(Value::Null), "");
    }
}
