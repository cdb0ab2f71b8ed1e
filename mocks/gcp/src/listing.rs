//! Listings: of a scope, and of a whole project at once.

use mock_cloud::Object;
use mock_rest::pages::Token;
use mock_rest::{Query, SortKey, sort};
use serde_json::{Map, Value, json};

use crate::cloud::Gcp;
use crate::collection::{Collection, Place};
use crate::filter::read;
use crate::links::{Scope, url};
use crate::objects::permission;
use crate::refused::{Answer, Refused};

const PAGE_MAX: usize = 500;
const PAGES: Token = Token { prefix: "CiAKG" };

/// A page, and the token of the next one.
type Page = (Vec<Value>, Option<String>);

impl Gcp {
    pub(crate) fn list(
        &self,
        collection: Collection,
        scope: &Scope,
        query: &Query,
    ) -> Answer<Value> {
        self.may(
            &permission(collection, "list"),
            &format!("projects/{}", self.config.project),
        )?;
        let all = self.store.list(collection.plural());
        let inside = all.filter(|object| self.scope_of(&object.id) == *scope);
        let shown = self.all_shown(collection, inside.map(AsRef::as_ref));
        let at = format!("{scope}/{}", collection.plural());
        self.page(collection.singular(), &at, shown, query)
    }

    fn all_shown<'a>(
        &self,
        collection: Collection,
        all: impl Iterator<Item = &'a Object>,
    ) -> Vec<Value> {
        let seen = all.filter(|object| self.is_seen(&object.body, &object.id));
        seen.map(|object| self.shown(collection, object)).collect()
    }

    /// One page of a listing. An empty one has no `items`.
    pub(crate) fn page(
        &self,
        singular: &str,
        at: &str,
        all: Vec<Value>,
        query: &Query,
    ) -> Answer<Value> {
        let at = format!("projects/{}/{at}", self.config.project);
        let (items, next) = self.cut(all, query)?;
        let mut shown =
            json!({ "kind": format!("compute#{singular}List"), "id": at, "selfLink": url(&at) });
        if !items.is_empty() {
            shown["items"] = json!(items);
        }
        if let Some(next) = next {
            shown["nextPageToken"] = json!(next);
        }
        Ok(shown)
    }

    fn cut(&self, all: Vec<Value>, query: &Query) -> Answer<Page> {
        let mut all = filtered(all, query)?;
        sort(&mut all, &order(query)?);
        let size = self.page_size(query)?;
        let token = query.one("pageToken").filter(|token| !token.is_empty());
        let place = PAGES.place(token);
        let why = "Invalid page token.";
        let place =
            place.ok_or_else(|| Refused::parameter("pageToken", token.unwrap_or_default(), why))?;
        Ok(PAGES.cut(all, place, size))
    }

    fn page_size(&self, query: &Query) -> Answer<usize> {
        let Some(text) = query.one("maxResults") else {
            return Ok(PAGE_MAX.min(self.config.page_max));
        };
        match text.parse::<usize>() {
            Ok(0) => Ok(PAGE_MAX.min(self.config.page_max)),
            Ok(size) if size <= PAGE_MAX => Ok(size.min(self.config.page_max)),
            Ok(_) | Err(_) => {
                let why = "Must be between 0 and 500.";
                Err(Refused::parameter("maxResults", text, why))
            }
        }
    }

    /// The objects of every region or zone, by scope. A region that does not answer is said where
    /// somebody takes what can be had; else it makes the whole listing fail.
    pub(crate) fn aggregated(
        &self,
        collection: Collection,
        query: &Query,
        takes_parts: bool,
    ) -> Answer<Value> {
        if collection.place() == Place::Project {
            return Err(Refused::no_route());
        }
        let project = format!("projects/{}", self.config.project);
        self.may(&permission(collection, "list"), &project)?;
        let scopes = self.scopes(collection);
        let lost: Vec<&Scope> = scopes.iter().filter(|scope| self.is_lost(scope)).collect();
        if let (Some(scope), false) = (lost.first(), takes_parts) {
            return Err(unreachable(scope));
        }
        let all = self.store.list(collection.plural());
        let inside = all.filter(|object| !self.is_lost(&self.scope_of(&object.id)));
        let shown = self.all_shown(collection, inside.map(AsRef::as_ref));
        let (page, next) = self.cut(shown, query)?;
        let mut items = Map::new();
        for scope in &scopes {
            items.insert(scope.to_string(), self.scoped(collection, scope, &page));
        }
        let at = format!("{project}/aggregated/{}", collection.plural());
        let mut shown = json!({
            "kind": format!("compute#{}AggregatedList", collection.singular()), "id": at,
            "items": items, "selfLink": url(&at),
        });
        if let Some(next) = next {
            shown["nextPageToken"] = json!(next);
        }
        if !lost.is_empty() {
            let lost: Vec<String> = lost.iter().map(ToString::to_string).collect();
            shown["unreachables"] = json!(lost);
        }
        Ok(shown)
    }

    fn scoped(&self, collection: Collection, scope: &Scope, page: &[Value]) -> Value {
        if self.is_lost(scope) {
            let message = format!("The scope '{scope}' is not reachable.");
            return json!({ "warning": warning("UNREACHABLE", &message, scope) });
        }
        let own = format!("/{scope}/");
        let is_inside = |item: &&Value| {
            item["selfLink"]
                .as_str()
                .is_some_and(|link| link.contains(&own))
        };
        let inside: Vec<&Value> = page.iter().filter(is_inside).collect();
        if inside.is_empty() {
            let message = format!("There are no results for scope '{scope}' on this page.");
            return json!({ "warning": warning("NO_RESULTS_ON_PAGE", &message, scope) });
        }
        json!({ collection.plural(): inside })
    }

    fn scopes(&self, collection: Collection) -> Vec<Scope> {
        let regions = self.config.regions.iter();
        match collection.place() {
            Place::Project => vec![Scope::Global],
            Place::Region => regions
                .map(|region| Scope::Region(region.name.to_owned()))
                .collect(),
            Place::Zone => regions
                .flat_map(|region| {
                    region
                        .zones
                        .iter()
                        .map(|zone| format!("{}-{zone}", region.name))
                })
                .map(Scope::Zone)
                .collect(),
        }
    }

    fn is_lost(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Global => false,
            Scope::Region(name) => self.config.unreachable.contains(name),
            Scope::Zone(name) => {
                let region = name.rsplit_once('-').map_or("", |(region, _)| region);
                self.config.unreachable.contains(region)
            }
        }
    }

    /// Whether a region exists, and answers.
    pub(crate) fn reach(&self, region: &str) -> Answer<()> {
        if !self.config.regions.iter().any(|own| own.name == region) {
            return Err(Refused::parameter("region", region, "Unknown region."));
        }
        let scope = Scope::Region(region.to_owned());
        match self.is_lost(&scope) {
            true => Err(unreachable(&scope)),
            false => Ok(()),
        }
    }
}

fn filtered(all: Vec<Value>, query: &Query) -> Answer<Vec<Value>> {
    let filter = query.one("filter").unwrap_or_default();
    if filter.is_empty() {
        return Ok(all);
    }
    let wrong = || Refused::parameter("filter", filter, "Invalid list filter expression.");
    let read = read(filter).ok_or_else(wrong)?;
    let mut shown = Vec::new();
    for item in all {
        if read.fits(&item).map_err(|_| wrong())? {
            shown.push(item);
        }
    }
    Ok(shown)
}

fn unreachable(scope: &Scope) -> Refused {
    let message = format!("The scope '{scope}' is not reachable. Please try again.");
    Refused::new(503, "backendError", message)
}

fn warning(code: &str, message: &str, scope: &Scope) -> Value {
    json!({
        "code": code, "message": message,
        "data": [{ "key": "scope", "value": scope.to_string() }],
    })
}

fn order(query: &Query) -> Answer<Vec<SortKey>> {
    let key = |name: &str, is_descending| SortKey {
        name: name.to_owned(),
        is_descending,
    };
    match query.one("orderBy").unwrap_or_default() {
        "" | "name" => Ok(vec![key("name", false), key("selfLink", false)]),
        "creationTimestamp desc" => Ok(vec![key("creationTimestamp", true), key("name", false)]),
        other => {
            let why = "Only sorting by 'name' or 'creationTimestamp desc' is supported.";
            Err(Refused::parameter("orderBy", other, why))
        }
    }
}
