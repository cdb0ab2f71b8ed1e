//! Listings cut into pages, in the ways in which clouds do it.

use crate::plain::Wrong;
use crate::query::Query;

/// Pages that begin behind an object that the client has seen last.
#[derive(Clone, Copy, Debug)]
pub struct Marker<'a> {
    /// The id of that object; none for the first page.
    pub marker: Option<&'a str>,
    /// The most objects of a page; all where absent.
    pub limit: Option<usize>,
    /// Whether the page ends before the marker instead.
    pub is_reverse: bool,
}

impl Marker<'_> {
    /// The page of a whole listing; `None` where the marker is not in it.
    pub fn cut<T>(self, items: Vec<T>, id: impl Fn(&T) -> Option<&str>) -> Option<Vec<T>> {
        let mut items = items;
        if let Some(marker) = self.marker {
            let place = items.iter().position(|item| id(item) == Some(marker))?;
            items = match self.is_reverse {
                true => items.drain(..place).collect(),
                false => items.drain(place + 1..).collect(),
            };
        }
        if let Some(limit) = self.limit {
            match self.is_reverse {
                true => drop(items.drain(..items.len().saturating_sub(limit))),
                false => items.truncate(limit),
            }
        }
        Some(items)
    }
}

/// Pages that are numbered from 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Numbered {
    /// The number of this one.
    pub page: usize,
    /// The most objects of each.
    pub per_page: usize,
}

impl Numbered {
    /// What a query asks for under `page` and `per_page`.
    ///
    /// # Errors
    /// What is no number, or less than 1. A `per_page` over `most` is refused where `is_strict`,
    /// and taken as `most` otherwise.
    pub fn of(query: &Query, usual: usize, most: usize, is_strict: bool) -> Result<Self, Wrong> {
        let number = |name: &str, usual| match query.one(name) {
            None => Ok(usual),
            Some(text) => match text.parse::<usize>() {
                Ok(number) if number > 0 => Ok(number),
                Ok(_) | Err(_) => Err(Wrong::new(name, "is not a number from 1")),
            },
        };
        let (page, per_page) = (number("page", 1)?, number("per_page", usual)?);
        if is_strict && per_page > most {
            return Err(Wrong::new("per_page", format!("is more than {most}")));
        }
        let per_page = per_page.min(most);
        Ok(Self { page, per_page })
    }

    /// The page of a whole listing; empty behind its end.
    pub fn cut<T>(self, items: Vec<T>) -> Vec<T> {
        let begin = (self.page - 1).saturating_mul(self.per_page);
        items.into_iter().skip(begin).take(self.per_page).collect()
    }

    /// The number of the last page of a listing of `total` objects; 1 where it is empty. Pages of
    /// no objects, as a broken cloud gives them, have no last one.
    pub fn last(self, total: usize) -> usize {
        match self.per_page {
            0 => usize::MAX,
            size => total.div_ceil(size).max(1),
        }
    }

    /// The number of the page before this one.
    pub fn previous(self) -> Option<usize> {
        (self.page > 1).then(|| self.page - 1)
    }

    /// The number of the page after this one.
    pub fn next(self, total: usize) -> Option<usize> {
        (self.page < self.last(total)).then(|| self.page + 1)
    }
}

/// Pages whose beginning is a token that means nothing to clients.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What every token of this cloud begins with.
    pub prefix: &'static str,
}

impl Token {
    /// The page that begins at `place`, and the token of the next one. Pages of no objects, as a
    /// broken cloud gives them, have no last one.
    pub fn cut<T>(self, items: Vec<T>, place: usize, size: usize) -> (Vec<T>, Option<String>) {
        let end = place.saturating_add(size.max(1));
        let goes_on = size == 0 || items.len() > end;
        let next = goes_on.then(|| format!("{}{end:08x}", self.prefix));
        let page = items.into_iter().skip(place).take(size).collect();
        (page, next)
    }

    /// The place at which a page begins: 0 without a token; `None` for a token of somebody else.
    pub fn place(self, token: Option<&str>) -> Option<usize> {
        let Some(token) = token else { return Some(0) };
        usize::from_str_radix(token.strip_prefix(self.prefix)?, 16).ok()
    }
}

/// A link to a page: `http://host/path?query`.
pub fn link(base: &str, path: &str, query: &Query) -> String {
    format!("{base}{path}?{}", query.encoded())
}
