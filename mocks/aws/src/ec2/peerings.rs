//! Peering: two VPCs of this account, or one with a VPC of somebody else.

use serde_json::{Value, json};

use super::vpc_blocks::{ipv4_of, ipv6_of};
use super::{Ec2, Kind, Params, blocks, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_peering(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (own, peer) = (asked.must("VpcId")?, asked.must("PeerVpcId")?);
        self.find(Kind::Vpc, own)?;
        let tags = self.specified(asked, &[Kind::VpcPeeringConnection])?;
        let foreign = asked
            .text("PeerOwnerId")
            .filter(|owner| *owner != self.config.account);
        let mut accepter = self.side(peer);
        if let Some(owner) = foreign {
            accepter = json!({ "OwnerId": owner, "VpcId": peer });
        } else {
            self.find(Kind::Vpc, peer)?;
        }
        let crossing = |one: &String| {
            self.blocks_of_vpc(peer)
                .iter()
                .any(|other| blocks::overlap(one, other))
        };
        let fails = self.blocks_of_vpc(own).iter().any(crossing);
        let status = |code: &str, message: &str| json!({ "Code": code, "Message": message });
        let body = json!({
            "AccepterVpcInfo": accepter,
            "RequesterVpcInfo": self.side(own),
            "Status": match fails {
                true => status("failed", "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"),
                false => status("pending-acceptance", "Pending Acceptance"),
            },
        });
        let id = self.insert(Kind::VpcPeeringConnection, &tags, body);
        Ok(json!({ "VpcPeeringConnection": self.made(Kind::VpcPeeringConnection, &id)? }))
    }

    fn side(&self, vpc: &str) -> Value {
        let mut side = json!({
            "OwnerId": self.config.account, "Region": self.config.region, "VpcId": vpc,
        });
        if let Some(vpc) = self.store.find("vpc", vpc) {
            let four = ipv4_of(&vpc.body).into_iter();
            let six = ipv6_of(&vpc.body).into_iter();
            side["CidrBlock"] = json!(vpc.text("CidrBlock"));
            side["CidrBlockSet"] = four.map(|block| json!({ "CidrBlock": block })).collect();
            side["Ipv6CidrBlockSet"] = six.map(|block| json!({ "Ipv6CidrBlock": block })).collect();
        }
        side
    }

    pub(super) fn accept_peering(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcPeeringConnectionId")?;
        let peering = self.find(Kind::VpcPeeringConnection, id)?;
        let code = super::at(&peering.body, "Status")["Code"].clone();
        if code != "pending-acceptance" && code != "active" {
            let message = format!("Incorrect state: {code} for VPC peering connection {id}");
            return Err(Refused::new("InvalidStateTransition", message));
        }
        let active = json!({ "Status": { "Code": "active", "Message": "Active" } });
        self.set(Kind::VpcPeeringConnection, id, active);
        Ok(json!({ "VpcPeeringConnection": self.made(Kind::VpcPeeringConnection, id)? }))
    }

    pub(super) fn delete_peering(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcPeeringConnectionId")?;
        self.find(Kind::VpcPeeringConnection, id)?;
        self.remove(Kind::VpcPeeringConnection, id);
        Ok(returned())
    }
}
