//! Metros: places where servers run. Only read.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// The metros of the installation.
#[derive(Clone, Copy, Debug)]
pub struct Metro;

/// What the API says of a metro.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct MetroState {
    /// Its id.
    pub id: String,
    /// `da`
    pub code: String,
    /// The city.
    #[serde(default)]
    pub name: String,
}

#[async_trait]
impl Listing for Metro {
    const KIND: &'static str = "packet.metro/1";
    type Api = Api;
    type State = MetroState;

    fn told(state: &MetroState) -> Told {
        Told::named(&state.name).with_detail(&state.code)
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<MetroState>>> {
        let metros: Vec<MetroState> = api.all("/locations/metros", "metros").await?;
        let found = |state: MetroState| Found::foreign(state.id.clone(), state);
        Ok(metros.into_iter().map(found).collect())
    }
}
