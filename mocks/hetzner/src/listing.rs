use mock_cloud::{Request, base_url};
use mock_rest::pages::{Numbered, link};
use mock_rest::{Query, SortKey, fits, sort};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::labels::Selector;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

const PER_PAGE: usize = 25;
const PER_PAGE_MAX: usize = 50;

/// Attributes by which listings are filtered, besides labels.
const FILTERS: [&str; 4] = ["name", "type", "status", "ip"];
/// Attributes by which listings are sorted.
const SORTS: [&str; 5] = ["id", "name", "created", "status", "command"];

impl Hetzner {
    pub(crate) fn list(&self, resource: Resource, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let selector = query.one("label_selector").filter(|text| !text.is_empty());
        let selector = selector
            .map(Selector::read)
            .transpose()
            .map_err(|why| Refused::field("label_selector", &why))?;
        let mut shown: Vec<Value> = self
            .store
            .list(resource.plural())
            .map(|object| self.shown(resource, &object.id))
            .collect();
        // The store has them in the order of texts.
        shown.sort_by_key(|item| item["id"].as_u64());
        shown.retain(|item| {
            selector
                .as_ref()
                .is_none_or(|selector| selector.fits(&item["labels"]))
                && FILTERS.iter().all(|name| is_wanted(&query, name, item))
        });
        self.page_of(resource.plural(), shown, request)
    }

    /// Sorts a listing and cuts it into pages.
    pub(crate) fn page_of(&self, key: &str, all: Vec<Value>, request: &Request) -> Answer<Said> {
        let query = Query::of(request);
        let mut all = all;
        sort(&mut all, &sorts(&query)?);
        let mut pages = Numbered::of(&query, PER_PAGE, PER_PAGE_MAX, true)
            .map_err(|wrong| Refused::input(&[wrong]))?;
        pages.per_page = pages.per_page.min(self.config.page_max);
        let total = all.len();
        let (previous, next, last) = (pages.previous(), pages.next(total), pages.last(total));
        let pagination = json!({
            "page": pages.page, "per_page": pages.per_page, "previous_page": previous,
            "next_page": next, "last_page": last, "total_entries": total,
        });
        let base = base_url(request);
        let links = [("prev", previous), ("next", next), ("last", Some(last))];
        let links: Vec<String> = links
            .iter()
            .filter_map(|(rel, page)| {
                let page = query.clone().with("page", &page.as_ref()?.to_string());
                let url = link(&base, request.uri().path(), &page);
                Some(format!("<{url}>; rel=\"{rel}\""))
            })
            .collect();
        let meta = json!({ "pagination": pagination });
        let body = json!({ key: pages.cut(all), "meta": meta });
        Ok(Said {
            links: Some(links.join(", ")),
            ..Said::new(200, body)
        })
    }
}

fn is_wanted(query: &Query, name: &str, item: &Value) -> bool {
    let mut wanted = query.all(name).peekable();
    wanted.peek().is_none() || wanted.any(|wanted| fits(&item[name], wanted))
}

fn sorts(query: &Query) -> Answer<Vec<SortKey>> {
    let key = |text: &str| {
        let (name, direction) = text.split_once(':').unwrap_or((text, "asc"));
        let is_known = SORTS.contains(&name) && ["asc", "desc"].contains(&direction);
        is_known.then(|| SortKey {
            name: name.to_owned(),
            is_descending: direction == "desc",
        })
    };
    let keys: Option<Vec<SortKey>> = query.all("sort").map(key).collect();
    keys.ok_or_else(|| Refused::field("sort", "is not a field and a direction"))
}
