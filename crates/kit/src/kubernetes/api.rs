//! How a cluster is opened, how it pages, and what its refusals mean.

use groundwork_provider::{Access, ErrorKind, Result};
use groundwork_transport::Settings;
use serde_json::Value;

use super::{Bearer, Entrance, Selection, kubeconfig::invalid};
use crate::client::{Client, Failures, Pages, Paging, Reach, Refusal, Said, Wire, base_address};

static FAILURES: Failures = Failures {
    said,
    meaning,
    remedy,
    request_ids: &["audit-id"],
    reach: Reach {
        address: "server of the kubeconfig",
        ca_bundle: "certificate-authority-data of the kubeconfig",
    },
};

/// A `Status` of the API: a reason for programs, and a message.
fn said(body: &Value) -> Said {
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    Said {
        code: text("reason"),
        message: text("message"),
    }
}

fn meaning(refusal: &Refusal<'_>) -> Option<ErrorKind> {
    match refusal.status {
        // The listing took longer than the server keeps its beginning: it is begun again.
        410 => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

fn remedy(kind: ErrorKind, refusal: &Refusal<'_>) -> Option<&'static str> {
    match (kind, refusal.status) {
        (ErrorKind::Denied, 401) => {
            Some("the kubeconfig's token or certificate has expired, or is of another cluster")
        }
        (ErrorKind::Denied, 403) => Some(
            "give the user a ClusterRole with the verb and the resource that the message names",
        ),
        _ => None,
    }
}

/// Opens a cluster. Nothing is asked yet.
///
/// # Errors
/// `Invalid` where the address or the authority cannot be used.
pub fn connect<S, D>(entrance: Entrance, access: &Access<S, D>) -> Result<Client<Bearer>> {
    let base = base_address(&entrance.server)
        .map_err(|why| invalid(format!("server of the kubeconfig cannot be used: {why}")))?;
    let bearer = Bearer::new(base, entrance.token, access.environment.clone());
    let settings = Settings {
        ca_bundle: entrance.authority,
        identity: entrance.identity,
        ..Settings::default()
    };
    Ok(Client::new(
        Wire::connect(access, settings, &FAILURES)?,
        bearer,
    ))
}

/// A listing of at most `objects`, in pages of `page`.
pub fn listing(path: &str, page: &str, objects: usize) -> Pages {
    selected(&Selection::all(path), page, objects)
}

/// The same of a selection.
pub fn selected(selection: &Selection, page: &str, objects: usize) -> Pages {
    let paging = Paging::Token {
        at: "/metadata/continue",
        parameter: "continue",
    };
    let call = selection.listing().query([("limit", page)]);
    Pages::new(call, "items", paging).at_most(objects)
}
