//! The services that a cloud has beside Keystone and Neutron, as far as clients look at them: their
//! lists are empty, and nothing can be made.

use http::Method;
use mock_cloud::{Request, Response, reply};
use serde_json::json;

use crate::refused::Refused;

/// A service that has nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Other {
    /// Its type in the catalogue.
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    /// Under the mock's address.
    pub(crate) path: &'static str,
    /// Between the path and its collections.
    version: &'static str,
}

pub(crate) const ALL: [Other; 2] = [
    Other {
        kind: "compute",
        name: "nova",
        path: "/compute/v2.1",
        version: "",
    },
    Other {
        kind: "load-balancer",
        name: "octavia",
        path: "/load-balancer",
        version: "/v2.0/lbaas",
    },
];

impl Other {
    /// The service that a path is for, and the rest of the path.
    pub(crate) fn of(path: &str) -> Option<(Self, &str)> {
        ALL.into_iter()
            .find_map(|other| Some((other, path.strip_prefix(other.path)?)))
    }

    /// A collection is empty, whatever it is called; `detail` says more about nothing.
    pub(crate) fn answer(self, path: &str, request: &Request) -> Response {
        let path = path.strip_prefix(self.version).unwrap_or(path);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match (parts.as_slice(), request.method() == Method::GET) {
            ([collection] | [collection, "detail"], true) => {
                let key = collection.trim_start_matches("os-").replace('-', "_");
                reply::json(200, &json!({ key: [] }))
            }
            ([_, id], true) => {
                let message = format!("{id} could not be found.");
                self.refused(&Refused::new(404, "itemNotFound", message))
            }
            (_, _) => {
                let message = format!("The mock's {} has lists, and all are empty.", self.name);
                self.refused(&Refused::new(501, "notImplemented", message))
            }
        }
    }

    fn refused(self, refused: &Refused) -> Response {
        let message = refused.message.as_str();
        let body = match self.kind {
            "compute" => {
                json!({ refused.kind.as_str(): { "code": refused.status, "message": message } })
            }
            _ => json!({ "faultcode": "Client", "faultstring": message, "debuginfo": null }),
        };
        reply::json(refused.status, &body)
    }
}
