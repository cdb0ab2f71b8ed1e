//! What a document names: by whichever ids, there or not, its own or somebody else's.

use std::collections::BTreeSet;

use conformance::{Lab, merged, own};
use groundwork_engine::Finish;
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_aws::Aws;
use serde_json::json;

use crate::cases::site::{self, Site, assert_says, document, field, said, subject};

/// Behaviour 33: ids that are there are matched, each by itself; twice the same is once.
#[tokio::test(start_paused = true)]
async fn subnets_alone_say_which_vpc_it_is() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let (first, second) = (&site.public[0], format!(" {} ", site.public[1]));
    let section = json!({ "vpcID": null, "subnetIDs": [first, second, first, ""] });
    let said = site.said_of(&site.named(&section)).await;
    said.assert_fit();
    let plan = said.plan.expect("it is planned");
    let vpc = plan.item("vpc").expect("it is planned");
    assert_eq!(vpc.found.as_ref().expect("it is there").id, site.vpc);
    let subnets = plan.items.iter().filter(|item| item.kind == "aws.subnet/1");
    assert_eq!(subnets.count(), 2, "{plan:#?}");
}

/// A mistyped subnet does not make a new VPC of it.
#[tokio::test(start_paused = true)]
async fn a_subnet_that_does_not_exist_stops_everything() {
    let subject = subject();
    let site = Site::public(&subject).await;
    for section in [
        json!({ "subnetIDs": [site.public[0], "subnet-0123456789abcdef0"] }),
        json!({ "vpcID": null, "subnetIDs": [site.public[0], "subnet-0123456789abcdef0"] }),
        json!({ "vpcID": null, "securityGroupID": null, "subnetIDs": ["", "subnet-0123456789abcdef0"] }),
    ] {
        let said = site.said_of(&site.named(&section)).await;
        let finding = said.only_error("AWS-MISSING");
        assert_says(
            finding,
            "there is no subnet subnet-0123456789abcdef0",
            "correct the id",
        );
        assert_eq!(field(finding), "spec.cloud.aws.subnetIDs[1]");
        assert!(said.plan.is_none(), "nothing is planned: {said:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_ids_that_lead_nowhere_are_said_at_once() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({
        "vpcID": "vpc-0123456789abcdef0", "securityGroupID": "sg-0123456789abcdef0",
        "subnetIDs": ["subnet-0123456789abcdef0"],
    });
    let said = site.said_of(&site.named(&section)).await;
    let missing = said
        .findings
        .iter()
        .filter(|found| found.code == "AWS-MISSING");
    let fields: Vec<&str> = missing.map(field).collect();
    let expected = ["subnetIDs[0]", "vpcID", "securityGroupID"];
    assert_eq!(
        fields,
        expected.map(|name| format!("spec.cloud.aws.{name}"))
    );
}

/// Behaviours 17 and 18: what never was ours is missed, and nothing takes its place.
/// Of a whole VPC, the server says which subnets there are.
#[tokio::test(start_paused = true)]
async fn a_subnet_with_an_odd_id_is_told() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(&site.public[0], json!({ "SubnetId": "subnet-1 x" }));
    let said = site.said_of(&site.named(&json!({}))).await;
    let finding = said.one("AWS-MISSING", Severity::Error);
    assert_says(finding, "an id that is none", "subnetIDs");
}

#[tokio::test(start_paused = true)]
async fn a_vpc_that_does_not_exist_is_an_error() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({ "vpcID": "vpc-0123456789abcdef0", "securityGroupID": null });
    let said = site.said_of(&site.named(&section)).await;
    let finding = said.one("ENGINE-NAMED-ABSENT", Severity::Error);
    assert_says(finding, "vpc-0123456789abcdef0", "correct the id");
    assert!(said.plan.expect("it is planned").is_blocked());
}

/// Behaviour 18: what was ours, by its label's word in the journal, is made anew.
#[tokio::test(start_paused = true)]
async fn a_vpc_of_ours_that_went_is_made_anew() {
    let subject = conformance::subjects::AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let first = document(&subject, &json!({}));
    let ran = process
        .apply(&lab.request(&first))
        .await
        .expect("it is made");
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let patch = ran.applied.network.expect("it is answered").patch;
    let written = merged(first, &patch);
    lab.quiet().await;
    lab.mock.with(|cloud: &mut Aws| everything_of_ours(cloud));
    lab.quiet().await;
    let plan = process
        .plan(&lab.request(&written))
        .await
        .expect("it looks")
        .plan;
    let vpc = plan.item("vpc").expect("it is planned");
    assert_eq!(vpc.action, Action::Create);
    let reason = vpc.reason.as_deref().expect("it is said why");
    assert!(reason.contains("was ours and is gone"), "{reason}");
}

/// Somebody takes all of it away, with EC2's own calls or not.
fn everything_of_ours(cloud: &mut Aws) {
    let ours = json!([{ "Name": "tag-key", "Values": ["groundwork.io/cluster"] }]);
    let tags = cloud.call("DescribeTags", json!({ "Filters": ours }));
    let ids = tags["Tags"].as_array().expect("there are tags").clone();
    for id in ids.iter().map(|tag| site::text(&tag["ResourceId"])) {
        cloud.vanish(&id);
    }
}

/// Behaviour 14: by its label, by its id, by both: the same object, ours.
#[tokio::test(start_paused = true)]
async fn a_vpc_of_ours_is_found_by_its_tags_whatever_the_document_names() {
    let subject = conformance::subjects::AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let first = document(&subject, &json!({}));
    let ran = process
        .apply(&lab.request(&first))
        .await
        .expect("it is made");
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let created = lab.mock.mutating_calls();
    let vpc = created.iter().find(|call| call.path == "/CreateVpc");
    let asked = vpc
        .and_then(|call| call.body.clone())
        .expect("it was asked for");
    let tags: Vec<&str> = asked
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.starts_with("TagSpecification.1.Tag."))
        .filter_map(|(_, value)| value.as_str())
        .collect();
    assert!(
        tags.contains(&"groundwork.io/cluster"),
        "with the create: {asked:#?}"
    );
    let patch = ran.applied.network.expect("it is answered").patch;
    lab.quiet().await;
    for document in [first.clone(), merged(first, &patch)] {
        // Another process, without the state file.
        let plan = lab.process().plan(&lab.request(&document)).await;
        let plan = plan.expect("it looks").plan;
        assert!(plan.is_empty(), "{plan:#?}");
        assert_eq!(
            plan.item("vpc").expect("it is planned").action,
            Action::Keep
        );
    }
}

/// Where the VPC is ours, subnets of others are not the nodes'.
#[tokio::test(start_paused = true)]
async fn subnets_of_others_in_a_vpc_of_ours_are_refused() {
    let subject = conformance::subjects::AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let first = document(&subject, &json!({}));
    process
        .apply(&lab.request(&first))
        .await
        .expect("it is made");
    let vpc = conformance::own(&lab.mock, "vpc").id;
    let subnet = lab.mock.with(|cloud: &mut Aws| {
        let asked = json!({ "VpcId": vpc, "CidrBlock": "10.0.240.0/24" });
        site::text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"])
    });
    lab.quiet().await;
    lab.mock.clear_calls();
    let section = json!({ "vpcID": vpc, "subnetIDs": [subnet] });
    let said = said(&lab, &document(&subject, &section)).await;
    let finding = said.one("AWS-CONTRADICTION", Severity::Error);
    assert_says(
        finding,
        &format!("subnet {subnet} is not this cluster's"),
        "remove the id",
    );
}

/// The default VPC is where its subnets are: others are not in it.
#[tokio::test(start_paused = true)]
async fn subnets_beside_the_default_vpc_are_not_of_it() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({
        "vpcID": null, "securityGroupID": null, "useDefaultVpc": true, "subnetIDs": site.public,
    });
    let said = site.said_of(&site.named(&section)).await;
    let elsewhere = said
        .errors()
        .into_iter()
        .filter(|code| *code == "AWS-SUBNET-VPC");
    assert_eq!(elsewhere.count(), 2, "{said:#?}");
    let plan = said.plan.expect("it is planned");
    let vpc = plan.item("vpc").expect("it is planned");
    assert_ne!(vpc.found.as_ref().expect("it is there").id, site.vpc);
}

/// What is said of a VPC to be made is not silently forgotten of one that exists.
#[tokio::test(start_paused = true)]
async fn fields_about_what_is_made_are_told_to_say_nothing() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({
        "vpcCidr": "10.9.0.0/16", "privateSubnets": true, "natGateways": "one", "dns64": true,
    });
    let said = site.said_of(&site.named(&section)).await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let ignored = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-IGNORED");
    let mut fields: Vec<&str> = ignored.map(field).collect();
    fields.sort_unstable();
    let expected = ["dns64", "natGateways", "privateSubnets", "vpcCidr"];
    assert_eq!(
        fields,
        expected.map(|name| format!("spec.cloud.aws.{name}"))
    );
}

/// Where IPv6 is to come from is said for nothing, if it is to come from nowhere.
#[tokio::test(start_paused = true)]
async fn a_source_of_ipv6_says_nothing_of_a_vpc_that_exists_for_ipv4() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let two = site.named(&json!({ "ipv6Source": "amazon" }));
    assert!(!site.said_of(&two).await.has("AWS-IGNORED"));
    let said = site.said_of(&site::ipv4(two)).await;
    let told = said.one("AWS-IGNORED", Severity::Warning);
    assert_eq!(field(told), "spec.cloud.aws.ipv6Source");
}

/// Nor is what is said of IPv6 where there is to be none, or of what exists where all is made.
#[tokio::test(start_paused = true)]
async fn fields_that_a_made_vpc_has_no_use_for_are_told() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let ignored = |said: &site::Said| -> BTreeSet<String> {
        let told = said.findings.iter();
        let told = told.filter(|finding| finding.code == "AWS-IGNORED");
        told.map(|finding| field(finding).to_owned()).collect()
    };
    let of = |names: &[&str]| -> BTreeSet<String> {
        let names = names.iter();
        names.map(|name| format!("spec.cloud.aws.{name}")).collect()
    };
    let ipv6 = json!({ "privateSubnets": true, "dns64": true, "ipv6Source": "amazon" });
    let section = merged(ipv6, &json!({ "routeTableID": "rtb-0123456789abcdef0" }));
    let two = document(&subject, &section);
    assert_eq!(ignored(&said(&lab, &two).await), of(&["routeTableID"]));
    let family = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    let told = said(&lab, &merged(two, &family)).await;
    assert_eq!(told.errors(), [""; 0], "{told:#?}");
    assert_eq!(ignored(&told), of(&["dns64", "ipv6Source", "routeTableID"]));
    // What we answer may be written into the document.
    let ours = document(&subject, &json!({}));
    let ran = lab.process().apply(&lab.request(&ours)).await.unwrap();
    assert_eq!(ran.applied.finish, Finish::Done);
    lab.quiet().await;
    lab.mock.clear_calls();
    let table = own(&lab.mock, "route-table").id;
    let patched = document(&subject, &json!({ "routeTableID": table }));
    assert_eq!(ignored(&said(&lab, &patched).await), of(&[]));
}

/// Ranges are read, though somebody else's group is not changed by them.
#[tokio::test(start_paused = true)]
async fn ranges_are_checked_beside_a_named_group() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let section = json!({ "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.1/24"] } });
    let said = site.said_of(&site.named(&section)).await;
    let finding = said.one("NETWORK-CIDR-HOST-BITS", Severity::Error);
    assert_says(finding, "192.0.2.1/24", "write 192.0.2.0/24");
}

#[tokio::test(start_paused = true)]
async fn a_route_table_that_is_named_is_one_of_the_vpc() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let table = json!({ "routeTableID": "rtb-0123456789abcdef0" });
    let said = site.said_of(&site.named(&table)).await;
    let finding = said.only_error("AWS-MISSING");
    assert_says(
        finding,
        "there is no route table rtb-0123456789abcdef0",
        "routeTableID",
    );
    assert_eq!(field(finding), "spec.cloud.aws.routeTableID");
}

/// Everything that is wrong is said at once, on several pages of EC2's listings.
#[tokio::test(start_paused = true)]
async fn listings_are_read_to_their_end() {
    let mut subject = subject();
    subject.config.page_max = 1;
    let site = Site::private(&subject).await;
    site.said_of_private().await.assert_fit();
    let gone = json!({ "RouteTableId": site.private_table, "DestinationCidrBlock": "0.0.0.0/0" });
    site.with(|cloud| cloud.call("DeleteRoute", gone));
    site.edit(
        &site.private[0],
        json!({ "AssignIpv6AddressOnCreation": false }),
    );
    site.edit(&site.vpc, json!({ "_EnableDnsHostnames": false }));
    let said = site.said_of_private().await;
    let mut errors = said.errors();
    errors.sort_unstable();
    let expected = ["AWS-ROUTE", "AWS-ROUTE", "AWS-SUBNET-ASSIGN", "AWS-VPC-DNS"];
    assert_eq!(errors, expected, "{said:#?}");
}

/// What a cluster needs besides its network, and what AWS cannot do.
#[tokio::test(start_paused = true)]
async fn roles_are_asked_for_until_both_are_named() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let said = site.said_of(&site.named(&json!({}))).await;
    assert!(!said.has("AWS-IAM"), "{said:#?}");
    let said = site.said_of(&site.named(&json!({ "roleARN": "" }))).await;
    let finding = said.one("AWS-IAM", Severity::Note);
    assert_says(
        finding,
        "the cloud controller's policy",
        "name it in roleARN",
    );
    assert_eq!(field(finding), "spec.cloud.aws.roleARN");
    let without = site.named(&json!({ "instanceProfileName": null }));
    let said = site.said_of(&without).await;
    let finding = said.one("AWS-IAM", Severity::Note);
    assert_says(
        finding,
        "machines need an instance profile",
        "name it in instanceProfileName",
    );
}

#[tokio::test(start_paused = true)]
async fn roles_of_somebody_else_have_to_be_named() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let own = json!({ "disableIAMReconciling": true });
    site.said_of(&site.named(&own)).await.assert_fit();
    site.lab.mock.clear_calls();
    let missing = json!({
        "disableIAMReconciling": true, "roleARN": null, "instanceProfileName": null,
    });
    let said = site.said_of(&site.named(&missing)).await;
    assert_eq!(said.errors(), ["AWS-IAM", "AWS-IAM"], "{said:#?}");
    let fields = said
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(field);
    let fields: Vec<&str> = fields.collect();
    let expected = [
        "spec.cloud.aws.roleARN",
        "spec.cloud.aws.instanceProfileName",
    ];
    assert_eq!(fields, expected);
    assert_eq!(site.lab.mock.calls(), [], "the documents alone say so");
}
