//! Routes: those of users, and those that the cloud makes for networks and subnetworks.

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Gcp, object};
use crate::collection::Collection;
use crate::links::{Scope, url};
use crate::objects::linked;
use crate::refused::{Answer, Refused};

const HOPS: [&str; 5] = [
    "nextHopGateway",
    "nextHopIlb",
    "nextHopInstance",
    "nextHopIp",
    "nextHopVpnTunnel",
];

impl Gcp {
    pub(crate) fn new_route(&mut self, body: Body) -> Answer<Body> {
        let mut body = body;
        let text = body["network"].as_str().unwrap_or_default();
        let network = self.referred(Collection::Networks, "network", text)?;
        self.may("compute.networks.updatePolicy", &network.id)?;
        body.insert("network".to_owned(), json!(url(&network.id)));
        if HOPS.iter().filter(|hop| body.contains_key(**hop)).count() != 1 {
            let message = "Exactly one next hop must be specified.";
            return Err(Refused::new(400, "invalid", message));
        }
        body.entry("priority").or_insert(json!(1000));
        body.insert("routeType".to_owned(), json!("STATIC"));
        Ok(body)
    }

    /// The way out of a network for one family, which the cloud makes once.
    pub(crate) fn default_route(&mut self, network: &str, range: &str) {
        let routes = self.in_network(Collection::Routes, network);
        if routes.iter().any(|route| route.text("destRange") == range) {
            return;
        }
        let gateway = format!(
            "projects/{}/global/gateways/default-internet-gateway",
            self.config.project
        );
        let body = object(json!({
            "description": "Default route to the Internet.", "destRange": range, "priority": 1000,
            "network": url(network), "nextHopGateway": url(&gateway), "_of": network,
        }));
        self.keep_route("default-route", body);
    }

    /// The route to a range of a subnetwork.
    pub(crate) fn subnetwork_route(&mut self, id: &str, subnetwork: &Object, range: &str) {
        let network = linked(&subnetwork.body, "network");
        let body = object(json!({
            "description": format!("Default local route to the subnetwork {range}."),
            "destRange": range, "priority": 0, "network": url(network),
            "nextHopNetwork": url(network), "routeType": "SUBNET", "_of": id,
        }));
        self.keep_route("default-route-r", body);
    }

    fn keep_route(&mut self, prefix: &str, body: Body) {
        let name = format!("{prefix}-{:016x}", self.store.draw());
        let id = self.path_of(Collection::Routes, &Scope::Global, &name);
        let mut body = body;
        body.insert("name".to_owned(), json!(name));
        let author = self.store.author();
        self.store.set_author(Author::Cloud);
        self.keep(Collection::Routes, &Scope::Global, &id, body);
        self.store.set_author(author);
    }

    /// Takes the routes away that the cloud has made for an object.
    pub(crate) fn drop_routes(&mut self, id: &str) {
        self.only_routes(id, &[]);
    }

    /// The same for those that lead nowhere of `wanted`; where of it none leads yet.
    pub(crate) fn only_routes(&mut self, id: &str, wanted: &[String]) -> Vec<String> {
        let of = |route: &&Object| route.body.get("_of") == Some(&json!(id));
        let routes = self.store.list(Collection::Routes.plural());
        let routes = routes.map(|route| &**route).filter(of);
        let routes: Vec<(String, String)> = routes
            .map(|route| (route.id.clone(), route.text("destRange").to_owned()))
            .collect();
        for (route, _) in routes.iter().filter(|(_, to)| !wanted.contains(to)) {
            self.store.remove(Collection::Routes.plural(), route);
        }
        let leads = |to: &&String| routes.iter().any(|(_, there)| there == *to);
        wanted.iter().filter(|to| !leads(to)).cloned().collect()
    }

    /// Whether nothing keeps an object from being deleted.
    pub(crate) fn unused(&self, id: &str) -> Answer<()> {
        let link = json!(url(id));
        let network = self.store.find(Collection::Networks.plural(), id);
        let is_auto = network
            .is_some_and(|network| network.body.get("autoCreateSubnetworks") == Some(&json!(true)));
        let user = self.store.all().find(|other| match other.kind.as_str() {
            "routes" if other.body.contains_key("_of") => false,
            "subnetworks" if is_auto => false,
            _ => other.id != id && uses(&other.body, &link),
        });
        match user {
            Some(user) => Err(Refused::in_use(id, &user.id)),
            None => Ok(()),
        }
    }
}

/// Whether a body refers to a link: at its top, in its interfaces, or in its gateways.
fn uses(body: &Body, link: &Value) -> bool {
    let direct = ["network", "subnetwork", "ipCollection"];
    if direct.iter().any(|name| body.get(*name) == Some(link)) {
        return true;
    }
    let inside = |list: &str, names: &[&str]| {
        let list = crate::cloud::items(body, list).iter();
        list.into_iter()
            .any(|item| names.iter().any(|name| item[*name] == *link))
    };
    let of_nats = |list: &str| {
        let mut nats = crate::cloud::items(body, "nats").iter();
        nats.any(|nat| {
            nat[list]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == *link))
        })
    };
    let addresses = crate::cloud::items(body, "nats").iter();
    inside("networkInterfaces", &["network", "subnetwork"])
        || of_nats("subnetworks")
        || of_nats("nat64Subnetworks")
        || addresses.into_iter().any(|nat| {
            nat["natIps"]
                .as_array()
                .is_some_and(|all| all.contains(link))
        })
}
