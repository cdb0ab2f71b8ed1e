//! NAT gateways: what EC2 gives up on, and what it is slow to let go of.

use std::time::Duration;

use mock_aws::Config;

use crate::client::Client;

/// A VPC with a way out, a subnet that is still coming, and an address.
fn place(client: &Client) -> (String, String) {
    let vpc = [("CidrBlock", "10.0.0.0/16")];
    let vpc = client.call("CreateVpc", &vpc).first("vpcId");
    let gateway = client
        .call("CreateInternetGateway", &[])
        .first("internetGatewayId");
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    client.call("AttachInternetGateway", &attach);
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24")];
    let subnet = client.call("CreateSubnet", &subnet).first("subnetId");
    let address = client.call("AllocateAddress", &[("Domain", "vpc")]);
    (subnet, address.first("allocationId"))
}

fn nat(client: &Client, subnet: &str, address: &str) -> String {
    let asked = [("SubnetId", subnet), ("AllocationId", address)];
    client
        .call("CreateNatGateway", &asked)
        .first("natGatewayId")
}

fn listed(client: &Client, nat: &str) -> Vec<String> {
    let all = client.call("DescribeNatGateways", &[]);
    let (ids, states) = (all.all("natGatewayId"), all.all("state"));
    let of = ids.iter().zip(states).filter(|(id, _)| *id == nat);
    of.map(|(_, state)| state).collect()
}

#[test]
fn a_subnet_has_to_be_available() {
    let mut client = Client::new();
    let (subnet, address) = place(&client);
    let early = nat(&client, &subnet, &address);
    client.wait(6);
    assert_eq!(listed(&client, &early), ["failed"]);
    let later = nat(&client, &subnet, &address);
    client.wait(6);
    assert_eq!(listed(&client, &later), ["available"]);
}

#[test]
fn one_that_failed_stays_so_for_an_hour() {
    let mut client = Client::new();
    let (subnet, address) = place(&client);
    let failed = nat(&client, &subnet, &address);
    client.wait(6);
    client.call("DeleteNatGateway", &[("NatGatewayId", &failed)]);
    client.wait(60);
    assert_eq!(listed(&client, &failed), ["failed"]);
    // It keeps nothing.
    client.call("ReleaseAddress", &[("AllocationId", &address)]);
    client.call("DeleteSubnet", &[("SubnetId", &subnet)]);
    client.wait(3600);
    assert_eq!(listed(&client, &failed), [""; 0]);
}

#[test]
fn an_address_is_bound_until_ec2_has_heard_of_it() {
    let config = Config {
        consistency_delay: Duration::from_secs(3),
        ..Config::default()
    };
    let mut client = Client::of(config);
    let vpc = [("CidrBlock", "10.0.0.0/16")];
    let vpc = client.call("CreateVpc", &vpc).first("vpcId");
    client.wait(3);
    let gateway = client
        .call("CreateInternetGateway", &[])
        .first("internetGatewayId");
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24")];
    let subnet = client.call("CreateSubnet", &subnet).first("subnetId");
    let address = client.call("AllocateAddress", &[("Domain", "vpc")]);
    let address = address.first("allocationId");
    client.wait(3);
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    client.call("AttachInternetGateway", &attach);
    let nat = nat(&client, &subnet, &address);
    client.wait(6);
    let release = [("AllocationId", address.as_str())];
    assert_eq!(client.refused("ReleaseAddress", &release), "AuthFailure");
    client.call("DeleteNatGateway", &[("NatGatewayId", &nat)]);
    client.wait(6);
    assert_eq!(listed(&client, &nat), ["deleted"]);
    assert_eq!(client.refused("ReleaseAddress", &release), "AuthFailure");
    client.wait(3);
    client.call("ReleaseAddress", &release);
}

#[test]
fn an_unknown_subnet_or_gateway_has_the_code_of_the_call() {
    let client = Client::new();
    let (subnet, address) = place(&client);
    let absent = [
        ("SubnetId", "subnet-00000000000000000"),
        ("AllocationId", address.as_str()),
    ];
    let refused = client.refused("CreateNatGateway", &absent);
    assert_eq!(refused, "InvalidSubnet");
    let of = client.call("DescribeSubnets", &[("SubnetId.1", &subnet)]);
    let table = client.call("CreateRouteTable", &[("VpcId", &of.first("vpcId"))]);
    let table = table.first("routeTableId");
    let absent = [
        ("RouteTableId", table.as_str()),
        ("DestinationCidrBlock", "0.0.0.0/0"),
        ("NatGatewayId", "nat-00000000000000000"),
    ];
    let refused = client.refused("CreateRoute", &absent);
    assert_eq!(refused, "InvalidNatGatewayID.NotFound");
    let absent = [("NatGatewayId.1", "nat-00000000000000000")];
    let refused = client.refused("DescribeNatGateways", &absent);
    assert_eq!(refused, "NatGatewayNotFound");
}
