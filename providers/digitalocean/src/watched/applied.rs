//! What a firewall of ours protects besides the cluster's droplets, so that a removal names it.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Look, ObjectRef, Owner, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::firewall::{Firewall, FirewallState},
};

/// Droplets and tags of somebody else's to which a firewall of ours applies.
#[derive(Debug)]
pub struct Applied;

/// What a firewall of ours applies to besides the cluster's droplets.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct AppliedState {
    /// `tag web`, `droplet 1234`.
    pub what: String,
}

#[async_trait]
impl Listing for Applied {
    const KIND: &'static str = "digitalocean.firewall-target/1";
    type Api = Api;
    type State = AppliedState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.what)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<AppliedState>>> {
        let firewalls = Firewall::list(api, scope).await?;
        Ok(firewalls.iter().flat_map(applied).collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<AppliedState>>> {
        let firewalls = look.list::<Firewall>(scope).await?;
        Ok(firewalls.iter().flat_map(|found| applied(found)).collect())
    }
}

fn applied(firewall: &Found<FirewallState>) -> Vec<Found<AppliedState>> {
    if !matches!(firewall.owner, Owner::Label(_)) {
        return Vec::new();
    }
    let found = |what: String| {
        let id = format!("{}/{what}", firewall.id);
        Found::foreign(id, AppliedState { what }).joining([ObjectRef::of::<Firewall>(&firewall.id)])
    };
    firewall
        .state
        .applied_by_others()
        .into_iter()
        .map(found)
        .collect()
}
