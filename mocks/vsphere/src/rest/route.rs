//! Where a request goes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_cloud::{Request, Response, header, reply};
use mock_rest::{Query, segments};
use serde_json::{Value, json};

use super::Said;
use super::refused::Refused;

/// The listing of tags with their names.
pub(crate) const TAGS: &str = "tags";

/// Which of the two trees a request is for: they have the same operations, in other envelopes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tree {
    Api,
    Rest,
}

/// The parts of a path: `tag-association/id:…?~action=attach`.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) tree: Tree,
    /// `category`, `session`, `tag`, `tag-association`
    pub(crate) collection: String,
    pub(crate) id: Option<String>,
    /// Empty where there is none.
    pub(crate) action: String,
}

impl Route {
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let tree = Tree::of(request);
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (collection, rest) = match (tree, parts.as_slice()) {
            (Tree::Api, ["api", "session"]) => ("session", &[][..]),
            (Tree::Api, ["api", "cis", "tagging", collection, rest @ ..]) => (*collection, rest),
            (Tree::Api, ["api", "vcenter", "tagging", "tags"]) => (TAGS, &[][..]),
            (Tree::Rest, ["rest", "com", "vmware", "cis", "session"]) => ("session", &[][..]),
            (
                Tree::Rest,
                [
                    "rest",
                    "com",
                    "vmware",
                    "cis",
                    "tagging",
                    collection,
                    rest @ ..,
                ],
            ) => (*collection, rest),
            _ => return None,
        };
        let id = match (tree, rest) {
            (_, []) => None,
            (Tree::Api, [id]) => Some((*id).to_owned()),
            (Tree::Rest, [id]) => Some(id.strip_prefix("id:")?.to_owned()),
            (_, [_, ..]) => return None,
        };
        let query = Query::of(request);
        let action = query.one(tree.action()).unwrap_or_default().to_owned();
        Some(Self {
            tree,
            collection: collection.to_owned(),
            id,
            action,
        })
    }

    pub(crate) fn is_session(&self) -> bool {
        self.collection == "session"
    }
}

impl Tree {
    pub(crate) fn of(request: &Request) -> Self {
        match request.uri().path().starts_with("/api/") {
            true => Self::Api,
            false => Self::Rest,
        }
    }

    /// The parameter that names an action.
    fn action(self) -> &'static str {
        match self {
            Self::Api => "action",
            Self::Rest => "~action",
        }
    }

    pub(crate) fn answer(self, Said(status, value): Said) -> Response {
        match (self, value) {
            (Self::Api, Value::Null) => reply::empty(status),
            (Self::Api, value) => reply::json(status, &value),
            (Self::Rest, Value::Null) => reply::empty(200),
            (Self::Rest, value) => reply::json(200, &json!({ "value": value })),
        }
    }

    pub(crate) fn refuse(self, refused: &Refused) -> Response {
        let messages = json!([{
            "id": format!("com.vmware.vdcs.tagging.{}", refused.code),
            "default_message": refused.message, "args": [],
        }]);
        let body = match self {
            Self::Api => json!({ "error_type": refused.code.to_uppercase(), "messages": messages }),
            Self::Rest => json!({
                "type": format!("com.vmware.vapi.std.errors.{}", refused.code),
                "value": { "messages": messages },
            }),
        };
        reply::json(refused.status, &body)
    }
}

/// Name and password of the header `Authorization: Basic …`.
pub(crate) fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = header(request, "authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}
