//! Whatever is in a resource group: it keeps the group from being deleted. Kinds that are looked at by
//! themselves are left out.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Reach, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::ResourceGroup;
use crate::{api::Api, id};

/// Any resource. It is never ours.
#[derive(Clone, Copy, Debug)]
pub struct Resource;

/// What the API says of a resource of any kind.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct ResourceState {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type: `Microsoft.Compute/virtualMachines`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The types that have kinds of their own.
const KNOWN: [&str; 5] = [
    "Microsoft.Network/natGateways",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/publicIPAddresses",
    "Microsoft.Network/routeTables",
    "Microsoft.Network/virtualNetworks",
];

#[async_trait]
impl Listing for Resource {
    const KIND: &'static str = "azure.resource/1";
    const REACH: Reach = Reach::Parents;
    const PARENTS: &'static [&'static str] = &[ResourceGroup::KIND];
    type Api = Api;
    type State = ResourceState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_detail(&state.kind)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<ResourceState>>> {
        let mut all = Vec::new();
        for group in &scope.within {
            let inside: Vec<ResourceState> = api.inside(group).await?;
            let others = inside.into_iter().filter(|state| {
                !KNOWN
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&state.kind))
            });
            all.extend(others.map(|state| {
                let group = ObjectRef::of::<ResourceGroup>(group);
                Found::foreign(id::canonical(&state.id), state).joining([group])
            }));
        }
        Ok(all)
    }
}
