use mock_cloud::{Request, base_url};
use mock_rest::pages::{Numbered, link};
use mock_rest::{Query, fits};
use serde_json::{Map, Value, json};

use crate::cloud::{DigitalOcean, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

const PER_PAGE: usize = 20;

/// Attributes by which listings are filtered, by the parameter that does it.
const FILTERS: [(Resource, &str, &str); 6] = [
    (Resource::Droplet, "name", "name"),
    (Resource::Droplet, "tag_name", "tags"),
    (Resource::NatGateway, "name", "name"),
    (Resource::NatGateway, "region", "region"),
    (Resource::NatGateway, "state", "state"),
    (Resource::NatGateway, "type", "type"),
];

impl DigitalOcean {
    pub(crate) fn list(&self, resource: Resource, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let is_wanted = |item: &Value| {
            let own = FILTERS.iter().filter(|(kind, _, _)| *kind == resource);
            let mut own = own.filter_map(|(_, name, field)| Some((query.one(name)?, *field)));
            own.all(|(wanted, field)| fits(&item[field], wanted))
        };
        let all = self.store.list(resource.plural());
        // A droplet that was deleted is not listed, although its VPC knows it for a while.
        let all = all.filter(|object| !object.body.contains_key("_deleted"));
        let shown = all.map(|object| self.shown(resource, &object.id));
        self.page_of(
            resource.listed(),
            shown.filter(is_wanted).collect(),
            request,
        )
    }

    /// Cuts a listing into pages.
    pub(crate) fn page_of(&self, key: &str, all: Vec<Value>, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let pages = Numbered::of(&query, PER_PAGE, 200, true)
            .map_err(|wrong| Refused::value(wrong.to_string()))?;
        let pages = Numbered {
            per_page: pages.per_page.min(self.config.page_max),
            ..pages
        };
        let total = all.len();
        let base = match &self.config.base_url {
            Some(base) => base.clone(),
            None => base_url(request),
        };
        let (previous, next) = (pages.previous(), pages.next(total));
        let links = [
            ("first", previous.map(|_| 1)),
            ("prev", previous),
            ("next", next),
            ("last", next.map(|_| pages.last(total))),
        ];
        let links = links.iter().filter_map(|(name, page)| {
            let page = query.clone().with("page", &page.as_ref()?.to_string());
            let url = link(&base, request.uri().path(), &page);
            Some(((*name).to_owned(), json!(url)))
        });
        let links: Map<String, Value> = links.collect();
        // Where everything fits on one page, there are no pages.
        let links = match links.is_empty() {
            true => json!({}),
            false => json!({ "pages": links }),
        };
        let body = json!({ key: pages.cut(all), "links": links, "meta": { "total": total } });
        Ok(Said::new(200, body))
    }
}
