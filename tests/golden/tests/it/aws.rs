//! What a user of AWS reads, and the graphs of each topology.

use golden::{AWS, AWS_SEED, Transcript, example, files};
use insta::assert_snapshot;
use mock_aws::{Aws, Config, IpamPool, Ipv6Pool};
use mock_cloud::Mock;
use serde_json::{Value, json};

/// A transcript over a cloud that has the pools which the examples name.
fn transcript(document: &str) -> Transcript {
    let mut config = Config::default();
    config.ipam_pools.push(IpamPool {
        id: "ipam-pool-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2001:db8:a000::/40".to_owned()],
        default_netmask: None,
        locale: None,
    });
    config.ipv6_pools.push(Ipv6Pool {
        id: "ipv6pool-ec2-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2001:db8:b000::/48".to_owned()],
    });
    Transcript::aws(config, files(document, AWS_SEED))
}

/// The graph of an example, as it was compiled.
async fn graph(name: &str) -> String {
    let mut transcript = transcript(example(&AWS, name));
    transcript.graph().await
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_public_network() {
    let mut transcript = transcript(example(&AWS, "cluster"));
    let lines = [
        "preflight",
        "plan",
        "apply --yes",
        "apply --yes",
        "output",
        "output --patch",
        "inventory",
    ];
    transcript.run_each(&lines).await;
    transcript.note("A colleague takes a rule away, and IPv6 addresses from a subnet.");
    transcript.mock.with(meddle);
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    assert_snapshot!(transcript.take());
}

/// Takes the rule for ICMPv6 away, and the way of one subnet to give addresses.
fn meddle(cloud: &mut Aws) {
    let groups = cloud.call("DescribeSecurityGroups", json!({}));
    let groups = groups["SecurityGroups"].as_array().expect("a list");
    let group = groups
        .iter()
        .find(|group| group["GroupName"] == "kubernetes-example");
    let group = group.expect("the cluster has one");
    let permission = json!({ "IpProtocol": "icmpv6", "FromPort": -1, "ToPort": -1, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
    cloud.call(
        "RevokeSecurityGroupIngress",
        json!({ "GroupId": group["GroupId"], "IpPermissions": [permission] }),
    );
    let subnets = cloud.call("DescribeSubnets", json!({}));
    let subnets = subnets["Subnets"].as_array().expect("a list");
    let subnet = subnets
        .iter()
        .find(|subnet| subnet["VpcId"] == group["VpcId"]);
    cloud.call(
        "ModifySubnetAttribute",
        json!({
            "SubnetId": subnet.expect("the cluster has some")["SubnetId"],
            "AssignIpv6AddressOnCreation": { "Value": false },
        }),
    );
}

#[tokio::test(start_paused = true)]
async fn private_subnets_with_one_nat_gateway() {
    let mut transcript = transcript(example(&AWS, "private"));
    transcript
        .run_each(&["plan", "apply --yes", "verify", "graph", "destroy --yes"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let mut transcript = transcript(example(&AWS, "ipv4"));
    transcript.run_each(&["apply --yes"]).await;
    transcript
        .note("The document now asks for both families.")
        .write("cluster.yaml", example(&AWS, "cluster").to_owned());
    transcript
        .run_each(&["plan", "apply --yes", "verify"])
        .await;
    transcript
        .note("And for IPv4 alone again: what is there stays.")
        .write("cluster.yaml", example(&AWS, "ipv4").to_owned());
    transcript
        .run_each(&["plan", "apply --yes", "verify"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn the_other_examples() {
    let mut transcript = transcript("");
    for name in ["ipam", "byoip", "existing-vpc"] {
        transcript
            .note(name)
            .write("cluster.yaml", example(&AWS, name).to_owned());
        transcript.run_each(&["plan"]).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_public_network() {
    assert_snapshot!(graph("cluster").await);
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_private_subnets() {
    assert_snapshot!(graph("private").await);
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_ipv4_alone() {
    assert_snapshot!(graph("ipv4").await);
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_range_out_of_a_pool() {
    assert_snapshot!(graph("ipam").await);
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_range_that_was_brought() {
    assert_snapshot!(graph("byoip").await);
}

/// The text at a place of an answer.
fn id(answer: &Value, pointer: &str) -> String {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.expect("it is there").to_owned()
}

/// A VPC of a colleague's with both families, and the way out for both.
fn vpc(cloud: &mut Aws) -> (String, String) {
    let range = json!({ "CidrBlock": "10.20.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let vpc = id(&cloud.call("CreateVpc", range), "/Vpc/VpcId");
    for attribute in ["EnableDnsHostnames", "EnableDnsSupport"] {
        let on = json!({ "VpcId": vpc, attribute: { "Value": true } });
        cloud.call("ModifyVpcAttribute", on);
    }
    let gateway = cloud.call("CreateInternetGateway", json!({}));
    let gateway = id(&gateway, "/InternetGateway/InternetGatewayId");
    let both = json!({ "InternetGatewayId": gateway, "VpcId": vpc });
    cloud.call("AttachInternetGateway", both);
    let table = cloud.call("CreateRouteTable", json!({ "VpcId": vpc }));
    let table = id(&table, "/RouteTable/RouteTableId");
    let ways = [
        ("DestinationCidrBlock", "0.0.0.0/0"),
        ("DestinationIpv6CidrBlock", "::/0"),
    ];
    for (to, all) in ways {
        let route = json!({ "RouteTableId": table, to: all, "GatewayId": gateway });
        cloud.call("CreateRoute", route);
    }
    (vpc, table)
}

/// A subnet of it in that zone.
fn subnet(cloud: &mut Aws, (vpc, table): (&str, &str), number: u8, zone: &str) -> String {
    let is = cloud.call("DescribeVpcs", json!({ "VpcIds": [vpc] }));
    let block = id(&is, "/Vpcs/0/Ipv6CidrBlockAssociationSet/0/Ipv6CidrBlock");
    let made = json!({
        "VpcId": vpc, "AvailabilityZone": zone, "CidrBlock": format!("10.20.{number}.0/24"),
        "Ipv6CidrBlock": block.replace("00::/56", &format!("0{number}::/64")),
    });
    let subnet = id(&cloud.call("CreateSubnet", made), "/Subnet/SubnetId");
    for attribute in ["AssignIpv6AddressOnCreation", "MapPublicIpOnLaunch"] {
        let on = json!({ "SubnetId": subnet, attribute: { "Value": true } });
        cloud.call("ModifySubnetAttribute", on);
    }
    let both = json!({ "RouteTableId": table, "SubnetId": subnet });
    cloud.call("AssociateRouteTable", both);
    subnet
}

/// A network of a colleague's, and the document that names it.
fn existing(mock: &Mock) -> String {
    let (vpc, table) = mock.with(vpc);
    mock.with(Aws::settle);
    let of = (vpc.as_str(), table.as_str());
    let [one, other] = [(0, "eu-central-1a"), (1, "eu-central-1b")]
        .map(|(number, zone)| mock.with(|cloud: &mut Aws| subnet(cloud, of, number, zone)));
    mock.with(Aws::settle);
    example(&AWS, "existing-vpc")
        .replace("vpc-0a1b2c3d4e5f60718", &vpc)
        .replace("rtb-0a1b2c3d4e5f60718", &table)
        .replace("subnet-0a1b2c3d4e5f60711", &one)
        .replace("subnet-0a1b2c3d4e5f60712", &other)
        .replace("      securityGroupID: sg-0a1b2c3d4e5f60718\n", "")
}

#[tokio::test(start_paused = true)]
async fn an_existing_vpc_is_verified() {
    let mut transcript = transcript("");
    let document = existing(&transcript.mock);
    transcript.write("cluster.yaml", document);
    let lines = ["verify", "apply --yes", "verify", "graph", "destroy --yes"];
    transcript.run_each(&lines).await;
    assert_snapshot!(transcript.take());
}
