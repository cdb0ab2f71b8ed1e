//! Address blocks: read, checked, and chosen from pools.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Ec2;
use crate::refused::{Answer, Refused};

/// Reads an IPv4 block; bits of the host are cut off, as EC2 does.
pub(super) fn ipv4(parameter: &str, text: &str) -> Answer<Ipv4Net> {
    let net = text.parse::<Ipv4Net>().map(|net| net.trunc());
    net.map_err(|_| not_a_block(parameter, text))
}

/// Reads an IPv6 block; bits of the host are cut off.
pub(super) fn ipv6(parameter: &str, text: &str) -> Answer<Ipv6Net> {
    let net = text.parse::<Ipv6Net>().map(|net| net.trunc());
    net.map_err(|_| not_a_block(parameter, text))
}

fn not_a_block(parameter: &str, text: &str) -> Refused {
    Refused::value(parameter, text, " This is not a valid CIDR block.")
}

/// Whether two texts are blocks that share an address.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    match (one.parse::<IpNet>(), other.parse::<IpNet>()) {
        (Ok(one), Ok(other)) => one.contains(&other) || other.contains(&one),
        (Ok(_) | Err(_), _) => false,
    }
}

/// Whether a block lies within one of others.
pub(super) fn within<'a>(block: &str, others: impl Iterator<Item = &'a str>) -> bool {
    let Ok(block) = block.parse::<IpNet>() else {
        return false;
    };
    let mut others = others.filter_map(|other| other.parse::<IpNet>().ok());
    others.any(|other| other.contains(&block))
}

/// The sizes that VPCs and subnets can have in IPv6: multiples of four.
pub(super) fn ipv6_size(text: &str, from: u8, to: u8) -> Answer<()> {
    let net = text.parse::<Ipv6Net>();
    let fits = |net: &Ipv6Net| {
        let length = net.prefix_len();
        (from..=to).contains(&length) && length.is_multiple_of(4)
    };
    match net.is_ok_and(|net| fits(&net)) {
        true => Ok(()),
        false => Err(Refused::value(
            "ipv6CidrBlock",
            text,
            " This is not a valid CIDR block.",
        )),
    }
}

impl Ec2<'_> {
    /// A /56 that Amazon gives out; never twice.
    pub(super) fn amazon_block(&mut self) -> String {
        loop {
            let drawn = self.store.draw();
            let (high, low) = ((drawn >> 48) & 0xffff, (drawn >> 32) & 0xff00);
            let text = format!("2a05:d014:{high:x}:{low:x}::/56");
            let net = text.parse::<Ipv6Net>().map(|net| net.trunc().to_string());
            if let Some(block) = net.ok().filter(|block| !self.taken(block)) {
                return block;
            }
        }
    }

    /// The first free block of this length in the blocks of a pool.
    pub(super) fn free_block(&self, cidrs: &[String], length: u8) -> Option<String> {
        let nets = cidrs.iter().filter_map(|cidr| cidr.parse::<Ipv6Net>().ok());
        let mut blocks = nets.flat_map(|net| net.subnets(length).into_iter().flatten());
        blocks.find_map(|block| {
            let text = block.to_string();
            (!self.taken(&text)).then_some(text)
        })
    }

    /// Whether a VPC has a part of this block.
    pub(super) fn taken(&self, block: &str) -> bool {
        let vpcs = self.store.list("vpc");
        let mut blocks = vpcs.flat_map(|vpc| super::vpc_blocks::ipv6_of(&vpc.body));
        blocks.any(|own| overlap(&own, block))
    }
}
