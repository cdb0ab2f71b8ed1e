//! Listings, their filters and their pages.

use mock_cloud::{Object, Request};
use mock_rest::Query;
use mock_rest::pages::Numbered;
use serde_json::{Value, json};

use crate::cloud::{Equinix, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

const PER_PAGE_MAX: usize = 1000;

impl Equinix {
    /// The objects of a collection, or those of one project.
    pub(crate) fn list(
        &self,
        resource: Resource,
        project: Option<&str>,
        request: &Request,
    ) -> Answer<Said> {
        let query = Query::of(request);
        if query.one("facility").is_some() {
            return Err(Refused::facility());
        }
        let is_of = |object: &Object| project.is_none_or(|own| Self::project_of(object) == own);
        let include = query.one("include").unwrap_or_default();
        let all = self.store.list(resource.plural());
        let all = all.filter(|object| is_of(object) && is_wanted(&query, object));
        let all: Vec<Value> = all
            .map(|object| self.shown(resource, &object.id, include))
            .collect();
        let Some(usual) = resource.per_page() else {
            return Ok((200, Some(json!({ resource.key(): all }))));
        };
        let mut pages = Numbered::of(&query, usual, PER_PAGE_MAX, true)
            .map_err(|wrong| Refused::input(wrong.to_string()))?;
        pages.per_page = pages.per_page.min(self.config.page.unwrap_or(usize::MAX));
        let total = all.len();
        let meta = meta(request.uri().path(), &query, pages, total);
        let body = json!({ resource.key(): pages.cut(all), "meta": meta });
        Ok((200, Some(body)))
    }
}

fn meta(path: &str, query: &Query, pages: Numbered, total: usize) -> Value {
    let link = |page: usize| {
        let query = query.clone().with("page", &page.to_string());
        json!({ "href": format!("{path}?{}", query.encoded()) })
    };
    json!({
        "current_page": pages.page, "last_page": pages.last(total), "total": total,
        "first": link(1), "last": link(pages.last(total)), "self": link(pages.page),
        "previous": pages.previous().map(link), "next": pages.next(total).map(link),
    })
}

/// By the filters of any listing: one that a collection does not have finds nothing in its objects.
fn is_wanted(query: &Query, object: &Object) -> bool {
    let is_in = |metro: &str| {
        let own = &object.body.get("metro").cloned().unwrap_or_default();
        own["code"] == metro || own["id"] == metro || object.text("metro_code") == metro
    };
    let mut types = query.all("types").peekable();
    (types.peek().is_none() || types.any(|wanted| wanted == object.text("type")))
        && query.one("metro").is_none_or(is_in)
        && query
            .one("name")
            .is_none_or(|name| object.text("name") == name)
        && query
            .one("hostname")
            .is_none_or(|name| object.text("hostname").contains(name))
}
