//! The API: where it is, how it is opened, how it pages, and what its refusals mean.

use groundwork_kit::client::{
    Call, Client, Failures, Pages, Paging, Reach, Refusal, Said, StaticToken, Wire, path_segment,
};
use groundwork_provider::{Access, Account, Error, ErrorKind, Result};
use groundwork_transport::Settings;
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
    client: Client<StaticToken>,
    project: String,
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
        let project = fields.text(PROJECT).ok_or_else(|| {
            let remedy = "set spec.cloud.packet.projectID, or METAL_PROJECT_ID";
            wrong(ErrorKind::Invalid, "no project is given", remedy)
        })?;
        let key = fields.secret(KEY).ok_or_else(|| {
            let remedy = "set spec.cloud.packet.apiKey, or METAL_AUTH_TOKEN";
            wrong(ErrorKind::Denied, "no API key is given", remedy)
        })?;
        let key = StaticToken::in_header(endpoint, "x-auth-token", key)?;
        let wire = Wire::connect(access, Settings::default(), &FAILURES)?;
        let account = Account {
            provider: "packet".to_owned(),
            endpoint: key.base().to_owned(),
            project: Some(project.to_owned()),
            region: String::new(),
        };
        let api = Self {
            client: Client::new(wire, key),
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
