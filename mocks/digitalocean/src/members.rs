//! What is inside a VPC, and load balancers, which nothing else is known of.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::{items, text};
use crate::cloud::DigitalOcean;
use crate::refused::Answer;
use crate::resource::Resource;

impl DigitalOcean {
    /// The members of a VPC, as a listing shows them.
    pub(crate) fn members(&self, vpc: &str) -> Vec<Value> {
        let kinds = [Resource::Droplet, Resource::LoadBalancer];
        let direct = kinds.into_iter().flat_map(|kind| {
            let inside = self.store.by(kind.plural(), "vpc_uuid", vpc);
            inside.map(move |object| Self::member(kind, object))
        });
        let gateways = self.store.list(Resource::NatGateway.plural());
        let gateways = gateways.filter(|gateway| {
            items(&gateway.body, "vpcs")
                .iter()
                .any(|one| one["vpc_uuid"] == vpc)
        });
        let gateways = gateways.map(|gateway| Self::member(Resource::NatGateway, gateway));
        direct.chain(gateways).collect()
    }

    pub(crate) fn member(resource: Resource, object: &Object) -> Value {
        json!({
            "name": object.text("name"), "urn": resource.urn(&object.id),
            "created_at": object.text("created_at"),
        })
    }

    pub(crate) fn make_load_balancer(&mut self, mut body: Body) -> Answer<String> {
        self.known_region(text(&body, "region"))?;
        let vpc = self.vpc_of(&body)?;
        body.insert("vpc_uuid".to_owned(), json!(vpc));
        body.insert("status".to_owned(), json!("active"));
        Ok(self.insert(Resource::LoadBalancer, body))
    }

    /// The VPC that a body names, or the default one of its region, which is made if need be.
    pub(crate) fn vpc_of(&mut self, body: &Body) -> Answer<String> {
        let (named, region) = (text(body, "vpc_uuid"), text(body, "region"));
        if !named.is_empty() {
            return self.find(Resource::Vpc, named).map(|vpc| vpc.id.clone());
        }
        match self.default_vpc(region) {
            Some(vpc) => Ok(vpc),
            None => {
                let vpc = json!({ "name": format!("default-{region}"), "region": region });
                let vpc = vpc.as_object().cloned().unwrap_or_default();
                self.make_vpc(vpc)
            }
        }
    }
}
