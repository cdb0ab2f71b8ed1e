//! Parts of a subnet that its owner keeps for something.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::vpc_blocks::ipv6_of;
use super::{Ec2, Kind, Params, blocks};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_reservation(&mut self, asked: Params<'_>) -> Answer<Value> {
        let subnet = self.find(Kind::Subnet, asked.must("SubnetId")?)?;
        let tags = self.specified(asked, &[Kind::SubnetCidrReservation])?;
        let text = asked.must("Cidr")?;
        let cidr: IpNet = text.parse().map_err(|_| Refused::value("cidr", text, ""))?;
        let cidr = cidr.trunc().to_string();
        let own = std::iter::once(subnet.text("CidrBlock").to_owned()).chain(ipv6_of(&subnet.body));
        let own: Vec<String> = own.collect();
        if !blocks::within(&cidr, own.iter().map(String::as_str)) {
            let reason = " The CIDR block is not within the subnet.";
            return Err(Refused::value("cidr", &cidr, reason));
        }
        let of_subnet = self.reservations_of(&subnet.id);
        if of_subnet
            .iter()
            .any(|other| blocks::overlap(&cidr, other["Cidr"].as_str().unwrap_or_default()))
        {
            let message = format!("The CIDR '{cidr}' conflicts with another reservation");
            return Err(Refused::new("InvalidSubnet.Conflict", message));
        }
        let body = json!({
            "Cidr": cidr,
            "Description": asked.text("Description").unwrap_or_default(),
            "OwnerId": self.config.account,
            "ReservationType": asked.must("ReservationType")?,
            "SubnetId": subnet.id,
        });
        let id = self.insert(Kind::SubnetCidrReservation, &tags, body);
        Ok(json!({ "SubnetCidrReservation": self.made(Kind::SubnetCidrReservation, &id)? }))
    }

    pub(super) fn delete_reservation(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("SubnetCidrReservationId")?;
        self.find(Kind::SubnetCidrReservation, id)?;
        let gone = self.made(Kind::SubnetCidrReservation, id)?;
        self.remove(Kind::SubnetCidrReservation, id);
        Ok(json!({ "DeletedSubnetCidrReservation": gone }))
    }

    pub(super) fn subnet_reservations(&mut self, asked: Params<'_>) -> Answer<Value> {
        let subnet = self.find(Kind::Subnet, asked.must("SubnetId")?)?;
        let all = self.reservations_of(&subnet.id);
        let is_ipv6 = |one: &Value| one["Cidr"].as_str().is_some_and(|cidr| cidr.contains(':'));
        let (ipv6, ipv4): (Vec<Value>, Vec<Value>) = all.into_iter().partition(is_ipv6);
        Ok(json!({
            "SubnetIpv4CidrReservations": ipv4, "SubnetIpv6CidrReservations": ipv6,
        }))
    }

    fn reservations_of(&self, subnet: &str) -> Vec<Value> {
        let kind = Kind::SubnetCidrReservation;
        let all = self.visible(kind);
        let own = all.filter(|one| one.text("SubnetId") == subnet);
        own.map(|one| self.shown(kind, &one.body)).collect()
    }
}
