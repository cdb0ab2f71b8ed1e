//! What takes time.

use std::time::Duration;

use mock_aws::{Config, Rate, Throttling};

use crate::client::Client;

const BLOCK: (&str, &str) = ("CidrBlock", "10.0.0.0/16");
const AMAZON: (&str, &str) = ("AmazonProvidedIpv6CidrBlock", "true");

#[test]
fn an_ipv6_block_is_not_usable_before_it_is_associated() {
    let mut client = Client::new();
    let made = client.call("CreateVpc", &[BLOCK, AMAZON]);
    let vpc = made.first("vpcId");
    assert!(made.all("ipv6CidrBlock").is_empty());
    let named = [("VpcId.1", vpc.as_str())];
    let shown = client.call("DescribeVpcs", &named);
    assert!(shown.text.contains("<state>associating</state>"));
    let six = shown.first("ipv6CidrBlock").replace("/56", "/64");
    let subnet = [
        ("VpcId", vpc.as_str()),
        ("CidrBlock", "10.0.0.0/24"),
        ("Ipv6CidrBlock", &six),
    ];
    assert_eq!(
        client.refused("CreateSubnet", &subnet),
        "InvalidSubnet.Range"
    );
    client.wait(2);
    assert!(
        client
            .call("DescribeVpcs", &named)
            .text
            .contains("<state>associated</state>")
    );
    client.call("CreateSubnet", &subnet);
}

#[test]
fn a_route_to_the_new_block_is_there_with_the_association() {
    let mut client = Client::new();
    let vpc = client.call("CreateVpc", &[BLOCK, AMAZON]).first("vpcId");
    let of_vpc = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
    ];
    let routes = |client: &Client| {
        client
            .call("DescribeRouteTables", &of_vpc)
            .all("gatewayId")
            .len()
    };
    assert_eq!(routes(&client), 1);
    client.wait(2);
    assert_eq!(routes(&client), 2);
}

#[test]
fn what_was_taken_away_stays_a_while() {
    let mut client = Client::new();
    let vpc = client.call("CreateVpc", &[BLOCK, AMAZON]).first("vpcId");
    client.wait(2);
    let named = [("VpcId.1", vpc.as_str())];
    let all = client.call("DescribeVpcs", &named).all("associationId");
    let six = all.iter().find(|id| {
        client
            .ask("DisassociateVpcCidrBlock", &[("AssociationId", id)])
            .unwrap()
            .status
            == 200
    });
    assert!(six.is_some());
    let states = |client: &Client| client.call("DescribeVpcs", &named).text;
    assert!(states(&client).contains("disassociating"));
    client.wait(2);
    assert!(states(&client).contains("<state>disassociated</state>"));
    client.wait(600);
    assert!(!states(&client).contains("disassociated"));
}

#[test]
fn what_is_new_is_found_later_where_the_cloud_is_slow() {
    let config = Config {
        consistency_delay: Duration::from_secs(3),
        ..Config::default()
    };
    let mut client = Client::of(config);
    let vpc = client.call("CreateVpc", &[BLOCK]).first("vpcId");
    let named = [("VpcId.1", vpc.as_str())];
    assert_eq!(
        client.refused("DescribeVpcs", &named),
        "InvalidVpcID.NotFound"
    );
    assert_eq!(client.call("DescribeVpcs", &[]).all("vpcId").len(), 1);
    client.wait(3);
    client.call("DescribeVpcs", &named);
}

#[test]
fn an_empty_bucket_refuses_until_it_fills() {
    let slow = Rate {
        burst: 2,
        refill_milli: 1000,
    };
    let own = [("DescribeRegions".to_owned(), slow)].into();
    let config = Config {
        throttling: Throttling::Published(own),
        ..Config::default()
    };
    let mut client = Client::of(config);
    client.call("DescribeRegions", &[]);
    client.call("DescribeRegions", &[]);
    let refused = client.ask("DescribeRegions", &[]).unwrap();
    assert_eq!(
        (refused.status, refused.first("Code").as_str()),
        (503, "RequestLimitExceeded")
    );
    client.call("DescribeVpcs", &[]);
    client.wait(1);
    client.call("DescribeRegions", &[]);
}
