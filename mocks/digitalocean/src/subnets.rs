//! Subnets of a VPC: further ranges of it, with names of their own.

use mock_cloud::{Body, Object, Request};
use serde_json::{Value, json};

use crate::api::{changed, items, object, read, text};
use crate::cloud::{DigitalOcean, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables;

impl DigitalOcean {
    pub(crate) fn subnet_route(
        &mut self,
        vpc: &str,
        rest: &[&str],
        request: &Request,
    ) -> Answer<Said> {
        match (request.method().as_str(), rest) {
            ("GET", []) => {
                let all = self.store.by(Resource::Subnet.plural(), "vpc_uuid", vpc);
                let shown = all.map(|subnet| self.shown(Resource::Subnet, &subnet.id));
                self.page_of(Resource::Subnet.listed(), shown.collect(), request)
            }
            ("POST", []) => {
                let id = self.make_subnet(vpc, read(tables::SUBNET, object(request)?)?)?;
                Ok(self.shown_alone(201, Resource::Subnet, &id))
            }
            ("GET", [id]) => {
                self.subnet(vpc, id)?;
                Ok(self.shown_alone(200, Resource::Subnet, id))
            }
            ("GET", [id, "members"]) => {
                self.subnet(vpc, id)?;
                self.page_of("members", self.members_of_subnet(id), request)
            }
            ("PATCH", [id]) => {
                self.subnet(vpc, id)?;
                let body = changed(Resource::Subnet, object(request)?)?;
                self.free_subnet_name(vpc, text(&body, "name"), id)?;
                let kind = Resource::Subnet.plural();
                self.store.update(kind, id, |own| own.extend(body));
                Ok(self.shown_alone(200, Resource::Subnet, id))
            }
            ("DELETE", [id]) => {
                self.delete_subnet(vpc, id)?;
                Ok(Said::nothing())
            }
            _ => Err(Refused::absent()),
        }
    }

    fn subnet(&self, vpc: &str, id: &str) -> Answer<std::sync::Arc<Object>> {
        let subnet = self.find(Resource::Subnet, id)?;
        match subnet.text("vpc_uuid") == vpc {
            true => Ok(subnet),
            false => Err(Refused::absent()),
        }
    }

    pub(crate) fn make_subnet(&mut self, vpc: &str, mut body: Body) -> Answer<String> {
        let network = self.find(Resource::Vpc, vpc)?;
        self.free_subnet_name(vpc, text(&body, "name"), "")?;
        let asked = body.get("ip_range").and_then(Value::as_str);
        let range = self.free_range(asked, 24)?;
        body.insert("ip_range".to_owned(), json!(range));
        body.insert("region".to_owned(), network.body["region"].clone());
        body.insert("type".to_owned(), json!("REGULAR"));
        body.insert("default".to_owned(), json!(false));
        Ok(self.insert_subnet(vpc, body))
    }

    pub(crate) fn insert_subnet(&mut self, vpc: &str, mut body: Body) -> String {
        body.insert("vpc_uuid".to_owned(), json!(vpc));
        self.insert(Resource::Subnet, body)
    }

    fn free_subnet_name(&self, vpc: &str, name: &str, own: &str) -> Answer<()> {
        let mut all = self.store.by(Resource::Subnet.plural(), "vpc_uuid", vpc);
        match all.any(|subnet| subnet.text("name") == name && subnet.id != own) {
            true => Err(Refused::new(409, "name must be unique")),
            false => Ok(()),
        }
    }

    pub(crate) fn delete_subnet(&mut self, vpc: &str, id: &str) -> Answer<()> {
        let subnet = self.subnet(vpc, id)?;
        if subnet.body["default"] == true {
            return Err(Refused::forbidden("Can not delete the default subnet"));
        }
        if !self.members_of_subnet(id).is_empty() {
            let status = self.config.members_refusal;
            return Err(Refused::new(status, "Can not delete subnet with members"));
        }
        self.store.remove(Resource::Subnet.plural(), id);
        Ok(())
    }

    /// Only NAT gateways say in which subnet they are.
    pub(crate) fn members_of_subnet(&self, id: &str) -> Vec<Value> {
        let gateways = self.store.list(Resource::NatGateway.plural());
        let inside = gateways.filter(|gateway| {
            items(&gateway.body, "vpcs")
                .iter()
                .any(|vpc| vpc["subnet_uuid"] == id)
        });
        inside
            .map(|gateway| Self::member(Resource::NatGateway, gateway))
            .collect()
    }
}
