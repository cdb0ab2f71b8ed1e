//! The IPv6 prefixes of subnetworks, and how the API writes them.

use ipnet::Ipv6Net;
use mock_cloud::Object;
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::collection::Collection;
use crate::objects::linked;
use crate::operations::Step;

/// Where external prefixes come from.
const EXTERNAL: &str = "2600:1900:4000::/36";

/// A range of a body, of version 6.
pub(crate) fn parsed(value: &Value) -> Option<Ipv6Net> {
    value.as_str()?.parse().ok()
}

/// As the API writes a prefix: no group is left out (`fd20:1:2:0:0:0:0:0/48`).
pub(crate) fn long(net: Ipv6Net) -> String {
    let groups = net.network().segments().map(|group| format!("{group:x}"));
    format!("{}/{}", groups.join(":"), net.prefix_len())
}

/// A network of this length inside a pool, by lot.
pub(crate) fn of_pool(pool: &str, length: u8, lot: u64) -> Ipv6Net {
    let pool: Ipv6Net = pool.parse().unwrap_or_default();
    let room = u32::from(length.saturating_sub(pool.prefix_len()));
    let lot = u128::from(lot) & ((1 << room) - 1);
    let bits = u128::from(pool.network()) | (lot << (128 - u32::from(length)));
    Ipv6Net::new(bits.into(), length).unwrap_or_default()
}

impl Gcp {
    /// Plans the prefix of a subnetwork, where its stack type wants one that it does not have.
    pub(crate) fn plan_prefix(&mut self, subnetwork: &Object) {
        let has = ["externalIpv6Prefix", "internalIpv6Prefix"];
        let has = has.iter().any(|name| subnetwork.body.contains_key(*name));
        let is_asked = subnetwork.body.contains_key("_asked");
        if subnetwork.text("stackType") == "IPV4_ONLY" || (has && !is_asked) {
            return;
        }
        let delay = match self.is_hand {
            true => std::time::Duration::ZERO,
            false => self.config.prefix_delay,
        };
        self.schedule
            .plan(self.now + delay, Step::Prefix(subnetwork.id.clone()));
    }

    pub(crate) fn assign_prefix(&mut self, id: &str) {
        let found = self
            .store
            .find(Collection::Subnetworks.plural(), id)
            .cloned();
        let Some(subnetwork) = found.filter(|found| found.text("stackType") != "IPV4_ONLY") else {
            return;
        };
        let is_external = subnetwork.text("ipv6AccessType") == "EXTERNAL";
        let name = if is_external {
            "externalIpv6Prefix"
        } else {
            "internalIpv6Prefix"
        };
        let Some(prefix) = self.prefix_for(&subnetwork, name) else {
            return;
        };
        let reserved = Ipv6Net::new(prefix.network(), 96).unwrap_or_default();
        let (reserved_as, endpoint) = match is_external {
            true => (
                "systemReservedExternalIpv6Ranges",
                self.endpoint(&subnetwork),
            ),
            false => ("systemReservedInternalIpv6Ranges", None),
        };
        self.store
            .update(Collection::Subnetworks.plural(), id, |body| {
                body.remove("_asked");
                body.insert(name.to_owned(), json!(long(prefix)));
                if !is_external {
                    body.insert("ipv6CidrRange".to_owned(), json!(long(prefix)));
                }
                body.insert(reserved_as.to_owned(), json!([long(reserved)]));
                if let Some(endpoint) = endpoint {
                    body.insert("ipv6GceEndpoint".to_owned(), json!(endpoint));
                }
            });
        self.subnetwork_route(id, &subnetwork, &prefix.to_string());
        if is_external {
            self.default_route(linked(&subnetwork.body, "network"), "::/0");
        }
    }

    /// One that was asked for, one of somebody's own pool, or one of Google's.
    fn prefix_for(&mut self, subnetwork: &Object, name: &str) -> Option<Ipv6Net> {
        if let Some(asked) = subnetwork.body.get(name).and_then(parsed) {
            return Some(asked);
        }
        let pool = self.own_pool(subnetwork).unwrap_or_else(|| match name {
            "externalIpv6Prefix" => EXTERNAL.to_owned(),
            _ => {
                let network = linked(&subnetwork.body, "network");
                let network = self.store.find(Collection::Networks.plural(), network);
                network
                    .map(|own| own.text("internalIpv6Range").to_owned())
                    .unwrap_or_default()
            }
        });
        (0..1000).find_map(|_| {
            let prefix = of_pool(&pool, 64, self.store.draw());
            (!self.is_assigned(prefix)).then_some(prefix)
        })
    }

    fn own_pool(&self, subnetwork: &Object) -> Option<String> {
        let pool = linked(&subnetwork.body, "ipCollection");
        let pool = self
            .store
            .find(Collection::PublicDelegatedPrefixes.plural(), pool)?;
        Some(pool.text("ipCidrRange").to_owned())
    }

    /// Whether a subnetwork has this prefix.
    pub(crate) fn is_assigned(&self, prefix: Ipv6Net) -> bool {
        let mut all = self.store.list(Collection::Subnetworks.plural());
        all.any(|one| {
            ["externalIpv6Prefix", "internalIpv6Prefix"]
                .iter()
                .any(|name| one.body.get(*name).and_then(parsed) == Some(prefix))
        })
    }

    /// Prefixes of somebody's own cannot carry load balancers.
    fn endpoint(&self, subnetwork: &Object) -> Option<&'static str> {
        match self.own_pool(subnetwork) {
            Some(_) => Some("VM_ONLY"),
            None => Some("VM_AND_FR"),
        }
    }
}
