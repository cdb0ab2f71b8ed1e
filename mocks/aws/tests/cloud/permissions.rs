//! Who may do what, and how much of it.

use mock_aws::{Aws, Config, IpamPool};
use serde_json::{Value, json};

use crate::client::Client;

/// A client that may do this, on these resources, and make what it is about by hand.
fn allowed(actions: Value, resources: Value) -> Client {
    let mut config = Config::default();
    config.ipam_pools.push(IpamPool {
        id: "ipam-pool-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2001:db8::/40".to_owned()],
        default_netmask: None,
        locale: None,
    });
    config.keys[0].policies = vec![json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": actions, "Resource": resources },
    ] })];
    Client::of(config)
}

fn by_hand(client: &Client, action: &str, asked: Value) -> Value {
    client
        .mock
        .with(|cloud: &mut Aws| cloud.call(action, asked))
}

fn vpc(client: &Client) -> String {
    let made = by_hand(client, "CreateVpc", json!({ "CidrBlock": "10.5.0.0/16" }));
    made["Vpc"]["VpcId"].as_str().unwrap().to_owned()
}

#[test]
fn an_association_is_of_a_table_and_a_subnet() {
    for (resources, refused) in [
        (json!(["arn:*:ec2:*:*:route-table/*"]), true),
        (
            json!(["arn:*:ec2:*:*:route-table/*", "arn:*:ec2:*:*:subnet/*"]),
            false,
        ),
    ] {
        let client = allowed(json!("ec2:DisassociateRouteTable"), resources);
        let vpc = vpc(&client);
        let subnet = json!({ "VpcId": vpc, "CidrBlock": "10.5.1.0/24" });
        let subnet = by_hand(&client, "CreateSubnet", subnet);
        let table = by_hand(&client, "CreateRouteTable", json!({ "VpcId": vpc }));
        let association = by_hand(
            &client,
            "AssociateRouteTable",
            json!({
                "RouteTableId": table["RouteTable"]["RouteTableId"],
                "SubnetId": subnet["Subnet"]["SubnetId"],
            }),
        );
        let id = association["AssociationId"].as_str().unwrap();
        let parameters = [("AssociationId", id)];
        match refused {
            true => {
                let code = client.refused("DisassociateRouteTable", &parameters);
                assert_eq!(code, "UnauthorizedOperation");
            }
            false => drop(client.call("DisassociateRouteTable", &parameters)),
        }
    }
}

#[test]
fn a_revocation_is_judged_by_the_group_alone() {
    let groups = json!("arn:*:ec2:*:*:security-group/*");
    let client = allowed(json!("ec2:RevokeSecurityGroupEgress"), groups);
    let group = json!({ "VpcId": vpc(&client), "GroupName": "g", "Description": "g" });
    let group = by_hand(&client, "CreateSecurityGroup", group);
    let id = group["GroupId"].as_str().unwrap();
    let inventory = client.mock.inventory();
    let mut rules = inventory.kind("security-group-rule");
    let rule = rules
        .find(|rule| rule.joins.iter().any(|of| of == id))
        .unwrap();
    let parameters = [("GroupId", id), ("SecurityGroupRuleId.1", &rule.id)];
    client.call("RevokeSecurityGroupEgress", &parameters);
}

#[test]
fn a_range_of_a_pool_needs_the_pool_which_is_of_no_region() {
    for (resources, refused) in [
        (json!(["arn:aws:ec2:*:*:vpc/*"]), true),
        (
            json!([
                "arn:aws:ec2:*:*:vpc/*",
                "arn:aws:ec2::123456789012:ipam-pool/*"
            ]),
            false,
        ),
    ] {
        let client = allowed(json!("ec2:AssociateVpcCidrBlock"), resources);
        let vpc = vpc(&client);
        let parameters = [
            ("VpcId", vpc.as_str()),
            ("Ipv6IpamPoolId", "ipam-pool-0a1b2c3d4e5f60718"),
            ("Ipv6NetmaskLength", "56"),
        ];
        let reply = client.ask("AssociateVpcCidrBlock", &parameters).unwrap();
        assert_eq!(reply.status == 403, refused, "{}", reply.text);
    }
}

#[test]
fn a_denial_says_whether_somebody_forbids_it() {
    let client = allowed(json!("ec2:Describe*"), json!("*"));
    let said = |client: &Client| {
        let reply = client
            .ask("CreateVpc", &[("CidrBlock", "10.6.0.0/16")])
            .unwrap();
        assert_eq!(reply.first("Code"), "UnauthorizedOperation");
        reply.first("Message")
    };
    let because = "on resource: arn:aws:ec2:eu-central-1:123456789012:vpc/* because no \
                   identity-based policy allows the ec2:CreateVpc action";
    assert!(said(&client).contains(because), "{}", said(&client));
    client.mock.with(|cloud: &mut Aws| {
        let deny = json!({ "Statement": { "Effect": "Deny", "Action": "*", "Resource": "*" } });
        cloud.config.keys[0].policies.push(deny);
    });
    assert!(
        said(&client).contains("with an explicit deny"),
        "{}",
        said(&client)
    );
}

/// Inbound and outbound, IPv4 and IPv6 are counted apart; a rule about a group is of both families.
#[test]
fn rules_and_routes_are_counted_by_family() {
    let mut config = Config::default();
    config.quotas.insert("L-0EA8095F".to_owned(), 2);
    config.quotas.insert("L-93826ACB".to_owned(), 1);
    let client = Client::of(config);
    let vpc = vpc(&client);
    let group = json!({ "VpcId": vpc, "GroupName": "g", "Description": "g" });
    let group = client
        .mock
        .with(|cloud: &mut Aws| cloud.call("CreateSecurityGroup", group));
    let group = group["GroupId"].as_str().unwrap();
    let rule = |peer: (&str, &str)| {
        let (name, value) = peer;
        let name = format!("IpPermissions.1.{name}");
        let fixed = [
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "-1"),
            (&name, value),
        ];
        let reply = client.ask("AuthorizeSecurityGroupIngress", &fixed).unwrap();
        (reply.status != 200).then(|| reply.first("Code"))
    };
    let full = Some("RulesPerSecurityGroupLimitExceeded".to_owned());
    assert_eq!(rule(("Groups.1.GroupId", group)), None);
    assert_eq!(rule(("IpRanges.1.CidrIp", "10.0.0.0/8")), None);
    assert_eq!(rule(("IpRanges.1.CidrIp", "10.1.0.0/16")), full);
    assert_eq!(rule(("Ipv6Ranges.1.CidrIpv6", "2001:db8::/32")), None);
    assert_eq!(rule(("Ipv6Ranges.1.CidrIpv6", "2001:db9::/32")), full);

    let gateway = by_hand(&client, "CreateInternetGateway", json!({}));
    let gateway = gateway["InternetGateway"]["InternetGatewayId"]
        .as_str()
        .unwrap();
    by_hand(
        &client,
        "AttachInternetGateway",
        json!({ "VpcId": vpc, "InternetGatewayId": gateway }),
    );
    let table = by_hand(&client, "CreateRouteTable", json!({ "VpcId": vpc }));
    let table = table["RouteTable"]["RouteTableId"].as_str().unwrap();
    let route = |name: &str, to: &str| {
        let parameters = [("RouteTableId", table), ("GatewayId", gateway), (name, to)];
        let reply = client.ask("CreateRoute", &parameters).unwrap();
        (reply.status != 200).then(|| reply.first("Code"))
    };
    let full = Some("RouteLimitExceeded".to_owned());
    assert_eq!(
        route("DestinationCidrBlock", "0.0.0.0/0"),
        None,
        "the way into the VPC does not count"
    );
    assert_eq!(route("DestinationCidrBlock", "192.0.2.0/24"), full);
    assert_eq!(route("DestinationIpv6CidrBlock", "::/0"), None);
}

#[test]
fn what_service_quotas_does_not_tell_is_a_limit_all_the_same() {
    let mut config = Config::default();
    config.quotas.insert("L-F678F1CE".to_owned(), 1);
    config.untold_quotas.insert("L-F678F1CE".to_owned());
    let client = Client::of(config);
    let parameters = [("CidrBlock", "10.6.0.0/16")];
    assert_eq!(client.refused("CreateVpc", &parameters), "VpcLimitExceeded");
}
