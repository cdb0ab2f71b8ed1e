//! The project that everything is in.

use async_trait::async_trait;
use groundwork_provider::{Diff, External, Facts, Found, Later, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// The project has to exist; more is not asked of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Project {}

/// What the API says of a project.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ProjectState {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

#[async_trait]
impl Listing for Project {
    const KIND: &'static str = "packet.project/1";
    type Api = Api;
    type State = ProjectState;

    fn told(state: &ProjectState) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<ProjectState>>> {
        let project: Option<ProjectState> = api.own_project().await?;
        // Found by the name that the document has for it, whatever its letters' case.
        let found = |state: ProjectState| Found::foreign(api.project(), state);
        Ok(project.into_iter().map(found).collect())
    }
}

impl External for Project {
    fn id(state: &ProjectState) -> String {
        state.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, _: &ProjectState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }
}
