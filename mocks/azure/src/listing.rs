//! Listings, a page at a time.

use mock_cloud::{Object, Request};
use mock_rest::Query;
use mock_rest::pages::Token;
use serde_json::{Value, json};

use crate::cloud::{Azure, base};
use crate::ids::key;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};
use crate::said::Said;
use crate::versions::Version;

const PAGES: Token = Token { prefix: "bW9jaw" };

impl Azure {
    /// All of a kind in a subscription, a resource group, or a whole.
    pub(crate) fn list(
        &self,
        kind: Kind,
        outer: &str,
        request: &Request,
        version: &Version,
    ) -> Answer<Said> {
        self.may(&format!("{}/read", kind.permission()), outer)?;
        let is_whole = outer == self.subscription_id();
        if !is_whole {
            self.exists(kind.parent().unwrap_or(Kind::ResourceGroup), outer)?;
        }
        let found: Vec<_> = match (kind, is_whole) {
            (Kind::ResourceGroup, _) | (_, true) => {
                self.store.list(kind.plural()).cloned().collect()
            }
            (_, false) => self.within(kind, outer),
        };
        let filter = filter(request)?;
        let found = found.iter().filter(|object| filter.fits(object));
        let shown = found
            .map(|object| self.shown(kind, object, version))
            .collect();
        self.page(shown, request)
    }

    /// Whatever there is in a subscription or a resource group, in short.
    pub(crate) fn resources(&self, outer: &str, request: &Request) -> Answer<Said> {
        self.version("Microsoft.Resources", &Query::of(request))?;
        let filter = filter(request)?;
        let inside = format!("{}/", key(outer));
        let all = self.store.all().filter(|object| {
            let kind = Kind::by_plural(&object.kind);
            let is_own =
                kind.is_some_and(|kind| kind != Kind::ResourceGroup && kind.parent().is_none());
            is_own && object.text("_key").starts_with(&inside) && filter.fits(object)
        });
        let allowed = all.filter(|object| {
            let kind = Kind::by_plural(&object.kind);
            kind.is_some_and(|kind| self.is_allowed(&format!("{}/read", kind.permission())))
        });
        let short = |object: &Object| {
            let mut short = json!({});
            for name in ["id", "name", "type", "location", "tags", "sku", "zones"] {
                if let Some(value) = object.body.get(name) {
                    short[name] = value.clone();
                }
            }
            short
        };
        self.page(allowed.map(|object| short(object)).collect(), request)
    }

    pub(crate) fn page(&self, all: Vec<Value>, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let token = query.one("$skiptoken");
        let place = PAGES.place(token).ok_or_else(|| {
            let message = "The skip token is not valid.";
            Refused::front(400, "InvalidSkipToken", message)
        })?;
        let top = query.one("$top").and_then(|text| text.parse().ok());
        let size = top.unwrap_or(usize::MAX).min(self.config.page_max);
        let (page, next) = PAGES.cut(all, place, size);
        let mut body = json!({ "value": page });
        if let Some(next) = next {
            let query = query.with("$skiptoken", &next).encoded();
            let link = format!("{}{}?{query}", base(request), request.uri().path());
            body["nextLink"] = json!(link);
        }
        Ok(Said::new(200, body))
    }
}

/// Which resources a listing wants: all that is said of them holds.
struct Filter(Vec<(String, String)>);

impl Filter {
    fn fits(&self, object: &Object) -> bool {
        let mut name = "";
        self.0.iter().all(|(field, wanted)| {
            let tag = |name: &str| object.body.get("tags").and_then(|tags| tags.get(name));
            match field.as_str() {
                "tagname" => {
                    name = wanted;
                    tag(wanted).is_some()
                }
                "tagvalue" => tag(name).and_then(Value::as_str) == Some(wanted),
                "resourcetype" => object.text("type").eq_ignore_ascii_case(wanted),
                _ => object.text(field).eq_ignore_ascii_case(wanted),
            }
        })
    }
}

/// `tagName eq 'a' and tagValue eq 'b'`, as groups and resources can be asked for.
fn filter(request: &Request) -> Answer<Filter> {
    const FIELDS: [&str; 5] = ["tagname", "tagvalue", "resourcetype", "name", "location"];
    let query = Query::of(request);
    let Some(text) = query.one("$filter") else {
        return Ok(Filter(Vec::new()));
    };
    let term = |term: &str| {
        let (field, wanted) = term.split_once(" eq ")?;
        let wanted = wanted.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        let field = field.trim().to_lowercase();
        FIELDS
            .contains(&field.as_str())
            .then(|| (field, wanted.to_owned()))
    };
    let terms: Option<Vec<_>> = text.split(" and ").map(term).collect();
    terms.map(Filter).ok_or_else(|| {
        let message = format!("The filter query string '{text}' is not supported.");
        Refused::front(400, "InvalidFilterInQueryString", message)
    })
}
