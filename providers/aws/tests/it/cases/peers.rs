//! Pods and services beside what is routed there.

use conformance::{Lab, own};
use groundwork_model::Severity;
use mock_aws::Aws;
use serde_json::{Value, json};

use crate::cases::site::{self, Said, Site, assert_says, document, field, route, subject, text};

fn network(pods: [&str; 2]) -> Value {
    json!({ "spec": { "clusterNetwork": {
        "pods": { "cidrBlocks": pods },
        "services": { "cidrBlocks": ["10.240.16.0/20", "fd02::/108"] },
    } } })
}

fn with_pods(site: &Site<'_>, pods: &str) -> Value {
    let subnets = json!({ "subnetIDs": site.public });
    conformance::merged(site.named(&subnets), &network([pods, "fd01::/48"]))
}

async fn said(site: &Site<'_>, pods: &str) -> Said {
    site.said_of(&with_pods(site, pods)).await
}

/// An active peering with another VPC of the account.
fn peering(site: &Site<'_>, range: &str) -> String {
    site.with(|cloud| peered(cloud, &site.vpc, range))
}

fn peered(cloud: &mut Aws, vpc: &str, range: &str) -> String {
    let other = cloud.call("CreateVpc", json!({ "CidrBlock": range }));
    let asked = json!({ "VpcId": vpc, "PeerVpcId": other["Vpc"]["VpcId"] });
    let made = cloud.call("CreateVpcPeeringConnection", asked);
    let peering = text(&made["VpcPeeringConnection"]["VpcPeeringConnectionId"]);
    let accept = json!({ "VpcPeeringConnectionId": peering });
    cloud.call("AcceptVpcPeeringConnection", accept);
    peering
}

/// Behaviour 22: of all ranges of the VPC, not of its first alone.
#[tokio::test(start_paused = true)]
async fn pods_keep_off_all_ranges_of_the_vpc() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let finding = said(&site, "10.5.128.0/17").await;
    let finding = finding.only_error("NETWORK-OVERLAP");
    assert_says(
        finding,
        "IPv4 range (10.5.0.0/16) overlap",
        "a range of its own",
    );
    assert_eq!(field(finding), "spec.clusterNetwork.pods.cidrBlocks");
    site.with(|cloud| {
        let more = json!({ "VpcId": site.vpc, "CidrBlock": "100.64.0.0/16" });
        cloud.call("AssociateVpcCidrBlock", more);
    });
    site.settle().await;
    said(&site, "172.25.0.0/16").await.assert_fit();
    let finding = said(&site, "100.64.0.0/17").await;
    assert_says(finding.only_error("NETWORK-OVERLAP"), "100.64.0.0/16", "");
}

#[tokio::test(start_paused = true)]
async fn pods_keep_off_what_is_routed_to_peers() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let peering = peering(&site, "172.25.0.0/16");
    said(&site, "172.25.0.0/16").await.assert_fit();
    site.with(|cloud| {
        let to =
            json!({ "DestinationCidrBlock": "172.25.0.0/16", "VpcPeeringConnectionId": peering });
        route(cloud, &site.public_table, to);
    });
    let said_of = said(&site, "172.25.0.0/16").await;
    let finding = said_of.only_error("NETWORK-OVERLAP");
    assert_says(
        finding,
        &format!("routes to {peering}"),
        "a range of its own",
    );
    assert_says(finding, &site.public_table, "");
    said(&site, "172.26.0.0/16").await.assert_fit();
}

/// Services have no route of their own: what lies under them cannot be reached from pods.
#[tokio::test(start_paused = true)]
async fn services_keep_off_what_is_routed_elsewhere_in_both_families() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let gateway = site.with(|cloud| {
        let gateway = cloud.put("transit-gateway", json!({ "State": "available" }));
        let attachment = json!({ "TransitGatewayId": gateway, "VpcId": site.vpc });
        cloud.put("transit-gateway-attachment", attachment);
        for to in [
            json!({ "DestinationCidrBlock": "10.240.16.0/21", "TransitGatewayId": gateway }),
            json!({ "DestinationIpv6CidrBlock": "fd02::/64", "TransitGatewayId": gateway }),
        ] {
            route(cloud, &site.public_table, to);
        }
        gateway
    });
    let said = said(&site, "172.25.0.0/16").await;
    assert_eq!(said.errors(), ["NETWORK-OVERLAP"], "{said:#?}");
    let finding = said.one("NETWORK-OVERLAP", Severity::Error);
    assert_says(finding, "IPv4 services (10.240.16.0/20)", "");
    assert_says(finding, &gateway, "");
    assert_eq!(field(finding), "spec.clusterNetwork.services.cidrBlocks");
    // A /64 that holds the services' /108 is a summary, of which not all need exist.
    let summary = said.one("NETWORK-OVERLAP", Severity::Warning);
    assert_says(summary, "IPv6 services (fd02::/108)", "");
}

/// A summary of a whole company's networks says little of any part of it.
#[tokio::test(start_paused = true)]
async fn a_route_for_far_more_is_a_warning() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let peering = peering(&site, "172.30.0.0/16");
    site.with(|cloud| {
        let to =
            json!({ "DestinationCidrBlock": "172.16.0.0/12", "VpcPeeringConnectionId": peering });
        route(cloud, &site.public_table, to);
    });
    let said = said(&site, "172.25.0.0/16").await;
    assert_says(said.only_warning("NETWORK-OVERLAP"), "172.16.0.0/12", "");
}

/// A cloud controller that routes to pods writes a route a node.
#[tokio::test(start_paused = true)]
async fn routes_to_the_clusters_own_pods_are_no_conflict() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let to = |cloud: &mut mock_aws::Aws, net: &str| {
        let made = cloud.call(
            "CreateNetworkInterface",
            json!({ "SubnetId": site.public[0] }),
        );
        let node = text(&made["NetworkInterface"]["NetworkInterfaceId"]);
        let to = json!({ "DestinationCidrBlock": net, "NetworkInterfaceId": node });
        route(cloud, &site.public_table, to);
    };
    site.with(|cloud| to(cloud, "172.25.3.0/24"));
    said(&site, "172.25.0.0/16").await.assert_fit();
    site.with(|cloud| to(cloud, "172.25.0.0/16"));
    said(&site, "172.25.0.0/16")
        .await
        .only_error("NETWORK-OVERLAP");
}

/// The document of a VPC that is made.
fn made(lab: &Lab<'_>, section: Value, pods: [&str; 2]) -> Value {
    let section = conformance::merged(section, &json!({ "zones": ["eu-central-1a"] }));
    conformance::merged(document(lab.subject, &section), &network(pods))
}

/// A range that the document names is held against pods and services by the document alone.
#[tokio::test(start_paused = true)]
async fn pods_keep_off_a_range_that_the_document_names() {
    let subject = subject();
    let range = "2a05:d014:1234:5600::/56";
    let sources = [
        ("byoip", json!({ "pool": "ipv6pool-ec2-1", "cidr": range })),
        ("ipam", json!({ "pool": "ipam-pool-1", "cidr": range })),
    ];
    for (kind, source) in sources {
        let lab = Lab::open(&subject);
        let section = json!({ "ipv6Source": { kind: source } });
        let document = made(&lab, section, ["172.25.0.0/16", "2a05:d014:1234::/48"]);
        let said = site::said(&lab, &document).await;
        let finding = said.one("NETWORK-OVERLAP", Severity::Error);
        assert_says(
            finding,
            &format!("IPv6 nodes ({range})"),
            "a range of its own",
        );
        assert_eq!(
            field(finding),
            format!("spec.cloud.aws.ipv6Source.{kind}.cidr")
        );
        assert_eq!(lab.mock.calls(), [], "the document alone says so");
    }
}

/// A network of ours, as it was made.
async fn network_of_ours(lab: &Lab<'_>, section: Value) -> String {
    let request = lab.request(&made(lab, section, USUAL));
    let process = lab.process();
    process.apply(&request).await.expect("it is made");
    lab.quiet().await;
    lab.mock.clear_calls();
    own(&lab.mock, "vpc").id
}

const USUAL: [&str; 2] = ["172.25.0.0/16", "fd01::/48"];

/// What the cloud gave, and what others added since, are known once they are there.
#[tokio::test(start_paused = true)]
async fn pods_keep_off_all_ranges_of_a_vpc_of_ours() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let vpc = network_of_ours(&lab, json!({})).await;
    let range = lab.mock.with(|cloud: &mut Aws| {
        let more = json!({ "VpcId": vpc, "CidrBlock": "100.64.0.0/16" });
        cloud.call("AssociateVpcCidrBlock", more);
        let body = cloud.body(&vpc).expect("it is there");
        text(&body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
    });
    lab.quiet().await;
    lab.mock.clear_calls();
    let said = site::said(&lab, &made(&lab, json!({}), USUAL)).await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let cases = [
        (["100.64.0.0/17", "fd01::/48"], "100.64.0.0/16"),
        (["172.25.0.0/16", &range], &range),
    ];
    for (pods, taken) in cases {
        let said = site::said(&lab, &made(&lab, json!({}), pods)).await;
        let finding = said.one("NETWORK-OVERLAP", Severity::Error);
        assert_says(finding, taken, "a range of its own");
        assert_says(finding, &vpc, "");
    }
}

/// Routes that others added to our tables lead to networks that pods would hide.
#[tokio::test(start_paused = true)]
async fn pods_keep_off_what_our_tables_route_to_peers() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let vpc = network_of_ours(&lab, json!({})).await;
    let table = own(&lab.mock, "route-table").id;
    let peering = lab.mock.with(|cloud: &mut Aws| {
        let peering = peered(cloud, &vpc, "172.26.0.0/16");
        let to =
            json!({ "DestinationCidrBlock": "172.26.0.0/16", "VpcPeeringConnectionId": peering });
        route(cloud, &table, to);
        peering
    });
    lab.mock.clear_calls();
    let said = site::said(&lab, &made(&lab, json!({}), USUAL)).await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let pods = ["172.26.0.0/16", "fd01::/48"];
    let said = site::said(&lab, &made(&lab, json!({}), pods)).await;
    let finding = said.one("NETWORK-OVERLAP", Severity::Error);
    assert_says(finding, &format!("routes to {peering}"), "");
}

/// Where the document names no range, that of the VPC counts, and not the usual one; where it names
/// another, the VPC does not stay.
#[tokio::test(start_paused = true)]
async fn the_range_that_a_vpc_will_have_counts() {
    let subject = subject();
    let lab = Lab::open(&subject);
    network_of_ours(&lab, json!({ "vpcCidr": "10.5.0.0/16" })).await;
    let cases = [
        (json!({}), "10.0.0.0/16", true),
        (json!({}), "10.5.0.0/17", false),
        (json!({ "vpcCidr": "10.6.0.0/16" }), "10.5.0.0/17", true),
        (json!({ "vpcCidr": "10.6.0.0/16" }), "10.6.0.0/17", false),
    ];
    for (section, pods, is_fit) in cases {
        let document = made(&lab, section, [pods, "fd01::/48"]);
        let said = site::said(&lab, &document).await;
        assert_eq!(!said.has("NETWORK-OVERLAP"), is_fit, "{pods}: {said:#?}");
    }
}
