//! Elastic IP addresses.

use mock_cloud::Object;
use serde_json::{Value, json};

use super::listing::Listing;
use super::{Ec2, Kind, Params, at, limits, returned};
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

    /// Binds an address to an interface. (The mock has no instances.)
    pub(super) fn associate_address(&mut self, asked: Params<'_>) -> Answer<Value> {
        if let Some(instance) = asked.text("InstanceId") {
            let message = format!("The instance ID '{instance}' does not exist");
            return Err(Refused::new("InvalidInstanceID.NotFound", message));
        }
        let address = self.find(Kind::Address, asked.must("AllocationId")?)?;
        let interface = asked.must("NetworkInterfaceId")?;
        let interface = self.find(Kind::NetworkInterface, interface)?;
        if address.body.contains_key("_Nat") {
            return Err(not_yours());
        }
        self.has_gateway(interface.text("VpcId"))?;
        let is_bound = [&address, &interface].iter().any(|object| {
            at(&object.body, "AssociationId").is_string()
                || at(&object.body, "Association").is_object()
        });
        if is_bound && asked.flag("AllowReassociation") == Some(false) {
            let message = format!("resource {} is already associated", address.id);
            return Err(Refused::new("Resource.AlreadyAssociated", message));
        }
        self.unbind(&address);
        let before = at(&interface.body, "Association")["AllocationId"].as_str();
        if let Some(before) = before.filter(|before| *before != address.id) {
            let before = self.find(Kind::Address, before)?;
            self.unbind(&before);
        }
        let association = self.fresh("eipassoc");
        let private = asked.text("PrivateIpAddress");
        let bound = json!({
            "AssociationId": association,
            "NetworkInterfaceId": interface.id,
            "NetworkInterfaceOwnerId": self.config.account,
            "PrivateIpAddress": private.unwrap_or_else(|| interface.text("PrivateIpAddress")),
        });
        self.set(Kind::Address, &address.id, bound);
        let shown = json!({
            "AllocationId": address.id, "AssociationId": association,
            "IpOwnerId": self.config.account, "PublicIp": address.text("PublicIp"),
        });
        self.set(
            Kind::NetworkInterface,
            &interface.id,
            json!({ "Association": shown }),
        );
        Ok(json!({ "AssociationId": association }))
    }

    /// Public addresses need a way out.
    fn has_gateway(&self, vpc: &str) -> Answer<()> {
        let mut gateways = self.store.list("internet-gateway");
        match gateways.any(|gateway| at(&gateway.body, "Attachments")[0]["VpcId"] == vpc) {
            true => Ok(()),
            false => Err(Refused::new(
                "Gateway.NotAttached",
                format!("Network {vpc} is not attached to any internet gateway"),
            )),
        }
    }

    pub(super) fn disassociate_address(&mut self, asked: Params<'_>) -> Answer<Value> {
        let wanted = asked.must("AssociationId")?;
        let found = self
            .visible(Kind::Address)
            .find(|address| address.text("AssociationId") == wanted)
            .cloned();
        let Some(address) = found else {
            let message = format!("The association ID '{wanted}' does not exist");
            return Err(Refused::new("InvalidAssociationID.NotFound", message));
        };
        if address.body.contains_key("_Nat") {
            return Err(not_yours());
        }
        self.unbind(&address);
        Ok(json!({}))
    }

    /// Takes an address off its interface.
    pub(super) fn unbind(&mut self, address: &Object) {
        let interface = address.text("NetworkInterfaceId");
        self.store.update("network-interface", interface, |body| {
            body.remove("Association");
        });
        self.store.update("elastic-ip", &address.id, |body| {
            body.retain(|name, _| !BINDING.contains(&name.as_str()));
        });
    }

    pub(super) fn release_address(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("AllocationId")?;
        let address = self.find(Kind::Address, id)?;
        if address.body.contains_key("AssociationId") {
            return Err(not_yours());
        }
        self.remove(Kind::Address, id);
        Ok(returned())
    }
}

/// What an address has while something has it.
pub(crate) const BINDING: [&str; 4] = [
    "AssociationId",
    "NetworkInterfaceId",
    "NetworkInterfaceOwnerId",
    "PrivateIpAddress",
];

/// What EC2 says of any address that something has.
fn not_yours() -> Refused {
    let message = "You do not have permission to access the specified resource.";
    Refused::new("AuthFailure", message)
}
