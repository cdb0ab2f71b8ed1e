//! Egress-only internet gateways: out in IPv6, never in.

use serde_json::{Value, json};

use super::{Ec2, Kind, Params, limits};
use crate::refused::Answer;

impl Ec2<'_> {
    pub(super) fn create_egress_only(&mut self, asked: Params<'_>) -> Answer<Value> {
        let vpc = asked.must("VpcId")?;
        self.excluded_from_encryption(vpc, "EgressOnlyInternetGateway")?;
        let tags = self.specified(asked, &[Kind::EgressOnlyInternetGateway])?;
        let there = self.store.list("egress-only-internet-gateway").count();
        self.room(limits::EGRESS_ONLY, there)?;
        let attachment = |state: &str| json!({ "Attachments": [{ "State": state, "VpcId": vpc }] });
        let id = self.insert(
            Kind::EgressOnlyInternetGateway,
            &tags,
            attachment("attaching"),
        );
        self.settles(Kind::EgressOnlyInternetGateway, &id, attachment("attached"));
        let mut answer = json!({
            "EgressOnlyInternetGateway": self.made(Kind::EgressOnlyInternetGateway, &id)?,
        });
        if let Some(token) = asked.text("ClientToken") {
            answer["ClientToken"] = json!(token);
        }
        Ok(answer)
    }

    pub(super) fn delete_egress_only(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("EgressOnlyInternetGatewayId")?;
        self.find(Kind::EgressOnlyInternetGateway, id)?;
        // Routes that lead to it become black holes.
        self.remove(Kind::EgressOnlyInternetGateway, id);
        Ok(json!({ "ReturnCode": true }))
    }
}
