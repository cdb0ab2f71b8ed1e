//! Routes of route tables.

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::ids::name_of;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};

/// The most routes of a table.
const ROUTES_MAX: usize = 400;

const NEXT_HOPS: [&str; 6] = [
    "Internet",
    "None",
    "VirtualAppliance",
    "VirtualApplianceEcmp",
    "VirtualNetworkGateway",
    "VnetLocal",
];

pub(crate) fn next_hop(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let mut known = NEXT_HOPS.iter();
    match known.find(|word| word.eq_ignore_ascii_case(text)) {
        Some(word) => Ok(json!(word)),
        None => Err(format!("is not one of {}", NEXT_HOPS.join(", "))),
    }
}

pub(crate) fn check_route(id: &str, route: &Body) -> Answer<()> {
    let text = |name: &str| route.get(name).and_then(Value::as_str).unwrap_or_default();
    let prefix = text("addressPrefix");
    let is_service = prefix.starts_with(|first: char| first.is_ascii_uppercase());
    match prefix.parse::<IpNet>() {
        Ok(net) => crate::prefixes::canonical(id, &[net])?,
        Err(_) if is_service => {}
        Err(_) => {
            let message = format!(
                "Address prefix {prefix} of resource {id} is not formatted correctly. It should follow \
                 CIDR notation, for example 10.0.0.0/24."
            );
            return Err(Refused::new(400, "InvalidAddressPrefixFormat", message));
        }
    }
    let has_address = !text("nextHopIpAddress").is_empty();
    let needs_address = text("nextHopType") == "VirtualAppliance";
    if has_address != needs_address {
        let message = format!(
            "Route {} has a next hop of type {}: nextHopIpAddress is for VirtualAppliance, and only for it.",
            name_of(id),
            text("nextHopType")
        );
        return Err(Refused::new(400, "InvalidRouteNextHopIpAddress", message));
    }
    Ok(())
}

impl Azure {
    /// No two routes of a table are for one range.
    pub(crate) fn check_routes(&self, table: &str) -> Answer<()> {
        let routes = self.within(Kind::Route, table);
        if routes.len() > ROUTES_MAX {
            let message = format!(
                "Cannot create more than {ROUTES_MAX} routes in route table {}.",
                name_of(table)
            );
            return Err(Refused::new(400, "RouteCountLimitReached", message));
        }
        for (index, route) in routes.iter().enumerate() {
            let mut others = routes.iter().skip(index + 1);
            let prefix = route.text("addressPrefix");
            if let Some(other) = others.find(|other| other.text("addressPrefix") == prefix) {
                let message = format!(
                    "Route {} conflicts with route {}. Routes cannot have the same AddressPrefix {prefix}.",
                    name_of(&other.id),
                    name_of(&route.id)
                );
                return Err(Refused::new(400, "RouteConflict", message));
            }
        }
        Ok(())
    }
}
