use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::addresses::{Span, address, eui64, net_of};
use super::subnets::is_automatic;
use super::tables::Resource;
use super::{Neutron, Resource::Port};
use crate::refused::{Answer, Refused};

/// Free addresses are looked for from somewhere among so many of the first ones.
const WINDOW: u128 = 200;

/// Where that somewhere is, and how far it moves with every address that is taken.
const START: u128 = 23;
const STRIDE: u128 = 37;

/// One address of a port.
#[derive(Clone, Debug)]
struct FixedIp {
    subnet: String,
    address: IpAddr,
}

impl FixedIp {
    fn json(&self) -> Value {
        json!({ "subnet_id": self.subnet, "ip_address": self.address.to_string() })
    }
}

fn is_interface(owner: &str) -> bool {
    owner.starts_with("network:router_interface")
}

impl Neutron<'_> {
    pub(super) fn ports_in(&self, network: &str) -> Vec<Arc<Object>> {
        self.store
            .by(Port.plural(), "network_id", network)
            .cloned()
            .collect()
    }

    pub(super) fn make_port(&mut self, mut body: Body) -> Answer<String> {
        let text = |name: &str| {
            body.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (network, owner, project) =
            (text("network_id"), text("device_owner"), text("project_id"));
        let network = self.parent(Resource::Network, &network)?;
        let mac = match body.get("mac_address").and_then(Value::as_str) {
            Some(mac) => mac.to_owned(),
            None => self.fresh_mac(),
        };
        let internal = owner.starts_with("network:");
        let secure = match body.get("port_security_enabled").and_then(Value::as_bool) {
            Some(asked) => asked,
            None => !internal && is_set(&network.body, "port_security_enabled"),
        };
        let groups = self.groups_of(&body, &project, secure)?;
        let asked = body.remove("fixed_ips");
        let ips = self.addresses(&network.id, &owner, &mac, asked.as_ref(), &[])?;
        let none = asked
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty);
        let allocation = if none { "none" } else { "immediate" };
        body.insert("mac_address".to_owned(), json!(mac));
        body.insert(
            "fixed_ips".to_owned(),
            ips.iter().map(FixedIp::json).collect(),
        );
        body.insert("security_groups".to_owned(), groups);
        body.insert("port_security_enabled".to_owned(), json!(secure));
        for (name, value) in [
            ("status", json!("DOWN")),
            ("allowed_address_pairs", json!([])),
            ("extra_dhcp_opts", json!([])),
            ("binding:host_id", json!("")),
            ("binding:profile", json!({})),
            ("binding:vif_details", json!({})),
            ("binding:vif_type", json!("unbound")),
            ("ip_allocation", json!(allocation)),
        ] {
            body.entry(name).or_insert(value);
        }
        Ok(self.insert(Port, body))
    }

    fn fresh_mac(&mut self) -> String {
        let bytes = self.store.draw().to_be_bytes();
        format!(
            "fa:16:3e:{:02x}:{:02x}:{:02x}",
            bytes[0], bytes[1], bytes[2]
        )
    }

    /// The groups of a new port: those asked for, or the default group of its project.
    fn groups_of(&mut self, body: &Body, project: &str, secure: bool) -> Answer<Value> {
        let asked = body
            .get("security_groups")
            .and_then(Value::as_array)
            .cloned();
        if !secure {
            if asked.is_some_and(|asked| !asked.is_empty()) {
                let message = "Port security must be enabled and port must have an IP address in \
                               order to use security groups.";
                return Err(Refused::conflict(
                    "PortSecurityAndIPRequiredForSecurityGroups",
                    message,
                ));
            }
            return Ok(json!([]));
        }
        let Some(asked) = asked else {
            return Ok(json!([self.default_security_group(project)]));
        };
        for id in asked.iter().filter_map(Value::as_str) {
            self.visible(Resource::SecurityGroup, id)?;
        }
        Ok(Value::from(asked))
    }

    /// The addresses of a port, new or changed. `held` are those it has already.
    fn addresses(
        &self,
        network: &str,
        owner: &str,
        mac: &str,
        asked: Option<&Value>,
        held: &[FixedIp],
    ) -> Answer<Vec<FixedIp>> {
        let subnets = self.subnets_in(network);
        let mut ips = match asked.and_then(Value::as_array) {
            Some(asked) => self.asked_addresses(network, owner, mac, asked, held)?,
            None => self.chosen_addresses(network, &subnets)?,
        };
        if !is_interface(owner) {
            for subnet in subnets.iter().filter(|subnet| is_automatic(&subnet.body)) {
                if ips.iter().all(|ip| ip.subnet != subnet.id) {
                    let address = eui64(net_of(subnet.text("cidr")), mac);
                    ips.push(FixedIp {
                        subnet: subnet.id.clone(),
                        address,
                    });
                }
            }
        }
        Ok(ips)
    }

    /// One address per family from the subnets that hand them out.
    fn chosen_addresses(&self, network: &str, subnets: &[Arc<Object>]) -> Answer<Vec<FixedIp>> {
        let mut ips = Vec::new();
        for version in [4, 6] {
            let candidates: Vec<&Arc<Object>> = subnets
                .iter()
                .filter(|subnet| {
                    subnet.body["ip_version"] == version && !is_automatic(&subnet.body)
                })
                .collect();
            if candidates.is_empty() {
                continue;
            }
            let free = candidates.iter().find_map(|subnet| {
                let address = self.free_address(network, subnet, &ips)?;
                Some(FixedIp {
                    subnet: subnet.id.clone(),
                    address,
                })
            });
            ips.push(free.ok_or_else(|| exhausted(network))?);
        }
        Ok(ips)
    }

    fn asked_addresses(
        &self,
        network: &str,
        owner: &str,
        mac: &str,
        asked: &[Value],
        held: &[FixedIp],
    ) -> Answer<Vec<FixedIp>> {
        let subnets = self.subnets_in(network);
        if subnets.is_empty() && !asked.is_empty() {
            return Err(Refused::input("IP allocation requires subnets for network"));
        }
        let mut ips: Vec<FixedIp> = Vec::new();
        for wanted in asked {
            let address: Option<IpAddr> = wanted["ip_address"]
                .as_str()
                .and_then(|text| text.parse().ok());
            let subnet = self.subnet_for(network, &subnets, wanted, address)?;
            let held_here = held.iter().find(|ip| {
                ip.subnet == subnet.id && ips.iter().all(|other| other.address != ip.address)
            });
            let address = match (address, held_here) {
                (Some(address), _) if is_automatic(&subnet.body) && !is_interface(owner) => {
                    return Err(Refused::new(
                        400,
                        "AllocationOnAutoAddressSubnet",
                        format!(
                            "IPv6 address {address} cannot be directly assigned to a port on subnet \
                             {} as the subnet is configured for automatic addresses",
                            subnet.id
                        ),
                    ));
                }
                (Some(address), _) => {
                    self.check_free(network, &subnet, address, held)?;
                    address
                }
                (None, Some(held)) => held.address,
                (None, None) if is_automatic(&subnet.body) => {
                    eui64(net_of(subnet.text("cidr")), mac)
                }
                (None, None) => self
                    .free_address(network, &subnet, &ips)
                    .ok_or_else(|| exhausted(network))?,
            };
            ips.push(FixedIp {
                subnet: subnet.id.clone(),
                address,
            });
        }
        Ok(ips)
    }

    /// The subnet an asked address is in.
    fn subnet_for(
        &self,
        network: &str,
        subnets: &[Arc<Object>],
        wanted: &Value,
        address: Option<IpAddr>,
    ) -> Answer<Arc<Object>> {
        let inside = |subnet: &Object, address: IpAddr| {
            let net = net_of(subnet.text("cidr"));
            let edge =
                !address.is_ipv6() && (address == net.network() || address == net.broadcast());
            Span::of(net).contains(address) && !edge
        };
        if let Some(id) = wanted["subnet_id"].as_str() {
            let Some(subnet) = subnets.iter().find(|subnet| subnet.id == id) else {
                self.parent(Resource::Subnet, id)?;
                return Err(Refused::input(format!(
                    "Failed to create port on network {network}, because fixed_ips included \
                     invalid subnet {id}"
                )));
            };
            let outside = address.filter(|address| !inside(subnet, *address));
            return match outside {
                Some(address) => Err(Refused::new(
                    400,
                    "InvalidIpForSubnet",
                    format!("IP address {address} is not a valid IP for the specified subnet."),
                )),
                None => Ok(Arc::clone(subnet)),
            };
        }
        let Some(address) = address else {
            return Err(Refused::input(
                "IP allocation requires subnet_id or ip_address",
            ));
        };
        let found = subnets.iter().find(|subnet| inside(subnet, address));
        found.cloned().ok_or_else(|| {
            Refused::new(
                400,
                "InvalidIpForNetwork",
                format!(
                    "IP address {address} is not a valid IP for any of the subnets on the \
                     specified network."
                ),
            )
        })
    }

    fn check_free(
        &self,
        network: &str,
        subnet: &Object,
        address: IpAddr,
        held: &[FixedIp],
    ) -> Answer<()> {
        let own = held
            .iter()
            .any(|ip| ip.subnet == subnet.id && ip.address == address);
        if own || !self.taken(network, &subnet.id).contains(&address) {
            return Ok(());
        }
        Err(Refused::conflict(
            "IpAddressAlreadyAllocated",
            format!(
                "IP address {address} already allocated in subnet {}",
                subnet.id
            ),
        ))
    }

    fn taken(&self, network: &str, subnet: &str) -> Vec<IpAddr> {
        let all = self.store.by(Port.plural(), "network_id", network);
        all.flat_map(|port| held_by(port))
            .filter(|ip| ip.subnet == subnet)
            .map(|ip| ip.address)
            .collect()
    }

    /// An address of the allocation pools that no port has. Neutron draws one of the first thousand;
    /// so nobody may count on the lowest one, and here it is some way up, too.
    fn free_address(&self, network: &str, subnet: &Object, more: &[FixedIp]) -> Option<IpAddr> {
        let mut taken = self.taken(network, &subnet.id);
        taken.extend(more.iter().map(|ip| ip.address));
        let pools = subnet
            .body
            .get("allocation_pools")
            .and_then(Value::as_array)?;
        let step = u128::try_from(taken.len()).unwrap_or_default() * STRIDE + START;
        pools.iter().find_map(|pool| {
            let end = |name: &str| pool[name].as_str().and_then(|text| text.parse().ok());
            let span = Span::between(end("start")?, end("end")?)?;
            let count = span.last - span.first;
            let start = step % (count.min(WINDOW) + 1);
            let turned = (start..=count)
                .chain(0..start)
                .map(|step| span.first + step);
            let mut all = turned.map(|number| address(number, span.v6));
            all.find(|candidate| !taken.contains(candidate))
        })
    }

    pub(super) fn add_address(&mut self, port: &str, subnet: &str, ip: IpAddr) {
        let added = FixedIp {
            subnet: subnet.to_owned(),
            address: ip,
        }
        .json();
        self.edit_addresses(port, |ips| ips.push(added));
    }

    pub(super) fn drop_addresses(&mut self, port: &str, subnet: &str) {
        self.edit_addresses(port, |ips| ips.retain(|ip| ip["subnet_id"] != subnet));
    }

    fn edit_addresses(&mut self, port: &str, edit: impl FnOnce(&mut Vec<Value>)) {
        self.store.update(Port.plural(), port, |body| {
            if let Some(ips) = body.get_mut("fixed_ips").and_then(Value::as_array_mut) {
                edit(ips);
            }
        });
        self.bump(Port, port);
    }

    /// The gateway of a router gets an address in a new subnet of a family it lacks.
    pub(super) fn give_gateway_address(&mut self, port: &Object, subnet: &Object) -> Answer<()> {
        let v6 = subnet.body["ip_version"] == 6;
        if held_by(port).iter().any(|ip| ip.address.is_ipv6() == v6) {
            return Ok(());
        }
        let network = port.text("network_id");
        let free = self
            .free_address(network, subnet, &[])
            .ok_or_else(|| exhausted(network))?;
        self.add_address(&port.id, &subnet.id, free);
        Ok(())
    }

    pub(super) fn change_port(&mut self, object: &Object, mut asked: Body) -> Answer<()> {
        if let Some(groups) = asked.get("security_groups").and_then(Value::as_array) {
            for id in groups.iter().filter_map(Value::as_str) {
                self.visible(Resource::SecurityGroup, id)?;
            }
        }
        if let Some(wanted) = asked.remove("fixed_ips") {
            let (network, mac) = (object.text("network_id"), object.text("mac_address"));
            let owner = object.text("device_owner");
            let held = held_by(object);
            let ips = self.addresses(network, owner, mac, Some(&wanted), &held)?;
            let v4 = |ips: &[FixedIp]| -> BTreeSet<IpAddr> {
                ips.iter()
                    .map(|ip| ip.address)
                    .filter(IpAddr::is_ipv4)
                    .collect()
            };
            if is_interface(owner) && v4(&ips) != v4(&held) {
                return Err(unchangeable(&object.id));
            }
            asked.insert(
                "fixed_ips".to_owned(),
                ips.iter().map(FixedIp::json).collect(),
            );
        }
        self.change_plainly(Port, &object.id, asked)
    }

    pub(super) fn delete_port(&mut self, object: &Object) -> Answer<()> {
        let owner = object.text("device_owner");
        let routers = ["network:router_interface", "network:router_gateway"];
        let router = self.find(Resource::Router, object.text("device_id"));
        if routers.contains(&owner) && router.is_some() {
            return Err(Refused::conflict(
                "ServicePortInUse",
                format!(
                    "Port {} cannot be deleted directly via the port API: has device owner {owner}.",
                    object.id
                ),
            ));
        }
        self.store.remove(Port.plural(), &object.id);
        Ok(())
    }
}

fn held_by(port: &Object) -> Vec<FixedIp> {
    let ips = port.body.get("fixed_ips").and_then(Value::as_array);
    let read = |ip: &Value| {
        let address = ip["ip_address"].as_str()?.parse().ok()?;
        Some(FixedIp {
            subnet: ip["subnet_id"].as_str()?.to_owned(),
            address,
        })
    };
    ips.into_iter().flatten().filter_map(read).collect()
}

/// The IPv4 address of an interface stays what it is.
pub(super) fn unchangeable(port: &str) -> Refused {
    Refused::bad(
        "ports",
        format!("IP updates for port {port} are not allowed"),
    )
}

fn exhausted(network: &str) -> Refused {
    let message = format!("No more IP addresses available on network {network}.");
    Refused::conflict("IpAddressGenerationFailure", message)
}
