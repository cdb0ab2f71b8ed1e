//! IP pools: ranges that somebody has written down for networks.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Reach, Result, Scope};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::api::{Api, Method, Ref, xml::Element};

/// A pool of a datacenter.
#[derive(Debug)]
pub(crate) struct IpPool;

/// What vCenter says of a pool.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct IpPoolState {
    /// Its name.
    pub name: String,
    /// Its ranges.
    pub ranges: Vec<IpNet>,
    /// The networks that it is for.
    pub networks: Vec<String>,
}

/// The range of one family; nothing where it is not given, or makes no sense. The mask of IPv4 is
/// written as an address, that of IPv6 as an address or a length.
fn range(config: &Element) -> Option<IpNet> {
    let address = config.text_at("subnetAddress").parse().ok()?;
    let mask = config.text_at("netmask");
    let length = match mask.parse() {
        Ok(length) => length,
        Err(_) => ipnet::ip_mask_to_prefix(mask.parse().ok()?).ok()?,
    };
    IpNet::new(address, length).ok().filter(|_| length > 0)
}

fn pool(pool: &Element) -> IpPoolState {
    let configs = ["ipv4Config", "ipv6Config"].iter();
    let ranges = configs.filter_map(|name| range(pool.child(name)?));
    let networks = pool.children("networkAssociation");
    IpPoolState {
        name: pool.text_at("name").to_owned(),
        ranges: ranges.collect(),
        networks: networks
            .map(|of| of.text_at("network").to_owned())
            .collect(),
    }
}

#[async_trait]
impl Listing for IpPool {
    const KIND: &'static str = "vsphere.ip-pool/1";
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = IpPoolState;

    /// Within datacenters.
    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<IpPoolState>>> {
        let Some(manager) = api.content().await?.pools else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for datacenter in &scope.within {
            let dc = Ref::new("Datacenter", &**datacenter).element("dc");
            let answer = api.call(&Method::new("QueryIpPools", &manager, dc)).await?;
            let pools = answer.children("returnval").map(pool).enumerate();
            all.extend(pools.map(|(at, pool)| Found::foreign(format!("{datacenter}/{at}"), pool)));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_read_in_either_form() {
        let of = |address: &str, mask: &str| {
            let text =
                format!("<c><subnetAddress>{address}</subnetAddress><netmask>{mask}</netmask></c>");
            range(&Element::parse(text.as_bytes()).unwrap()).map(|net| net.to_string())
        };
        assert_eq!(
            of("10.1.0.0", "255.255.0.0").as_deref(),
            Some("10.1.0.0/16")
        );
        assert_eq!(of("2001:db8::", "64").as_deref(), Some("2001:db8::/64"));
        assert_eq!(
            of("2001:db8::", "ffff:ffff:ffff:ffff::").as_deref(),
            Some("2001:db8::/64")
        );
        assert_eq!(of("", ""), None);
    }
}
