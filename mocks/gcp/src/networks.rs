//! Networks of a project, their ranges of unique local addresses, and peerings.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Gcp, items};
use crate::collection::Collection;
use crate::config::Failure;
use crate::links::{Scope, meant, url};
use crate::objects::taken;
use crate::operations::Effect;
use crate::prefixes::{long, of_pool, parsed};
use crate::refused::{Answer, Refused};
use crate::tables;

/// Where networks have their unique local addresses from.
const ULA: &str = "fd20::/20";
/// Auto mode gives each region a range of these.
const AUTO: [u8; 2] = [10, 128];

impl Gcp {
    pub(crate) fn new_network(&mut self, body: Body) -> Answer<Body> {
        let mut body = body;
        if !body.contains_key("autoCreateSubnetworks") {
            let why = "Legacy networks can no longer be created.";
            return Err(Refused::field("IPv4Range", &Value::Null, why));
        }
        self.check_ula(&body)?;
        if let Some(profile) = body.get("networkProfile").and_then(Value::as_str) {
            let profile = self.referred(Collection::NetworkProfiles, "networkProfile", profile)?;
            body.insert("networkProfile".to_owned(), json!(url(&profile.id)));
        }
        body.entry("mtu").or_insert(json!(1460));
        let routing = body.entry("routingConfig").or_insert(json!({}));
        if routing.get("routingMode").is_none() {
            routing["routingMode"] = json!("REGIONAL");
        }
        Ok(body)
    }

    fn check_ula(&self, body: &Body) -> Answer<()> {
        let is_on = body.get("enableUlaInternalIpv6") == Some(&json!(true));
        if is_on {
            self.permits(
                "constraints/compute.disableVpcInternalIpv6",
                "Enabling internal IPv6 is not allowed.",
            )?;
        }
        let Some(range) = body
            .get("internalIpv6Range")
            .filter(|range| !range.is_null())
        else {
            return Ok(());
        };
        let net = parsed(range);
        let is_inside =
            net.is_some_and(|net| parsed(&json!(ULA)).is_some_and(|ula| ula.contains(&net)));
        match (
            is_on,
            is_inside && net.is_some_and(|net| net.prefix_len() == 48),
        ) {
            (true, true) => Ok(()),
            (false, _) => {
                let why = "It can only be set when enableUlaInternalIpv6 is true.";
                Err(Refused::field("internalIpv6Range", range, why))
            }
            (true, false) => {
                let why = format!("It must be a /48 within {ULA}.");
                Err(Refused::field("internalIpv6Range", range, why))
            }
        }
    }

    pub(crate) fn changed_network(&mut self, network: &Object, values: Body) -> Answer<Body> {
        let is = |name| {
            network
                .body
                .get(name)
                .is_some_and(|old| !old.is_null() && old != false)
        };
        for name in ["enableUlaInternalIpv6", "internalIpv6Range"] {
            if let (true, Some(value)) = (is(name), values.get(name)) {
                let why = "The internal IPv6 range of a network cannot be changed.";
                return Err(Refused::field(name, value, why));
            }
        }
        self.check_ula(&values)?;
        Ok(values)
    }

    /// That the range that somebody wants is another network's shows only when the operation ends.
    pub(crate) fn range_taken(&self, id: &str, wanted: Option<&Value>) -> Option<Failure> {
        let wanted = parsed(wanted?)?;
        let mut others = self.store.list(Collection::Networks.plural());
        let is_other = |other: &Object| {
            other.id != id && other.body.get("internalIpv6Range").and_then(parsed) == Some(wanted)
        };
        others.any(|other| is_other(other)).then(|| Failure {
            code: "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE".to_owned(),
            status: 400,
            message: format!("The internal IPv6 range '{wanted}' is already in use."),
        })
    }

    pub(crate) fn made_network(&mut self, id: &str) {
        self.assign_range(id);
        self.default_route(id, "0.0.0.0/0");
        let body = self
            .store
            .find(Collection::Networks.plural(), id)
            .map(|own| own.body.clone());
        let body = body.unwrap_or_default();
        if body.get("autoCreateSubnetworks") == Some(&json!(true)) {
            self.auto_subnetworks(id, &body);
        }
    }

    fn auto_subnetworks(&mut self, network: &str, body: &Body) {
        for (index, region) in self.config.regions.clone().into_iter().enumerate() {
            let [first, second] = AUTO;
            let index = u8::try_from(index * 4).unwrap_or_default();
            let scope = Scope::Region(region.name.to_owned());
            let subnetwork = crate::cloud::object(json!({
                "name": body["name"], "network": url(network),
                "ipCidrRange": format!("{first}.{}.{}.0/20", second + index / 16, (index % 16) * 16),
                "gatewayAddress": format!("{first}.{}.{}.1", second + index / 16, (index % 16) * 16),
                "stackType": "IPV4_ONLY", "purpose": "PRIVATE", "privateIpGoogleAccess": false,
                "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
                "fingerprint": self.new_fingerprint(),
            }));
            let name = body["name"].as_str().unwrap_or_default();
            let id = self.path_of(Collection::Subnetworks, &scope, name);
            self.keep(Collection::Subnetworks, &scope, &id, subnetwork);
            self.made_subnetwork(&id);
        }
    }

    /// Gives a network its range of unique local addresses, if it wants one and has none.
    pub(crate) fn assign_range(&mut self, id: &str) {
        let Some(network) = self.store.find(Collection::Networks.plural(), id).cloned() else {
            return;
        };
        if network.body.get("enableUlaInternalIpv6") != Some(&json!(true)) {
            return;
        }
        let range = match network.body.get("internalIpv6Range").and_then(parsed) {
            Some(asked) => asked,
            None => of_pool(ULA, 48, self.store.draw()),
        };
        self.store
            .update(Collection::Networks.plural(), id, |body| {
                body.insert("internalIpv6Range".to_owned(), json!(long(range)));
            });
    }

    pub(crate) fn add_peering(&mut self, id: &str, asked: Body) -> Answer<Value> {
        self.may("compute.networks.addPeering", id)?;
        let network = self.ready(Collection::Networks, id)?;
        let asked = taken(tables::ADD_PEERING, asked)?;
        let mut peering = match asked.get("networkPeering") {
            Some(peering) => peering.clone(),
            None => json!({
                "name": asked.get("name"), "network": asked.get("peerNetwork"),
                "autoCreateRoutes": true, "exchangeSubnetRoutes": true, "stackType": "IPV4_ONLY",
            }),
        };
        let other = peering["network"].as_str().unwrap_or_default();
        let other = meant(&self.config, other).ok_or_else(|| {
            Refused::field(
                "networkPeering.network",
                &peering["network"],
                "The URL is malformed.",
            )
        })?;
        peering["network"] = json!(url(&other));
        let peerings = items(&network.body, "peerings");
        if peerings
            .iter()
            .any(|old| old["name"] == peering["name"] || old["network"] == peering["network"])
        {
            let message = format!("There is already a peering to {other} in network {id}");
            return Err(Refused::new(409, "alreadyExists", message));
        }
        let is_mutual = self
            .store
            .find(Collection::Networks.plural(), &other)
            .is_none_or(|other| {
                items(&other.body, "peerings")
                    .iter()
                    .any(|back| back["network"] == json!(url(id)))
            });
        let (state, details) = match is_mutual {
            true => ("ACTIVE", "[2026-01-01T00:00:00.000-00:00]: Connected."),
            false => (
                "INACTIVE",
                "[2026-01-01T00:00:00.000-00:00]: Waiting for peer network to connect.",
            ),
        };
        peering["state"] = json!(state);
        peering["stateDetails"] = json!(details);
        let mut all = peerings.to_vec();
        all.push(peering);
        let values = crate::cloud::object(json!({ "peerings": all }));
        self.start(
            "addPeering",
            Collection::Networks,
            id,
            Effect::Changed(values),
        )
    }

    pub(crate) fn remove_peering(&mut self, id: &str, asked: Body) -> Answer<Value> {
        self.may("compute.networks.removePeering", id)?;
        let network = self.ready(Collection::Networks, id)?;
        let asked = taken(tables::REMOVE_PEERING, asked)?;
        let mut all = items(&network.body, "peerings").to_vec();
        all.retain(|peering| peering["name"] != asked["name"]);
        if all.len() == items(&network.body, "peerings").len() {
            let message = format!("There is no peering {} in network {id}", asked["name"]);
            return Err(Refused::new(400, "invalid", message));
        }
        let all = if all.is_empty() {
            Value::Null
        } else {
            json!(all)
        };
        let values = crate::cloud::object(json!({ "peerings": all }));
        self.start(
            "removePeering",
            Collection::Networks,
            id,
            Effect::Changed(values),
        )
    }
}
