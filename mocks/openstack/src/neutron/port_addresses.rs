//! Which addresses ports have, and where free ones come from.

use std::net::IpAddr;
use std::sync::Arc;

use mock_cloud::Object;
use serde_json::{Value, json};

use super::addresses::{Span, address, eui64, net_of};
use super::resource::Resource;
use super::subnets::is_automatic;
use super::{Neutron, Resource::Port};
use crate::refused::{Answer, Refused};

/// Free addresses are looked for from somewhere among so many of the first ones.
const WINDOW: u128 = 200;

/// Where that somewhere is, and how far it moves with every address that is taken.
const START: u128 = 23;
const STRIDE: u128 = 37;

/// One address of a port.
#[derive(Clone, Debug)]
pub(super) struct FixedIp {
    pub(super) subnet: String,
    pub(super) address: IpAddr,
}

impl FixedIp {
    pub(super) fn json(&self) -> Value {
        json!({ "subnet_id": self.subnet, "ip_address": self.address.to_string() })
    }
}

/// Whether the owner of a port is a router that it joins to its subnet.
pub(super) fn is_interface(owner: &str) -> bool {
    owner.starts_with("network:router_interface")
}

impl Neutron<'_> {
    /// The addresses of a port, new or changed. `held` are those it has already.
    pub(super) fn addresses(
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
}

/// The addresses that a port has.
pub(super) fn held_by(port: &Object) -> Vec<FixedIp> {
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
