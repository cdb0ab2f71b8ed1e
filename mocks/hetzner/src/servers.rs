//! Servers: as much of them as networks, firewalls and addresses need.

use std::net::Ipv4Addr;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::actions::Effect;
use crate::cloud::{Hetzner, Said};
use crate::networks::{items, parsed, push};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;
use crate::tables::id_text;

impl Hetzner {
    pub(crate) fn make_server(&mut self, asked: Body) -> Answer<Said> {
        let location = asked
            .get("location")
            .and_then(Value::as_str)
            .unwrap_or("fsn1");
        let location = self.known_location(location)?.to_owned();
        let public = asked.get("public_net").cloned().unwrap_or_default();
        let networks = items(&asked, "networks").to_vec();
        let is_on = |family: &str| public[family] != false;
        if !is_on("enable_ipv4") && !is_on("enable_ipv6") && networks.is_empty() {
            return Err(Refused::field(
                "public_net",
                "leaves the server without any network",
            ));
        }
        let body = json!({
            "name": asked["name"], "labels": asked["labels"], "location": location,
            "server_type": asked["server_type"], "image": asked["image"],
            "status": "initializing", "private_net": [], "protection": { "delete": false },
        });
        let id = self.insert(
            Resource::Server,
            body.as_object().cloned().unwrap_or_default(),
        );
        for (switch, family) in [("enable_ipv4", "ipv4"), ("enable_ipv6", "ipv6")] {
            if is_on(switch) {
                self.public_ip(&id, family, &public[family], &location)?;
            }
        }
        for network in networks {
            self.join(&id, &id_text(&network), &Body::new(), "ok")?;
        }
        for firewall in items(&asked, "firewalls") {
            let firewall = self.find(Resource::Firewall, &id_text(&firewall["firewall"]))?;
            let applied = json!({ "type": "server", "server": { "id": id.parse::<u64>().ok() } });
            self.store
                .update(Resource::Firewall.plural(), &firewall.id, |body| {
                    push(body, "applied_to", applied);
                });
        }
        let running = Body::from_iter([("status".to_owned(), json!("running"))]);
        let effect = Effect::Set(Resource::Server, id.clone(), running);
        let action = self.start("create_server", &[(Resource::Server, &id)], effect);
        Ok(Said::new(
            201,
            json!({
                "server": self.shown(Resource::Server, &id),
                "action": self.shown_action(action),
                "next_actions": [],
                "root_password": null,
            }),
        ))
    }

    pub(crate) fn known_location(&self, name: &str) -> Answer<&'static str> {
        let mut all = self.config.locations.iter();
        let found = all.find(|location| location.name == name);
        found
            .map(|location| location.name)
            .ok_or_else(|| Refused::field("location", "is not known"))
    }

    fn zone_of(&self, server: &Object) -> &'static str {
        let mut all = self.config.locations.iter();
        let found = all.find(|location| location.name == server.text("location"));
        found.map_or("", |location| location.network_zone)
    }

    pub(crate) fn server_command(&mut self, id: &str, command: &str, asked: &Body) -> Answer<Said> {
        let network = asked.get("network").map(id_text).unwrap_or_default();
        match command {
            "attach_to_network" => {
                self.join(id, &network, asked, "attaching")?;
                let effect = Effect::Member(id.to_owned(), network, Some("ok"));
                let action = self.start("attach_to_network", &[(Resource::Server, id)], effect);
                Ok(self.started(action))
            }
            "detach_from_network" => {
                if !self.servers_in(&network).iter().any(|server| server == id) {
                    return Err(Refused::absent("network", &network));
                }
                self.set_member(id, &network, Some("detaching"));
                let effect = Effect::Member(id.to_owned(), network, None);
                let action = self.start("detach_from_network", &[(Resource::Server, id)], effect);
                Ok(self.started(action))
            }
            "poweron" | "poweroff" => {
                let is_on = command == "poweron";
                let status = if is_on { "running" } else { "off" };
                let values = Body::from_iter([("status".to_owned(), json!(status))]);
                let effect = Effect::Set(Resource::Server, id.to_owned(), values);
                let command = if is_on { "start_server" } else { "stop_server" };
                let action = self.start(command, &[(Resource::Server, id)], effect);
                Ok(self.started(action))
            }
            _ => Err(Refused::no_route()),
        }
    }

    pub(crate) fn delete_server(&mut self, server: &Object) -> Answer<Said> {
        let effect = Effect::ServerDeleted(server.id.clone());
        let action = self.start("delete_server", &[(Resource::Server, &server.id)], effect);
        Ok(Said::new(
            200,
            json!({ "action": self.shown_action(action) }),
        ))
    }

    /// Puts a server into a network.
    fn join(&mut self, id: &str, network: &str, asked: &Body, status: &str) -> Answer<()> {
        let server = self.find(Resource::Server, id)?;
        let network = self.find(Resource::Network, network)?;
        let own = items(&server.body, "private_net");
        if own.iter().any(|net| id_text(&net["network"]) == network.id) {
            let message = "server is already attached to the network";
            return Err(Refused::new(409, "server_already_attached", message));
        }
        let wanted = asked.get("ip").and_then(Value::as_str);
        let (ip, subnet) = self.free_address(&server, &network, wanted)?;
        let mac = self.store.draw().to_be_bytes();
        let net = json!({
            "network": network.body["id"],
            "ip": ip.to_string(),
            "alias_ips": asked.get("alias_ips").cloned().unwrap_or_else(|| json!([])),
            "mac_address": format!("86:00:00:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2]),
            "_subnet": subnet,
            "_status": status,
        });
        self.store.update(Resource::Server.plural(), id, |body| {
            push(body, "private_net", net)
        });
        Ok(())
    }

    /// An address of a subnet in the server's zone, and the subnet.
    fn free_address(
        &self,
        server: &Object,
        network: &Object,
        wanted: Option<&str>,
    ) -> Answer<(Ipv4Addr, String)> {
        let zone = self.zone_of(server);
        let subnets = items(&network.body, "subnets").iter();
        let in_zone = subnets.filter(|subnet| subnet["network_zone"] == zone);
        let ranges: Vec<&str> = in_zone
            .filter_map(|subnet| subnet["ip_range"].as_str())
            .collect();
        let members = self.members(&network.id);
        let whole = parsed(network.text("ip_range"));
        let is_free = |ip: &Ipv4Addr| {
            let text = ip.to_string();
            whole.hosts().next() != Some(*ip)
                && !members.iter().any(|member| member["ip"] == text.as_str())
        };
        if let Some(wanted) = wanted {
            let ip: Option<Ipv4Addr> = wanted.parse().ok().filter(is_free);
            let range = ip.and_then(|ip| ranges.iter().find(|range| parsed(range).contains(&ip)));
            return match (ip, range) {
                (Some(ip), Some(range)) => Ok((ip, (*range).to_owned())),
                (_, _) => {
                    let message = "the provided IP is not available";
                    Err(Refused::new(422, "ip_not_available", message))
                }
            };
        }
        let mut free = ranges
            .iter()
            .filter_map(|range| Some((parsed(range).hosts().find(is_free)?, (*range).to_owned())));
        free.next().ok_or_else(|| {
            let message = "no subnet or IP is available for the server within the network";
            Refused::new(422, "no_subnet_available", message)
        })
    }

    /// The ids of the servers that are in a network, or on their way.
    pub(crate) fn servers_in(&self, network: &str) -> Vec<String> {
        let servers = self.store.list(Resource::Server.plural());
        let is_in = |server: &Object| {
            let mut nets = items(&server.body, "private_net").iter();
            nets.any(|net| id_text(&net["network"]) == network)
        };
        servers
            .filter(|server| is_in(server))
            .map(|server| server.id.clone())
            .collect()
    }

    /// Takes a server out of a network.
    pub(crate) fn leave(&mut self, server: &str, network: &str) {
        self.set_member(server, network, None);
    }

    /// The status of a server in a network; it is not in it any more where there is none.
    pub(crate) fn set_member(&mut self, server: &str, network: &str, status: Option<&str>) {
        self.store
            .update(Resource::Server.plural(), server, |body| {
                let nets = body.get_mut("private_net").and_then(Value::as_array_mut);
                let Some(nets) = nets else { return };
                nets.retain_mut(|net| {
                    if id_text(&net["network"]) != network {
                        return true;
                    }
                    net["_status"] = json!(status);
                    status.is_some()
                });
            });
    }

    /// Who is in a network, as the API lists it.
    pub(crate) fn members(&self, network: &str) -> Vec<Value> {
        let mut members = Vec::new();
        for server in self.store.list(Resource::Server.plural()) {
            for net in items(&server.body, "private_net") {
                if id_text(&net["network"]) == network {
                    members.push(json!({
                        "id": server.body["id"], "type": "server", "ip": net["ip"],
                        "alias_ips": net["alias_ips"], "subnet": net["_subnet"],
                        "status": net["_status"],
                    }));
                }
            }
        }
        members
    }
}
