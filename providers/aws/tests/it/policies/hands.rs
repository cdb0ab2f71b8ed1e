//! What other hands do in the account, with all rights.

use mock_aws::Aws as AwsCloud;
use mock_cloud::Mock;
use serde_json::{Value, json};

/// The object of a kind that has such a tag.
pub(crate) fn of(mock: &Mock, kind: &str, tag: &str) -> String {
    let inventory = mock.inventory();
    let mut all = inventory.kind(kind);
    let found = all.find(|entry| entry.text.lines().any(|line| line == tag));
    found
        .unwrap_or_else(|| panic!("no {kind} has {tag}"))
        .id
        .clone()
}

/// The cluster's object at an address.
fn at(mock: &Mock, kind: &str, address: &str) -> String {
    of(mock, kind, &format!("groundwork.io/address={address}"))
}

fn call(mock: &Mock, action: &str, asked: Value) -> Value {
    mock.with(|cloud: &mut AwsCloud| cloud.call(action, asked))
}

fn tagged(kind: &str) -> Value {
    json!([{ "ResourceType": kind, "Tags": [{ "Key": "Name", "Value": "theirs" }] }])
}

/// A VPC of both families with a way out, and a subnet as nodes need it.
pub(crate) fn somebodys_network(mock: &Mock) {
    somebodys_vpc(mock);
    somebodys_subnet(mock);
}

fn somebodys_vpc(mock: &Mock) {
    let vpc = call(
        mock,
        "CreateVpc",
        json!({
            "CidrBlock": "10.20.0.0/16", "AmazonProvidedIpv6CidrBlock": true,
            "TagSpecifications": tagged("vpc"),
        }),
    );
    let vpc = &vpc["Vpc"]["VpcId"];
    call(
        mock,
        "ModifyVpcAttribute",
        json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } }),
    );
    let gateway = call(mock, "CreateInternetGateway", json!({}));
    let gateway = &gateway["InternetGateway"]["InternetGatewayId"];
    call(
        mock,
        "AttachInternetGateway",
        json!({ "VpcId": vpc, "InternetGatewayId": gateway }),
    );
    let tables = mock.inventory();
    let mut tables = tables.kind("route-table");
    let main = tables
        .find(|table| table.joins.iter().any(|id| json!(id) == *vpc))
        .unwrap();
    for to in [
        json!({ "DestinationCidrBlock": "0.0.0.0/0" }),
        json!({ "DestinationIpv6CidrBlock": "::/0" }),
    ] {
        let route = json!({ "RouteTableId": main.id, "GatewayId": gateway });
        call(mock, "CreateRoute", conformance::merged(route, &to));
    }
}

fn somebodys_subnet(mock: &Mock) {
    let vpc = of(mock, "vpc", "Name=theirs");
    // It has been there for long.
    mock.with(|cloud: &mut AwsCloud| {
        cloud.edit(&vpc, |body| {
            body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"] =
                json!({ "State": "associated" });
        })
    });
    let body = mock.with(|cloud: &mut AwsCloud| cloud.body(&vpc)).unwrap();
    let range = body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        .as_str()
        .unwrap();
    let subnet = call(
        mock,
        "CreateSubnet",
        json!({
            "VpcId": vpc, "CidrBlock": "10.20.1.0/24", "AvailabilityZone": "eu-central-1a",
            "Ipv6CidrBlock": range.replace("/56", "/64"), "TagSpecifications": tagged("subnet"),
        }),
    );
    let subnet = &subnet["Subnet"]["SubnetId"];
    for switch in ["AssignIpv6AddressOnCreation", "MapPublicIpOnLaunch"] {
        call(
            mock,
            "ModifySubnetAttribute",
            json!({ "SubnetId": subnet, switch: { "Value": true } }),
        );
    }
}

/// Takes away what others need: they are left as they are.
pub(crate) fn take_parts(mock: &Mock) {
    let zone = "eu-central-1a";
    let parts = [
        at(mock, "natgateway", &format!("nat-gateway/{zone}")),
        at(mock, "elastic-ip", &format!("address/{zone}")),
        at(mock, "egress-only-internet-gateway", "egress-only-gateway"),
        at(mock, "subnet", &format!("subnet/private/{zone}")),
        at(mock, "route-table", &format!("route-table/private/{zone}")),
        at(mock, "security-group", "security-group"),
    ];
    mock.with(|cloud: &mut AwsCloud| parts.iter().for_each(|id| cloud.vanish(id)));
}

/// Takes away what joins them, and a NAT gateway.
pub(crate) fn disconnect(mock: &Mock) {
    let gateway = at(mock, "internet-gateway", "internet-gateway");
    let nat = at(mock, "natgateway", "nat-gateway/eu-central-1a");
    let table = at(mock, "route-table", "route-table/private/eu-central-1a");
    call(mock, "DeleteNatGateway", json!({ "NatGatewayId": nat }));
    mock.with(|cloud: &mut AwsCloud| {
        cloud.edit(&gateway, |body| {
            drop(body.insert("Attachments".to_owned(), json!([])))
        });
        cloud.edit(&table, |body| {
            drop(body.insert("Associations".to_owned(), json!([])))
        });
    });
    call(
        mock,
        "DeleteRoute",
        json!({ "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0" }),
    );
}

/// Changes every kind of field.
pub(crate) fn change_fields(mock: &Mock) {
    let vpc = at(mock, "vpc", "vpc");
    let subnet = at(mock, "subnet", "subnet/public/eu-central-1a");
    let gateway = at(mock, "internet-gateway", "internet-gateway");
    let private = at(mock, "route-table", "route-table/private/eu-central-1a");
    let public = at(mock, "route-table", "route-table/public");
    let group = at(mock, "security-group", "security-group");
    let off = json!({ "Value": false });
    call(
        mock,
        "ModifyVpcAttribute",
        json!({ "VpcId": vpc, "EnableDnsHostnames": off }),
    );
    call(
        mock,
        "ModifySubnetAttribute",
        json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": off }),
    );
    call(
        mock,
        "DeleteTags",
        json!({ "Resources": [vpc], "Tags": [{ "Key": "Name" }] }),
    );
    call(
        mock,
        "ReplaceRoute",
        json!({
            "RouteTableId": private, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway,
        }),
    );
    let body = mock
        .with(|cloud: &mut AwsCloud| cloud.body(&public))
        .unwrap();
    let association = &body["Associations"][0]["RouteTableAssociationId"];
    call(
        mock,
        "ReplaceRouteTableAssociation",
        json!({
            "AssociationId": association, "RouteTableId": private,
        }),
    );
    for (action, egress) in [
        ("RevokeSecurityGroupIngress", false),
        ("RevokeSecurityGroupEgress", true),
    ] {
        let rule = rule_of(mock, &group, egress);
        call(
            mock,
            action,
            json!({ "GroupId": group, "SecurityGroupRuleIds": [rule] }),
        );
    }
}

fn rule_of(mock: &Mock, group: &str, egress: bool) -> String {
    let inventory = mock.inventory();
    let mut rules = inventory.kind("security-group-rule");
    let is_it = |id: &str| {
        let body = mock.with(|cloud: &mut AwsCloud| cloud.body(id)).unwrap();
        body["GroupId"] == group && body["IsEgress"] == egress
    };
    rules.find(|rule| is_it(&rule.id)).unwrap().id.clone()
}
