//! IPv6 in the network of a cluster that does not ask for it: it changes nothing, and stays.

use std::collections::BTreeSet;

use conformance::{Lab, Process, merged, own, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_aws::Aws;
use serde_json::{Value, json};

use crate::cases::site::{self, applied, document, route, subject, text};

fn ipv4(subject: &AwsSubject, section: &Value) -> Value {
    let family = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    merged(document(subject, section), &family)
}

/// What a plan would do, by address; the note about IPv6 that is kept is there.
async fn planned(lab: &Lab<'_>, process: &Process, document: &Value) -> Vec<(String, Action)> {
    let planned = process.plan(&lab.request(document)).await;
    let plan = planned.unwrap_or_else(|why| panic!("{why:#?}")).plan;
    let mut told = plan.findings.iter();
    let note = told.find(|finding| finding.code == "AWS-IPV6-KEPT");
    assert_eq!(
        note.map(|finding| finding.severity),
        Some(Severity::Note),
        "{:#?}",
        plan.findings
    );
    let items = plan.mutating();
    items
        .map(|item| (item.address.to_string(), item.action))
        .collect()
}

fn listed(lab: &Lab<'_>, call: &str, list: &str) -> Vec<Value> {
    let vpc = own(&lab.mock, "vpc").id;
    let of_vpc = json!([{ "Name": "vpc-id", "Values": [vpc] }]);
    let found = lab
        .mock
        .with(|cloud: &mut Aws| cloud.call(call, json!({ "Filters": of_vpc })));
    found[list].as_array().expect("a list").clone()
}

/// An object of a list, by the address in its label.
fn at(listed: Vec<Value>, address: &str) -> Value {
    let tag = json!({ "Key": "groundwork.io/address", "Value": address });
    let is_at = |object: &Value| object["Tags"].as_array().is_some_and(|t| t.contains(&tag));
    listed.into_iter().find(is_at).expect(address)
}

fn table(lab: &Lab<'_>, address: &str) -> Value {
    at(listed(lab, "DescribeRouteTables", "RouteTables"), address)
}

fn subnet(lab: &Lab<'_>, address: &str) -> Value {
    at(listed(lab, "DescribeSubnets", "Subnets"), address)
}

/// The destinations of IPv6 that a table has a route to, but for the VPC itself.
fn ipv6_routes(table: &Value) -> BTreeSet<String> {
    let routes = table["Routes"].as_array().expect("a list").iter();
    let written = routes.filter(|route| route["GatewayId"] != "local");
    let to = written.filter_map(|route| route["DestinationIpv6CidrBlock"].as_str());
    to.map(str::to_owned).collect()
}

fn has_ipv6(subnet: &Value) -> bool {
    let ranges = subnet["Ipv6CidrBlockAssociationSet"].as_array();
    ranges.is_some_and(|ranges| !ranges.is_empty()) || subnet["AssignIpv6AddressOnCreation"] == true
}

/// Subnets have none, tables lead none, and nothing lets it out.
fn assert_no_ipv6(lab: &Lab<'_>) {
    for subnet in listed(lab, "DescribeSubnets", "Subnets") {
        assert!(!has_ipv6(&subnet), "{subnet:#}");
    }
    for table in listed(lab, "DescribeRouteTables", "RouteTables") {
        assert_eq!(ipv6_routes(&table), BTreeSet::new(), "{table:#}");
    }
    let inventory = lab.inventory();
    assert_eq!(inventory.kind("egress-only-internet-gateway").count(), 0);
}

/// A colleague's range, associated with the cluster's VPC.
async fn range(lab: &Lab<'_>) {
    let vpc = own(&lab.mock, "vpc").id;
    let asked = json!({ "VpcId": vpc, "AmazonProvidedIpv6CidrBlock": true });
    lab.mock
        .with(|cloud: &mut Aws| cloud.call("AssociateVpcCidrBlock", asked));
    lab.quiet().await;
}

const A: &str = "eu-central-1a";
const B: &str = "eu-central-1b";

/// Behaviour 21: a range in a VPC of ours is no reason to give machines IPv6.
#[tokio::test(start_paused = true)]
async fn a_range_that_a_colleague_associates_changes_nothing() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": [A], "privateSubnets": true, "dns64": true });
    let one = ipv4(&subject, &section);
    applied(&lab, &process, &one).await;
    range(&lab).await;
    assert_eq!(planned(&lab, &process, &one).await, []);
    // Nor where a part of it is asked for: a source that names a range is about two families.
    let byoip = json!({ "byoip": { "pool": "ipv6pool-ec2-1", "cidr": "2001:db8:8:100::/56" } });
    let sourced = merged(section, &json!({ "ipv6Source": byoip }));
    assert_eq!(planned(&lab, &process, &ipv4(&subject, &sourced)).await, []);
    let two = ipv4(&subject, &merged(sourced, &json!({ "zones": [A, B] })));
    applied(&lab, &process, &two).await;
    assert_no_ipv6(&lab);
}

/// What was made for two families stays when the document asks for one, and no more is made.
#[tokio::test(start_paused = true)]
async fn what_two_families_had_stays_with_one() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": [A], "privateSubnets": true, "dns64": true });
    applied(&lab, &process, &document(&subject, &section)).await;
    let one = ipv4(&subject, &section);
    let group = ("security-group".to_owned(), Action::Update);
    assert_eq!(planned(&lab, &process, &one).await, [group]);
    applied(&lab, &process, &one).await;
    // A field that is about IPv6 may go, too.
    let more = json!({ "zones": [A, B], "dns64": false });
    let less = ipv4(
        &subject,
        &merged(section.clone(), &json!({ "dns64": false })),
    );
    assert_eq!(planned(&lab, &process, &less).await, []);
    let of_zone = |side: &str, zone: &str| subnet(&lab, &format!("subnet/{side}/{zone}"));
    let there = || ["public", "private"].map(|side| of_zone(side, A));
    let before = there();
    applied(&lab, &process, &ipv4(&subject, &merged(section, &more))).await;
    assert_eq!(there(), before);
    for side in ["public", "private"] {
        assert!(has_ipv6(&of_zone(side, A)), "{side}");
        assert!(!has_ipv6(&of_zone(side, B)), "{side}");
    }
    let routes = |address: &str| ipv6_routes(&table(&lab, address));
    let of = |to: &[&str]| {
        to.iter()
            .map(|to| (*to).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(routes("route-table/public"), of(&["::/0"]));
    let private = format!("route-table/private/{A}");
    assert_eq!(routes(&private), of(&["64:ff9b::/96", "::/0"]));
    assert_eq!(routes(&format!("route-table/private/{B}")), of(&[]));
    assert_eq!(
        subnet(&lab, &format!("subnet/private/{A}"))["EnableDns64"],
        true
    );
}

/// A colleague gives a subnet IPv6, with a way out of his own.
#[tokio::test(start_paused = true)]
async fn a_way_out_of_a_colleagues_stays_where_it_leads() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let one = ipv4(&subject, &json!({ "zones": [A], "privateSubnets": true }));
    applied(&lab, &process, &one).await;
    range(&lab).await;
    assert_eq!(planned(&lab, &process, &one).await, []);
    let vpcs = listed(&lab, "DescribeVpcs", "Vpcs");
    let part = text(&vpcs[0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]);
    let part = part.replace("::/56", "::/64");
    let vpc = own(&lab.mock, "vpc").id;
    let public = text(&subnet(&lab, &format!("subnet/public/{A}"))["SubnetId"]);
    let tables = ["public".to_owned(), format!("private/{A}")];
    let tables = tables.map(|of| text(&table(&lab, &format!("route-table/{of}"))["RouteTableId"]));
    lab.mock.with(|cloud: &mut Aws| {
        let asked = json!({ "SubnetId": public, "Ipv6CidrBlock": part });
        cloud.call("AssociateSubnetCidrBlock", asked);
        let made = cloud.call("CreateEgressOnlyInternetGateway", json!({ "VpcId": vpc }));
        let gateway = &made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"];
        for table in &tables {
            let to = json!({
                "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": gateway,
            });
            route(cloud, table, to);
        }
    });
    lab.quiet().await;
    lab.mock
        .with(|cloud: &mut Aws| site::switch(cloud, &public, "AssignIpv6AddressOnCreation"));
    assert_eq!(planned(&lab, &process, &one).await, []);
    applied(&lab, &process, &one).await;
    assert!(has_ipv6(&subnet(&lab, &format!("subnet/public/{A}"))));
    // Two families need the ways that two families have.
    let two = document(&subject, &json!({ "zones": [A], "privateSubnets": true }));
    applied(&lab, &process, &two).await;
    let gateways = lab.inventory();
    let gateways = gateways.kind("egress-only-internet-gateway").count();
    assert_eq!(gateways, 2, "the colleague's is still there");
}

/// Nor does a range that EC2 gave up on: there is nothing to take away.
#[tokio::test(start_paused = true)]
async fn a_range_that_failed_is_nothing() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let one = ipv4(&subject, &json!({ "zones": [A] }));
    applied(&lab, &process, &one).await;
    range(&lab).await;
    assert_eq!(planned(&lab, &process, &one).await, []);
    let vpc = own(&lab.mock, "vpc").id;
    lab.mock.with(|cloud: &mut Aws| {
        cloud.edit(&vpc, |body| {
            body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"] =
                json!({ "State": "failed", "StatusMessage": "the pool is empty" });
        });
    });
    let planned = process.plan(&lab.request(&one)).await.unwrap();
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan);
}

/// What is kept goes with its VPC, a route that was bent as well.
#[tokio::test(start_paused = true)]
async fn of_a_vpc_that_is_made_anew_nothing_is_kept() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": [A], "privateSubnets": true, "vpcCidr": "10.1.0.0/16" });
    applied(&lab, &process, &document(&subject, &section)).await;
    applied(&lab, &process, &ipv4(&subject, &section)).await;
    let public = text(&table(&lab, "route-table/public")["RouteTableId"]);
    let gateway = own(&lab.mock, "egress-only-internet-gateway").id;
    lab.mock.with(|cloud: &mut Aws| {
        let asked = json!({
            "RouteTableId": public, "DestinationIpv6CidrBlock": "::/0",
            "EgressOnlyInternetGatewayId": gateway,
        });
        cloud.call("ReplaceRoute", asked)
    });
    let anew = json!({ "vpcCidr": "10.2.0.0/16" });
    let mut request = lab.request(&ipv4(&subject, &merged(section, &anew)));
    request.options.replace = ["vpc".parse().expect("an address")].into();
    let ran = process.apply(&request).await;
    let applied = ran.unwrap_or_else(|why| panic!("{why:#?}")).applied;
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
    lab.quiet().await;
    assert_no_ipv6(&lab);
}
