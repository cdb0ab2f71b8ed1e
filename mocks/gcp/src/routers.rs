//! Routers, whose NAT gateways are part of them.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Gcp, items};
use crate::collection::Collection;
use crate::links::{Scope, url};
use crate::objects::{is_name, linked};
use crate::refused::{Answer, Refused};

impl Gcp {
    pub(crate) fn new_router(&mut self, scope: &Scope, body: Body) -> Answer<Body> {
        let mut body = body;
        let text = body["network"].as_str().unwrap_or_default();
        let network = self.referred(Collection::Networks, "network", text)?;
        self.may("compute.networks.updatePolicy", &network.id)?;
        body.insert("network".to_owned(), json!(url(&network.id)));
        self.settle_nats(scope, "", &mut body)?;
        Ok(body)
    }

    pub(crate) fn changed_router(&mut self, router: &Object, values: Body) -> Answer<Body> {
        let network = linked(&router.body, "network");
        self.may("compute.networks.updatePolicy", network)?;
        let mut whole = router.body.clone();
        whole.extend(values.clone());
        let scope = self.scope_of(&router.id);
        let mut values = values;
        if values.get("nats").is_some_and(Value::is_array) {
            self.settle_nats(&scope, &router.id, &mut whole)?;
            values.insert("nats".to_owned(), whole["nats"].clone());
        }
        Ok(values)
    }

    /// Checks the NAT gateways of a router, and writes their links in full.
    fn settle_nats(&self, scope: &Scope, own: &str, body: &mut Body) -> Answer<()> {
        let mut nats = items(body, "nats").to_vec();
        if nats.is_empty() {
            return Ok(());
        }
        self.permits(
            "constraints/compute.restrictCloudNATUsage",
            "Cloud NAT is not allowed for the subnetwork.",
        )?;
        for (index, nat) in nats.iter_mut().enumerate() {
            let at = format!("nats[{index}]");
            check_nat(&at, nat)?;
            for list in ["subnetworks", "nat64Subnetworks"] {
                let listed = nat.get_mut(list).and_then(Value::as_array_mut);
                for one in listed.into_iter().flatten() {
                    let text = one["name"].as_str().unwrap_or_default();
                    let field = format!("{at}.{list}.name");
                    let found = self.referred(Collection::Subnetworks, &field, text)?;
                    if linked(&found.body, "network") != linked(body, "network") {
                        let why = "The subnetwork is not in the network of the router.";
                        return Err(Refused::field(&field, &json!(text), why));
                    }
                    one["name"] = json!(url(&found.id));
                }
            }
            let ips = nat.get_mut("natIps").and_then(Value::as_array_mut);
            for ip in ips.into_iter().flatten() {
                let text = ip.as_str().unwrap_or_default();
                let found = self.referred(Collection::Addresses, &format!("{at}.natIps"), text)?;
                *ip = json!(url(&found.id));
            }
        }
        let names: Vec<&Value> = nats.iter().map(|nat| &nat["name"]).collect();
        if let Some(twice) = (1..names.len()).find(|index| names[..*index].contains(&names[*index]))
        {
            return Err(Refused::field(
                "nats.name",
                names[twice],
                "The name is used twice.",
            ));
        }
        self.check_conflicts(scope, own, linked(body, "network"), &nats)?;
        body.insert("nats".to_owned(), json!(nats));
        Ok(())
    }

    /// One gateway translates the addresses of a subnetwork.
    fn check_conflicts(
        &self,
        scope: &Scope,
        own: &str,
        network: &str,
        nats: &[Value],
    ) -> Answer<()> {
        let routers = self.in_network(Collection::Routers, network);
        let others = routers
            .iter()
            .filter(|router| router.id != own && self.scope_of(&router.id) == *scope);
        let mut all: Vec<Value> = others
            .flat_map(|router| items(&router.body, "nats").to_vec())
            .collect();
        for nat in nats {
            if let Some(other) = all.iter().find(|other| conflict(nat, other)) {
                let message = format!(
                    "Invalid value for field 'resource.nats': NAT '{}' overlaps with NAT '{}' in the \
                     subnetworks that it serves.",
                    nat["name"].as_str().unwrap_or_default(),
                    other["name"].as_str().unwrap_or_default(),
                );
                return Err(Refused::new(400, "invalid", message));
            }
            all.push(nat.clone());
        }
        Ok(())
    }
}

fn check_nat(at: &str, nat: &Value) -> Answer<()> {
    let name = nat["name"].as_str().unwrap_or_default();
    let field = |name: &str| format!("{at}.{name}");
    if !is_name(name) {
        return Err(Refused::field(
            &field("name"),
            &nat["name"],
            "It is not a name.",
        ));
    }
    let sources = &nat["sourceSubnetworkIpRangesToNat"];
    if sources.is_null() && nat["sourceSubnetworkIpRangesToNat64"].is_null() {
        let at = field("sourceSubnetworkIpRangesToNat");
        return Err(Refused::new(
            400,
            "required",
            format!("Required field 'resource.{at}' not specified"),
        ));
    }
    let subnetworks = nat["subnetworks"].as_array().map_or(0, Vec::len);
    if (sources == "LIST_OF_SUBNETWORKS") != (subnetworks > 0) {
        let why = "Subnetworks are named if and only if it is LIST_OF_SUBNETWORKS.";
        return Err(Refused::field(
            &field("sourceSubnetworkIpRangesToNat"),
            sources,
            why,
        ));
    }
    let ips = nat["natIps"].as_array().map_or(0, Vec::len);
    let is_public = nat["type"] != "PRIVATE";
    match (nat["natIpAllocateOption"].as_str(), ips) {
        (Some("AUTO_ONLY"), 0) | (Some("MANUAL_ONLY"), 1..) => Ok(()),
        (None, 0) if !is_public => Ok(()),
        (Some(_), _) => {
            let why = "Addresses are named if and only if it is MANUAL_ONLY.";
            Err(Refused::field(
                &field("natIpAllocateOption"),
                &nat["natIpAllocateOption"],
                why,
            ))
        }
        (None, _) => {
            let at = field("natIpAllocateOption");
            Err(Refused::new(
                400,
                "required",
                format!("Required field 'resource.{at}' not specified"),
            ))
        }
    }
}

/// Whether two gateways of one region and network want to serve the same.
fn conflict(one: &Value, other: &Value) -> bool {
    families(
        one,
        other,
        "sourceSubnetworkIpRangesToNat",
        "LIST_OF_SUBNETWORKS",
        "subnetworks",
    ) || families(
        one,
        other,
        "sourceSubnetworkIpRangesToNat64",
        "LIST_OF_IPV6_SUBNETWORKS",
        "nat64Subnetworks",
    )
}

fn families(one: &Value, other: &Value, mode: &str, some: &str, list: &str) -> bool {
    if one[mode].is_null() || other[mode].is_null() || one["type"] != other["type"] {
        return false;
    }
    if one[mode] != some || other[mode] != some {
        return true;
    }
    let empty = Vec::new();
    let names = |nat: &Value| -> Vec<Value> {
        let all = nat[list].as_array().unwrap_or(&empty);
        all.iter().map(|one| one["name"].clone()).collect()
    };
    let others = names(other);
    names(one).iter().any(|name| others.contains(name))
}
