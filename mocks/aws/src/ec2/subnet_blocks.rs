//! The IPv6 block of a subnet.

use serde_json::{Value, json};

use super::places::zone_named;
use super::vpc_blocks::ipv6_of;
use super::{Ec2, Kind, Params, blocks, items};
use crate::pending::Step;
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    /// The association as it is stored, and set going.
    pub(super) fn associate_subnet(&mut self, vpc: &str, subnet: &str, block: &str) -> Value {
        let of_vpc = self.store.find("vpc", vpc);
        let of_vpc = of_vpc.map_or(&[][..], |vpc| {
            items(&vpc.body, "Ipv6CidrBlockAssociationSet")
        });
        let whole = of_vpc.iter().find(|whole| {
            let whole = whole["Ipv6CidrBlock"].as_str();
            blocks::within(block, whole.into_iter())
        });
        let inherited = |name: &str, else_: &str| {
            let value = whole.and_then(|whole| whole[name].as_str());
            value.unwrap_or(else_).to_owned()
        };
        let attribute = inherited("Ipv6AddressAttribute", "public");
        let source = inherited("IpSource", "amazon");
        let association = self.fresh("subnet-cidr-assoc");
        let step = Step::Block {
            association: association.clone(),
            state: "associated",
        };
        self.later(self.config.association_delay, Kind::Subnet, subnet, step);
        json!({
            "AssociationId": association,
            "Ipv6CidrBlock": block,
            "Ipv6CidrBlockState": { "State": "associating" },
            "Ipv6AddressAttribute": attribute,
            "IpSource": source,
        })
    }

    pub(super) fn associate_subnet_cidr_block(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("SubnetId")?;
        let subnet = self.find(Kind::Subnet, id)?;
        let zone = zone_named(self.config, subnet.text("AvailabilityZone"));
        let zone = zone.ok_or_else(|| Refused::server(500))?;
        let block = self.checked_ipv6(subnet.text("VpcId"), asked.must("Ipv6CidrBlock")?, &zone)?;
        if !ipv6_of(&subnet.body).is_empty() {
            let message =
                format!("The subnet '{id}' has met its maximum number of allowed IPv6 CIDRs: 1");
            return Err(Refused::new("CidrLimitExceeded", message));
        }
        let association = self.associate_subnet(subnet.text("VpcId"), id, &block);
        let mut all = items(&subnet.body, "Ipv6CidrBlockAssociationSet").to_vec();
        all.push(association.clone());
        self.set(
            Kind::Subnet,
            id,
            json!({ "Ipv6CidrBlockAssociationSet": all }),
        );
        Ok(json!({ "SubnetId": id, "Ipv6CidrBlockAssociation": association }))
    }

    pub(super) fn disassociate_subnet_cidr_block(&mut self, asked: Params<'_>) -> Answer<Value> {
        let wanted = asked.must("AssociationId")?;
        let of = |body: &mock_cloud::Body| {
            let mut all = items(body, "Ipv6CidrBlockAssociationSet").iter();
            all.find(|block| block["AssociationId"] == wanted).cloned()
        };
        let mut all = self.visible(Kind::Subnet);
        let found = all.find_map(|subnet| of(&subnet.body).map(|block| (subnet.clone(), block)));
        let Some((subnet, mut block)) = found else {
            let message =
                format!("The subnet CIDR block with association ID '{wanted}' does not exist");
            return Err(Refused::new(
                "InvalidSubnetCidrBlockAssociationID.NotFound",
                message,
            ));
        };
        drop(all);
        let mut interfaces = self.store.list("network-interface");
        let used = |interface: &mock_cloud::Object| {
            interface.text("SubnetId") == subnet.id
                && !items(&interface.body, "Ipv6Addresses").is_empty()
        };
        if interfaces.any(|interface| used(interface)) {
            let cidr = block["Ipv6CidrBlock"].as_str().unwrap_or_default();
            let message =
                format!("The subnet CIDR block {cidr} is currently in use by a network interface");
            return Err(Refused::new("InvalidCidrBlock.InUse", message));
        }
        drop(interfaces);
        self.take_block(Kind::Subnet, &subnet.id, wanted);
        self.set(
            Kind::Subnet,
            &subnet.id,
            json!({ "AssignIpv6AddressOnCreation": false }),
        );
        block["Ipv6CidrBlockState"] = json!({ "State": "disassociating" });
        Ok(json!({ "SubnetId": subnet.id, "Ipv6CidrBlockAssociation": block }))
    }
}
