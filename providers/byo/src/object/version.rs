//! The version of the API server. Only read.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// The version of the API server.
#[derive(Clone, Copy, Debug)]
pub struct Version;

/// What it says.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionState {
    /// `v1.36.3`
    pub git_version: String,
}

#[async_trait]
impl Listing for Version {
    const KIND: &'static str = "bringyourown.version/1";
    type Api = Api;
    type State = VersionState;

    fn told(state: &VersionState) -> Told {
        Told::named(&state.git_version)
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<VersionState>>> {
        let version: Option<VersionState> = api.version().await?;
        let found = |state| Found::foreign("version", state);
        Ok(version.map(found).into_iter().collect())
    }
}
