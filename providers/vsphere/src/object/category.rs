//! A category of tags. It is an administrator's.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Reach, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use crate::api::{Api, tagging::CategoryState};

/// The types of objects that get tags: our folder, and machines by whoever makes those.
const TAGGED: [&str; 2] = ["Folder", "VirtualMachine"];

/// What it has to allow.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Category {
    /// Whether an object gets several tags of it.
    pub several: bool,
}

#[async_trait]
impl Listing for Category {
    const KIND: &'static str = "vsphere.tag-category/1";
    /// Categories are asked for by id: nothing of them is ours.
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = CategoryState;

    fn told(state: &CategoryState) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<CategoryState>>> {
        let mut all = Vec::new();
        for id in &scope.ids {
            let state = api.category(id).await?;
            all.extend(state.map(|state| Found::foreign(state.id.clone(), state)));
        }
        Ok(all)
    }
}

impl External for Category {
    fn id(state: &CategoryState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &CategoryState) -> Result<Diff, Later> {
        let Self { several } = self;
        let mut changes = Vec::new();
        if *several && state.cardinality == "SINGLE" {
            changes.push(Change::new("cardinality", "SINGLE", "MULTIPLE"));
        }
        let types = &state.associable_types;
        let takes = |of: &&str| types.iter().any(|own| own == of);
        if !types.is_empty() && !TAGGED.iter().all(takes) {
            changes.push(Change::new(
                "associable_types",
                types.clone(),
                TAGGED.to_vec(),
            ));
        }
        Ok(Diff::of(None, changes))
    }
}
