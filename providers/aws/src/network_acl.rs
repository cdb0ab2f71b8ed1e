//! Network ACLs: never made here. What they shut out, no security group lets in.

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{Found, Key, Listing, Owner, Phase, Result, Scope};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{api::Api, object};

/// Network ACLs.
#[derive(Clone, Copy, Debug)]
pub struct NetworkAcl;

/// What EC2 says a network ACL is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct NetworkAclState {
    /// Its id.
    pub id: String,
    /// The VPC.
    pub vpc: String,
    /// Whether it came with the VPC, and goes with it.
    #[serde(default)]
    pub is_default: bool,
    /// Its tag `Name`.
    #[serde(default)]
    pub name: String,
    /// The subnets that have it.
    pub subnets: Vec<String>,
    /// Its entries, ingress first, in the order in which they are asked.
    pub entries: Vec<AclEntry>,
}

/// One entry of a network ACL.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AclEntry {
    /// The lowest number that fits decides.
    pub number: i32,
    /// Whether it is about what goes out.
    pub egress: bool,
    /// Whether it lets through.
    pub allow: bool,
    /// By number; `-1` is everything.
    pub protocol: String,
    /// From where, or where to.
    pub net: Option<IpNet>,
    /// First and last port.
    pub ports: Option<(i32, i32)>,
}

impl NetworkAclState {
    /// Whether a port can be reached from everywhere in a family. The first entry decides that
    /// says anything of everywhere; what narrower ones say is not judged.
    pub(crate) fn lets(
        &self,
        egress: bool,
        family: Family,
        protocol: &str,
        port: Option<u16>,
    ) -> bool {
        let everywhere = |entry: &&AclEntry| {
            entry.egress == egress
                && entry
                    .net
                    .is_some_and(|net| net.prefix_len() == 0 && Family::of(&net) == family)
        };
        let about = |entry: &&AclEntry| {
            let protocol = entry.protocol == "-1" || entry.protocol == protocol;
            let port = match (port.map(i32::from), entry.ports) {
                (Some(port), Some((first, last))) => first <= port && port <= last,
                (_, _) => true,
            };
            protocol && port
        };
        let decisive = self.entries.iter().filter(everywhere).find(about);
        decisive.is_some_and(|entry| entry.allow)
    }
}

#[async_trait]
impl Listing for NetworkAcl {
    const KIND: &'static str = "aws.network-acl/1";
    type Api = Api;
    type State = NetworkAclState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<NetworkAclState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "network-acl-id", Some("vpc-id")) {
            found.extend(api.network_acls(filter.as_ref()).await?);
        }
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: NetworkAclState) -> Found<NetworkAclState> {
    let joins = match state.is_default {
        true => Vec::new(),
        false => vec![state.vpc.clone()],
    };
    Found {
        id: state.id.clone(),
        key: Key::Id(state.id.clone()),
        owner: Owner::Foreign,
        joins,
        phase: Phase::Ready,
        created: None,
        state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i32, allow: bool, net: &str, protocol: &str) -> AclEntry {
        AclEntry {
            number,
            allow,
            protocol: protocol.to_owned(),
            net: net.parse().ok(),
            ..AclEntry::default()
        }
    }

    #[test]
    fn the_first_entry_that_fits_decides() {
        let mut acl = NetworkAclState {
            entries: vec![
                entry(100, true, "::/0", "-1"),
                entry(32768, false, "::/0", "-1"),
            ],
            ..NetworkAclState::default()
        };
        assert!(acl.lets(false, Family::V6, "58", None));
        assert!(!acl.lets(false, Family::V4, "58", None));
        acl.entries.insert(0, entry(50, false, "::/0", "58"));
        assert!(!acl.lets(false, Family::V6, "58", None));
        assert!(acl.lets(false, Family::V6, "6", Some(30000)));
    }
}
