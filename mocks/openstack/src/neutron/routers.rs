use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::resource::Resource;
use super::{Neutron, Resource::Router};
use crate::refused::{Answer, Refused};

/// The owner of the port by which a router leaves the cloud.
pub(super) const GATEWAY: &str = "network:router_gateway";

impl Neutron<'_> {
    pub(super) fn make_router(&mut self, mut body: Body) -> Answer<String> {
        let gateway = body
            .remove("external_gateway_info")
            .filter(|info| !info.is_null());
        self.allowed_gateway(gateway.as_ref(), "create_router")?;
        for (name, value) in [
            ("status", json!("ACTIVE")),
            ("routes", json!([])),
            ("flavor_id", Value::Null),
            ("availability_zones", json!([])),
            ("distributed", json!(false)),
            ("ha", json!(false)),
            ("_enable_snat", json!(true)),
        ] {
            body.entry(name).or_insert(value);
        }
        let id = self.insert(Router, body);
        if let Some(gateway) = gateway {
            self.set_gateway(&id, &gateway)?;
        }
        Ok(id)
    }

    pub(super) fn change_router(&mut self, object: &Object, mut asked: Body) -> Answer<()> {
        if let Some(gateway) = asked.remove("external_gateway_info") {
            self.allowed_gateway(Some(&gateway), "update_router")?;
            match gateway.is_null() {
                true => {
                    self.gateway_without_floating_ips(&object.id)?;
                    self.drop_gateway(&object.id);
                }
                false => self.set_gateway(&object.id, &gateway)?,
            }
        }
        self.change_plainly(Router, &object.id, asked)
    }

    /// SNAT and addresses of a gateway are the operator's business.
    fn allowed_gateway(&self, info: Option<&Value>, rule: &str) -> Answer<()> {
        let given = |name: &&str| info.is_some_and(|info| info.get(*name).is_some());
        match ["enable_snat", "external_fixed_ips"]
            .into_iter()
            .find(given)
        {
            Some(name) if !self.caller.admin => Err(Refused::policy(&format!(
                "(rule:{rule} and (rule:{rule}:external_gateway_info and \
                 (rule:{rule}:external_gateway_info:network_id and \
                 rule:{rule}:external_gateway_info:{name})))"
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn set_gateway(&mut self, router: &str, info: &Value) -> Answer<()> {
        let id = info["network_id"].as_str().unwrap_or_default();
        let network = self.visible(Resource::Network, id)?;
        if !is_set(&network.body, "router:external") {
            let message = format!("Network {id} is not an external network");
            return Err(Refused::bad("router", message));
        }
        let snat = info
            .get("enable_snat")
            .and_then(Value::as_bool)
            .unwrap_or(true);
        let current = self.gateway_port(router);
        let ips = info
            .get("external_fixed_ips")
            .filter(|ips| ips.as_array().is_some_and(|ips| !ips.is_empty()));
        match current {
            Some(port) if port.text("network_id") == id => {
                if let Some(ips) = ips {
                    let asked = Body::from_iter([("fixed_ips".to_owned(), ips.clone())]);
                    self.change_port(&port, asked)?;
                }
            }
            Some(_) | None => {
                let subnets = self.subnets_in(id);
                self.check_router_subnets(router, &subnets)?;
                self.gateway_without_floating_ips(router)?;
                self.drop_gateway(router);
                self.add_gateway_port(router, id, ips)?;
            }
        }
        let own = Body::from_iter([("_enable_snat".to_owned(), json!(snat))]);
        self.change_plainly(Router, router, own)
    }

    fn add_gateway_port(&mut self, router: &str, network: &str, ips: Option<&Value>) -> Answer<()> {
        let mut body = Body::from_iter([
            ("name".to_owned(), json!("")),
            ("network_id".to_owned(), json!(network)),
            // Hidden from the owner of the router: it belongs to no project.
            ("project_id".to_owned(), json!("")),
            ("device_id".to_owned(), json!(router)),
            ("device_owner".to_owned(), json!(GATEWAY)),
            ("admin_state_up".to_owned(), json!(true)),
            ("dns_name".to_owned(), json!("")),
            ("binding:vnic_type".to_owned(), json!("normal")),
        ]);
        if let Some(ips) = ips {
            body.insert("fixed_ips".to_owned(), ips.clone());
        }
        self.make_port(body)?;
        // Once for the port, once for the router's own row.
        self.bump(Router, router);
        self.bump(Router, router);
        Ok(())
    }

    fn drop_gateway(&mut self, router: &str) {
        if let Some(port) = self.gateway_port(router) {
            self.store.remove(Resource::Port.plural(), &port.id);
            self.bump(Router, router);
        }
    }

    /// The port by which the router leaves, if it has a gateway.
    fn gateway_port(&self, router: &str) -> Option<Arc<Object>> {
        self.router_ports(router)
            .into_iter()
            .find(|port| port.text("device_owner") == GATEWAY)
    }

    pub(super) fn router_ports(&self, router: &str) -> Vec<Arc<Object>> {
        let all = self.store.by(Resource::Port.plural(), "device_id", router);
        let own = |port: &&Arc<Object>| port.text("device_owner").starts_with("network:router");
        all.filter(own).cloned().collect()
    }

    pub(super) fn gateway_shown(&self, router: &Object) -> Value {
        let Some(port) = self.gateway_port(&router.id) else {
            return Value::Null;
        };
        let mut shown = json!({
            "network_id": port.text("network_id"),
            "external_fixed_ips": port.body.get("fixed_ips"),
        });
        if self.has_extension("ext-gw-mode") {
            shown["enable_snat"] = router
                .body
                .get("_enable_snat")
                .cloned()
                .unwrap_or(json!(true));
        }
        shown
    }

    pub(super) fn delete_router(&mut self, object: &Object) -> Answer<()> {
        let ports = self.router_ports(&object.id);
        let attached: Vec<&str> = ports
            .iter()
            .filter(|port| port.text("device_owner") != GATEWAY)
            .map(|port| port.id.as_str())
            .collect();
        if !attached.is_empty() {
            return Err(Refused::conflict(
                "RouterInUse",
                format!(
                    "Router {} has ports still attached: {}",
                    object.id,
                    attached.join(", ")
                ),
            ));
        }
        self.drop_gateway(&object.id);
        self.store.remove(Router.plural(), &object.id);
        Ok(())
    }
}
