//! Elastic IP addresses.

use serde_json::{Value, json};

use super::listing::Listing;
use super::{Ec2, Kind, Params, limits, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn allocate_address(&mut self, asked: Params<'_>) -> Answer<Value> {
        let tags = self.specified(asked, &[Kind::Address])?;
        let there = self.store.list("elastic-ip").count();
        self.room(limits::ADDRESSES, there)?;
        let drawn = self.store.draw();
        let ip = format!(
            "3.{}.{}.{}",
            64 + (drawn >> 16) % 60,
            (drawn >> 8) & 0xff,
            drawn & 0xff
        );
        let group = asked
            .text("NetworkBorderGroup")
            .unwrap_or(&self.config.region);
        let body = json!({
            "Domain": "vpc", "NetworkBorderGroup": group, "PublicIp": ip, "PublicIpv4Pool": "amazon",
        });
        let id = self.insert(Kind::Address, &tags, body);
        let mut answer = self.made(Kind::Address, &id)?;
        if let Some(body) = answer.as_object_mut() {
            body.remove("Tags");
        }
        Ok(answer)
    }

    pub(super) fn describe_addresses(&mut self, asked: Params<'_>) -> Answer<Value> {
        let wanted = asked.texts("PublicIps");
        let listing = Listing {
            kind: Kind::Address,
            member: "Addresses",
            ids: "AllocationIds",
        };
        let mut answer = self.list(asked, &listing)?;
        if wanted.is_empty() {
            return Ok(answer);
        }
        let list = answer["Addresses"].as_array_mut();
        let list = list.map(std::mem::take).unwrap_or_default();
        for ip in &wanted {
            if !list.iter().any(|address| address["PublicIp"] == *ip) {
                let message = format!("Address '{ip}' not found.");
                return Err(Refused::new("InvalidAddress.NotFound", message));
            }
        }
        let named = |address: &Value| wanted.iter().any(|ip| address["PublicIp"] == *ip);
        answer["Addresses"] = list.into_iter().filter(named).collect();
        Ok(answer)
    }

    pub(super) fn describe_addresses_attribute(&mut self, asked: Params<'_>) -> Answer<Value> {
        let mut shown = Vec::new();
        let ids = asked.texts("AllocationIds");
        for id in &ids {
            self.find(Kind::Address, id)?;
        }
        for address in self.visible(Kind::Address) {
            if ids.is_empty() || ids.contains(&address.id.as_str()) {
                shown.push(
                    json!({ "PublicIp": address.text("PublicIp"), "AllocationId": address.id }),
                );
            }
        }
        Ok(json!({ "Addresses": shown }))
    }

    pub(super) fn release_address(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("AllocationId")?;
        let address = self.find(Kind::Address, id)?;
        if address.body.contains_key("AssociationId") {
            // What EC2 says of any address that something has.
            let message = "You do not have permission to access the specified resource.";
            return Err(Refused::new("AuthFailure", message));
        }
        self.remove(Kind::Address, id);
        Ok(returned())
    }
}
