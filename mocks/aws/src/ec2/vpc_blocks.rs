//! The address blocks of a VPC: chosen, associated, disassociated.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, blocks, items, limits};
use crate::pending::Step;
use crate::refused::{Answer, Refused};

/// How long a block that was taken away stays in the list as `disassociated`.
const LEFTOVER: std::time::Duration = std::time::Duration::from_mins(5);

/// An IPv6 block and where it comes from.
pub(super) struct Chosen {
    block: String,
    pool: String,
    source: &'static str,
    border_group: Option<String>,
}

/// The IPv6 blocks of a VPC or subnet that are there or on their way.
pub(super) fn ipv6_of(body: &Body) -> Vec<String> {
    live(body, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState")
        .filter_map(|block| block["Ipv6CidrBlock"].as_str().map(str::to_owned))
        .collect()
}

/// The IPv4 blocks of a VPC that are there or on their way.
pub(super) fn ipv4_of(body: &Body) -> Vec<String> {
    live(body, "CidrBlockAssociationSet", "CidrBlockState")
        .filter_map(|block| block["CidrBlock"].as_str().map(str::to_owned))
        .collect()
}

/// Those that can be used.
pub(super) fn associated<'a>(
    body: &'a Body,
    list: &str,
    state: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let blocks = items(body, list).iter();
    blocks.filter(move |block| block[state]["State"] == "associated")
}

fn live<'a>(body: &'a Body, list: &str, state: &'a str) -> impl Iterator<Item = &'a Value> {
    let gone = ["disassociating", "disassociated", "failed"];
    items(body, list).iter().filter(move |block| {
        let state = block[state]["State"].as_str().unwrap_or_default();
        !gone.contains(&state)
    })
}

impl Ec2<'_> {
    /// What a request says of IPv6; `None` where it asks for none.
    pub(super) fn choose_ipv6(&mut self, asked: Params<'_>) -> Answer<Option<Chosen>> {
        let amazon = asked.flag("AmazonProvidedIpv6CidrBlock") == Some(true);
        let (pool, ipam) = (asked.text("Ipv6Pool"), asked.text("Ipv6IpamPoolId"));
        let sources = [amazon, pool.is_some(), ipam.is_some()];
        if sources.iter().filter(|source| **source).count() > 1 {
            let message = "Only one of AmazonProvidedIpv6CidrBlock, Ipv6Pool and Ipv6IpamPoolId may be specified";
            return Err(Refused::combination(message));
        }
        let border = asked.text("Ipv6CidrBlockNetworkBorderGroup");
        if border.is_some() && !amazon {
            let message = "Ipv6CidrBlockNetworkBorderGroup requires AmazonProvidedIpv6CidrBlock";
            return Err(Refused::combination(message));
        }
        let block = asked.text("Ipv6CidrBlock");
        match (pool, ipam) {
            (Some(pool), _) => self.choose_byoip(pool, block).map(Some),
            (None, Some(ipam)) => {
                let length = asked.number("Ipv6NetmaskLength");
                self.choose_ipam(ipam, block, length).map(Some)
            }
            (None, None) if block.is_some() || asked.has("Ipv6NetmaskLength") => {
                Err(Refused::missing_parameter("Ipv6Pool"))
            }
            (None, None) if amazon => {
                let region = self.config.region.clone();
                let border_group = border.map_or(region, str::to_owned);
                self.known_border_group(&border_group)?;
                Ok(Some(Chosen {
                    block: self.amazon_block(),
                    pool: "Amazon".to_owned(),
                    source: "amazon",
                    border_group: Some(border_group),
                }))
            }
            (None, None) => Ok(None),
        }
    }

    fn known_border_group(&self, group: &str) -> Answer<()> {
        let region = &self.config.region;
        let mut groups = self.config.zones.iter().map(|zone| zone.group(region));
        match groups.any(|known| known == group) {
            true => Ok(()),
            false => Err(Refused::value("ipv6CidrBlockNetworkBorderGroup", group, "")),
        }
    }

    fn choose_byoip(&mut self, pool: &str, block: Option<&str>) -> Answer<Chosen> {
        self.find(Kind::Ipv6Pool, pool)?;
        let known = self.config.ipv6_pools.iter().find(|known| known.id == pool);
        let cidrs = known.map_or(&[][..], |known| &known.cidrs);
        let block = self.block_of_pool(cidrs, block, 56)?;
        Ok(Chosen {
            block,
            pool: pool.to_owned(),
            source: "byoip",
            border_group: Some(self.config.region.clone()),
        })
    }

    fn choose_ipam(
        &mut self,
        pool: &str,
        block: Option<&str>,
        length: Option<i64>,
    ) -> Answer<Chosen> {
        self.find(Kind::IpamPool, pool)?;
        if block.is_some() && length.is_some() {
            let message = "Only one of Ipv6CidrBlock and Ipv6NetmaskLength may be specified";
            return Err(Refused::combination(message));
        }
        let known = self.config.ipam_pools.iter().find(|known| known.id == pool);
        let default = known.and_then(|known| known.default_netmask);
        let private = self.config.private_pools.contains(pool);
        let length = match (length, default) {
            (Some(length), _) => u8::try_from(length).ok(),
            (None, default) => default,
        };
        if block.is_none() && length.is_none() {
            return Err(Refused::missing_parameter("Ipv6NetmaskLength"));
        }
        let length = length.unwrap_or(56);
        if !(44..=60).contains(&length) || length % 4 != 0 {
            let text = length.to_string();
            return Err(Refused::value("ipv6NetmaskLength", &text, ""));
        }
        let cidrs = known.map_or(&[][..], |known| &known.cidrs);
        let block = self.block_of_pool(cidrs, block, length)?;
        Ok(Chosen {
            block,
            pool: "IPAM Managed".to_owned(),
            source: if private { "none" } else { "amazon" },
            border_group: Some(self.config.region.clone()),
        })
    }

    fn block_of_pool(&self, cidrs: &[String], block: Option<&str>, length: u8) -> Answer<String> {
        let Some(block) = block else {
            let free = self.free_block(cidrs, length);
            return free.ok_or_else(|| {
                let message = "The pool does not have enough free CIDRs for the request.";
                Refused::new("InsufficientCidrBlocks", message)
            });
        };
        let block = blocks::ipv6("ipv6CidrBlock", block)?.to_string();
        blocks::ipv6_size(&block, 44, 60)?;
        if !blocks::within(&block, cidrs.iter().map(String::as_str)) {
            let reason = " The CIDR block is not in the pool.";
            return Err(Refused::value("ipv6CidrBlock", &block, reason));
        }
        match self.taken(&block) {
            true => Err(Refused::value(
                "ipv6CidrBlock",
                &block,
                " The CIDR block is already in use.",
            )),
            false => Ok(block),
        }
    }

    /// The association as it is stored, and set going.
    pub(super) fn associate_ipv6(&mut self, vpc: &str, chosen: Chosen) -> Value {
        let association = self.fresh("vpc-cidr-assoc");
        let step = Step::Block {
            association: association.clone(),
            state: "associated",
        };
        self.later(self.config.association_delay, Kind::Vpc, vpc, step);
        json!({
            "AssociationId": association,
            "Ipv6CidrBlock": chosen.block,
            "Ipv6CidrBlockState": { "State": "associating" },
            "Ipv6Pool": chosen.pool,
            "NetworkBorderGroup": chosen.border_group,
            "IpSource": chosen.source,
            "Ipv6AddressAttribute": if chosen.source == "none" { "private" } else { "public" },
        })
    }

    /// An answer to a client: which block it will be is not said while it is on its way.
    pub(super) fn without_block(association: &Value) -> Value {
        let mut shown = association.clone();
        if let Some(body) = shown.as_object_mut() {
            body.remove("Ipv6CidrBlock");
        }
        shown
    }

    pub(super) fn associate_vpc_cidr_block(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcId")?;
        let vpc = self.find(Kind::Vpc, id)?;
        if let Some(block) = asked.text("CidrBlock") {
            return self.associate_ipv4(&vpc, block);
        }
        let there = ipv6_of(&vpc.body).len();
        let Some(chosen) = self.choose_ipv6(asked)? else {
            let message = "Either 'cidrBlock' or 'amazonProvidedIpv6CidrBlock' should be provided.";
            return Err(Refused::new("MissingParameter", message));
        };
        if there >= self.quota(limits::IPV6_BLOCKS) {
            return Err(too_many(id, there));
        }
        let association = self.associate_ipv6(id, chosen);
        self.push_block(&vpc, "Ipv6CidrBlockAssociationSet", association.clone());
        self.let_ipv6_through(id);
        Ok(json!({
            "VpcId": id,
            "Ipv6CidrBlockAssociation": Self::without_block(&association),
        }))
    }

    fn associate_ipv4(&mut self, vpc: &Object, block: &str) -> Answer<Value> {
        let net = blocks::ipv4("cidrBlock", block)?;
        if !(16..=28).contains(&net.prefix_len()) {
            return Err(Refused::new(
                "InvalidVpc.Range",
                format!("The CIDR '{net}' is invalid."),
            ));
        }
        let own = ipv4_of(&vpc.body);
        if own.iter().any(|own| blocks::overlap(own, &net.to_string())) {
            let message = format!("The CIDR '{net}' conflicts with another CIDR block of the VPC");
            return Err(Refused::new("InvalidVpc.Conflict", message));
        }
        if own.len() >= self.quota(limits::IPV4_BLOCKS) {
            return Err(too_many(&vpc.id, own.len()));
        }
        let association = self.fresh("vpc-cidr-assoc");
        let step = Step::Block {
            association: association.clone(),
            state: "associated",
        };
        self.later(self.config.association_delay, Kind::Vpc, &vpc.id, step);
        let association = json!({
            "AssociationId": association,
            "CidrBlock": net.to_string(),
            "CidrBlockState": { "State": "associating" },
        });
        self.push_block(vpc, "CidrBlockAssociationSet", association.clone());
        Ok(json!({ "VpcId": vpc.id, "CidrBlockAssociation": association }))
    }

    fn push_block(&mut self, vpc: &Object, list: &str, association: Value) {
        let mut all = items(&vpc.body, list).to_vec();
        all.push(association);
        self.set(Kind::Vpc, &vpc.id, json!({ list: all }));
    }

    pub(super) fn disassociate_vpc_cidr_block(&mut self, asked: Params<'_>) -> Answer<Value> {
        let wanted = asked.must("AssociationId")?;
        let families = [
            (
                "CidrBlockAssociationSet",
                "CidrBlock",
                "CidrBlockState",
                "CidrBlockAssociation",
            ),
            (
                "Ipv6CidrBlockAssociationSet",
                "Ipv6CidrBlock",
                "Ipv6CidrBlockState",
                "Ipv6CidrBlockAssociation",
            ),
        ];
        let vpcs: Vec<_> = self.visible(Kind::Vpc).cloned().collect();
        for vpc in vpcs {
            for (list, member, state, answer) in families {
                let mut found = live(&vpc.body, list, state);
                let Some(block) = found.find(|block| block["AssociationId"] == wanted) else {
                    continue;
                };
                let cidr = block[member].as_str().unwrap_or_default();
                self.block_unused(&vpc, wanted, cidr)?;
                self.take_block(Kind::Vpc, &vpc.id, wanted);
                let mut gone = block.clone();
                gone[state] = json!({ "State": "disassociating" });
                return Ok(json!({ "VpcId": vpc.id, answer: gone }));
            }
        }
        Err(Refused::new(
            "InvalidVpcCidrBlockAssociationID.NotFound",
            format!("The vpc CIDR block association ID '{wanted}' does not exist"),
        ))
    }

    fn block_unused(&self, vpc: &Object, association: &str, cidr: &str) -> Answer<()> {
        if vpc.text("CidrBlock") == cidr {
            let message = format!(
                "The vpc CIDR block with association ID {association} may not be disassociated. \
                 It is the primary IPv4 CIDR block of the VPC"
            );
            return Err(Refused::new("OperationNotPermitted", message));
        }
        let uses = |subnet: &Object| {
            let ipv6 = ipv6_of(&subnet.body);
            blocks::overlap(subnet.text("CidrBlock"), cidr)
                || ipv6.iter().any(|own| blocks::overlap(own, cidr))
        };
        let mut subnets = self.in_vpc(Kind::Subnet, &vpc.id);
        match subnets.any(|subnet| uses(subnet)) {
            true => Err(Refused::new(
                "InvalidCidrBlock.InUse",
                format!(
                    "The vpc {} currently has a subnet within CIDR block {cidr}",
                    vpc.id
                ),
            )),
            false => Ok(()),
        }
    }

    /// Lets a block go: first on its way, then gone, then out of the list.
    pub(super) fn take_block(&mut self, kind: Kind, id: &str, association: &str) {
        let association = || association.to_owned();
        let delay = self.config.association_delay;
        let leaving = Step::Block {
            association: association(),
            state: "disassociating",
        };
        self.schedule.at_once(self.store, kind, id, leaving);
        let left = Step::Block {
            association: association(),
            state: "disassociated",
        };
        self.later(delay, kind, id, left);
        let gone = Step::BlockGone {
            association: association(),
        };
        self.later(delay + LEFTOVER, kind, id, gone);
    }
}

fn too_many(vpc: &str, there: usize) -> Refused {
    let message =
        format!("This network '{vpc}' has met its maximum number of allowed CIDRs: {there}");
    Refused::new("CidrLimitExceeded", message)
}
