//! IP reservations: blocks of addresses that a project has in a metro. Servers have their IPv6
//! addresses out of one.

use std::net::IpAddr;

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Result, Scope, Told,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// What the IPv6 block has to be.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Reservation {
    /// The metro that nodes are in.
    pub metro: String,
}

/// What the API says of a reservation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ReservationState {
    /// Its id.
    pub id: String,
    /// `public_ipv6`, `private_ipv4`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The first address.
    pub network: Option<IpAddr>,
    /// The length of the prefix.
    pub cidr: Option<u8>,
    /// Where it is; none where it is global.
    pub metro: Option<Place>,
    /// `created`, or `pending` while somebody has to approve it.
    pub state: Option<String>,
    /// Whether the installation made it with the project's first server in the metro.
    #[serde(default)]
    pub management: Option<bool>,
}

/// A metro, as other objects refer to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Place {
    /// `da`
    pub code: Option<String>,
}

/// The type of blocks that servers have their IPv6 addresses out of.
pub(crate) const PUBLIC_IPV6: &str = "public_ipv6";
const CREATED: &str = "created";

impl ReservationState {
    /// The range, where it is whole.
    pub fn range(&self) -> Option<IpNet> {
        IpNet::new(self.network?, self.cidr?).ok()
    }

    /// The code of its metro; empty where it is global.
    pub fn metro(&self) -> &str {
        let metro = self.metro.as_ref();
        metro
            .and_then(|metro| metro.code.as_deref())
            .unwrap_or_default()
    }
}

#[async_trait]
impl Listing for Reservation {
    const KIND: &'static str = "packet.ip-reservation/1";
    type Api = Api;
    type State = ReservationState;

    fn told(state: &ReservationState) -> Told {
        Told::ranges(state.range()).with_detail(&state.kind)
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<ReservationState>>> {
        // Of every type: a block of the wrong one, named by mistake, should be told as that.
        let blocks: Vec<ReservationState> = api.of_project("ips", "ip_addresses").await?;
        let found = |state: ReservationState| Found::foreign(state.id.clone(), state);
        Ok(blocks.into_iter().map(found).collect())
    }
}

impl External for Reservation {
    fn id(state: &ReservationState) -> String {
        state.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &ReservationState) -> Result<Diff, Later> {
        let is = state.state.as_deref().unwrap_or(CREATED);
        let changes = [
            Change::between("type", &state.kind.as_str(), &PUBLIC_IPV6),
            Change::between("metro", &state.metro(), &self.metro.as_str()),
            Change::between("state", &is, &CREATED),
        ];
        Ok(Diff::of(changes.into_iter().flatten(), None))
    }
}
