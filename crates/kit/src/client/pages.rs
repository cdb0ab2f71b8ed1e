//! Listings, paged to their end and bounded as a whole.

use std::collections::BTreeSet;

use groundwork_provider::Result;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

use super::{Authenticate, Call, Client, Extent, Reply, page::Page};

/// How a cloud says that a listing goes on, and how the next page is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Paging {
    /// By `marker=<id>`, as the link of relation `next` in `<items>_links` has it, while the reply has
    /// such a link (OpenStack). The rest of the link is not followed: it may name another server.
    Marker,
    /// By a token or a page's number in the reply, sent back as a parameter. None, `null` and an
    /// empty text end the listing.
    Token {
        /// Where it is in the reply, as a JSON pointer (RFC 6901): `/meta/pagination/next_page`.
        at: &'static str,
        /// The parameter: `page`.
        parameter: &'static str,
    },
    /// By a link in the reply. A link to another server is refused.
    Link {
        /// Where it is in the reply, as a JSON pointer: `/links/pages/next`.
        at: &'static str,
    },
}

/// A listing: the call for its first page, and how it goes on.
#[derive(Clone, Debug)]
pub struct Pages {
    call: Call,
    items: &'static str,
    paging: Paging,
    objects_max: usize,
    may_lack_items: bool,
}

impl Pages {
    /// A listing that starts with `call`, and whose objects are in the list `items` of each page.
    pub fn new(call: Call, items: &'static str, paging: Paging) -> Self {
        Self {
            call,
            items,
            paging,
            objects_max: Extent::OBJECTS_MAX,
            may_lack_items: false,
        }
    }

    /// The same at a cloud that leaves out what is empty: a page without the list has no objects.
    #[must_use]
    pub fn or_none(mut self) -> Self {
        self.may_lack_items = true;
        self
    }

    /// The same of those objects alone that the parameters select, on the server.
    #[must_use]
    pub fn only<K: AsRef<str>, V: AsRef<str>>(
        mut self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.call = self.call.query(pairs);
        self
    }

    /// The same with at most so many objects.
    #[must_use]
    pub fn at_most(mut self, objects: usize) -> Self {
        self.objects_max = objects;
        self
    }

    /// The call for the page after one that says how it goes on.
    fn continued(&self, next: &Next) -> Call {
        match (next, self.paging) {
            (Next::Link(link), _) => self.call.continued_at(link.clone()),
            (Next::Value(value), Paging::Token { parameter, .. }) => {
                self.call.clone().query([(parameter, value)])
            }
            (Next::Value(value), Paging::Marker | Paging::Link { .. }) => {
                self.call.clone().query([("marker", value)])
            }
        }
    }

    /// How the listing goes on after a page. What stands beside the objects of a page is `beside`.
    fn next(&self, beside: &Value) -> Result<Option<Next>, &'static str> {
        let value = |at: &str| match beside.pointer(at) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) | None => None,
        };
        match self.paging {
            Paging::Token { at, .. } => Ok(value(at).map(Next::Value)),
            Paging::Link { at } => Ok(value(at).map(Next::Link)),
            Paging::Marker => {
                let links = beside[format!("{}_links", self.items)].as_array();
                let mut links = links.into_iter().flatten();
                let Some(link) = links.find(|link| link["rel"] == "next") else {
                    return Ok(None);
                };
                let marker = link["href"].as_str().and_then(marker);
                marker
                    .map(|marker| Some(Next::Value(marker)))
                    .ok_or("it goes on, and its link to the next page has no marker")
            }
        }
    }
}

/// The marker in a link.
fn marker(link: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, marker) = pairs.find(|(name, _)| name == "marker")?;
    Some(marker.into_owned())
}

/// How the next page is asked for.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Next {
    Value(String),
    Link(String),
}

/// A whole listing.
#[derive(Debug)]
pub struct Listed<T> {
    /// Its objects, in the order of the pages.
    pub objects: Vec<T>,
    /// What stands beside those of the last page.
    pub beside: Value,
}

/// What has been read of a listing.
struct Gathered<T> {
    objects: Vec<T>,
    beside: Value,
    extent: Extent,
    asked: BTreeSet<Next>,
}

impl<A: Authenticate> Client<A> {
    /// Everything of a listing, to its last page.
    ///
    /// # Errors
    /// `Unexpected` where a page is not what it should be, where its next page was read already,
    /// or where the listing as a whole is beyond a bound: see [`Extent`].
    pub async fn list<T: DeserializeOwned>(&self, pages: &Pages) -> Result<Vec<T>> {
        Ok(self.listed(pages).await?.objects)
    }

    /// What `form` makes of each object, page by page: a listing is never there in both forms.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn list_as<T: DeserializeOwned, U>(
        &self,
        pages: &Pages,
        form: impl FnMut(T) -> U + Send,
    ) -> Result<Vec<U>> {
        Ok(self.formed(pages, form).await?.objects)
    }

    /// The same with what stands beside the objects.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn listed<T: DeserializeOwned>(&self, pages: &Pages) -> Result<Listed<T>> {
        self.formed(pages, std::convert::identity::<T>).await
    }

    async fn formed<T: DeserializeOwned, U>(
        &self,
        pages: &Pages,
        mut form: impl FnMut(T) -> U + Send,
    ) -> Result<Listed<U>> {
        let operation = pages.call.operation();
        let mut gathered = Gathered {
            objects: Vec::new(),
            beside: Value::Null,
            extent: Extent::of_at_most(pages.objects_max),
            asked: BTreeSet::new(),
        };
        let mut call = pages.call.clone();
        loop {
            let reply = self.accepted(&call).await?;
            let next = self.gather(pages, &reply, &mut gathered, &mut form)?;
            let Some(next) = next else {
                let Gathered {
                    objects, beside, ..
                } = gathered;
                return Ok(Listed { objects, beside });
            };
            call = pages.continued(&next);
            if !gathered.asked.insert(next) {
                let why = "its next page is one that was read before";
                return Err(self.wire.unreadable(&operation, &reply, why));
            }
        }
    }

    fn gather<T: DeserializeOwned, U>(
        &self,
        pages: &Pages,
        reply: &Reply,
        gathered: &mut Gathered<U>,
        form: impl FnMut(T) -> U,
    ) -> Result<Option<Next>> {
        let operation = pages.call.operation();
        let unreadable = |why: &str| self.wire.unreadable(&operation, reply, why);
        let page = Page::read(reply.body(), pages.items)
            .map_err(|why| self.wire.unparsed(&operation, reply, &why))?;
        let none = pages.may_lack_items.then(Vec::new);
        let Some(objects) = page.objects.or(none) else {
            let why = format!("there is no list {} in it", pages.items);
            return Err(unreadable(&why));
        };
        let next = pages.next(&page.beside).map_err(unreadable)?;
        gathered.beside = page.beside;
        let before = gathered.objects.len();
        gathered.objects.extend(objects.into_iter().map(form));
        let more = gathered.objects.len() - before;
        let bytes = reply.body().len();
        gathered.extent.page(&operation, more, bytes)?;
        Ok(next)
    }
}
