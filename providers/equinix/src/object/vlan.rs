//! VLANs, which the API calls virtual networks: layer 2, without addresses of their own.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// What a VLAN has to be.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Vlan {
    /// Its number, given once in a project and metro.
    pub vxlan: u16,
    /// The metro that nodes are in.
    pub metro: String,
}

/// What the API says of a VLAN.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct VlanState {
    /// Its id.
    pub id: String,
    /// Its number.
    pub vxlan: Option<u16>,
    /// The code of its metro; none where it was made in a facility.
    pub metro_code: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

#[async_trait]
impl Listing for Vlan {
    const KIND: &'static str = "packet.virtual-network/1";
    type Api = Api;
    type State = VlanState;

    fn told(state: &VlanState) -> Told {
        let told = Told::named(state.description.as_deref().unwrap_or_default());
        let number = state.vxlan.map(|number| format!("VLAN {number}"));
        told.with_detail(&number.unwrap_or_default())
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<VlanState>>> {
        let vlans: Vec<VlanState> = api
            .of_project("virtual-networks", "virtual_networks")
            .await?;
        let found = |state: VlanState| Found::foreign(state.id.clone(), state);
        Ok(vlans.into_iter().map(found).collect())
    }
}

impl External for Vlan {
    fn id(state: &VlanState) -> String {
        state.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &VlanState) -> Result<Diff, Later> {
        let (number, metro) = (Some(self.vxlan), Some(&self.metro));
        let changes = [
            Change::between("vxlan", &state.vxlan, &number),
            Change::between("metro_code", &state.metro_code.as_ref(), &metro),
        ];
        Ok(Diff::of(changes.into_iter().flatten(), None))
    }
}
