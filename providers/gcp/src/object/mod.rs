//! Objects of Google Cloud. Their id is the address of each in its project:
//! `projects/p/global/networks/n`. None of those that we make has room for labels but a description.

mod address;
mod firewall;
mod firewall_rule;
mod instance;
mod nat;
mod network;
mod prefix;
pub(crate) mod ranges;
mod region;
mod route;
mod router;
mod subnetwork;

use groundwork_model::Label;
use groundwork_provider::{ErrorKind, Found, Result, Scope};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use address::Address;
pub(crate) use firewall::PRIORITY;
pub use firewall::{Firewall, FirewallState};
pub use firewall_rule::{Allowed, Source};
pub(crate) use firewall_rule::{ICMPV6, ingress, peers};
pub use instance::{Instance, InstanceState};
pub use nat::Nat;
pub use network::{Network, NetworkState, Peering};
pub use prefix::Prefix;
pub(crate) use prefix::mode_for;
pub use region::{Quota, Region, RegionState};
pub use route::{Route, RouteState};
pub use router::{Router, RouterState};
pub(crate) use subnetwork::DUAL;
pub use subnetwork::{SecondaryRange, Subnetwork, SubnetworkState};

use crate::{api::Api, link};

/// The longest description.
const DESCRIPTION_MAX: usize = 2048;

/// What every object has.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Common {
    /// The number that the cloud gave it: another object of that name has another one.
    #[serde(default)]
    pub id: String,
    /// Its name: unique among those of its kind in the project, or in the region.
    pub name: String,
    /// What people write; the label where it is ours.
    #[serde(default)]
    pub description: String,
    /// Its whole address.
    #[serde(default)]
    pub self_link: String,
    /// When it was made.
    #[serde(default)]
    pub creation_timestamp: String,
}

impl Common {
    /// The id under which it is known.
    pub fn address(&self) -> String {
        link::relative(&self.self_link).to_owned()
    }

    /// Its path by number, for what must not meet another one.
    pub(crate) fn path(&self) -> String {
        link::numbered(&self.self_link, &self.id)
    }
}

/// An object that carries a label.
fn found<S>(common: &Common, state: S) -> Found<S> {
    let label = Label::parse(&common.description);
    let made_at = common.creation_timestamp.parse().ok();
    Found::labelled(common.address(), label, state).made_at(made_at)
}

/// The named objects that a listing of the project does not show: those of another project. One that the
/// account may not see is none, which is told with its name.
async fn elsewhere<T: DeserializeOwned>(api: &Api, scope: &Scope) -> Result<Vec<T>> {
    let mut states = Vec::new();
    for id in &scope.ids {
        if link::part(id, "projects") != Some(api.project()) {
            states.extend(allowed(api.show(id).await)?.flatten());
        }
    }
    Ok(states)
}

/// What the account may read; none of what it may not.
pub(crate) fn allowed<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind == ErrorKind::Denied => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a description can hold a label.
pub(crate) fn carries(label: &Label) -> std::result::Result<(), String> {
    match label.to_string().len() > DESCRIPTION_MAX {
        true => Err(format!(
            "it is longer than the {DESCRIPTION_MAX} characters of a description"
        )),
        false => Ok(()),
    }
}
