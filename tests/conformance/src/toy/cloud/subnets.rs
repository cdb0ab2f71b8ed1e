//! Subnets: inside a network, one at a time.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use mock_cloud::{Object, Response};
use serde_json::{Value, json};

use super::{
    ToyCloud, fields, ms, number,
    reply::{absent, found, refused},
};

impl ToyCloud {
    pub(super) fn make_subnet(&mut self, network: &str, name: &str, body: &Value) -> Response {
        if let Some(refusal) = self.not_now(network) {
            return refusal;
        }
        let id = format!("{network}/{name}");
        if self.store.find("subnets", &id).is_some() {
            return refused(409, "exists", "there is a subnet of that name");
        }
        let zone = body["zone"].as_str().unwrap_or_default();
        if self.store.find("zones", zone).is_none() {
            return refused(400, "invalid", "there is no such zone");
        }
        let nets = [&body["range"], &body["prefix"]];
        if let Some(refusal) = nets
            .into_iter()
            .find_map(|net| self.misfit(network, &id, net))
        {
            return refusal;
        }
        let (range, prefix) = (&body["range"], &body["prefix"]);
        let subnet = fields(json!({
            "network": network, "name": name, "zone": zone, "range": range, "prefix": prefix,
        }));
        self.store.insert("subnets", &id, self.stamp(subnet));
        self.keep_busy(network);
        self.one("subnets", &id)
    }

    pub(super) fn change_subnet(&mut self, network: &str, name: &str, body: &Value) -> Response {
        let id = format!("{network}/{name}");
        if self.store.find("subnets", &id).is_none() {
            return absent();
        }
        let refusal = self
            .not_now(network)
            .or_else(|| self.misfit(network, &id, &body["prefix"]));
        if let Some(refusal) = refusal {
            return refusal;
        }
        self.keep_busy(network);
        self.change("subnets", &id, body, &["prefix"])
    }

    pub(super) fn remove_subnet(&mut self, network: &str, name: &str) -> Response {
        let id = format!("{network}/{name}");
        if self.store.find("subnets", &id).is_none() {
            return absent();
        }
        if self
            .store
            .list("machines")
            .any(|machine| machine.text("subnet") == id)
        {
            return refused(409, "in-use", "machines run in the subnet");
        }
        if let Some(refusal) = self.not_now(network) {
            return refusal;
        }
        self.store.remove("subnets", &id);
        self.keep_busy(network);
        found(json!({}))
    }

    /// Why nothing can be done in a network now.
    fn not_now(&self, network: &str) -> Option<Response> {
        let Some(network) = self.store.find("networks", network) else {
            return Some(absent());
        };
        if network.text("status") != "ready" {
            return Some(refused(409, "busy", "the network is not ready"));
        }
        let busy = number(network, "busy_ms").is_some_and(|until| until > ms(self.now));
        busy.then(|| refused(409, "busy", "the network is busy with another subnet"))
    }

    fn keep_busy(&mut self, network: &str) {
        let until = json!(ms(self.now + self.config.busy));
        self.store.update("networks", network, |body| {
            body.insert("busy_ms".to_owned(), until);
        });
    }

    /// Why a range cannot be a subnet's.
    fn misfit(&self, network: &str, id: &str, net: &Value) -> Option<Response> {
        let text = net.as_str()?;
        let network = self.store.find("networks", network)?;
        let Ok(net) = text.parse::<IpNet>() else {
            return Some(refused(400, "invalid", "this is not a range"));
        };
        let parent = match net {
            IpNet::V4(_) => network.text("range").parse::<Ipv4Net>().map(IpNet::from),
            IpNet::V6(_) => network.text("prefix").parse::<Ipv6Net>().map(IpNet::from),
        };
        if !parent.is_ok_and(|parent| parent.contains(&net)) {
            return Some(refused(400, "invalid", "this is not a part of the network"));
        }
        let others = self
            .store
            .list("subnets")
            .filter(|subnet| subnet.id != id && subnet.text("network") == network.id);
        let overlaps = |other: &&std::sync::Arc<Object>| {
            ["range", "prefix"].iter().any(|attribute| {
                let taken = other.text(attribute).parse::<IpNet>();
                taken.is_ok_and(|taken| taken.contains(&net) || net.contains(&taken))
            })
        };
        let mut others = others;
        others
            .find(overlaps)
            .map(|other| refused(409, "overlap", &format!("{} has a part of it", other.id)))
    }
}
