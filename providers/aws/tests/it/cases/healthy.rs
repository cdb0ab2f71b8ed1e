//! Networks that are fit: nothing is wrong with them, and nothing but tags is written.

use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_aws::Aws;
use mock_cloud::Breach;
use serde_json::{Value, json};

use crate::cases::site::{self, Site, document, route, said, subject, switch, text};

/// Only tags were written, each on a subnet, group or table that the document is about.
fn assert_only_tags(site: &Site<'_>, count: usize) {
    let calls = site.lab.mock.mutating_calls();
    let paths: Vec<&str> = calls.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, vec!["/CreateTags"; count], "{calls:#?}");
    let touched = |breach: &Breach| match breach {
        Breach::ForeignChanged(attributes) => attributes == &["Tags"],
        Breach::ForeignDeleted => false,
    };
    let violations = site.lab.mock.violations();
    assert!(
        violations
            .iter()
            .all(|violation| touched(&violation.breach)),
        "{violations:#?}"
    );
}

async fn applied_and_destroyed(site: &Site<'_>, document: &Value, tagged: usize) {
    let before = site.lab.inventory();
    let process = site.lab.process();
    let request = site.request(document);
    let ran = process.apply(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.failures.len(), 0, "{:#?}", ran.applied);
    assert_only_tags(site, tagged);
    site.settle().await;
    let again = process.plan(&request).await;
    let again = again.unwrap_or_else(|why| panic!("{why:#?}")).plan;
    assert!(again.is_empty(), "{again:#?}");
    let ran = process.destroy(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.failures.len(), 0, "{:#?}", ran.applied);
    assert_eq!(before.differences(&site.lab.inventory()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_public_network_is_verified_and_gets_tags_alone() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let said = site.said().await;
    said.assert_fit();
    let plan = said.plan.expect("it is planned");
    for address in ["vpc", "vpc/attributes", "security-group"] {
        let item = plan.item(address).expect(address);
        assert_eq!(item.action, Action::Verified, "{address}");
    }
    let subnets = json!({ "subnetIDs": site.public });
    // Two subnets and the group.
    applied_and_destroyed(&site, &site.named(&subnets), 3).await;
}

#[tokio::test(start_paused = true)]
async fn a_private_network_is_verified_and_gets_tags_alone() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let said = site.said_of_private().await;
    said.assert_fit();
    let private = said.codes(Severity::Note).into_iter();
    let private: Vec<&str> = private.filter(|code| *code == "AWS-PRIVATE").collect();
    assert_eq!(private.len(), 2, "one a subnet: {said:#?}");
    let subnets = json!({ "subnetIDs": site.private });
    applied_and_destroyed(&site, &site.named(&subnets), 3).await;
}

#[tokio::test(start_paused = true)]
async fn all_subnets_of_a_vpc_are_meant_where_none_is_named() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let document = site.named(&json!({ "routeTableID": site.private_table }));
    site.said_of(&document).await.assert_fit();
    // Four subnets, the group, and the table that the cloud controller may write to.
    applied_and_destroyed(&site, &document, 6).await;
}

/// Behaviours 14 and 39: gateways and tables of others get neither names nor tags.
#[tokio::test(start_paused = true)]
async fn what_is_shared_keeps_its_name() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let ids = [
        &site.vpc,
        &site.internet,
        &site.egress,
        &site.nat,
        &site.public_table,
    ];
    let bodies = || ids.map(|id| site.with(|cloud| cloud.body(id)));
    let before = bodies();
    let process = site.lab.process();
    site.applied(&process, &site.named(&json!({}))).await;
    assert_eq!(bodies(), before);
}

/// Somebody else's VPC, with a group of our own in it.
#[tokio::test(start_paused = true)]
async fn a_group_of_ours_is_made_in_their_vpc() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let document = site.named(&json!({ "securityGroupID": null }));
    let before = site.lab.inventory();
    let process = site.lab.process();
    let plan = site.applied(&process, &document).await;
    let made = plan
        .items
        .iter()
        .filter(|item| item.action == Action::Create);
    let made: Vec<&str> = made.map(|item| item.address.as_str()).collect();
    let tags = |id: &String| format!("cluster-tag/{id}");
    let mut expected: Vec<String> = site.public.iter().map(tags).collect();
    expected.push("security-group".to_owned());
    assert_eq!(made.len(), 3, "{made:?}");
    assert!(
        expected
            .iter()
            .all(|address| made.contains(&address.as_str())),
        "{made:?}"
    );
    site.said_of(&document).await.assert_fit();
    let ran = process.destroy(&site.request(&document)).await;
    assert_eq!(ran.unwrap().applied.failures.len(), 0);
    assert_eq!(before.differences(&site.lab.inventory()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_default_vpc_is_used_where_the_document_says_so() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({ "useDefaultVpc": true, "sshSources": [] });
    let ipv4 = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    let document = conformance::merged(document(&subject, &section), &ipv4);
    let said = site.said_of(&document).await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    assert_eq!(said.warnings(), ["NETWORK-NODE-PORTS-OPEN"], "{said:#?}");
    let plan = said.plan.expect("it is planned");
    let vpc = plan.item("vpc").expect("it is planned");
    assert_eq!(vpc.action, Action::Verified);
    let state = &vpc.found.as_ref().expect("it is there").state;
    assert_eq!(state.to_value()["is_default"], true);
}

/// The default VPC has no IPv6 until its owner adds it, call by call.
#[tokio::test(start_paused = true)]
async fn the_default_vpc_has_to_have_both_families() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({
        "useDefaultVpc": true, "sshSources": [], "nodePortsAllowedIPRanges":
            { "cidrBlocks": ["192.0.2.0/24"] },
    });
    let document = document(&subject, &section);
    let said = site.said_of(&document).await;
    let range = said.one("AWS-VPC-IPV6", Severity::Error);
    assert_eq!(site::field(range), "spec.cloud.aws.useDefaultVpc");
    let mut fixed = crate::cases::owner::Owner::default();
    let rounds = fixed.until_fit(&site, &document).await;
    assert!(rounds <= 3, "{rounds}");
    site.said_of(&document).await.assert_fit();
}

#[tokio::test(start_paused = true)]
async fn the_default_vpc_is_not_used_unless_the_document_says_so() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let said = site.said_of(&document(&subject, &json!({}))).await;
    let new = said.one("AWS-VPC-NEW", Severity::Note);
    site::assert_says(new, "a new VPC is made", "useDefaultVpc");
    let plan = said.plan.expect("it is planned");
    assert_eq!(plan.item("vpc").unwrap().action, Action::Create);
}

#[tokio::test(start_paused = true)]
async fn an_account_without_a_default_vpc_cannot_use_it() {
    let mut subject = subject();
    subject.config.default_vpc = false;
    let lab = conformance::Lab::open(&subject);
    let said = said(&lab, &document(&subject, &json!({ "useDefaultVpc": true }))).await;
    let finding = said.one("AWS-MISSING", Severity::Error);
    assert_eq!(site::field(finding), "spec.cloud.aws.useDefaultVpc");
    site::assert_says(
        finding,
        "the account has none",
        "aws ec2 create-default-vpc",
    );
    assert!(said.plan.is_none(), "nothing is planned in its place");
}

/// Behaviour 21: what is there and not asked for is no drift, and no fault.
#[tokio::test(start_paused = true)]
async fn ipv6_that_nobody_asks_for_changes_nothing() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        let gone = json!({ "RouteTableId": site.public_table, "DestinationIpv6CidrBlock": "::/0" });
        cloud.call("DeleteRoute", gone);
        let off = json!({ "Value": false });
        let off = json!({ "SubnetId": site.public[0], "AssignIpv6AddressOnCreation": off });
        cloud.call("ModifySubnetAttribute", off);
    });
    let document = site::ipv4(site.named(&json!({})));
    site.said_of(&document).await.assert_fit();
    applied_and_destroyed(&site, &document, 3).await;
}

/// Behaviour 23: ranges that were added to a VPC later are as good as its first.
#[tokio::test(start_paused = true)]
async fn a_subnet_in_a_secondary_range_is_as_good_as_any() {
    let subject = subject();
    let mut site = Site::public(&subject).await;
    site.with(|cloud| {
        let more = json!({ "VpcId": site.vpc, "CidrBlock": "100.64.0.0/16" });
        cloud.call("AssociateVpcCidrBlock", more);
    });
    site.settle().await;
    let part = site.part(77);
    let subnet = site.with(|cloud| {
        let asked = json!({
            "VpcId": site.vpc, "CidrBlock": "100.64.1.0/24", "Ipv6CidrBlock": part,
            "AvailabilityZone": "eu-central-1c",
        });
        let subnet = text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"]);
        switch(cloud, &subnet, "AssignIpv6AddressOnCreation");
        switch(cloud, &subnet, "MapPublicIpOnLaunch");
        let associate = json!({ "RouteTableId": site.public_table, "SubnetId": subnet });
        cloud.call("AssociateRouteTable", associate);
        subnet
    });
    site.settle().await;
    site.public.push(subnet);
    site.said().await.assert_fit();
}

/// The main table decides for a subnet that has none of its own.
#[tokio::test(start_paused = true)]
async fn the_main_route_table_is_that_of_subnets_without_one() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = site.public[1].clone();
    let main = site.with(|cloud: &mut Aws| {
        let of_vpc = json!([{ "Name": "vpc-id", "Values": [site.vpc] }]);
        let tables = cloud.call("DescribeRouteTables", json!({ "Filters": of_vpc }));
        let tables = tables["RouteTables"].as_array().unwrap().clone();
        let associations = tables
            .iter()
            .flat_map(|table| table["Associations"].as_array().unwrap());
        let own = associations
            .clone()
            .find(|one| one["SubnetId"] == subnet.as_str())
            .unwrap();
        cloud.call(
            "DisassociateRouteTable",
            json!({ "AssociationId": own["RouteTableAssociationId"] }),
        );
        let main = associations
            .clone()
            .find(|one| one["Main"] == true)
            .unwrap();
        text(&main["RouteTableId"])
    });
    let said = site.said().await;
    assert_eq!(said.errors(), ["AWS-ROUTE", "AWS-ROUTE"], "{said:#?}");
    let told = said.findings.iter().filter(|finding| finding.is_error());
    assert!(told.clone().all(|finding| finding.message.contains(&main)));
    site.with(|cloud| {
        let to = json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": site.internet });
        route(cloud, &main, to);
        let to = json!({ "DestinationIpv6CidrBlock": "::/0", "GatewayId": site.internet });
        route(cloud, &main, to);
    });
    site.said().await.assert_fit();
}
