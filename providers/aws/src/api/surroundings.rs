//! What is only read: zones, network ACLs, interfaces, endpoints, peerings, VPN gateways.

use aws_sdk_ec2::types::{
    NetworkAcl, NetworkAclEntry, NetworkInterface, VpcEndpoint, VpcPeeringConnection,
    VpcPeeringConnectionVpcInfo, VpnGateway,
};
use groundwork_provider::{Machine, Result};
use ipnet::IpNet;

use super::{Api, PAGE_ENTRIES, filters, net, read_tags, text};
use crate::{
    object::Filter,
    watched::{
        endpoint::EndpointState,
        network_acl::{AclEntry, NetworkAclState},
        network_interface::InterfaceState,
        peering::{PeeringSide, PeeringState},
        vpn_gateway::VpnGatewayState,
        zone::ZoneState,
    },
    wire,
};

impl Api {
    /// Those that the account has opted in to.
    pub(crate) async fn zones(&self) -> Result<Vec<ZoneState>> {
        let sent = self.ec2.describe_availability_zones().send().await;
        let reply = sent.map_err(|error| wire::error("DescribeAvailabilityZones", error))?;
        let zone = |zone: &aws_sdk_ec2::types::AvailabilityZone| ZoneState {
            name: text(zone.zone_name()),
            kind: zone.zone_type().unwrap_or("availability-zone").to_owned(),
            available: zone
                .state()
                .is_none_or(|state| state.as_str() == "available"),
        };
        Ok(reply.availability_zones().iter().map(zone).collect())
    }

    pub(crate) async fn network_acls(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<NetworkAclState>> {
        let call = self
            .ec2
            .describe_network_acls()
            .set_filters(filters(filter));
        let found = paged!(call, PAGE_ENTRIES, "DescribeNetworkAcls", network_acls);
        Ok(found.iter().map(acl).collect())
    }

    pub(crate) async fn network_interfaces(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<InterfaceState>> {
        let call = self
            .ec2
            .describe_network_interfaces()
            .set_filters(filters(filter));
        let found = paged!(
            call,
            PAGE_ENTRIES,
            "DescribeNetworkInterfaces",
            network_interfaces
        );
        Ok(found.iter().map(interface).collect())
    }

    /// The instances that have interfaces, an entry an interface, with the addresses of each.
    pub(crate) async fn interfaces_of_instances(&self) -> Result<Vec<(String, Vec<IpNet>)>> {
        let call = self.ec2.describe_network_interfaces();
        let found = paged!(
            call,
            PAGE_ENTRIES,
            "DescribeNetworkInterfaces",
            network_interfaces
        );
        Ok(found.iter().filter_map(of_instance).collect())
    }

    pub(crate) async fn endpoints(&self, filter: Option<&Filter>) -> Result<Vec<EndpointState>> {
        let call = self
            .ec2
            .describe_vpc_endpoints()
            .set_filters(filters(filter));
        let found = paged!(call, PAGE_ENTRIES, "DescribeVpcEndpoints", vpc_endpoints);
        Ok(found.iter().map(endpoint).collect())
    }

    pub(crate) async fn peerings(&self, filter: Option<&Filter>) -> Result<Vec<PeeringState>> {
        let call = self
            .ec2
            .describe_vpc_peering_connections()
            .set_filters(filters(filter));
        let found = paged!(
            call,
            PAGE_ENTRIES,
            "DescribeVpcPeeringConnections",
            vpc_peering_connections
        );
        Ok(found.iter().map(peering).collect())
    }

    pub(crate) async fn vpn_gateways(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<VpnGatewayState>> {
        // EC2 gives all of them in one page.
        let call = self
            .ec2
            .describe_vpn_gateways()
            .set_filters(filters(filter));
        let sent = call.send().await;
        let reply = sent.map_err(|error| wire::error("DescribeVpnGateways", error))?;
        Ok(reply.vpn_gateways().iter().map(vpn_gateway).collect())
    }
}

fn of_instance(interface: &NetworkInterface) -> Option<(String, Vec<IpNet>)> {
    let instance = interface.attachment()?.instance_id()?.to_owned();
    let private = interface.private_ip_addresses().iter();
    let v4 = private.flat_map(|own| {
        let public = own.association().and_then(|of| of.public_ip());
        own.private_ip_address().into_iter().chain(public)
    });
    let v6 = interface.ipv6_addresses().iter();
    let v6 = v6.filter_map(|own| own.ipv6_address());
    Some((instance, v4.chain(v6).filter_map(Machine::single).collect()))
}

fn acl(acl: &NetworkAcl) -> NetworkAclState {
    let subnets = acl.associations().iter().filter_map(|of| of.subnet_id());
    let entry = |entry: &NetworkAclEntry| AclEntry {
        number: entry.rule_number().unwrap_or_default(),
        egress: entry.egress().unwrap_or_default(),
        allow: entry
            .rule_action()
            .is_some_and(|action| action.as_str() == "allow"),
        protocol: text(entry.protocol()),
        net: net(entry.cidr_block().or(entry.ipv6_cidr_block())),
        ports: ports(entry),
    };
    let mut entries: Vec<_> = acl.entries().iter().map(entry).collect();
    entries.sort_by_key(|entry| (entry.egress, entry.number));
    NetworkAclState {
        id: text(acl.network_acl_id()),
        vpc: text(acl.vpc_id()),
        is_default: acl.is_default().unwrap_or_default(),
        name: read_tags(acl.tags()).remove("Name").unwrap_or_default(),
        subnets: subnets.map(str::to_owned).collect(),
        entries,
    }
}

fn ports(entry: &NetworkAclEntry) -> Option<(u16, u16)> {
    let range = entry.port_range().map(|range| (range.from(), range.to()));
    let icmp = entry
        .icmp_type_code()
        .map(|icmp| (icmp.r#type(), icmp.r#type()));
    let (first, last) = range.or(icmp)?;
    Some((u16::try_from(first?).ok()?, u16::try_from(last?).ok()?))
}

fn endpoint(endpoint: &VpcEndpoint) -> EndpointState {
    let ids = |ids: &[String]| ids.to_vec();
    let groups = endpoint.groups().iter().filter_map(|of| of.group_id());
    EndpointState {
        id: text(endpoint.vpc_endpoint_id()),
        name: read_tags(endpoint.tags())
            .remove("Name")
            .unwrap_or_default(),
        vpc: text(endpoint.vpc_id()),
        description: text(endpoint.service_name()),
        status: text(endpoint.state().map(|state| state.as_str())),
        subnets: ids(endpoint.subnet_ids()),
        tables: ids(endpoint.route_table_ids()),
        groups: groups.map(str::to_owned).collect(),
    }
}

fn peering(peering: &VpcPeeringConnection) -> PeeringState {
    let side = |side: Option<&VpcPeeringConnectionVpcInfo>| PeeringSide {
        vpc: text(side.and_then(|side| side.vpc_id())),
        owner: text(side.and_then(|side| side.owner_id())),
    };
    let status = peering.status().and_then(|status| status.code());
    PeeringState {
        id: text(peering.vpc_peering_connection_id()),
        name: read_tags(peering.tags()).remove("Name").unwrap_or_default(),
        sides: [
            side(peering.requester_vpc_info()),
            side(peering.accepter_vpc_info()),
        ],
        status: text(status.map(|status| status.as_str())),
    }
}

fn vpn_gateway(gateway: &VpnGateway) -> VpnGatewayState {
    let attached = gateway.vpc_attachments().iter().filter(|attachment| {
        let state = attachment.state();
        state.is_none_or(|state| state.as_str() != "detached")
    });
    VpnGatewayState {
        id: text(gateway.vpn_gateway_id()),
        name: read_tags(gateway.tags()).remove("Name").unwrap_or_default(),
        vpcs: attached
            .filter_map(|of| of.vpc_id())
            .map(str::to_owned)
            .collect(),
        status: text(gateway.state().map(|state| state.as_str())),
    }
}

fn interface(interface: &NetworkInterface) -> InterfaceState {
    let attachment = interface.attachment();
    let instance = attachment.and_then(|attachment| attachment.instance_id());
    let groups = interface
        .groups()
        .iter()
        .filter_map(|group| group.group_id());
    InterfaceState {
        id: text(interface.network_interface_id()),
        vpc: text(interface.vpc_id()),
        subnet: text(interface.subnet_id()),
        groups: groups.map(str::to_owned).collect(),
        kind: text(interface.interface_type().map(|kind| kind.as_str())),
        in_use: interface
            .status()
            .is_some_and(|status| status.as_str() == "in-use"),
        forwards: interface.source_dest_check() == Some(false),
        owner: text(
            instance
                .or(interface.requester_id())
                .or(interface.owner_id()),
        ),
        description: text(interface.description()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        NetworkInterfaceAssociation, NetworkInterfaceAttachment, NetworkInterfaceIpv6Address,
        NetworkInterfacePrivateIpAddress,
    };

    use super::*;

    #[test]
    fn an_instance_has_what_its_interface_has() {
        let public = NetworkInterfaceAssociation::builder().public_ip("192.0.2.5");
        let private = NetworkInterfacePrivateIpAddress::builder()
            .private_ip_address("10.0.0.5")
            .association(public.build());
        let v6 = NetworkInterfaceIpv6Address::builder().ipv6_address("2001:db8::5");
        let attachment = NetworkInterfaceAttachment::builder().instance_id("i-1");
        let interface = NetworkInterface::builder()
            .attachment(attachment.build())
            .private_ip_addresses(private.build())
            .ipv6_addresses(v6.build())
            .build();
        let (instance, addresses) = of_instance(&interface).expect("it is of an instance");
        let told: Vec<String> = addresses.iter().map(IpNet::to_string).collect();
        assert_eq!(instance, "i-1");
        assert_eq!(told, ["10.0.0.5/32", "192.0.2.5/32", "2001:db8::5/128"]);
        assert!(of_instance(&NetworkInterface::builder().build()).is_none());
    }
}
