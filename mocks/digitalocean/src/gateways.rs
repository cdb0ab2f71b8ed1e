//! VPC NAT gateways: a way out for droplets without a public address, by IPv4 alone.

use mock_cloud::{Body, Object};
use serde_json::json;

use crate::api::{items, text};
use crate::cloud::{DigitalOcean, Step};
use crate::refused::Answer;
use crate::resource::Resource;

impl DigitalOcean {
    pub(crate) fn make_gateway(&mut self, mut body: Body) -> Answer<String> {
        self.known_region(text(&body, "region"))?;
        let mut vpcs = items(&body, "vpcs").to_vec();
        for vpc in &mut vpcs {
            let id = vpc["vpc_uuid"].as_str().unwrap_or_default().to_owned();
            self.find(Resource::Vpc, &id)?;
            if let Some(subnet) = vpc["subnet_uuid"].as_str() {
                self.find(Resource::Subnet, subnet)?;
            }
            vpc["gateway_ip"] = json!(self.next_address(&id, self.members(&id).len())?);
        }
        let public = format!("203.0.113.{}", 1 + self.store.draw() % 250);
        body.insert("vpcs".to_owned(), json!(vpcs));
        body.insert("state".to_owned(), json!("NEW"));
        body.insert(
            "egresses".to_owned(),
            json!({ "public_gateways": [{ "ipv4": public }] }),
        );
        let id = self.insert(Resource::NatGateway, body);
        let step = Step::Set(Resource::NatGateway, id.clone(), "state", json!("ACTIVE"));
        self.later(step);
        Ok(id)
    }

    pub(crate) fn delete_gateway(&mut self, gateway: &Object) {
        let kind = Resource::NatGateway;
        self.store.update(kind.plural(), &gateway.id, |body| {
            body.insert("state".to_owned(), json!("DELETING"));
        });
        self.later(Step::Remove(kind, gateway.id.clone()));
    }
}
