//! EC2, STS and Service Quotas through the SDK: one method per operation, our small types in and out.
//!
//! The SDK does not leave this folder. Its retries are off: the engine retries, and knows which
//! calls may be sent twice.

/// A listing, read to its end, which has to come. The SDK's own paginators take a token that comes
/// twice for the end, and do not say how long a page was.
macro_rules! paged {
    ($call:expr, $entries:expr, $operation:literal, $member:ident) => {{
        let (call, read) = (
            $call.max_results($entries),
            crate::wire::read::Read::default(),
        );
        let mut extent = groundwork_kit::client::Extent::new().in_pages_of(1000);
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let page = call.clone().set_next_token(token).customize();
            let page = page.interceptor(read.clone()).send().await;
            let page = page.map_err(|error| crate::wire::error($operation, error))?;
            let objects = page.$member.unwrap_or_default();
            extent.page($operation, objects.len(), read.taken())?;
            found.extend(objects);
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break found;
            }
        }
    }};
}

mod account;
mod encryption;
mod gateways;
mod gone;
mod groups;
mod pools;
mod quotas;
mod rehearsal;
mod routes;
mod subnets;
mod surroundings;
mod vpcs;
mod waiting;

use std::{fmt, sync::Arc};

use aws_sdk_ec2::types::{Filter as SdkFilter, ResourceType, Tag, TagSpecification};
use groundwork_provider::{Clock, Error, ErrorKind, Result};
use groundwork_transport::Transport;
use ipnet::IpNet;

use self::waiting::Waiting;
use crate::object::{
    Filter, Tags, nat_gateway::NatGatewayState, pending::Pending, subnet::SubnetState,
};

pub(crate) use groups::NewGroup;
pub(crate) use quotas::Limits;
pub(crate) use rehearsal::{Answer, Denial, Rehearsal};
pub(crate) use routes::Hop;
pub(crate) use subnets::{NewSubnet, Switch};
pub(crate) use vpcs::Attribute;

/// Entries a page, where EC2 takes so many.
const PAGE_ENTRIES: i32 = 1000;

/// A connected account and region.
#[derive(Clone)]
pub struct Api {
    ec2: aws_sdk_ec2::Client,
    /// `DryRun` of every call that knows it: set in a rehearsal, left out otherwise.
    dry: Option<bool>,
    quotas: aws_sdk_servicequotas::Client,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    account: String,
    region: String,
    waits: Arc<Waits>,
}

/// What somebody waits for, by kind.
#[derive(Debug, Default)]
struct Waits {
    subnets: Waiting<SubnetState>,
    nat_gateways: Waiting<NatGatewayState>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("account", &self.account)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// The account's number.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// What time it is, for the tag that says when something was made.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }
}

impl Api {
    /// A subnet that somebody waits for, asked about together with all others.
    pub(crate) async fn awaited_subnet(&self, on: &Pending) -> Result<Option<SubnetState>> {
        let list = |ids| async move { self.subnets(Some(&Filter::any("subnet-id", ids))).await };
        let id_of = |state: &SubnetState| state.common.id.clone();
        let waits = &self.waits.subnets;
        waits
            .ask(&on.id, on.begins(), || self.now(), id_of, list)
            .await
    }

    /// The same of a NAT gateway.
    pub(crate) async fn awaited_nat_gateway(
        &self,
        on: &Pending,
    ) -> Result<Option<NatGatewayState>> {
        let list = |ids| async move {
            let filter = Filter::any("nat-gateway-id", ids);
            self.nat_gateways(Some(&filter)).await
        };
        let id_of = |state: &NatGatewayState| state.common.id.clone();
        let waits = &self.waits.nat_gateways;
        waits
            .ask(&on.id, on.begins(), || self.now(), id_of, list)
            .await
    }
}

fn filters(filter: Option<&Filter>) -> Option<Vec<SdkFilter>> {
    filter.map(|filter| {
        let values = Some(filter.values.clone());
        vec![
            SdkFilter::builder()
                .name(filter.name)
                .set_values(values)
                .build(),
        ]
    })
}

fn tag_list(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

fn specification(of: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder()
        .resource_type(of)
        .set_tags(Some(tag_list(tags)))
        .build()
}

fn read_tags(tags: &[Tag]) -> Tags {
    tags.iter()
        .filter_map(|tag| {
            Some((
                tag.key()?.to_owned(),
                tag.value().unwrap_or_default().to_owned(),
            ))
        })
        .collect()
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

fn net(value: Option<&str>) -> Option<IpNet> {
    value?.parse().ok()
}

/// The one object that a create answers with, and that has an id.
fn made<'a, T>(
    operation: &str,
    object: Option<&'a T>,
    id: impl Fn(&'a T) -> Option<&'a str>,
) -> Result<&'a T> {
    let has_id = |object: &&'a T| id(object).is_some_and(|id| !id.is_empty());
    object.filter(has_id).ok_or_else(|| unsaid(operation))
}

/// The id that a create answers with.
fn made_id<'a>(operation: &str, id: Option<&'a str>) -> Result<&'a str> {
    let id = id.filter(|id| !id.is_empty());
    id.ok_or_else(|| unsaid(operation))
}

fn unsaid(operation: &str) -> Error {
    let message = "the reply does not say what was made";
    Error::new(ErrorKind::Unexpected, operation, message).effect_unknown()
}
