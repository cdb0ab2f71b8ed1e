//! VPCs: private networks of IPv4 alone, one of them the default of its region.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::api::text;
use crate::cloud::DigitalOcean;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// Letters, digits, dashes and periods.
pub(crate) fn name(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    match !text.is_empty() && text.len() <= 255 && text.chars().all(is_fit) {
        true => Ok(value.clone()),
        false => Err("may only contain alphanumeric characters, dashes, and periods".to_owned()),
    }
}

impl DigitalOcean {
    pub(crate) fn make_vpc(&mut self, mut body: Body) -> Answer<String> {
        self.known_region(text(&body, "region"))?;
        self.free_vpc_name(text(&body, "name"), "")?;
        let asked = body.get("ip_range").and_then(Value::as_str);
        let range = self.free_range(asked, 20)?;
        let is_first = self.default_vpc(text(&body, "region")).is_none();
        body.insert("ip_range".to_owned(), json!(range));
        body.insert("default".to_owned(), json!(is_first));
        let whole = subnet_of(&body, &range);
        let id = self.insert(Resource::Vpc, body);
        self.insert_subnet(&id, whole);
        Ok(id)
    }

    /// The default VPC of a region; it is made with the first droplet where there is none.
    pub(crate) fn default_vpc(&self, region: &str) -> Option<String> {
        let mut vpcs = self.store.list(Resource::Vpc.plural());
        let vpc = vpcs.find(|vpc| vpc.text("region") == region && vpc.body["default"] == true)?;
        Some(vpc.id.clone())
    }

    pub(crate) fn known_region(&self, region: &str) -> Answer<()> {
        match self.config.regions.contains(&region) {
            true => Ok(()),
            false => Err(Refused::value(format!("region {region} is not available"))),
        }
    }

    fn free_vpc_name(&self, name: &str, own: &str) -> Answer<()> {
        let mut same = self.store.by(Resource::Vpc.plural(), "name", name);
        match same.any(|vpc| vpc.id != own) {
            true => Err(Refused::new(409, "name must be unique")),
            false => Ok(()),
        }
    }

    pub(crate) fn update_vpc(&mut self, vpc: &Object, body: Body) -> Answer<()> {
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            self.free_vpc_name(name, &vpc.id)?;
        }
        let kind = Resource::Vpc.plural();
        match (vpc.body["default"] == true, body.get("default")) {
            (true, Some(Value::Bool(false))) => {
                return Err(Refused::forbidden("Can not unset default VPCs"));
            }
            (false, Some(Value::Bool(true))) => {
                if let Some(former) = self.default_vpc(vpc.text("region")) {
                    self.store.update(kind, &former, |body| {
                        body.insert("default".to_owned(), json!(false));
                    });
                }
            }
            _ => {}
        }
        self.store.update(kind, &vpc.id, |own| own.extend(body));
        Ok(())
    }

    /// Subnets without members go with their VPC, without a word.
    pub(crate) fn delete_vpc(&mut self, vpc: &Object) -> Answer<()> {
        if vpc.body["default"] == true {
            return Err(Refused::forbidden("Can not delete default VPCs"));
        }
        if !self.members(&vpc.id).is_empty() {
            let status = self.config.members_refusal;
            return Err(Refused::new(status, "Can not delete VPC with members"));
        }
        if !self.peerings_of(&vpc.id).is_empty() {
            return Err(Refused::forbidden("Can not delete VPC with peerings"));
        }
        let inside = self
            .store
            .by(Resource::Subnet.plural(), "vpc_uuid", &vpc.id);
        let inside: Vec<String> = inside.map(|subnet| subnet.id.clone()).collect();
        for subnet in inside {
            self.store.remove(Resource::Subnet.plural(), &subnet);
        }
        self.store.remove(Resource::Vpc.plural(), &vpc.id);
        Ok(())
    }
}

/// The subnet that is the VPC itself.
fn subnet_of(vpc: &Body, range: &str) -> Body {
    let subnet = json!({
        "name": text(vpc, "name"), "ip_range": range, "region": text(vpc, "region"),
        "type": "REGULAR", "default": true,
    });
    subnet.as_object().cloned().unwrap_or_default()
}
