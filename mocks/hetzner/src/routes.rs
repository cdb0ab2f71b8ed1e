//! Routes of private traffic, which live inside the body of their network.

use std::net::Ipv4Addr;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::networks::{ROUTES_MAX, items, parsed};
use crate::refused::{Answer, Refused};

/// The gateway of public interfaces.
const PUBLIC_GATEWAY: Ipv4Addr = Ipv4Addr::new(172, 31, 1, 1);

impl Hetzner {
    pub(crate) fn check_route(network: &Body, route: &Value) -> Answer<()> {
        let whole = parsed(network["ip_range"].as_str().unwrap_or_default());
        let gateway: Option<Ipv4Addr> = route["gateway"].as_str().and_then(|ip| ip.parse().ok());
        let gateway = gateway.filter(|ip| whole.contains(ip));
        let is_reserved =
            |ip: &Ipv4Addr| whole.hosts().next() == Some(*ip) || *ip == PUBLIC_GATEWAY;
        match gateway.filter(|ip| !is_reserved(ip)) {
            None => Err(Refused::field(
                "gateway",
                "is not an address of the network",
            )),
            Some(_) if items(network, "routes").len() >= ROUTES_MAX => {
                Err(Refused::over_limit("route"))
            }
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn add_route(&mut self, network: &Object, asked: &Body) -> Answer<Said> {
        let route = Value::Object(asked.clone());
        Self::check_route(&network.body, &route)?;
        let mut routes = items(&network.body, "routes").to_vec();
        if routes
            .iter()
            .any(|own| own["destination"] == route["destination"])
        {
            return Err(Refused::field("destination", "has a route already"));
        }
        routes.push(route);
        Ok(self.change_network("add_route", network, json!({ "routes": routes })))
    }

    pub(crate) fn delete_route(&mut self, network: &Object, asked: &Body) -> Answer<Said> {
        let route = Value::Object(asked.clone());
        let mut routes = items(&network.body, "routes").to_vec();
        let before = routes.len();
        routes.retain(|own| *own != route);
        if routes.len() == before {
            return Err(Refused::new(404, "not_found", "route not found"));
        }
        Ok(self.change_network("delete_route", network, json!({ "routes": routes })))
    }
}
