//! What others have in a VPC of ours, and a VPC of theirs.

use mock_aws::Aws as AwsCloud;
use mock_cloud::Mock;
use serde_json::{Value, json};

use super::AwsSubject;
use crate::{Existing, Stranger, Subject, Variant, Violation, merged, own};

fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}

fn call(mock: &Mock, action: &str, asked: Value) -> Value {
    mock.with(|cloud: &mut AwsCloud| cloud.call(action, asked))
}

fn blocks(what: &'static str, put: fn(&Mock) -> String) -> Stranger {
    Stranger {
        what,
        put,
        blocks: true,
    }
}

pub(super) fn strangers() -> Vec<Stranger> {
    let goes_along = |what, put| Stranger {
        what,
        put,
        blocks: false,
    };
    vec![
        blocks("a subnet in our VPC", |mock| {
            let vpc = own(mock, "vpc").id;
            let cidr = json!({ "VpcId": vpc, "CidrBlock": "192.168.255.0/28" });
            let cidr = merged(cidr, &json!({ "CidrBlock": last_part(mock, &vpc) }));
            text(&call(mock, "CreateSubnet", cidr)["Subnet"]["SubnetId"])
        }),
        blocks("a route table in our VPC", |mock| {
            let vpc = own(mock, "vpc").id;
            text(
                &call(mock, "CreateRouteTable", json!({ "VpcId": vpc }))["RouteTable"]["RouteTableId"],
            )
        }),
        blocks("a security group in our VPC", |mock| {
            let vpc = own(mock, "vpc").id;
            let group = json!({ "VpcId": vpc, "GroupName": "theirs", "Description": "x" });
            text(&call(mock, "CreateSecurityGroup", group)["GroupId"])
        }),
        blocks("an interface in our subnet", |mock| {
            let subnet = own(mock, "subnet").id;
            let made = call(
                mock,
                "CreateNetworkInterface",
                json!({ "SubnetId": subnet }),
            );
            text(&made["NetworkInterface"]["NetworkInterfaceId"])
        }),
        blocks("a route in our table", |mock| {
            let table = own(mock, "route-table").id;
            let gateway = own(mock, "internet-gateway").id;
            let route = json!({
                "RouteTableId": table, "DestinationCidrBlock": "198.51.100.0/24",
                "GatewayId": gateway,
            });
            call(mock, "CreateRoute", route);
            "198.51.100.0/24".to_owned()
        }),
        blocks("a route of theirs by our internet gateway", |mock| {
            let gateway = own(mock, "internet-gateway").id;
            let to = json!({ "DestinationCidrBlock": "203.0.113.0/24", "GatewayId": gateway });
            led(mock, &to);
            "203.0.113.0/24".to_owned()
        }),
        goes_along("a rule in our security group", |mock| {
            let group = own(mock, "security-group").id;
            let rule = json!({
                "IpProtocol": "tcp", "FromPort": 4444, "ToPort": 4444,
                "IpRanges": [{ "CidrIp": "192.0.2.0/24" }],
            });
            let asked = json!({ "GroupId": group, "IpPermissions": [rule] });
            call(mock, "AuthorizeSecurityGroupIngress", asked);
            "192.0.2.0/24".to_owned()
        }),
        goes_along("a tag on our VPC", |mock| {
            let vpc = own(mock, "vpc").id;
            let tags = json!([{ "Key": "billing", "Value": "billing-4711" }]);
            call(
                mock,
                "CreateTags",
                json!({ "Resources": [vpc], "Tags": tags }),
            );
            "billing-4711".to_owned()
        }),
    ]
}

/// EC2 would let go of each of these gateways, and then of the VPC with its main table.
pub(super) fn strangers_of_private_subnets() -> Vec<Stranger> {
    vec![
        blocks("a route of theirs by our egress-only gateway", |mock| {
            let gateway = own(mock, "egress-only-internet-gateway").id;
            let to = json!({
                "DestinationIpv6CidrBlock": "2001:db8:77::/48",
                "EgressOnlyInternetGatewayId": gateway,
            });
            led(mock, &to);
            "2001:db8:77::/48".to_owned()
        }),
        blocks("a route of theirs by our NAT gateway", |mock| {
            let gateway = own(mock, "natgateway").id;
            let to = json!({ "DestinationCidrBlock": "198.18.7.0/24", "NatGatewayId": gateway });
            led(mock, &to);
            "198.18.7.0/24".to_owned()
        }),
    ]
}

/// A route in the main table of our VPC, which is nobody's.
fn led(mock: &Mock, to: &Value) {
    let vpc = own(mock, "vpc").id;
    let filters = json!([
        { "Name": "vpc-id", "Values": [vpc] },
        { "Name": "association.main", "Values": ["true"] },
    ]);
    let tables = call(mock, "DescribeRouteTables", json!({ "Filters": filters }));
    let table = json!({ "RouteTableId": tables["RouteTables"][0]["RouteTableId"] });
    call(mock, "CreateRoute", merged(table, to));
}

/// The last /28 of a VPC.
fn last_part(mock: &Mock, vpc: &str) -> String {
    let body = mock
        .with(|cloud: &mut AwsCloud| cloud.body(vpc))
        .expect("it is there");
    let range: ipnet::Ipv4Net = text(&body["CidrBlock"]).parse().expect("it is a range");
    let last = u32::from(range.broadcast()) & !15;
    format!("{}/28", std::net::Ipv4Addr::from(last))
}

/// A VPC with a public subnet of both families, and a group that lets in what nodes need.
pub(super) fn existing(subject: &AwsSubject, mock: &Mock) -> Existing {
    let asked = json!({ "CidrBlock": "10.5.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let vpc = text(&call(mock, "CreateVpc", asked)["Vpc"]["VpcId"]);
    mock.with(AwsCloud::settle);
    let zone = "eu-central-1b";
    let (subnet, group) = mock.with(|cloud: &mut AwsCloud| {
        let body = cloud.body(&vpc).expect("it is there");
        let range = text(&body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]);
        let range: ipnet::Ipv6Net = range.parse().expect("it is a range");
        let asked = json!({
            "VpcId": vpc, "CidrBlock": "10.5.7.0/24", "AvailabilityZone": zone,
            "Ipv6CidrBlock": format!("{}/64", range.network()),
        });
        let subnet = text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"]);
        for switch in ["MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"] {
            let on = json!({ "SubnetId": subnet, switch: { "Value": true } });
            cloud.call("ModifySubnetAttribute", on);
        }
        let on = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } });
        cloud.call("ModifyVpcAttribute", on);
        let made = cloud.call("CreateInternetGateway", json!({}));
        let internet = text(&made["InternetGateway"]["InternetGatewayId"]);
        let attach = json!({ "InternetGatewayId": internet, "VpcId": vpc });
        cloud.call("AttachInternetGateway", attach);
        let made = cloud.call("CreateRouteTable", json!({ "VpcId": vpc }));
        let table = text(&made["RouteTable"]["RouteTableId"]);
        let associate = json!({ "RouteTableId": table, "SubnetId": subnet });
        cloud.call("AssociateRouteTable", associate);
        for (to, range) in [
            ("DestinationCidrBlock", "0.0.0.0/0"),
            ("DestinationIpv6CidrBlock", "::/0"),
        ] {
            let route = json!({ "RouteTableId": table, to: range, "GatewayId": internet });
            cloud.call("CreateRoute", route);
        }
        (subnet, fit_group(cloud, &vpc))
    });
    mock.with(AwsCloud::settle);
    let section = json!({
        "vpcID": vpc, "subnetIDs": [subnet], "securityGroupID": group, "zones": null,
        "privateSubnets": null, "natGateways": null, "dns64": null,
        "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.0/24", "2001:db8::/32"] },
    });
    let patch = json!({ "spec": { "cloud": { "aws": section } } });
    Existing {
        document: merged(subject.cluster(Variant::DualStack), &patch),
        ids: vec![vpc, subnet, group],
    }
}

fn fit_group(cloud: &mut AwsCloud, vpc: &str) -> String {
    let asked = json!({ "VpcId": vpc, "GroupName": "nodes", "Description": "nodes" });
    let group = text(&cloud.call("CreateSecurityGroup", asked)["GroupId"]);
    let ports = |protocol: &str, first: i32, last: i32| {
        json!({
            "IpProtocol": protocol, "FromPort": first, "ToPort": last,
            "IpRanges": [{ "CidrIp": "0.0.0.0/0" }], "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
        })
    };
    let icmp = |protocol: &str, ranges: Value| {
        merged(
            json!({ "IpProtocol": protocol, "FromPort": -1, "ToPort": -1 }),
            &ranges,
        )
    };
    let permissions = [
        json!({ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": group }] }),
        icmp("icmp", json!({ "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] })),
        icmp("icmpv6", json!({ "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] })),
        ports("tcp", 22, 22),
        ports("tcp", 30000, 32767),
        ports("udp", 30000, 32767),
    ];
    let asked = json!({ "GroupId": group, "IpPermissions": permissions });
    cloud.call("AuthorizeSecurityGroupIngress", asked);
    group
}

pub(super) fn violations() -> Vec<Violation> {
    vec![
        Violation {
            what: "a subnet without an IPv6 range",
            make: |mock, existing| {
                mock.with(|cloud: &mut AwsCloud| {
                    cloud.edit(&existing.ids[1], |body| {
                        body.insert("Ipv6CidrBlockAssociationSet".to_owned(), json!([]));
                    });
                });
            },
            names: "IPv6",
        },
        Violation {
            what: "a group that lets nothing in",
            make: |mock, existing| {
                mock.with(|cloud: &mut AwsCloud| {
                    let of = json!([{ "Name": "group-id", "Values": [existing.ids[2]] }]);
                    let rules = cloud.call("DescribeSecurityGroupRules", json!({ "Filters": of }));
                    let rules = rules["SecurityGroupRules"].as_array().cloned();
                    let incoming = rules.unwrap_or_default().into_iter();
                    let incoming = incoming.filter(|rule| rule["IsEgress"] == json!(false));
                    let ids: Vec<_> = incoming
                        .map(|rule| rule["SecurityGroupRuleId"].clone())
                        .collect();
                    let asked = json!({ "GroupId": existing.ids[2], "SecurityGroupRuleIds": ids });
                    cloud.call("RevokeSecurityGroupIngress", asked);
                });
            },
            names: "security group",
        },
        Violation {
            what: "a VPC that does not exist",
            make: |mock, existing| {
                mock.with(|cloud: &mut AwsCloud| cloud.vanish(&existing.ids[0]));
            },
            names: "vpc-",
        },
    ]
}

/// Without the time that an object was made at, which its tags tell, and without ids of what has no
/// entry of its own.
pub(super) fn comparable(mut body: Value) -> Value {
    scrub(&mut body);
    body
}

fn scrub(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let time = |fields: &serde_json::Map<String, Value>| {
                fields.get("Key") == Some(&json!("groundwork.io/created"))
            };
            if time(fields) {
                fields.insert("Value".to_owned(), json!("then"));
            }
            fields.retain(|key, _| !key.ends_with("AssociationId") && key != "text");
            fields.values_mut().for_each(scrub);
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
