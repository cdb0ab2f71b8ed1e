//! Networks: IPv4 alone, and private.

use ipnet::Ipv4Net;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::actions::Effect;
use crate::cloud::{Hetzner, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

pub(crate) const SUBNETS_MAX: usize = 50;
pub(crate) const ROUTES_MAX: usize = 100;

/// Ranges that networks are made of (RFC 1918).
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// The range of a network: at least a /24.
pub(crate) fn range(value: &Value) -> Result<Value, String> {
    private(value, 24)
}

/// The range of a subnet: at least a /30.
pub(crate) fn subnet_range(value: &Value) -> Result<Value, String> {
    private(value, 30)
}

fn private(value: &Value, longest: u8) -> Result<Value, String> {
    let net = net_of(value)?;
    let is_private = PRIVATE
        .iter()
        .filter_map(|text| text.parse::<Ipv4Net>().ok())
        .any(|private| private.contains(&net));
    match (is_private, net.prefix_len() <= longest) {
        (false, _) => Err("is not inside a private range (RFC 1918)".to_owned()),
        (true, false) => Err(format!("is smaller than a /{longest}")),
        (true, true) => Ok(json!(net.to_string())),
    }
}

/// Where a route leads: any network of IPv4.
pub(crate) fn destination(value: &Value) -> Result<Value, String> {
    net_of(value).map(|net| json!(net.to_string()))
}

fn net_of(value: &Value) -> Result<Ipv4Net, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let net: Ipv4Net = text
        .parse()
        .map_err(|_| "is not an IPv4 network in CIDR notation")?;
    match net == net.trunc() {
        true => Ok(net),
        false => Err("has bits set behind its prefix length".to_owned()),
    }
}

/// A range that was checked when it was stored.
pub(crate) fn parsed(text: &str) -> Ipv4Net {
    text.parse().unwrap_or_default()
}

/// A list inside a body.
pub(crate) fn items<'a>(body: &'a Body, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

impl Hetzner {
    pub(crate) fn make_network(&mut self, mut body: Body) -> Answer<Said> {
        let (subnets, routes) = (
            items(&body, "subnets").to_vec(),
            items(&body, "routes").to_vec(),
        );
        body.insert("subnets".to_owned(), json!([]));
        body.insert("routes".to_owned(), json!([]));
        for subnet in subnets {
            let subnet = self.new_subnet(&body, &subnet)?;
            push(&mut body, "subnets", subnet);
        }
        for route in routes {
            Self::check_route(&body, &route)?;
            push(&mut body, "routes", route);
        }
        body.insert("protection".to_owned(), json!({ "delete": false }));
        let id = self.insert(Resource::Network, body);
        Ok(Said::new(
            201,
            json!({ "network": self.shown(Resource::Network, &id) }),
        ))
    }

    pub(crate) fn network_command(
        &mut self,
        id: &str,
        command: &str,
        asked: &Body,
    ) -> Answer<Said> {
        self.idle(Resource::Network, id)?;
        let network = self.find(Resource::Network, id)?;
        match command {
            "add_subnet" => self.add_subnet(&network, asked),
            "delete_subnet" => self.delete_subnet(&network, asked),
            "add_route" => self.add_route(&network, asked),
            "delete_route" => self.delete_route(&network, asked),
            "change_ip_range" => self.change_range(&network, asked),
            "change_protection" => {
                let values = json!({ "protection": { "delete": asked["delete"] } });
                Ok(self.change_network("change_protection", &network, values))
            }
            _ => Err(Refused::no_route()),
        }
    }

    /// Starts an action at whose end attributes of a network have other values.
    pub(crate) fn change_network(
        &mut self,
        command: &'static str,
        network: &Object,
        values: Value,
    ) -> Said {
        let values = values.as_object().cloned().unwrap_or_default();
        let effect = Effect::Set(Resource::Network, network.id.clone(), values);
        let action = self.start(command, &[(Resource::Network, &network.id)], effect);
        self.started(action)
    }

    /// The range of a network only grows: what is in it stays in it.
    fn change_range(&mut self, network: &Object, asked: &Body) -> Answer<Said> {
        let range = asked["ip_range"].as_str().unwrap_or_default();
        let inside = items(&network.body, "subnets");
        let fits = |subnet: &Value| {
            let subnet = subnet["ip_range"].as_str().unwrap_or_default();
            parsed(range).contains(&parsed(subnet))
        };
        if !inside.iter().all(fits) {
            return Err(Refused::field("ip_range", "does not contain every subnet"));
        }
        let values = json!({ "ip_range": range });
        Ok(self.change_network("change_ip_range", network, values))
    }

    /// Servers that are in it leave it, without a word.
    pub(crate) fn delete_network(&mut self, network: &Object) -> Answer<Said> {
        self.idle(Resource::Network, &network.id)?;
        for server in self.servers_in(&network.id) {
            self.leave(&server, &network.id);
        }
        self.store.remove(Resource::Network.plural(), &network.id);
        Ok(Said::nothing())
    }
}

/// Adds a value to a list inside a body.
pub(crate) fn push(body: &mut Body, list: &str, value: Value) {
    if let Some(list) = body.get_mut(list).and_then(Value::as_array_mut) {
        list.push(value);
    }
}
