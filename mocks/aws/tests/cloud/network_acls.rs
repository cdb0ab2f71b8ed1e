//! The network ACL that a VPC starts with.

use crate::client::Client;

/// Numbers of the entries for IPv6, once for each direction.
fn for_ipv6(client: &Client, vpc: &str) -> Vec<String> {
    let of_vpc = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc)];
    let acls = client.call("DescribeNetworkAcls", &of_vpc);
    let items = acls.text.split("<item>");
    let ipv6 = items.filter(|item| item.contains("<ipv6CidrBlock>::/0<"));
    let number = |item: &str| {
        let number = item.split("<ruleNumber>").nth(1).unwrap();
        number.split('<').next().unwrap().to_owned()
    };
    let mut numbers: Vec<String> = ipv6.map(number).collect();
    numbers.sort();
    numbers
}

fn vpc(client: &Client) -> String {
    let made = client.call("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
    made.first("vpcId")
}

fn associate(client: &Client, vpc: &str) {
    let range = [("VpcId", vpc), ("AmazonProvidedIpv6CidrBlock", "true")];
    client.call("AssociateVpcCidrBlock", &range);
}

#[test]
fn ipv6_is_let_through_once_the_vpc_has_it() {
    let client = Client::new();
    let vpc = vpc(&client);
    assert_eq!(for_ipv6(&client, &vpc), [""; 0]);
    associate(&client, &vpc);
    assert_eq!(for_ipv6(&client, &vpc), ["101", "101", "32768", "32768"]);
}

#[test]
fn a_direction_that_somebody_has_changed_stays_shut() {
    let client = Client::new();
    let vpc = vpc(&client);
    let acls = client.call("DescribeNetworkAcls", &[]);
    let ids = acls.text.split(&vpc).next().unwrap();
    let acl = ids.rsplit("<networkAclId>").next().unwrap();
    let acl = acl.split('<').next().unwrap();
    let entry = [
        ("NetworkAclId", acl),
        ("RuleNumber", "50"),
        ("Egress", "false"),
        ("Protocol", "-1"),
        ("RuleAction", "deny"),
        ("CidrBlock", "192.0.2.0/24"),
    ];
    client.call("CreateNetworkAclEntry", &entry);
    associate(&client, &vpc);
    assert_eq!(for_ipv6(&client, &vpc), ["101", "32768", "32768"]);
}
