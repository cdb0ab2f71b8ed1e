//! A subnetwork: of one region, with one IPv4 range and, if it is dual-stack, one IPv6 /64.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, ObjectRef, Operation, Phase, Progress,
    Resource, Result, Scope, Told, Want,
};
use http::Method;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Common, network::Network};
use crate::{
    api::{self, Api, Object},
    link,
    spec::AccessType,
};

/// A subnetwork that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subnetwork {
    /// Its name: unique in the region.
    pub name: Want<String>,
    /// The network that it is inside of.
    pub network: Handle<Network>,
    /// Its region.
    pub region: String,
    /// Its IPv4 range.
    pub range: Want<Ipv4Net>,
    /// Which IPv6 addresses its machines have; none where it is IPv4 alone.
    pub ipv6: Option<Want<AccessType>>,
    /// Whether it is to lose its IPv6 range where it has one and nobody asks for it.
    pub ipv4_alone: bool,
    /// The sub-prefix that its IPv6 range comes from.
    pub ip_collection: Option<String>,
}

/// What the API says a subnetwork is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetworkState {
    /// Number, name, description.
    #[serde(flatten)]
    pub common: Common,
    /// The network that it is inside of.
    pub network: String,
    /// Its region.
    pub region: String,
    /// Its IPv4 range; one of IPv6 alone has none.
    pub ip_cidr_range: Option<Ipv4Net>,
    /// `IPV4_ONLY`, `IPV4_IPV6` or `IPV6_ONLY`.
    pub stack_type: Option<String>,
    /// `EXTERNAL` or `INTERNAL`.
    pub ipv6_access_type: Option<String>,
    /// Its public IPv6 range.
    pub external_ipv6_prefix: Option<Ipv6Net>,
    /// Its IPv6 range inside the network's own.
    pub internal_ipv6_prefix: Option<Ipv6Net>,
    /// Who can have its IPv6 addresses: `VM_AND_FR`, or `VM_ONLY`, which load balancers cannot.
    pub ipv6_gce_endpoint: Option<String>,
    /// Parts of the public range that the cloud keeps for itself.
    #[serde(deserialize_with = "super::ranges::all")]
    pub system_reserved_external_ipv6_ranges: Vec<IpNet>,
    /// Parts of the internal range that the cloud keeps for itself.
    #[serde(deserialize_with = "super::ranges::all")]
    pub system_reserved_internal_ipv6_ranges: Vec<IpNet>,
    /// Ranges beside the first, for aliases.
    pub secondary_ip_ranges: Vec<SecondaryRange>,
    /// `PRIVATE` where machines can be in it.
    pub purpose: Option<String>,
    /// `READY`, or `DRAINING`.
    pub state: Option<String>,
    /// The gateway's address.
    pub gateway_address: Option<String>,
    /// What a change has to name, so that it meets the object that was looked at.
    pub fingerprint: String,
}

/// A range beside the first.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondaryRange {
    /// Its name.
    pub range_name: String,
    /// The range, of either family.
    #[serde(default, deserialize_with = "super::ranges::one")]
    pub ip_cidr_range: Option<IpNet>,
}

pub(crate) const DUAL: &str = "IPV4_IPV6";
const IPV4: &str = "IPV4_ONLY";
const RANGE: &str = "ipCidrRange";
const STACK: &str = "stackType";
const ACCESS: &str = "ipv6AccessType";
const COLLECTION: &str = "ipCollection";

impl Object for SubnetworkState {
    /// The IPv6 range comes after the operation has ended.
    fn is_complete(&self) -> bool {
        !self.is_dual() || self.ipv6().is_some()
    }
}

impl SubnetworkState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "subnetwork {} ({})",
            self.common.name,
            self.common.address()
        )
    }

    /// Whether it has both families.
    pub(crate) fn is_dual(&self) -> bool {
        self.stack_type.as_deref() == Some(DUAL)
    }

    /// Which IPv6 addresses its machines have, if it has any.
    pub(crate) fn access_type(&self) -> Option<AccessType> {
        let is = self.ipv6_access_type.as_deref()?;
        let kinds = [AccessType::External, AccessType::Internal];
        kinds.into_iter().find(|kind| kind.as_str() == is)
    }

    /// Its IPv6 range.
    pub(crate) fn ipv6(&self) -> Option<Ipv6Net> {
        self.external_ipv6_prefix.or(self.internal_ipv6_prefix)
    }

    /// Its own ranges, IPv4 first.
    pub(crate) fn ranges(&self) -> Vec<IpNet> {
        let v4 = self.ip_cidr_range.map(IpNet::V4);
        let v6 = self.ipv6().filter(|_| self.is_dual()).map(IpNet::V6);
        v4.into_iter().chain(v6).collect()
    }

    /// Its region's name.
    pub(crate) fn region(&self) -> &str {
        link::name(&self.region)
    }

    /// Its families, as the API writes them.
    pub(crate) fn stack(&self) -> &str {
        self.stack_type.as_deref().unwrap_or(IPV4)
    }
}

fn found(state: SubnetworkState) -> Found<SubnetworkState> {
    let network = ObjectRef::of::<Network>(link::relative(&state.network));
    let phase = match state.is_complete() {
        true => Phase::Ready,
        false => Phase::Pending(Some(api::wait_for(&state.common.address()))),
    };
    let found = super::found(&state.common.clone(), state);
    found.joining([network]).in_phase(phase)
}

impl Subnetwork {
    fn stack(&self) -> &'static str {
        match self.ipv6 {
            Some(_) => DUAL,
            None => IPV4,
        }
    }

    /// What IPv6 addresses are asked for with. `before` is the kind of those that it once had: there
    /// is no other one for it.
    fn ipv6_fields(&self, before: Option<&str>) -> Map<String, Value> {
        let mut fields = Map::from_iter([(STACK.to_owned(), self.stack().into())]);
        if let Some(access) = &self.ipv6 {
            let access = before.unwrap_or(access.value().as_str());
            fields.insert(ACCESS.to_owned(), access.into());
            if let Some(collection) = &self.ip_collection {
                fields.insert(COLLECTION.to_owned(), collection.as_str().into());
            }
        }
        fields
    }

    /// The kind of addresses is chosen once: with the first IPv6 range.
    fn ipv6_changes(&self, state: &SubnetworkState) -> (Option<Change>, Option<Change>) {
        let stack = match (&self.ipv6, self.ipv4_alone) {
            (Some(_), _) | (None, true) => self.stack(),
            (None, false) => return (None, None),
        };
        let stack = (state.stack() != stack).then(|| Change::new(STACK, state.stack(), stack));
        let asked = self.ipv6.as_ref().and_then(Want::asked);
        let access = asked.zip(state.ipv6_access_type.as_deref());
        let access = access.filter(|(asked, is)| asked.as_str() != *is);
        let access = access.map(|(asked, is)| Change::new(ACCESS, is, asked.as_str()));
        (stack, access)
    }

    /// A range grows in place.
    fn range_change(&self, state: &SubnetworkState) -> (Option<Change>, Option<Change>) {
        let is = state.ip_cidr_range;
        let asked = self.range.asked().filter(|asked| Some(**asked) != is);
        let change = asked.map(|asked| Change::new(RANGE, json!(is), json!(asked)));
        let grows = asked.is_some_and(|asked| is.is_some_and(|is| asked.contains(&is)));
        match grows {
            true => (change, None),
            false => (None, change),
        }
    }
}

#[async_trait]
impl Listing for Subnetwork {
    const KIND: &'static str = "gcp.subnetwork/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = SubnetworkState;

    fn told(state: &Self::State) -> Told {
        let told = Told::named(&state.common.name).with_ranges(state.ranges());
        told.with_detail(state.region())
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetworkState>>> {
        let mut states: Vec<SubnetworkState> = api.aggregated("subnetworks").await?;
        states.extend(super::elsewhere(api, scope).await?);
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<SubnetworkState>>> {
        Ok(api.show(id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Subnetwork {
    fn asks_for(&self) -> Told {
        let told = Told::named(self.name.value()).with_ranges([IpNet::V4(*self.range.value())]);
        told.with_detail(&self.region)
    }

    fn id(state: &SubnetworkState) -> String {
        state.common.address()
    }

    fn diff(&self, facts: &Facts<'_>, state: &SubnetworkState) -> Result<Diff, Later> {
        let network = facts.id(&self.network.edge())?.to_owned();
        let (stack, access) = self.ipv6_changes(state);
        let (grown, moved) = self.range_change(state);
        let replacing = [
            self.name.change("name", &state.common.name),
            Change::between(
                "network",
                &link::relative(&state.network).to_owned(),
                &network,
            ),
            Change::between("region", &state.region().to_owned(), &self.region),
            moved,
            access,
        ];
        let in_place = [grown, stack].into_iter().flatten();
        Ok(Diff::of(in_place, replacing.into_iter().flatten()))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetworkState>> {
        let network = cx.id(&self.network.edge())?;
        let project = link::part(network, "projects").unwrap_or(cx.api.project());
        let mut body = json!({
            "name": self.name.value(),
            "description": cx.label().to_string(),
            "network": network,
            RANGE: self.range.value(),
        });
        if let Value::Object(fields) = &mut body {
            fields.extend(self.ipv6_fields(None));
        }
        let all = format!("projects/{project}/regions/{}/subnetworks", self.region);
        let id = format!("{all}/{}", self.name.value());
        api::created(cx, &all, &body, &id).await
    }

    /// One change at a time: the next look sees what is left.
    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SubnetworkState,
        changes: &[Change],
    ) -> Result<Progress<SubnetworkState>> {
        let (path, id) = (state.common.path(), state.common.address());
        if changes.iter().any(|change| change.field == STACK) {
            let mut fields = self.ipv6_fields(state.ipv6_access_type.as_deref());
            fields.insert("fingerprint".to_owned(), state.fingerprint.as_str().into());
            return api::changed(cx, (Method::PATCH, path), &Value::Object(fields), &id).await;
        }
        let body = json!({ RANGE: self.range.value() });
        let at = (Method::POST, format!("{path}/expandIpCidrRange"));
        api::changed(cx, at, &body, &id).await
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &SubnetworkState,
    ) -> Result<Progress<SubnetworkState>> {
        api::removed(cx, state.common.path()).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SubnetworkState>> {
        api::poll(cx.api, operation).await
    }
}
