//! The servers of a project, for a cluster that runs.

use groundwork_provider::{Machine, Machines, Result};
use ipnet::IpNet;
use serde::Deserialize;

use crate::api::{Api, all};

#[derive(Deserialize)]
struct Server {
    id: u64,
    #[serde(default)]
    public_net: PublicNet,
    #[serde(default)]
    private_net: Vec<PrivateNet>,
}

#[derive(Default, Deserialize)]
struct PublicNet {
    ipv4: Option<Public>,
    ipv6: Option<Public>,
}

/// An IPv4 address, or an IPv6 range: a server has a whole /64.
#[derive(Deserialize)]
struct Public {
    ip: String,
}

#[derive(Deserialize)]
struct PrivateNet {
    ip: String,
    #[serde(default)]
    alias_ips: Vec<String>,
}

/// Every server, in one listing.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let servers: Vec<Server> = all(api, "/servers", "servers").await?;
    Ok(servers.iter().map(machine).collect())
}

fn machine(server: &Server) -> Machine {
    let PublicNet { ipv4, ipv6 } = &server.public_net;
    let public = ipv4.iter().chain(ipv6).map(|public| public.ip.as_str());
    let private = server.private_net.iter();
    let private = private.flat_map(|net| [&net.ip].into_iter().chain(&net.alias_ips));
    let texts = public.chain(private.map(String::as_str));
    Machine::new(server.id.to_string(), texts.filter_map(range))
}

fn range(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| Machine::single(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_its_addresses_and_its_ipv6_range() {
        let server: Server = serde_json::from_value(serde_json::json!({
            "id": 42,
            "public_net": { "ipv4": { "ip": "192.0.2.5" }, "ipv6": { "ip": "2001:db8:1::/64" } },
            "private_net": [{ "network": 7, "ip": "10.0.0.5", "alias_ips": ["10.0.0.9"] }],
        }))
        .unwrap();
        let machine = machine(&server);
        let told: Vec<String> = machine.addresses().map(IpNet::to_string).collect();
        assert_eq!(machine.id, "42");
        assert_eq!(
            told,
            [
                "192.0.2.5/32",
                "2001:db8:1::/64",
                "10.0.0.5/32",
                "10.0.0.9/32"
            ]
        );
    }

    #[test]
    fn a_server_without_a_public_network_has_none_of_it() {
        let server = serde_json::json!({ "id": 42, "public_net": { "ipv4": null, "ipv6": null } });
        let server: Server = serde_json::from_value(server).unwrap();
        assert!(machine(&server).addresses().next().is_none());
    }
}
