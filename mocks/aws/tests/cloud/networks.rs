//! What stands around subnets and interfaces: DHCP options, ranges, reservations, addresses,
//! endpoints.

use crate::client::Client;

fn vpc(client: &Client) -> String {
    let asked = [("CidrBlock", "10.0.0.0/16")];
    client.call("CreateVpc", &asked).first("vpcId")
}

fn subnet(client: &Client, vpc: &str, cidr: &str) -> String {
    let asked = [("VpcId", vpc), ("CidrBlock", cidr)];
    client.call("CreateSubnet", &asked).first("subnetId")
}

fn interface(client: &Client, subnet: &str) -> String {
    let made = client.call("CreateNetworkInterface", &[("SubnetId", subnet)]);
    made.first("networkInterfaceId")
}

#[test]
fn a_vpc_takes_as_many_ranges_of_amazon_as_its_quota_has() {
    let client = Client::new();
    let vpc = vpc(&client);
    let asked = [
        ("VpcId", vpc.as_str()),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    for _ in 0..5 {
        client.call("AssociateVpcCidrBlock", &asked);
    }
    let refused = client.refused("AssociateVpcCidrBlock", &asked);
    assert_eq!(refused, "CidrLimitExceeded");
    let shown = client.call("DescribeVpcs", &[("VpcId.1", &vpc)]);
    let mut ranges = shown.all("ipv6CidrBlock");
    ranges.dedup();
    assert_eq!(ranges.len(), 5, "{ranges:?}");
}

#[test]
fn every_listing_knows_the_filter_tag_value() {
    let client = Client::new();
    let tagged = |value: &str| {
        let asked = [
            ("CidrBlock", "10.0.0.0/16"),
            ("TagSpecification.1.ResourceType", "vpc"),
            ("TagSpecification.1.Tag.1.Key", "team"),
            ("TagSpecification.1.Tag.1.Value", value),
        ];
        client.call("CreateVpc", &asked).first("vpcId")
    };
    let (red, _) = (tagged("red"), tagged("blue"));
    let filter = [("Filter.1.Name", "tag-value"), ("Filter.1.Value.1", "r*")];
    assert_eq!(client.call("DescribeVpcs", &filter).all("vpcId"), [red]);
    client.call("DescribeSubnets", &filter);
    client.call("DescribeAddresses", &filter);
}

#[test]
fn dhcp_options_are_of_a_vpc_until_it_gets_others() {
    let client = Client::new();
    let vpc = vpc(&client);
    let option = [
        ("DhcpConfiguration.1.Key", "domain-name-servers"),
        ("DhcpConfiguration.1.Value.1", "10.0.0.2"),
        ("DhcpConfiguration.1.Value.2", "10.0.0.3"),
    ];
    let options = client.call("CreateDhcpOptions", &option);
    assert_eq!(options.all("value"), ["10.0.0.2", "10.0.0.3"]);
    let options = options.first("dhcpOptionsId");
    let asked = |options: &str| {
        let (vpc, options) = (vpc.as_str(), options);
        client.call(
            "AssociateDhcpOptions",
            &[("VpcId", vpc), ("DhcpOptionsId", options)],
        );
    };
    asked(&options);
    let shown = client.call("DescribeVpcs", &[("VpcId.1", &vpc)]);
    assert_eq!(shown.first("dhcpOptionsId"), options);
    let delete = [("DhcpOptionsId", options.as_str())];
    let refused = client.refused("DeleteDhcpOptions", &delete);
    assert_eq!(refused, "DependencyViolation");
    asked("default");
    client.call("DeleteDhcpOptions", &delete);
    let refused = client.refused("DeleteDhcpOptions", &delete);
    assert_eq!(refused, "InvalidDhcpOptionID.NotFound");
    let colour = [
        ("DhcpConfiguration.1.Key", "colour"),
        ("DhcpConfiguration.1.Value.1", "red"),
    ];
    let refused = client.refused("CreateDhcpOptions", &colour);
    assert_eq!(refused, "InvalidParameterValue");
}

#[test]
fn a_reservation_is_inside_its_subnet_and_overlaps_no_other() {
    let client = Client::new();
    let vpc = vpc(&client);
    let subnet = subnet(&client, &vpc, "10.0.0.0/24");
    let asked = |cidr| {
        [
            ("SubnetId", subnet.as_str()),
            ("Cidr", cidr),
            ("ReservationType", "prefix"),
        ]
    };
    let made = client.call("CreateSubnetCidrReservation", &asked("10.0.0.16/28"));
    let id = made.first("subnetCidrReservationId");
    let refused = |cidr| client.refused("CreateSubnetCidrReservation", &asked(cidr));
    assert_eq!(refused("10.0.0.24/29"), "InvalidSubnet.Conflict");
    assert_eq!(refused("10.1.0.0/28"), "InvalidParameterValue");
    let listed = || {
        let of = [("SubnetId", subnet.as_str())];
        client.call("GetSubnetCidrReservations", &of).all("cidr")
    };
    assert_eq!(listed(), ["10.0.0.16/28"]);
    let delete = [("SubnetCidrReservationId", id.as_str())];
    client.call("DeleteSubnetCidrReservation", &delete);
    assert_eq!(listed(), [""; 0]);
}

#[test]
fn an_address_is_bound_to_one_interface_at_a_time() {
    let client = Client::new();
    let vpc = vpc(&client);
    let subnet = subnet(&client, &vpc, "10.0.0.0/24");
    let (one, other) = (interface(&client, &subnet), interface(&client, &subnet));
    let address = client.call("AllocateAddress", &[("Domain", "vpc")]);
    let address = address.first("allocationId");
    let bind = |interface: &str, again: &str| {
        let asked = [
            ("AllocationId", address.as_str()),
            ("NetworkInterfaceId", interface),
            ("AllowReassociation", again),
        ];
        client.ask("AssociateAddress", &asked).unwrap()
    };
    assert_eq!(bind(&one, "false").first("Code"), "Gateway.NotAttached");
    let gateway = client.call("CreateInternetGateway", &[]);
    let gateway = gateway.first("internetGatewayId");
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    client.call("AttachInternetGateway", &attach);
    bind(&one, "false").first("associationId");
    let refused = bind(&other, "false").first("Code");
    assert_eq!(refused, "Resource.AlreadyAssociated");
    let association = bind(&other, "true").first("associationId");
    let of = |interface: &str| {
        let named = [("NetworkInterfaceId.1", interface)];
        let shown = client.call("DescribeNetworkInterfaces", &named);
        shown.all("associationId")
    };
    assert_eq!(of(&one), [""; 0]);
    assert_eq!(of(&other), [association.as_str()]);
    let release = [("AllocationId", address.as_str())];
    assert_eq!(client.refused("ReleaseAddress", &release), "AuthFailure");
    let part = [("AssociationId", association.as_str())];
    client.call("DisassociateAddress", &part);
    let refused = client.refused("DisassociateAddress", &part);
    assert_eq!(refused, "InvalidAssociationID.NotFound");
    client.call("ReleaseAddress", &release);
}

#[test]
fn an_endpoint_gets_other_tables_subnets_and_groups() {
    let client = Client::new();
    let vpc = vpc(&client);
    let (one, other) = (
        subnet(&client, &vpc, "10.0.0.0/24"),
        subnet(&client, &vpc, "10.0.1.0/24"),
    );
    let asked = [
        ("VpcId", vpc.as_str()),
        ("ServiceName", "com.amazonaws.eu-central-1.ecr.api"),
        ("VpcEndpointType", "Interface"),
        ("SubnetId.1", one.as_str()),
    ];
    let id = client.call("CreateVpcEndpoint", &asked);
    let id = id.first("vpcEndpointId");
    let change = [
        ("VpcEndpointId", id.as_str()),
        ("AddSubnetId.1", other.as_str()),
        ("RemoveSubnetId.1", one.as_str()),
    ];
    client.call("ModifyVpcEndpoint", &change);
    let subnets = client
        .call("DescribeNetworkInterfaces", &[])
        .all("subnetId");
    assert_eq!(subnets, [other]);
    client.call("DeleteSubnet", &[("SubnetId", &one)]);
    let absent = [
        ("VpcEndpointId", id.as_str()),
        ("AddRouteTableId.1", "rtb-00000000000000000"),
    ];
    let refused = client.refused("ModifyVpcEndpoint", &absent);
    assert_eq!(refused, "InvalidRouteTableID.NotFound");
}
