//! IP reservations: blocks that a project asks for, and those that come with its first server in a
//! metro.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::{href, members};
use crate::cloud::{Equinix, Said};
use crate::config::Metro;
use crate::projects::inside;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// What blocks are cut from: ranges for documentation and benchmarks, and private ones.
const PUBLIC_V4: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
const PRIVATE_V4: Ipv4Addr = Ipv4Addr::new(10, 64, 0, 0);
const PUBLIC_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0x1380, 0, 0, 0, 0, 0);

impl Equinix {
    /// A block of elastic IPv4 addresses. One that is more than the project may have waits for
    /// somebody's approval.
    pub(crate) fn reserve(&mut self, project: &str, asked: Body) -> Answer<Said> {
        let quantity = asked["quantity"].as_u64().unwrap_or_default();
        if !quantity.is_power_of_two() {
            return Err(Refused::input("quantity is not a power of two"));
        }
        let is_global = asked["type"] == "global_ipv4";
        let metro = match is_global && !asked.contains_key("metro") {
            true => None,
            false => Some(self.place(&asked)?),
        };
        let blocks = self.store.list(Resource::Reservation.plural());
        let mine = blocks.filter(|block| {
            Self::project_of(block) == project && block.body["management"] == false
        });
        let has: u64 = mine
            .filter_map(|block| block.body["quantity"].as_u64())
            .sum();
        let is_over = has + quantity > self.config.addresses;
        if is_over && asked["fail_on_approval_required"] == true {
            return Err(Refused::input("the request needs an approval"));
        }
        let length = 32 - u8::try_from(quantity.trailing_zeros()).unwrap_or_default();
        let kind = if is_global {
            "global_ipv4"
        } else {
            "public_ipv4"
        };
        let range = self.free(kind, length);
        let id = self.block(project, kind, range, metro.as_ref(), false);
        self.store
            .update(Resource::Reservation.plural(), &id, |body| {
                body.insert(
                    "state".to_owned(),
                    json!(if is_over { "pending" } else { "created" }),
                );
                body.insert("quantity".to_owned(), json!(quantity));
                for name in ["tags", "details", "customdata"] {
                    body.insert(
                        name.to_owned(),
                        asked.get(name).cloned().unwrap_or_default(),
                    );
                }
            });
        Ok((201, Some(self.shown(Resource::Reservation, &id, ""))))
    }

    /// The blocks that a project has in a metro from its first device on: IPv6, and private IPv4.
    pub(crate) fn management_blocks(&mut self, project: &str, metro: &Metro) {
        for (kind, length) in [("public_ipv6", 56), ("private_ipv4", 25)] {
            if self.management_block(project, kind, metro).is_none() {
                let range = self.free(kind, length);
                self.block(project, kind, range, Some(metro), true);
            }
        }
    }

    /// The block of management addresses that a project has in a metro; its id and range.
    pub(crate) fn management_block(
        &self,
        project: &str,
        kind: &str,
        metro: &Metro,
    ) -> Option<(String, IpNet)> {
        let mut blocks = self.store.list(Resource::Reservation.plural());
        let block = blocks.find(|block| {
            Self::project_of(block) == project
                && block.body["management"] == true
                && block.text("type") == kind
                && block.body["metro"]["code"] == metro.code
        })?;
        Some((block.id.clone(), range(block)?))
    }

    /// A block that nobody has.
    pub(crate) fn free(&mut self, kind: &str, length: u8) -> IpNet {
        self.blocks += 1;
        let made = self.blocks;
        let net = match kind {
            // A /48 each, a /24 each: more than any block has.
            "public_ipv6" => {
                let first = PUBLIC_V6.to_bits() + (u128::from(made) << 72);
                IpNet::new(Ipv6Addr::from_bits(first).into(), length)
            }
            "private_ipv4" => {
                let first = PRIVATE_V4.to_bits() + (made << 8);
                IpNet::new(Ipv4Addr::from_bits(first).into(), length)
            }
            _ => {
                let first = PUBLIC_V4.to_bits() + (made << 8);
                IpNet::new(Ipv4Addr::from_bits(first).into(), length)
            }
        };
        net.unwrap_or_default()
    }

    /// Adds a block; its id.
    pub(crate) fn block(
        &mut self,
        project: &str,
        kind: &str,
        range: IpNet,
        metro: Option<&Metro>,
        management: bool,
    ) -> String {
        let is_v4 = range.addr().is_ipv4();
        let body = json!({
            "type": kind, "address_family": if is_v4 { 4 } else { 6 },
            "network": range.network().to_string(), "address": range.network().to_string(),
            "netmask": range.netmask().to_string(), "cidr": range.prefix_len(),
            "gateway": range.network().to_string(), "public": kind != "private_ipv4",
            "management": management, "manageable": !management, "enabled": true,
            "global_ip": kind == "global_ipv4", "addon": !management, "bill": !management,
            "state": "created", "tags": [], "customdata": {}, "details": null, "facility": null,
            "metro": metro.map(inside), "project": href(Resource::Project, project),
        });
        self.insert(Resource::Reservation, members(body))
    }

    /// Management blocks stay as long as their project.
    pub(crate) fn release(&mut self, block: &Object) -> Answer<()> {
        if block.body["management"] == true {
            return Err(Refused::input("A management block cannot be deleted"));
        }
        self.store.remove(Resource::Reservation.plural(), &block.id);
        Ok(())
    }

    /// What devices have out of a block, as references.
    pub(crate) fn assignments(&self, block: &str) -> Vec<Value> {
        let parent = Resource::Reservation.href(block);
        let devices = self.store.list(Resource::Device.plural());
        let assigned = devices.flat_map(|device| {
            let all = device.body.get("ip_addresses").and_then(Value::as_array);
            all.into_iter().flatten()
        });
        let out_of_it = assigned.filter(|one| one["parent_block"]["href"] == parent);
        out_of_it
            .map(|one| json!({ "href": one["href"] }))
            .collect()
    }
}

fn range(block: &Object) -> Option<IpNet> {
    let length = block.body["cidr"].as_u64()?;
    let network = block.text("network").parse().ok()?;
    IpNet::new(network, u8::try_from(length).ok()?).ok()
}
