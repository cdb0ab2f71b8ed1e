//! Another hand.

use mock_aws::{Aws, Config};
use serde_json::json;

use crate::client::Client;

#[test]
fn another_hand_works_with_the_same_checks_and_sees_at_once() {
    let config = Config {
        consistency_delay: std::time::Duration::from_secs(60),
        ..Config::default()
    };
    let client = Client::of(config);
    let subnet = client.mock.with(|cloud: &mut Aws| {
        let vpc =
            cloud.call("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16" }))["Vpc"]["VpcId"].clone();
        let asked = json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24" });
        let made = cloud.call("CreateSubnet", asked.clone());
        assert!(
            cloud
                .try_call("CreateSubnet", asked)
                .unwrap_err()
                .starts_with("InvalidSubnet.Conflict")
        );
        made["Subnet"]["SubnetId"].as_str().unwrap().to_owned()
    });
    client.call("DescribeSubnets", &[("SubnetId.1", &subnet)]);
}

#[test]
fn what_aws_makes_is_put_there_and_edited() {
    let client = Client::new();
    let vpc = client
        .call("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .first("vpcId");
    let transit = client.mock.with(|cloud: &mut Aws| {
        let transit = cloud.put("transit-gateway", json!({ "State": "available", "OwnerId": "123456789012" }));
        let attachment = json!({
            "TransitGatewayId": transit, "VpcId": vpc, "VpcOwnerId": "123456789012", "State": "available",
        });
        cloud.put("transit-gateway-attachment", attachment);
        transit
    });
    let shown = client.call("DescribeTransitGatewayAttachments", &[]);
    assert_eq!(shown.first("resourceId"), vpc);
    let shown = client.call("DescribeTransitGatewayVpcAttachments", &[]);
    assert_eq!(shown.first("transitGatewayId"), transit);
    client.mock.with(|cloud: &mut Aws| {
        cloud.edit(&transit, |body| {
            body.insert("State".to_owned(), json!("deleting"));
        })
    });
    assert_eq!(
        client.call("DescribeTransitGateways", &[]).first("state"),
        "deleting"
    );
    client.mock.with(|cloud: &mut Aws| cloud.vanish(&transit));
    assert!(
        client
            .call("DescribeTransitGateways", &[])
            .all("state")
            .is_empty()
    );
}

#[test]
fn the_same_seed_makes_the_same_cloud() {
    let life = || {
        let client = Client::new();
        client.call(
            "CreateVpc",
            &[
                ("CidrBlock", "10.0.0.0/16"),
                ("AmazonProvidedIpv6CidrBlock", "true"),
            ],
        );
        client.call("CreateInternetGateway", &[]);
        client.mock.inventory()
    };
    assert_eq!(life(), life());
}
