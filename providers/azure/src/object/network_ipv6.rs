//! The IPv6 range of a virtual network: a part of the network's body, so that it comes and goes with the
//! cluster's second family. A tag of the network says which range is ours: others may add some.

use async_trait::async_trait;
use groundwork_provider::{
    Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef,
    Operation, Owner, Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Network, NetworkState};
use crate::api::{self, Api, Then};

/// The IPv6 range that a network of ours is to have.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NetworkIpv6 {
    /// The network.
    pub network: Handle<Network>,
    /// The range.
    pub range: Want<Ipv6Net>,
}

/// The IPv6 range of a network of ours.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NetworkIpv6State {
    /// The network.
    pub network: String,
    /// The range.
    pub range: Ipv6Net,
}

/// The tag that says which range is ours.
pub(super) const TAG: &str = "groundwork.io-ipv6";

fn id(network: &str) -> String {
    format!("{network}/ipv6")
}

fn prefixes(body: &mut Value) -> Option<&mut Vec<Value>> {
    let space = &mut body["properties"]["addressSpace"];
    space["addressPrefixes"].as_array_mut()
}

fn is(value: &Value, range: Ipv6Net) -> bool {
    let net = value.as_str().and_then(|text| text.parse().ok());
    net == Some(IpNet::V6(range))
}

/// Writes which range is ours.
pub(super) fn mark(body: &mut Value, range: Option<Ipv6Net>) {
    let Some(tags) = body["tags"].as_object_mut() else {
        return;
    };
    tags.retain(|name, _| !name.eq_ignore_ascii_case(TAG));
    if let Some(range) = range {
        tags.insert(TAG.to_owned(), json!(range));
    }
}

/// The range that the tag names, if the network has it.
pub(crate) fn own(network: &NetworkState) -> Option<Ipv6Net> {
    let tags = &network.common.tags;
    let tag = tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(TAG));
    let range: Ipv6Net = tag?.1.parse().ok()?;
    network.ipv6().find(|net| *net == range)
}

fn seen(network: &NetworkState) -> Option<NetworkIpv6State> {
    let range = own(network)?;
    let network = network.common.address();
    Some(NetworkIpv6State { network, range })
}

fn found(network: &NetworkState) -> Option<Found<NetworkIpv6State>> {
    let state = seen(network)?;
    let (id, of) = (id(&state.network), ObjectRef::of::<Network>(&state.network));
    Some(Found::natural(id.clone(), id, Owner::Part, state).joining([of]))
}

#[async_trait]
impl Listing for NetworkIpv6 {
    const KIND: &'static str = "azure.network-ipv6/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = NetworkIpv6State;

    fn told(state: &Self::State) -> Told {
        Told::ranges([IpNet::V6(state.range)])
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NetworkIpv6State>>> {
        let networks = Network::list(api, scope).await?;
        Ok(networks
            .iter()
            .filter_map(|one| found(&one.state))
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<NetworkIpv6State>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        Ok(networks
            .iter()
            .filter_map(|one| found(&one.state))
            .collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<NetworkIpv6State>>> {
        let network = id.strip_suffix("/ipv6").unwrap_or(id);
        let network = api.show::<NetworkState>(network).await?;
        Ok(network.as_ref().and_then(found))
    }
}

impl NetworkIpv6 {
    /// The range of a network, as other objects join it.
    pub(super) fn object(network: &str) -> ObjectRef {
        ObjectRef::of::<Self>(id(network))
    }

    /// What a change of the network means for its range.
    fn of(progress: Progress<NetworkState>) -> Result<Progress<NetworkIpv6State>> {
        let Progress::Done(network) = progress else {
            let gone = || NetworkIpv6State {
                network: String::new(),
                range: Ipv6Net::default(),
            };
            return Ok(progress.map(|_| gone()));
        };
        let lost = || {
            let operation = format!("PUT {}", network.common.address());
            let message = "the range is gone again: somebody else has changed the network";
            Error::new(ErrorKind::Conflict, operation, message)
        };
        seen(&network).map(Progress::Done).ok_or_else(lost)
    }
}

/// Nothing is left in a range.
fn free(network: &NetworkState, range: Ipv6Net) -> Result<()> {
    let is_in = |net: &IpNet| IpNet::V6(range).contains(net);
    let subnets = network.properties.subnets.iter();
    let inside = subnets.filter(|subnet| subnet.ranges().iter().any(is_in));
    let ids: Vec<String> = inside.map(|subnet| subnet.address()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let message = format!("{range} still has subnets: {}", ids.join(", "));
    let operation = format!("PUT {}", network.common.address());
    let error = Error::new(ErrorKind::InUse, operation, message);
    Err(error.remedy("have their owners take the IPv6 range off them"))
}

#[async_trait]
impl Resource for NetworkIpv6 {
    /// A network that is being changed takes no other change.
    const TURNS: Option<&'static str> = Some(Network::KIND);

    fn asks_for(&self) -> Told {
        Told::ranges([IpNet::V6(*self.range.value())])
    }

    fn id(state: &NetworkIpv6State) -> String {
        id(&state.network)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let network = facts.id(&self.network.edge())?;
        Ok(Key::Natural(id(network)))
    }

    fn diff(&self, _facts: &Facts<'_>, state: &NetworkIpv6State) -> Result<Diff, Later> {
        let range = self.range.change("range", &state.range);
        Ok(Diff::of(None, range))
    }

    /// A network that is made has it from the beginning: then nothing is sent.
    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkIpv6State>> {
        let network = cx.state(&self.network)?;
        let range = *self.range.value();
        if let Some(state) = seen(&network).filter(|state| state.range == range) {
            return Ok(Progress::Done(state));
        }
        let edit = |body: &mut Value| {
            if let Some(prefixes) = prefixes(body)
                && !prefixes.iter().any(|net| is(net, range))
            {
                prefixes.push(json!(range));
            }
            mark(body, Some(range));
        };
        let id = network.common.address();
        Self::of(api::changed(cx.api, &id, Then::Object, edit).await?)
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &NetworkIpv6State,
    ) -> Result<Progress<NetworkIpv6State>> {
        let range = state.range;
        let Some(network) = cx.api.show::<NetworkState>(&state.network).await? else {
            return Ok(Progress::Gone);
        };
        free(&network, range)?;
        let edit = |body: &mut Value| {
            if let Some(prefixes) = prefixes(body) {
                prefixes.retain(|net| !is(net, range));
            }
            mark(body, None);
        };
        Self::of(api::changed(cx.api, &state.network, Then::Gone, edit).await?)
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NetworkIpv6State>> {
        Self::of(api::poll(cx.api, operation).await?)
    }
}
