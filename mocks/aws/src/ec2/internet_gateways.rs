//! Internet gateways.

use serde_json::{Value, json};

use super::{Ec2, Kind, Params, Tags, at, limits, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_internet_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        let tags = self.specified(asked, &[Kind::InternetGateway])?;
        let there = self.store.list("internet-gateway").count();
        self.room(limits::INTERNET_GATEWAYS, there)?;
        let id = self.new_internet_gateway(&tags);
        Ok(json!({ "InternetGateway": self.made(Kind::InternetGateway, &id)? }))
    }

    pub(super) fn new_internet_gateway(&mut self, tags: &Tags) -> String {
        let body = json!({ "Attachments": [], "OwnerId": self.config.account });
        self.insert(Kind::InternetGateway, tags, body)
    }

    pub(super) fn attach_internet_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (id, vpc) = (asked.must("InternetGatewayId")?, asked.must("VpcId")?);
        let gateway = self.find(Kind::InternetGateway, id)?;
        self.find(Kind::Vpc, vpc)?;
        if let Some(other) = at(&gateway.body, "Attachments")[0]["VpcId"].as_str() {
            let message = format!("resource {id} is already attached to network {other}");
            return Err(Refused::new("Resource.AlreadyAssociated", message));
        }
        if self.gateway_of(vpc).is_some() {
            let message = format!("Network {vpc} already has an internet gateway attached");
            return Err(Refused::new("InvalidParameterValue", message));
        }
        self.excluded_from_encryption(vpc, "InternetGateway")?;
        let attachment = |state: &str| json!({ "Attachments": [{ "State": state, "VpcId": vpc }] });
        // Unlike most gateways it is there at once; `available` is what EC2 calls it then.
        self.set(Kind::InternetGateway, id, attachment("available"));
        Ok(returned())
    }

    /// The internet gateway that is attached to a VPC.
    pub(super) fn gateway_of(&self, vpc: &str) -> Option<String> {
        let mut all = self.store.list("internet-gateway");
        let found = all.find(|gateway| at(&gateway.body, "Attachments")[0]["VpcId"] == vpc);
        found.map(|gateway| gateway.id.clone())
    }

    pub(super) fn detach_internet_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (id, vpc) = (asked.must("InternetGatewayId")?, asked.must("VpcId")?);
        let gateway = self.find(Kind::InternetGateway, id)?;
        self.find(Kind::Vpc, vpc)?;
        if at(&gateway.body, "Attachments")[0]["VpcId"] != vpc {
            let message = format!("resource {id} is not attached to network {vpc}");
            return Err(Refused::new("Gateway.NotAttached", message));
        }
        let interfaces = self.in_vpc(Kind::NetworkInterface, vpc);
        let public = interfaces.filter(|interface| interface.body.contains_key("Association"));
        if public.count() > 0 {
            let message = format!(
                "Network {vpc} has some mapped public address(es). Please unmap those public address(es) \
                 before detaching the gateway."
            );
            return Err(Refused::dependency(message));
        }
        self.set(Kind::InternetGateway, id, json!({ "Attachments": [] }));
        Ok(returned())
    }

    pub(super) fn delete_internet_gateway(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("InternetGatewayId")?;
        let gateway = self.find(Kind::InternetGateway, id)?;
        if at(&gateway.body, "Attachments")[0].is_object() {
            let message =
                format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
            return Err(Refused::dependency(message));
        }
        self.remove(Kind::InternetGateway, id);
        Ok(returned())
    }
}
