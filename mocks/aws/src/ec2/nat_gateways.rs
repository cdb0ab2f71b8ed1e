//! NAT gateways: slow to come, slow to go, and shown for an hour after.

use std::time::Duration;

use mock_cloud::{Author, Object};
use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags, limits, object};
use crate::clock;
use crate::pending::Step;
use crate::refused::{Answer, Refused};

const SHOWN_AFTER: Duration = Duration::from_hours(1);

impl Ec2<'_> {
    pub(super) fn create_nat_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        if asked.text("AvailabilityMode") == Some("regional") {
            let message = "The mock has no regional NAT gateways";
            return Err(Refused::new("UnsupportedOperation", message));
        }
        let id = asked.must("SubnetId")?;
        let subnet = self.find(Kind::Subnet, id).map_err(|refused| {
            // Other calls say `InvalidSubnetID.NotFound` (terraform#16768, hypershift#711).
            match refused.code.ends_with(".NotFound") {
                true => Refused::new(
                    "InvalidSubnet",
                    format!("The subnet ID '{id}' does not exist"),
                ),
                false => refused,
            }
        })?;
        let without = &self.config.zones_without_nat;
        if without.contains(subnet.text("AvailabilityZone")) {
            let message = "Nat Gateway is not available in this availability zone";
            return Err(Refused::new("NotAvailableInZone", message));
        }
        self.excluded_from_encryption(subnet.text("VpcId"), "NatGateway")?;
        let private = asked.text("ConnectivityType") == Some("private");
        let address = match (asked.text("AllocationId"), private) {
            (Some(_), true) => {
                let message = "AllocationId cannot be specified for a private NAT gateway";
                return Err(Refused::combination(message));
            }
            (None, true) => None,
            (None, false) => return Err(Refused::missing_parameter("AllocationId")),
            (Some(id), false) => Some(self.find(Kind::Address, id)?),
        };
        let tags = self.specified(asked, &[Kind::NatGateway])?;
        self.room(limits::NAT_GATEWAYS, self.nats_in_zone_of(&subnet))?;
        let id = self.new_nat_gateway(&subnet, address.as_deref(), &tags);
        let mut answer = json!({ "NatGateway": self.made(Kind::NatGateway, &id)? });
        if let Some(token) = asked.text("ClientToken") {
            answer["ClientToken"] = json!(token);
        }
        Ok(answer)
    }

    fn nats_in_zone_of(&self, subnet: &Object) -> usize {
        let zone = subnet.text("AvailabilityZone");
        let zone_of = |id: &str| {
            let subnet = self.store.find("subnet", id);
            subnet.is_some_and(|subnet| subnet.text("AvailabilityZone") == zone)
        };
        let all = self.store.list("natgateway");
        all.filter(|nat| nat.text("State") != "failed" && zone_of(nat.text("SubnetId")))
            .count()
    }

    fn new_nat_gateway(
        &mut self,
        subnet: &Object,
        address: Option<&Object>,
        tags: &Tags,
    ) -> String {
        let failure = self.nat_failure(subnet, address);
        let mut own = json!({ "IsPrimary": true, "Status": "associating" });
        if let Some(address) = address {
            own["AllocationId"] = json!(address.id);
        }
        let body = json!({
            "AvailabilityMode": "zonal",
            "ConnectivityType": if address.is_some() { "public" } else { "private" },
            "CreateTime": self.stamp(),
            "NatGatewayAddresses": [own],
            "State": "pending",
            "SubnetId": subnet.id,
            "VpcId": subnet.text("VpcId"),
        });
        let id = self.insert(Kind::NatGateway, tags, body);
        let delay = self.config.nat_delay;
        let step = match failure {
            // It never was, and is shown as it failed.
            Some((code, message)) => {
                let failed_at = self.now + delay;
                let time = clock::ec2(self.config.calendar().at(failed_at));
                Step::Departed {
                    shown: object(json!({
                        "State": "failed", "FailureCode": code, "FailureMessage": message,
                        "DeleteTime": time,
                    })),
                    until: failed_at + SHOWN_AFTER,
                }
            }
            None => {
                own = self.nat_address(&id, subnet, address);
                self.set(
                    Kind::NatGateway,
                    &id,
                    json!({ "NatGatewayAddresses": [own.clone()] }),
                );
                own["Status"] = json!("succeeded");
                Step::Set(object(
                    json!({ "State": "available", "NatGatewayAddresses": [own] }),
                ))
            }
        };
        self.later(delay, Kind::NatGateway, &id, step);
        id
    }

    fn nat_failure(
        &self,
        subnet: &Object,
        address: Option<&Object>,
    ) -> Option<(&'static str, String)> {
        if let Some(message) = &self.config.nat_failure {
            return Some(("InternalError", message.clone()));
        }
        if subnet.text("State") != "available" {
            let message = format!("The subnet {} is not available", subnet.id);
            return Some(("InvalidSubnetID.NotFound", message));
        }
        let address = address?;
        let vpc = subnet.text("VpcId");
        if self.gateway_of(vpc).is_none() {
            let message = format!("Network {vpc} has no Internet gateway attached");
            return Some(("Gateway.NotAttached", message));
        }
        let used = address.body.contains_key("AssociationId");
        used.then(|| {
            let message = format!("Elastic IP address [{}] is already associated", address.id);
            ("Resource.AlreadyAssociated", message)
        })
    }

    /// The interface of a NAT gateway, and its public address bound to it.
    fn nat_address(&mut self, id: &str, subnet: &Object, address: Option<&Object>) -> Value {
        let private = self.free_address(subnet);
        let mut own = json!({
            "IsPrimary": true, "Status": "associating", "PrivateIp": private,
        });
        let mut interface = self.interface_body(subnet, &private);
        interface["Description"] = json!(format!("Interface for NAT Gateway {id}"));
        interface["InterfaceType"] = json!("nat_gateway");
        interface["RequesterManaged"] = json!(true);
        interface["Status"] = json!("in-use");
        interface["_Nat"] = json!(id);
        if let Some(address) = address {
            let association = self.fresh("eipassoc");
            let ip = address.text("PublicIp");
            own["AllocationId"] = json!(address.id);
            own["PublicIp"] = json!(ip);
            own["AssociationId"] = json!(association);
            interface["Association"] = json!({
                "AllocationId": address.id, "AssociationId": association, "PublicIp": ip,
                "IpOwnerId": self.config.account,
            });
        }
        let interface = self.insert_as(
            Author::Cloud,
            Kind::NetworkInterface,
            &Tags::new(),
            interface,
        );
        own["NetworkInterfaceId"] = json!(interface);
        if let Some(address) = address {
            let bound = json!({
                "AssociationId": own["AssociationId"], "NetworkInterfaceId": interface,
                "NetworkInterfaceOwnerId": self.config.account, "PrivateIpAddress": private,
                "_Nat": id,
            });
            self.set(Kind::Address, &address.id, bound);
        }
        own
    }

    pub(super) fn delete_nat_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("NatGatewayId")?;
        let departed = self.schedule.departed.iter().any(|gone| gone.id == id);
        if departed {
            return Ok(json!({ "NatGatewayId": id }));
        }
        let nat = self.find(Kind::NatGateway, id)?;
        // One that failed stays as it is, until EC2 takes it away.
        if ["deleting", "failed"].contains(&nat.text("State")) {
            return Ok(json!({ "NatGatewayId": id }));
        }
        self.set(Kind::NatGateway, id, json!({ "State": "deleting" }));
        let delay = self.config.nat_delay;
        let gone_at = self.now + delay;
        let time = clock::ec2(self.config.calendar().at(gone_at));
        let step = Step::Departed {
            shown: object(json!({ "State": "deleted", "DeleteTime": time })),
            until: gone_at + SHOWN_AFTER,
        };
        self.later(delay, Kind::NatGateway, id, step);
        // Where EC2 is slow to hear of things, the address is bound a while longer.
        let free = delay + self.config.consistency_delay;
        self.later(free, Kind::NatGateway, id, Step::AddressesFree);
        Ok(json!({ "NatGatewayId": id }))
    }
}
