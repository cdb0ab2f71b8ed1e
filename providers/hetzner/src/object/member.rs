//! Who uses what is ours: servers and load balancers in a network, servers that a selector of a
//! firewall chooses. Never changed; a removal names them.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Look, ObjectRef, Resource, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{
    firewall::{Firewall, FirewallState},
    firewall_selector::{self, FirewallSelector},
    network::{Network, NetworkState},
};
use crate::api::Api;

/// The members of networks, and of what firewalls are applied to.
#[derive(Debug)]
pub struct Member;

/// What the API says of a member.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MemberState {
    /// `server` or `load balancer`.
    pub kind: String,
    /// Its id.
    pub id: u64,
}

/// A member of something.
fn found(of: ObjectRef, kind: &str, id: u64) -> Found<MemberState> {
    let state = MemberState {
        kind: kind.to_owned(),
        id,
    };
    let place = format!("{}/{}/{id}", of.id, kind.replace(' ', "-"));
    Found::foreign(place, state).joining([of])
}

fn of_network(network: &NetworkState) -> Vec<Found<MemberState>> {
    let of = || ObjectRef::of::<Network>(network.id.to_string());
    let servers = network.servers.iter();
    let servers = servers.map(|id| found(of(), "server", *id));
    let balancers = network.load_balancers.iter();
    let balancers = balancers.map(|id| found(of(), "load balancer", *id));
    servers.chain(balancers).collect()
}

fn of_firewall(firewall: &FirewallState) -> Vec<Found<MemberState>> {
    let chosen = firewall_selector::targets(firewall).flat_map(|state| {
        let of = ObjectRef::of::<FirewallSelector>(FirewallSelector::id(&state));
        let servers = state.target.applied_to_resources;
        let servers = servers.into_iter().filter_map(|target| target.server);
        servers.map(move |server| found(of.clone(), "server", server.id))
    });
    chosen.collect()
}

#[async_trait]
impl Listing for Member {
    const KIND: &'static str = "hetzner.member/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND, FirewallSelector::KIND];
    type Api = Api;
    type State = MemberState;

    fn told(state: &Self::State) -> Told {
        Told::default().with_detail(&format!("{} {}", state.kind, state.id))
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<MemberState>>> {
        let networks = Network::list(api, scope).await?;
        let firewalls = Firewall::list(api, scope).await?;
        let networks = networks.iter().flat_map(|one| of_network(&one.state));
        let firewalls = firewalls.iter().flat_map(|one| of_firewall(&one.state));
        Ok(networks.chain(firewalls).collect())
    }

    /// Networks and firewalls show them: they cost no call.
    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<MemberState>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        let firewalls = look.list::<Firewall>(&look.scope()).await?;
        let networks = networks.iter().flat_map(|one| of_network(&one.state));
        let firewalls = firewalls.iter().flat_map(|one| of_firewall(&one.state));
        Ok(networks.chain(firewalls).collect())
    }
}
