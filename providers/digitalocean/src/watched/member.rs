//! What is in a VPC, so that a removal names it.

use async_trait::async_trait;
use groundwork_kit::client::path_segment;
use groundwork_provider::{Found, Listing, ObjectRef, Reach, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::{self, Api},
    object::vpc::Vpc,
};

/// Members of VPCs: droplets, load balancers, databases, NAT gateways.
#[derive(Debug)]
pub struct Member;

/// What DigitalOcean says of a member.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct MemberState {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What it is, and which: `do:droplet:1234`.
    pub urn: String,
}

impl MemberState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("{} ({})", self.name, self.urn)
    }
}

/// What is in a VPC now.
pub(crate) async fn members_of(api: &Api, vpc: &str) -> Result<Vec<MemberState>> {
    let path = format!("/v2/vpcs/{}/members", path_segment(vpc));
    api::all(api, &path, "members").await
}

#[async_trait]
impl Listing for Member {
    const KIND: &'static str = "digitalocean.vpc-member/1";
    const REACH: Reach = Reach::Object;
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = MemberState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<MemberState>>> {
        let mut all = Vec::new();
        for vpc in &scope.within {
            let found = |state: MemberState| {
                Found::foreign(state.urn.clone(), state).joining([ObjectRef::of::<Vpc>(vpc)])
            };
            all.extend(members_of(api, vpc).await?.into_iter().map(found));
        }
        Ok(all)
    }
}
