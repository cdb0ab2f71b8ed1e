//! Switches of a VPC that no listing shows: one call for each.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, ObjectRef, Owner, Progress, Reach,
    Resource, Result, Scope, Want,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Attribute},
    object::vpc::Vpc,
};

/// Names for machines, which the cloud controller finds them by.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct VpcAttributes {
    /// The VPC.
    pub vpc: Handle<Vpc>,
    /// Whether machines get names, and names are resolved.
    pub names: Want<bool>,
}

/// What EC2 says of them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct VpcAttributesState {
    /// The VPC.
    pub vpc: String,
    /// Whether machines get names.
    pub dns_hostnames: bool,
    /// Whether names are resolved.
    pub dns_support: bool,
}

fn id(vpc: &str) -> String {
    format!("{vpc}/attributes")
}

#[async_trait]
impl Listing for VpcAttributes {
    const KIND: &'static str = "aws.vpc-attributes/1";
    /// There is no listing: each VPC is asked about by itself, which would be most of what a sweep
    /// costs.
    const REACH: Reach = Reach::Object;
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = VpcAttributesState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<VpcAttributesState>>> {
        let mut found = Vec::new();
        for vpc in &scope.within {
            let (hostnames, support) = tokio::join!(
                api.vpc_attribute(vpc, Attribute::DnsHostnames),
                api.vpc_attribute(vpc, Attribute::DnsSupport),
            );
            match (hostnames, support) {
                (Ok(dns_hostnames), Ok(dns_support)) => found.push(seen(VpcAttributesState {
                    vpc: vpc.clone(),
                    dns_hostnames,
                    dns_support,
                })),
                // A VPC that went, or is not heard of yet, has no attributes.
                (Err(error), _) | (_, Err(error)) if crate::wire::refusal::is_gone(&error) => {}
                (Err(error), _) | (_, Err(error)) => return Err(error),
            }
        }
        Ok(found)
    }
}

fn seen(state: VpcAttributesState) -> Found<VpcAttributesState> {
    let id = id(&state.vpc);
    let vpc = ObjectRef::of::<Vpc>(&state.vpc);
    Found::natural(id.clone(), id, Owner::Part, state).joining([vpc])
}

#[async_trait]
impl Resource for VpcAttributes {
    fn id(state: &VpcAttributesState) -> String {
        id(&state.vpc)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        facts.id(&self.vpc.edge()).map(|vpc| Key::Natural(id(vpc)))
    }

    fn diff(&self, _: &Facts<'_>, state: &VpcAttributesState) -> Result<Diff, Later> {
        let changes = self.names.asked().map(|on| {
            [
                Change::between(SUPPORT, &state.dns_support, on),
                Change::between(HOSTNAMES, &state.dns_hostnames, on),
            ]
        });
        let changes = changes.into_iter().flatten().flatten();
        Ok(Diff::of(changes, None))
    }

    /// A new VPC resolves names, and gives none to machines.
    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<VpcAttributesState>> {
        let vpc = cx.id(&self.vpc.edge())?;
        cx.api
            .set_vpc_attribute(vpc, Attribute::DnsHostnames)
            .await?;
        Ok(Progress::Done(VpcAttributesState {
            vpc: vpc.to_owned(),
            dns_hostnames: true,
            dns_support: true,
        }))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &VpcAttributesState,
        changes: &[Change],
    ) -> Result<Progress<VpcAttributesState>> {
        let mut state = state.clone();
        // Support first: names cannot be given where none are resolved.
        if changes.iter().any(|change| change.field == SUPPORT) {
            cx.api
                .set_vpc_attribute(&state.vpc, Attribute::DnsSupport)
                .await?;
            state.dns_support = true;
        }
        if changes.iter().any(|change| change.field == HOSTNAMES) {
            cx.api
                .set_vpc_attribute(&state.vpc, Attribute::DnsHostnames)
                .await?;
            state.dns_hostnames = true;
        }
        Ok(Progress::Done(state))
    }

    /// They go with their VPC.
    async fn delete(
        _: &Cx<'_, Api>,
        _: &VpcAttributesState,
    ) -> Result<Progress<VpcAttributesState>> {
        Ok(Progress::Gone)
    }
}

pub(crate) const HOSTNAMES: &str = "enable_dns_hostnames";
pub(crate) const SUPPORT: &str = "enable_dns_support";
