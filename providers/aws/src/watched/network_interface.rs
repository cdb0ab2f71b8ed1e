//! Network interfaces: never made here. What hangs on a network, so that a destroy can name it.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, security_group::SecurityGroup, subnet::Subnet, vpc::Vpc},
};

/// Interfaces of others: of machines, of load balancers.
#[derive(Clone, Copy, Debug)]
pub struct NetworkInterface;

/// What EC2 says an interface is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct InterfaceState {
    /// Its id.
    pub id: String,
    /// The VPC.
    pub vpc: String,
    /// The subnet.
    pub subnet: String,
    /// Its security groups.
    pub groups: Vec<String>,
    /// `interface`, `nat_gateway`, `network_load_balancer`, …
    pub kind: String,
    /// Whether it is in use by a machine or a service.
    #[serde(default)]
    pub in_use: bool,
    /// Whether it takes packets that are for others, as a machine that routes has to.
    #[serde(default)]
    pub forwards: bool,
    /// The machine, or who asked for it.
    pub owner: String,
    /// What it is for: `ELB net/a1b2…` of a load balancer.
    pub description: String,
}

#[async_trait]
impl Listing for NetworkInterface {
    const KIND: &'static str = "aws.network-interface/1";
    type Api = Api;
    type State = InterfaceState;

    fn told(state: &Self::State) -> Told {
        let words = [&state.kind, &state.owner, &state.description];
        let words = words.into_iter().filter(|word| !word.is_empty());
        let words: Vec<&str> = words.map(String::as_str).collect();
        let told = Told::default().with_detail(&words.join(", "));
        // EC2 lets nobody delete the interface of a machine or of a load balancer.
        if state.owner.starts_with("i-") {
            return told.with_remedy("terminate the instance that the interface is of");
        }
        match state.description.starts_with("ELB ") {
            true => told.with_remedy("delete the load balancer that the interface is of"),
            false => told,
        }
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<InterfaceState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "network-interface-id", Some("vpc-id")) {
            found.extend(api.network_interfaces(filter.as_ref()).await?);
        }
        // A NAT gateway's interface comes and goes with it.
        found.retain(|state| state.kind != "nat_gateway");
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: InterfaceState) -> Found<InterfaceState> {
    let mut joins = vec![
        ObjectRef::of::<Subnet>(&state.subnet),
        ObjectRef::of::<Vpc>(&state.vpc),
    ];
    joins.extend(state.groups.iter().map(ObjectRef::of::<SecurityGroup>));
    Found::foreign(state.id.clone(), state).joining(joins)
}
