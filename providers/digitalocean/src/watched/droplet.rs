//! Droplets: only read. The flag `ipv6` of each decides whether a node has both families.

use std::net::{Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::{self, Api},
    object::nullable,
};

/// The droplets of the account.
#[derive(Debug)]
pub struct Droplet;

/// What DigitalOcean says of a droplet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct DropletState {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its tags.
    #[serde(default, deserialize_with = "nullable")]
    pub tags: Vec<String>,
    /// Its addresses.
    #[serde(default)]
    pub networks: Networks,
    /// What it was made from.
    #[serde(default)]
    pub image: Image,
    /// The VPC that it is in.
    #[serde(default)]
    pub vpc_uuid: Option<String>,
}

/// The addresses of a droplet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Networks {
    /// Those of IPv4.
    #[serde(default, deserialize_with = "nullable")]
    pub v4: Vec<Interface<Ipv4Addr>>,
    /// Those of IPv6.
    #[serde(default, deserialize_with = "nullable")]
    pub v6: Vec<Interface<Ipv6Addr>>,
}

/// One address of a droplet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Interface<A> {
    /// The address.
    pub ip_address: A,
    /// `public` or `private`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What a droplet was made from.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Image {
    /// `Rocky Linux`; nothing for some images.
    #[serde(default)]
    pub distribution: Option<String>,
}

impl DropletState {
    /// Whether it has a private address, without which the cloud controller publishes none.
    pub(crate) fn is_private(&self) -> bool {
        self.networks.v4.iter().any(|own| own.kind == "private")
    }

    /// Whether it has IPv6.
    pub(crate) fn is_dual_stack(&self) -> bool {
        !self.networks.v6.is_empty()
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("droplet {} ({})", self.name, self.id)
    }
}

#[async_trait]
impl Listing for Droplet {
    const KIND: &'static str = "digitalocean.droplet/1";
    type Api = Api;
    type State = DropletState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<DropletState>>> {
        let states: Vec<DropletState> = api::all(api, "/v2/droplets", "droplets").await?;
        let found = |state: DropletState| Found::foreign(state.id.to_string(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
