//! Network interfaces: somebody's machine in a subnet.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use mock_rest::{Attribute, Plain};
use serde_json::{Value, json};

use crate::cloud::{Azure, items, object};
use crate::ids::{key, name_of};
use crate::kind::Kind;
use crate::prefixes::of_subnet;
use crate::refused::{Answer, Refused};
use crate::tables::IP_PROPERTIES;

/// The first address of a subnet that somebody can have: Azure keeps those below, and the last.
const FIRST: u128 = 4;

impl Azure {
    pub(crate) fn prepared_interface(&mut self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        let former = self.find(Kind::NetworkInterface, id);
        let mut parts = Vec::new();
        for part in items(&body, "ipConfigurations") {
            let former = former.as_deref().and_then(|found| same_part(found, part));
            let part = self.address_of(id, part, former, &parts)?;
            parts.push(part);
        }
        let is_six = |part: &Value| part["properties"]["privateIPAddressVersion"] == "IPv6";
        if parts.iter().all(is_six) {
            let message = format!(
                "Network interface {} has no IPv4 configuration: IPv6 is only possible beside IPv4.",
                name_of(id)
            );
            return Err(Refused::new(
                400,
                "NetworkInterfaceRequiresIPv4Configuration",
                message,
            ));
        }
        if parts.iter().filter(|part| is_six(part)).count() > 1 {
            let message = format!(
                "Network interface {} has more than one IPv6 configuration.",
                name_of(id)
            );
            return Err(Refused::new(
                400,
                "OnlyOneIPv6ConfigurationAllowed",
                message,
            ));
        }
        if let Some(first) = parts.first_mut() {
            first["properties"]["primary"] = json!(true);
        }
        body.insert("ipConfigurations".to_owned(), json!(parts));
        if former.is_none() {
            let drawn = self.store.draw();
            let mac = format!(
                "00-0D-3A-{:02X}-{:02X}-{:02X}",
                drawn & 255,
                (drawn >> 8) & 255,
                (drawn >> 16) & 255
            );
            body.insert("macAddress".to_owned(), json!(mac));
        }
        Ok(body)
    }

    /// A configuration with its address, that of before or the next that is free.
    fn address_of(
        &self,
        id: &str,
        part: &Value,
        former: Option<&Value>,
        others: &[Value],
    ) -> Answer<Value> {
        let properties = read(part)?;
        let text = |name: &str| {
            properties
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let link = properties
            .get("subnet")
            .and_then(|link| link["id"].as_str());
        let action = "Microsoft.Network/virtualNetworks/subnets/join/action";
        let subnet = self.referred(id, "subnet", Kind::Subnet, action, link.unwrap_or_default())?;
        if let Some(address) = properties
            .get("publicIPAddress")
            .and_then(|link| link["id"].as_str())
        {
            let action = "Microsoft.Network/publicIPAddresses/join/action";
            self.referred(
                id,
                "publicIPAddress",
                Kind::PublicIpAddress,
                action,
                address,
            )?;
        }
        let version = text("privateIPAddressVersion").to_owned();
        let former = former.filter(|former| {
            let former = &former["properties"];
            former["privateIPAddressVersion"] == version
                && former["subnet"]["id"].as_str().map(key) == Some(key(&subnet))
        });
        let asked = Some(text("privateIPAddress")).filter(|text| !text.is_empty());
        let former = former.and_then(|former| former["properties"]["privateIPAddress"].as_str());
        let address = match asked.or(former) {
            Some(text) => self.own_address(id, &subnet, text)?,
            None => self.free_address(&subnet, &version, others)?,
        };
        let mut properties = properties;
        properties.insert("subnet".to_owned(), json!({ "id": subnet }));
        properties.insert("privateIPAddress".to_owned(), json!(address.to_string()));
        properties.insert("provisioningState".to_owned(), json!("Succeeded"));
        let name = part["name"].as_str().unwrap_or_default();
        Ok(json!({
            "name": name, "id": format!("{id}/ipConfigurations/{name}"),
            "type": "Microsoft.Network/networkInterfaces/ipConfigurations", "properties": properties,
        }))
    }

    fn own_address(&self, id: &str, subnet: &str, text: &str) -> Answer<IpAddr> {
        let ranges = self.ranges_of(subnet);
        let address: Option<IpAddr> = text.parse().ok();
        let inside = address.filter(|address| ranges.iter().any(|range| range.contains(address)));
        let Some(address) = inside else {
            let message = format!(
                "Private static IP address {text} does not belong to the range of subnet prefix of {subnet}."
            );
            return Err(Refused::new(400, "PrivateIPAddressNotInSubnet", message));
        };
        let is_taken = self.addresses_in(subnet).contains(&address);
        let is_own = self.find(Kind::NetworkInterface, id).is_some_and(|own| {
            let mut parts = items(&own.body, "ipConfigurations").iter();
            parts.any(|part| part["properties"]["privateIPAddress"] == text)
        });
        match is_taken && !is_own {
            true => {
                let message = format!(
                    "IP configuration {id} is using the private IP address {text} which is already allocated."
                );
                Err(Refused::new(400, "PrivateIPAddressIsAllocated", message))
            }
            false => Ok(address),
        }
    }

    pub(crate) fn free_address(
        &self,
        subnet: &str,
        version: &str,
        others: &[Value],
    ) -> Answer<IpAddr> {
        let wants_six = version == "IPv6";
        let is_wanted = |range: &&IpNet| range.addr().is_ipv6() == wants_six;
        let ranges = self.ranges_of(subnet);
        let Some(range) = ranges.iter().find(is_wanted) else {
            let message = format!(
                "Subnet {} has no {version} address prefix.",
                name_of(subnet)
            );
            return Err(Refused::new(400, "SubnetHasNoPrefixOfIPVersion", message));
        };
        let taken = self.addresses_in(subnet);
        let own = |address: &IpAddr| {
            let text = address.to_string();
            others
                .iter()
                .any(|other| other["properties"]["privateIPAddress"] == text)
        };
        let mut free = candidates(range);
        free.find(|address| !taken.contains(address) && !own(address)).ok_or_else(|| {
            let message = format!(
                "Subnet {} with address prefix {range} does not have enough capacity for 1 IP addresses.",
                name_of(subnet)
            );
            Refused::new(400, "SubnetIsFull", message)
        })
    }

    fn ranges_of(&self, subnet: &str) -> Vec<IpNet> {
        self.find(Kind::Subnet, subnet)
            .map(|found| of_subnet(&found.body))
            .unwrap_or_default()
    }
}

fn candidates(range: &IpNet) -> Box<dyn Iterator<Item = IpAddr>> {
    match range {
        IpNet::V4(range) => {
            let hosts = range.hosts().skip(3);
            Box::new(hosts.map(IpAddr::from))
        }
        IpNet::V6(range) => {
            let first = range.network().to_bits();
            Box::new(
                (FIRST..FIRST + 65_536)
                    .map(move |own| IpAddr::from(std::net::Ipv6Addr::from_bits(first + own))),
            )
        }
    }
}

fn read(part: &Value) -> Answer<Body> {
    let known: Vec<&Attribute<Plain>> = IP_PROPERTIES.iter().collect();
    let mut asked = object(part["properties"].clone());
    asked.retain(|name, value| !value.is_null() && name != "provisioningState");
    mock_rest::created(&known, asked).map_err(Refused::body)
}

fn same_part<'a>(found: &'a Object, part: &Value) -> Option<&'a Value> {
    let mut parts = items(&found.body, "ipConfigurations").iter();
    parts.find(|own| own["name"] == part["name"])
}
