//! Listings: of a project, and of every place in it.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::client::{Call, Extent, Pages, Paging, path_segment};
use groundwork_provider::{Error, ErrorKind, Result};
use serde::{Deserialize, de::DeserializeOwned};

use super::Api;
use crate::link;

/// Objects on a page: the most that the API gives.
const PER_PAGE: &str = "500";

/// One page of a listing of every region
/// (<https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/aggregatedList>).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Aggregated<T> {
    #[serde(default = "BTreeMap::new")]
    items: BTreeMap<String, Scoped<T>>,
    #[serde(default)]
    unreachables: Vec<String>,
    next_page_token: Option<String>,
}

/// One place of it: `regions/europe-west3`.
#[derive(Deserialize)]
struct Scoped<T> {
    warning: Option<Warning>,
    /// Its objects, under the name of their kind; a place without any has a warning instead.
    #[serde(
        alias = "addresses",
        alias = "instances",
        alias = "routers",
        alias = "subnetworks",
        default = "Vec::new"
    )]
    objects: Vec<T>,
}

#[derive(Deserialize)]
struct Warning {
    #[serde(default)]
    code: String,
}

impl Api {
    /// What is in the account's project as a whole: `global/networks`, `regions`.
    pub(crate) async fn all<T: DeserializeOwned>(&self, collection: &str) -> Result<Vec<T>> {
        self.all_of(&self.project, collection).await
    }

    /// The same of any project.
    pub(crate) async fn all_of<T: DeserializeOwned>(
        &self,
        project: &str,
        collection: &str,
    ) -> Result<Vec<T>> {
        let project = path_segment(project);
        let path = format!("/projects/{project}/{collection}");
        let call = Call::get(path).query([("maxResults", PER_PAGE)]);
        let paging = Paging::Token {
            at: "/nextPageToken",
            parameter: "pageToken",
        };
        let pages = Pages::new(call, "items", paging).or_none();
        self.compute.list(&pages).await
    }

    /// What is in every place of the account's project.
    ///
    /// # Errors
    /// As [`aggregated_of`](Self::aggregated_of).
    pub(crate) async fn aggregated<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>> {
        self.aggregated_of(&self.project, kind).await
    }

    /// What is in every place of a project.
    ///
    /// # Errors
    /// `Unavailable` where the datacenter's region does not answer, or any, where none is known: what is
    /// there is not known, which is not nothing.
    pub(crate) async fn aggregated_of<T: DeserializeOwned>(
        &self,
        project: &str,
        kind: &str,
    ) -> Result<Vec<T>> {
        let project = path_segment(project);
        let path = format!("/projects/{project}/aggregated/{kind}");
        let first = Call::get(path).query([
            ("maxResults", PER_PAGE),
            // Without it, one region that does not answer hides which one it is.
            ("returnPartialSuccess", "true"),
        ]);
        let mut objects = Vec::new();
        let mut extent = Extent::new();
        let mut call = first.clone();
        loop {
            let page: Aggregated<T> = self.compute.read(&call).await?;
            self.reached(&first.operation(), &page)?;
            let next = page.next_page_token.filter(|token| !token.is_empty());
            let before = objects.len();
            objects.extend(page.items.into_values().flat_map(|place| place.objects));
            extent.page(&first.operation(), objects.len() - before, 0)?;
            let Some(next) = next else {
                return Ok(objects);
            };
            call = first.clone().query([("pageToken", next)]);
        }
    }

    /// Every place that matters has answered.
    fn reached<T>(&self, operation: &str, page: &Aggregated<T>) -> Result<()> {
        let mut silent = page.silent();
        if let Some(region) = self.region() {
            silent.retain(|place| *place == region);
        }
        if silent.is_empty() {
            return Ok(());
        }
        let places: Vec<&str> = silent.into_iter().collect();
        let message = format!(
            "{} does not answer: what is there is not known",
            places.join(", ")
        );
        let error = Error::new(ErrorKind::Unavailable, operation, message);
        Err(error.remedy("try again when it does: https://status.cloud.google.com"))
    }
}

impl<T> Aggregated<T> {
    /// The places that have not answered.
    fn silent(&self) -> BTreeSet<&str> {
        let silent = self.items.iter().filter(|(_, scoped)| {
            let warning = scoped.warning.as_ref();
            warning.is_some_and(|warning| warning.code == "UNREACHABLE")
        });
        let silent = silent.map(|(place, _)| place.as_str());
        let all = silent.chain(self.unreachables.iter().map(String::as_str));
        all.map(link::name).collect()
    }
}
