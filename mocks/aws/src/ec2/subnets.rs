//! Subnets.

use mock_cloud::Body;
use serde_json::{Value, json};

use super::vpc_blocks::{associated, ipv4_of, ipv6_of};
use super::{Ec2, Kind, Params, Tags, at, blocks, items, limits, returned};
use crate::config::{Zone, ZoneKind};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_subnet(&mut self, asked: Params<'_>) -> Answer<Value> {
        let vpc = asked.must("VpcId")?;
        self.find(Kind::Vpc, vpc)?;
        if asked.has("OutpostArn") || asked.has("Ipv4IpamPoolId") || asked.has("Ipv6IpamPoolId") {
            let message = "The mock has no Outposts, and no subnets from IPAM pools";
            return Err(Refused::new("UnsupportedOperation", message));
        }
        let tags = self.specified(asked, &[Kind::Subnet])?;
        let zone = self.zone_asked(asked)?;
        let native = asked.flag("Ipv6Native") == Some(true);
        let ipv4 = self.ipv4_of_new_subnet(vpc, asked, native)?;
        let ipv6 = self.ipv6_of_new_subnet(vpc, asked, native, &zone)?;
        self.room(limits::SUBNETS, self.in_vpc(Kind::Subnet, vpc).count())?;
        let id = self.new_subnet(vpc, &zone, &ipv4, ipv6, &tags);
        if native {
            let values = json!({
                "Ipv6Native": true, "AssignIpv6AddressOnCreation": true,
                "PrivateDnsNameOptionsOnLaunch": dns_options("resource-name"),
            });
            self.set(Kind::Subnet, &id, values);
        }
        Ok(json!({ "Subnet": self.made(Kind::Subnet, &id)? }))
    }

    pub(crate) fn new_subnet(
        &mut self,
        vpc: &str,
        zone: &Zone,
        block: &str,
        ipv6: Option<String>,
        tags: &Tags,
    ) -> String {
        let mut body = json!({
            "AssignIpv6AddressOnCreation": false,
            "AvailabilityZone": zone.name,
            "AvailabilityZoneId": zone.id,
            "DefaultForAz": false,
            "EnableDns64": false,
            "Ipv6CidrBlockAssociationSet": [],
            "Ipv6Native": false,
            "MapCustomerOwnedIpOnLaunch": false,
            "MapPublicIpOnLaunch": false,
            "OwnerId": self.config.account,
            "PrivateDnsNameOptionsOnLaunch": dns_options("ip-name"),
            "State": "pending",
            "VpcId": vpc,
        });
        if !block.is_empty() {
            body["CidrBlock"] = json!(block);
        }
        let id = self.insert(Kind::Subnet, tags, body);
        let arn = self.arn(Kind::Subnet, &id);
        self.set(Kind::Subnet, &id, json!({ "SubnetArn": arn }));
        if let Some(block) = ipv6 {
            let association = self.associate_subnet(vpc, &id, &block);
            self.set(
                Kind::Subnet,
                &id,
                json!({ "Ipv6CidrBlockAssociationSet": [association] }),
            );
        }
        self.settles(Kind::Subnet, &id, json!({ "State": "available" }));
        self.join_default_acl(vpc, &id);
        id
    }

    fn join_default_acl(&mut self, vpc: &str, subnet: &str) {
        let association = self.fresh("aclassoc");
        let acl = self
            .in_vpc(Kind::NetworkAcl, vpc)
            .find(|acl| at(&acl.body, "IsDefault") == true)
            .cloned();
        let Some(acl) = acl else {
            return;
        };
        let mut associations = items(&acl.body, "Associations").to_vec();
        associations.push(json!({
            "NetworkAclAssociationId": association, "NetworkAclId": acl.id, "SubnetId": subnet,
        }));
        self.set(
            Kind::NetworkAcl,
            &acl.id,
            json!({ "Associations": associations }),
        );
    }

    fn zone_asked(&self, asked: Params<'_>) -> Answer<Zone> {
        let name = asked.text("AvailabilityZone");
        let id = asked.text("AvailabilityZoneId");
        let mut usable = self.config.zones.iter().filter(|zone| zone.opted_in);
        let found = match (name, id) {
            (None, None) => usable.next(),
            _ => usable.find(|zone| {
                name.is_none_or(|name| name == zone.name) && id.is_none_or(|id| id == zone.id)
            }),
        };
        found.cloned().ok_or_else(|| {
            let asked = name.or(id).unwrap_or_default();
            let names: Vec<String> = self
                .ordinary_zones()
                .into_iter()
                .map(|zone| zone.name)
                .collect();
            let reason = format!(
                " Subnets can currently only be created in the following availability zones: {}.",
                names.join(", ")
            );
            Refused::value("availabilityZone", asked, &reason)
        })
    }

    fn ipv4_of_new_subnet(&self, vpc: &str, asked: Params<'_>, native: bool) -> Answer<String> {
        if native {
            return match asked.has("CidrBlock") {
                true => {
                    let message = "An IPv6 native subnet cannot have an IPv4 CIDR block";
                    Err(Refused::combination(message))
                }
                false => Ok(String::new()),
            };
        }
        let block = blocks::ipv4("cidrBlock", asked.must("CidrBlock")?)?;
        let text = block.to_string();
        let body = &self.find(Kind::Vpc, vpc)?.body;
        let of_vpc: Vec<String> = associated(body, "CidrBlockAssociationSet", "CidrBlockState")
            .filter_map(|block| block["CidrBlock"].as_str().map(str::to_owned))
            .collect();
        let inside = blocks::within(&text, of_vpc.iter().map(String::as_str));
        if !(16..=28).contains(&block.prefix_len()) || !inside {
            return Err(out_of_range(&text));
        }
        let mut others = self.in_vpc(Kind::Subnet, vpc);
        match others.find(|subnet| blocks::overlap(subnet.text("CidrBlock"), &text)) {
            Some(_) => Err(conflict(&text)),
            None => Ok(text),
        }
    }

    fn ipv6_of_new_subnet(
        &self,
        vpc: &str,
        asked: Params<'_>,
        native: bool,
        zone: &Zone,
    ) -> Answer<Option<String>> {
        let Some(block) = asked.text("Ipv6CidrBlock") else {
            return match native {
                true => Err(Refused::missing_parameter("Ipv6CidrBlock")),
                false => Ok(None),
            };
        };
        self.checked_ipv6(vpc, block, zone).map(Some)
    }

    /// An IPv6 block that a subnet of this VPC in this zone may have.
    ///
    /// # Errors
    /// Not a block, of no allowed size, outside the VPC, used already, or a zone without IPv6.
    pub(super) fn checked_ipv6(&self, vpc: &str, block: &str, zone: &Zone) -> Answer<String> {
        if zone.kind == ZoneKind::WavelengthZone {
            let message = "IPv6 is not supported in Wavelength Zones";
            return Err(Refused::new("UnsupportedOperation", message));
        }
        let text = blocks::ipv6("ipv6CidrBlock", block)?.to_string();
        blocks::ipv6_size(&text, 44, 64)?;
        let body = &self.find(Kind::Vpc, vpc)?.body;
        let group = zone.group(&self.config.region);
        let of_vpc = associated(body, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState");
        let of_group = of_vpc.filter(|block| block["NetworkBorderGroup"] == group.as_str());
        let mut cidrs = of_group.filter_map(|block| block["Ipv6CidrBlock"].as_str());
        if !blocks::within(&text, cidrs.by_ref()) {
            return Err(out_of_range(&text));
        }
        let mut others = self.in_vpc(Kind::Subnet, vpc);
        let taken = others.any(|subnet| {
            ipv6_of(&subnet.body)
                .iter()
                .any(|own| blocks::overlap(own, &text))
        });
        match taken {
            true => Err(conflict(&text)),
            false => Ok(text),
        }
    }

    pub(super) fn delete_subnet(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("SubnetId")?;
        let subnet = self.find(Kind::Subnet, id)?;
        let interfaces = self.store.list("network-interface");
        let nats = self.store.list("natgateway");
        let inside = interfaces
            .chain(nats)
            .filter(|object| object.text("SubnetId") == id);
        if inside.count() > 0 {
            let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
            return Err(Refused::dependency(message));
        }
        self.forget_subnet(subnet.text("VpcId"), id);
        self.remove(Kind::Subnet, id);
        Ok(returned())
    }

    /// Takes a subnet out of route tables and network ACLs: EC2 does that by itself.
    fn forget_subnet(&mut self, vpc: &str, id: &str) {
        for kind in [Kind::RouteTable, Kind::NetworkAcl] {
            let all: Vec<_> = self.in_vpc(kind, vpc).cloned().collect();
            for object in all {
                let mut associations = items(&object.body, "Associations").to_vec();
                let before = associations.len();
                associations.retain(|association| association["SubnetId"] != id);
                if associations.len() < before {
                    self.set(kind, &object.id, json!({ "Associations": associations }));
                }
            }
        }
    }

    /// Free addresses: five of each block are Amazon's.
    pub(super) fn show_subnet(&self, shown: &mut Body) {
        let text = |name: &str| shown.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, block) = (text("SubnetId"), text("CidrBlock"));
        let length = block
            .split_once('/')
            .and_then(|(_, length)| length.parse::<u32>().ok());
        let size = length.map_or(0, |length| 1_u64 << (32 - length.min(32)));
        let used: usize = self
            .store
            .list("network-interface")
            .filter(|interface| interface.text("SubnetId") == id)
            .map(|interface| items(&interface.body, "PrivateIpAddresses").len().max(1))
            .sum();
        let used = u64::try_from(used).unwrap_or(u64::MAX);
        let free = size.saturating_sub(5).saturating_sub(used);
        shown.insert("AvailableIpAddressCount".to_owned(), json!(free));
    }

    /// Whether a block is one of the VPC's, in either family.
    pub(super) fn blocks_of_vpc(&self, vpc: &str) -> Vec<String> {
        let vpc = self.store.find("vpc", vpc);
        vpc.map_or_else(Vec::new, |vpc| {
            let mut all = ipv4_of(&vpc.body);
            all.extend(ipv6_of(&vpc.body));
            all
        })
    }
}

fn dns_options(kind: &str) -> Value {
    json!({
        "HostnameType": kind, "EnableResourceNameDnsARecord": false, "EnableResourceNameDnsAAAARecord": false,
    })
}

fn out_of_range(block: &str) -> Refused {
    Refused::new(
        "InvalidSubnet.Range",
        format!("The CIDR '{block}' is invalid."),
    )
}

fn conflict(block: &str) -> Refused {
    let message = format!("The CIDR '{block}' conflicts with another subnet");
    Refused::new("InvalidSubnet.Conflict", message)
}
