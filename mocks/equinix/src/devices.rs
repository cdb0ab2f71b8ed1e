//! Devices: as much of them as addresses need.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::{href, members};
use crate::cloud::{Equinix, Said};
use crate::projects::inside;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

impl Equinix {
    /// A device gets a public IPv4 /31, an IPv6 /127 out of the project's block in its metro, and a
    /// private IPv4 /31; it is ready after a while.
    pub(crate) fn make_device(&mut self, project: &str, mut asked: Body) -> Answer<Said> {
        self.choose(&mut asked);
        let metro = self.place(&asked)?;
        self.management_blocks(project, &metro);
        let public = self.free("public_ipv4", 31);
        let block = self.block(project, "public_ipv4", public, Some(&metro), true);
        let slug = |name: &str| json!({ "slug": asked[name], "name": asked[name] });
        let more = json!({
            "plan": slug("plan"), "operating_system": slug("operating_system"),
            "state": "queued", "metro": inside(&metro), "project": href(Resource::Project, project),
            "project_lite": href(Resource::Project, project), "ssh_keys": [], "volumes": [],
            "facility": null, "network_ports": [], "ip_addresses": [],
        });
        asked.extend(members(more));
        if !asked.contains_key("hostname") {
            asked.insert("hostname".to_owned(), json!("device"));
        }
        let id = self.insert(Resource::Device, asked);
        let mut addresses = vec![self.assignment(&id, &block, public)];
        for (kind, length) in [("public_ipv6", 127), ("private_ipv4", 31)] {
            if let Some((block, range)) = self.management_block(project, kind, &metro) {
                addresses.push(self.next_assignment(&id, &block, range, length));
            }
        }
        self.store.update(Resource::Device.plural(), &id, |body| {
            body.insert("ip_addresses".to_owned(), json!(addresses));
        });
        self.schedule
            .plan(self.now + self.config.provisioning, id.clone());
        Ok((201, Some(self.shown(Resource::Device, &id, ""))))
    }

    /// Of several metros the first one that exists; `any` is every one of them.
    fn choose(&self, asked: &mut Body) {
        let Some(wanted) = asked.get_mut("metro") else {
            return;
        };
        let several = wanted.as_array().cloned();
        let mut several = several.unwrap_or_else(|| vec![wanted.clone()]).into_iter();
        let is_there = |one: &Value| one == "any" || self.metro(one).is_ok();
        if let Some(one) = several.find(is_there) {
            let first = self.config.metros.first().map(|metro| metro.code.clone());
            *wanted = if one == "any" { json!(first) } else { one };
        }
    }

    pub(crate) fn remove_device(&mut self, device: &Object) -> Answer<()> {
        if device.body["locked"] == true {
            return Err(Refused::input("Cannot delete a locked item"));
        }
        // Its public IPv4 addresses are its own, and go with it.
        let own: Vec<String> = addresses(device)
            .filter(|one| one["address_family"] == 4 && one["public"] == true)
            .filter_map(|one| one["parent_block"]["href"].as_str()?.rsplit('/').next())
            .map(str::to_owned)
            .collect();
        for block in own {
            self.store.remove(Resource::Reservation.plural(), &block);
        }
        self.store.remove(Resource::Device.plural(), &device.id);
        Ok(())
    }

    /// The next piece of a block that several devices share.
    fn next_assignment(&mut self, device: &str, block: &str, range: IpNet, length: u8) -> Value {
        let taken: BTreeSet<&str> = self
            .store
            .list(Resource::Device.plural())
            .flat_map(|device| addresses(device))
            .filter_map(|one| one["network"].as_str())
            .collect();
        let mut pieces = range.subnets(length).into_iter().flatten();
        let piece = pieces.find(|piece| !taken.contains(piece.network().to_string().as_str()));
        self.assignment(device, block, piece.unwrap_or(range))
    }

    fn assignment(&mut self, device: &str, block: &str, piece: IpNet) -> Value {
        let id = self.store.fresh_uuid();
        let address: IpAddr = match piece.network() {
            IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() + 1).into(),
            IpAddr::V6(first) => Ipv6Addr::from_bits(first.to_bits() + 1).into(),
        };
        let is_private = matches!(address, IpAddr::V4(address) if address.is_private());
        json!({
            "id": id, "href": Resource::Reservation.href(&id), "address": address.to_string(),
            "address_family": if address.is_ipv4() { 4 } else { 6 }, "cidr": piece.prefix_len(),
            "network": piece.network().to_string(), "gateway": piece.network().to_string(),
            "netmask": piece.netmask().to_string(), "public": !is_private, "management": true,
            "manageable": true, "enabled": true, "global_ip": false,
            "assigned_to": href(Resource::Device, device),
            "parent_block": { "href": Resource::Reservation.href(block) },
        })
    }
}

fn addresses(device: &Object) -> impl Iterator<Item = &Value> {
    let all = device.body.get("ip_addresses").and_then(Value::as_array);
    all.into_iter().flatten()
}
