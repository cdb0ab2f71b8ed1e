//! IPv4 ranges: which may be a VPC's, which are taken, which is free.

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use crate::cloud::DigitalOcean;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// RFC 1918.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// What DigitalOcean keeps for itself in every region.
const RESERVED: [&str; 4] = [
    "10.229.0.0/16",
    "10.244.0.0/16",
    "10.245.0.0/16",
    "10.246.0.0/24",
];

/// Where ranges are taken from that nobody has asked for.
const GENERATED: &str = "10.104.0.0/13";

/// The range of a VPC: /16 to /28.
pub(crate) fn of_vpc(value: &Value) -> Result<Value, String> {
    private(value, 28)
}

/// The range of a subnet: /16 to /24.
pub(crate) fn of_subnet(value: &Value) -> Result<Value, String> {
    private(value, 24)
}

fn private(value: &Value, longest: u8) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let net: Ipv4Net = text
        .parse()
        .map_err(|_| "is not a valid IPv4 network in CIDR notation")?;
    let is_private = PRIVATE.iter().any(|range| parsed(range).contains(&net));
    match (is_private, (16..=longest).contains(&net.prefix_len())) {
        (false, _) => Err("is not inside a private range (RFC 1918)".to_owned()),
        (true, false) => Err(format!("is not between /16 and /{longest}")),
        (true, true) if net.trunc() != net => {
            Err("has bits set behind its prefix length".to_owned())
        }
        (true, true) => Ok(json!(net.to_string())),
    }
}

/// A range that was checked when it was stored.
fn parsed(text: &str) -> Ipv4Net {
    text.parse().unwrap_or_default()
}

fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

impl DigitalOcean {
    /// The ranges of every VPC and subnet of the account.
    fn taken(&self) -> Vec<Ipv4Net> {
        let kinds = [Resource::Vpc, Resource::Subnet];
        let objects = kinds.iter().flat_map(|kind| self.store.list(kind.plural()));
        objects
            .map(|object| parsed(object.text("ip_range")))
            .collect()
    }

    /// The range that was asked for, or a free one of this length.
    pub(crate) fn free_range(&self, asked: Option<&str>, length: u8) -> Answer<String> {
        let taken = self.taken();
        let is_taken = |net: &Ipv4Net| taken.iter().any(|other| overlap(net, other));
        let Some(asked) = asked else {
            let mut subnets = parsed(GENERATED).subnets(length).into_iter().flatten();
            let free = subnets.find(|net| !is_taken(net));
            let free = free.ok_or_else(|| Refused::value("no range is free"))?;
            return Ok(free.to_string());
        };
        let net = parsed(asked);
        if RESERVED.iter().any(|own| overlap(&net, &parsed(own))) {
            let message = "This range/size overlaps with a range that is reserved by DigitalOcean";
            return Err(Refused::value(message));
        }
        match is_taken(&net) {
            true => {
                let message = "This range/size overlaps with another VPC network in your account";
                Err(Refused::value(message))
            }
            false => Ok(asked.to_owned()),
        }
    }

    /// The address of the next member of a VPC.
    pub(crate) fn next_address(&self, vpc: &str, members: usize) -> Answer<String> {
        let vpc = self.find(Resource::Vpc, vpc)?;
        let net = parsed(vpc.text("ip_range"));
        // The first addresses are DigitalOcean's own.
        let address = net.hosts().nth(members + 1);
        let address = address.ok_or_else(|| Refused::value("The VPC has no addresses left"))?;
        Ok(address.to_string())
    }
}
