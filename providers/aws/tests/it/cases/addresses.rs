//! What a named VPC and its subnets have to have for two families.

use groundwork_model::Severity;
use serde_json::{Value, json};

use crate::cases::{
    owner::Owner,
    site::{Site, assert_says, field, subject, text},
};

/// In place from IPv4 to dual-stack: the owner makes the calls that are told, and nothing else.
#[tokio::test(start_paused = true)]
async fn an_ipv4_network_becomes_dual_stack_call_by_call() {
    let subject = subject();
    let site = Site::ipv4(&subject).await;
    let document = site.named(&json!({ "subnetIDs": site.public }));
    let mut owner = Owner::default();
    let rounds = owner.until_fit(&site, &document).await;
    assert_eq!(rounds, 2, "the VPC's range comes first: {:#?}", owner.made);
    let calls: Vec<&str> = owner
        .made
        .iter()
        .filter_map(|line| line.split(' ').nth(2))
        .collect();
    let count = |call: &str| calls.iter().filter(|made| **made == call).count();
    for (call, times) in [
        ("associate-vpc-cidr-block", 1),
        ("associate-subnet-cidr-block", 2),
        ("modify-subnet-attribute", 2),
        ("create-route", 1),
        ("authorize-security-group-ingress", 1),
    ] {
        assert_eq!(count(call), times, "{call}: {:#?}", owner.made);
    }
    let range = site.range();
    let ranges: Vec<&str> = owner
        .made
        .iter()
        .filter_map(|line| line.split_once("--ipv6-cidr-block "))
        .map(|(_, range)| range)
        .collect();
    assert_eq!(
        ranges,
        [site.part(0), site.part(1)],
        "of {range}, each another one"
    );
}

#[tokio::test(start_paused = true)]
async fn a_vpc_without_ipv6_is_told_the_source_that_the_document_names() {
    let subject = subject();
    let site = Site::ipv4(&subject).await;
    let source = json!({
        "subnetIDs": site.public,
        "ipv6Source": { "ipam": { "pool": "ipam-pool-0abc", "netmaskLength": 56 } },
    });
    let said = site.said_of(&site.named(&source)).await;
    let finding = said.one("AWS-VPC-IPV6", Severity::Error);
    let call = format!(
        "aws ec2 associate-vpc-cidr-block --vpc-id {} --ipv6-ipam-pool-id ipam-pool-0abc \
         --ipv6-netmask-length 56",
        site.vpc
    );
    assert_says(finding, "has no IPv6 range", &call);
    assert_eq!(field(finding), "spec.cloud.aws.vpcID");
    let families = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-SUBNET-FAMILY");
    for finding in families {
        assert_says(
            finding,
            "has no IPv6 range",
            "once the VPC has an IPv6 range",
        );
    }
}

/// A range that is on its way is not there: the machines that come first would go without.
#[tokio::test(start_paused = true)]
async fn a_range_counts_once_it_is_associated() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let state = |id: &str, state: &str| {
        site.with(|cloud| {
            cloud.edit(id, |body| {
                let block = &mut body["Ipv6CidrBlockAssociationSet"][0];
                block["Ipv6CidrBlockState"] = json!({ "State": state, "StatusMessage": "no room" });
            })
        });
    };
    state(&site.vpc, "associating");
    let said = site.said().await;
    assert_says(
        said.only_error("AWS-VPC-IPV6"),
        "is not associated yet",
        "run this again",
    );
    state(&site.vpc, "failed");
    let said = site.said().await;
    let finding = said.one("AWS-VPC-IPV6", Severity::Error);
    assert_says(
        finding,
        "the last one failed: no room",
        "aws ec2 associate-vpc-cidr-block",
    );
    state(&site.vpc, "associated");
    state(&site.public[0], "associating");
    let said = site.said().await;
    assert_says(
        said.only_error("AWS-SUBNET-FAMILY"),
        "is not associated yet",
        "run this again",
    );
}

/// Behaviour 27: a free part of the VPC's range, past those that other subnets have.
#[tokio::test(start_paused = true)]
async fn a_subnet_without_ipv6_is_told_a_free_range() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.edit(
        &site.public[0],
        json!({ "Ipv6CidrBlockAssociationSet": [] }),
    );
    site.edit(
        &site.public[1],
        json!({ "Ipv6CidrBlockAssociationSet": [] }),
    );
    // Another subnet, which nodes will not be in, has the first part.
    let first = site.part(0);
    site.with(|cloud| {
        let asked = json!({
            "VpcId": site.vpc, "CidrBlock": "10.5.200.0/24", "Ipv6CidrBlock": first,
        });
        cloud.call("CreateSubnet", asked);
    });
    site.settle().await;
    let said = site.said().await;
    let told = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-SUBNET-FAMILY");
    let told: Vec<&str> = told
        .filter_map(|finding| finding.remedy.as_deref())
        .collect();
    assert_eq!(told.len(), 2, "{said:#?}");
    for part in [1, 2] {
        let part = format!("--ipv6-cidr-block {}; then", site.part(part));
        assert!(
            told.iter().any(|remedy| remedy.contains(&part)),
            "{part}: {told:#?}"
        );
    }
}

/// Behaviour 36, one after the other: what a subnet has to be.
#[tokio::test(start_paused = true)]
async fn a_subnet_is_told_what_it_lacks() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    let assign = format!(
        "aws ec2 modify-subnet-attribute --subnet-id {subnet} --assign-ipv6-address-on-creation"
    );
    let second = |cidr: &str| {
        json!({
            "AssociationId": "subnet-cidr-assoc-0second", "Ipv6CidrBlock": cidr,
            "Ipv6CidrBlockState": { "State": "associated" },
        })
    };
    let first =
        site.with(|cloud| cloud.body(subnet).unwrap()["Ipv6CidrBlockAssociationSet"][0].clone());
    let both = json!([first, second(&site.part(40))]);
    let cases = [
        (
            json!({ "AssignIpv6AddressOnCreation": false }),
            "AWS-SUBNET-ASSIGN",
            "of its own accord",
            assign.as_str(),
        ),
        (
            json!({ "Ipv6CidrBlockAssociationSet": both }),
            "AWS-SUBNET-FAMILY",
            "2 IPv6 ranges",
            "--association-id subnet-cidr-assoc-0second",
        ),
        (
            json!({ "Ipv6Native": true, "CidrBlock": null }),
            "AWS-SUBNET-FAMILY",
            "IPv6 alone",
            "of both families",
        ),
        (
            json!({ "State": "pending" }),
            "AWS-NOT-READY",
            "not available yet",
            "run this again",
        ),
    ];
    for (values, code, message, remedy) in cases {
        let before = site.with(|cloud| cloud.body(subnet).unwrap());
        site.edit(subnet, values);
        site.with(|cloud| cloud.edit(subnet, |body| body.retain(|_, value| !value.is_null())));
        let said = site.said().await;
        let finding = said.only_error(code);
        assert_says(finding, message, remedy);
        assert!(
            field(finding).starts_with("spec.cloud.aws.subnetIDs["),
            "{finding:#?}"
        );
        site.edit(subnet, Value::Object(before));
        site.said().await.assert_fit();
    }
}

/// What went is listed for a while, and is not there any more.
#[tokio::test(start_paused = true)]
async fn a_range_that_went_is_no_second_one() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        cloud.edit(&site.public[0], |body| {
            let ranges = body["Ipv6CidrBlockAssociationSet"].as_array_mut().unwrap();
            let mut gone = ranges[0].clone();
            gone["Ipv6CidrBlockState"] = json!({ "State": "disassociated" });
            ranges.insert(0, gone);
        })
    });
    site.said().await.assert_fit();
}

#[tokio::test(start_paused = true)]
async fn a_subnet_of_another_vpc_is_refused() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let other = site.with(|cloud| {
        let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.62.0.0/16" }));
        let asked = json!({ "VpcId": vpc["Vpc"]["VpcId"], "CidrBlock": "10.62.1.0/24" });
        text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"])
    });
    site.settle().await;
    let subnets = json!({ "subnetIDs": [site.public[0], other] });
    let said = site.said_of(&site.named(&subnets)).await;
    let finding = said.only_error("AWS-SUBNET-VPC");
    assert_says(
        finding,
        &format!("not in VPC {}", site.vpc),
        "subnets of one VPC",
    );
    assert_eq!(field(finding), "spec.cloud.aws.subnetIDs[1]");
    let plan = said.plan.expect("it is planned");
    assert!(
        !plan
            .items
            .iter()
            .any(|item| item.address.as_str().contains(&other)),
        "{plan:#?}"
    );
}

/// Zones: where the document lists them, nodes are in each of them and nowhere else.
#[tokio::test(start_paused = true)]
async fn subnets_are_in_the_zones_that_the_document_lists() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let zones = |zones: &[&str]| site.named(&json!({ "subnetIDs": site.public, "zones": zones }));
    let all = ["eu-central-1a", "eu-central-1b"];
    site.said_of(&zones(&all)).await.assert_fit();
    let said = site.said_of(&zones(&["eu-central-1a"])).await;
    let finding = said.only_error("AWS-ZONE");
    assert_says(
        finding,
        "is in zone eu-central-1b, which zones does not list",
        "another zone",
    );
    let said = site
        .said_of(&zones(&["eu-central-1a", "eu-central-1b", "eu-central-1c"]))
        .await;
    let finding = said.only_error("AWS-ZONE");
    assert_says(
        finding,
        "no subnet is in zone eu-central-1c",
        "remove the zone",
    );
    assert_eq!(field(finding), "spec.cloud.aws.zones[2]");
    // Of a whole VPC, those in other zones are not meant.
    let whole = site.named(&json!({ "zones": ["eu-central-1a"] }));
    let said = site.said_of(&whole).await;
    said.assert_fit();
    let plan = said.plan.expect("it is planned");
    let subnets = plan.items.iter().filter(|item| item.kind == "aws.subnet/1");
    assert_eq!(subnets.count(), 1, "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_subnet_near_a_city_is_not_one_for_two_families() {
    let mut subject = subject();
    for zone in &mut subject.config.zones {
        zone.opted_in = true;
    }
    let site = Site::public(&subject).await;
    site.edit(
        &site.public[0],
        json!({ "AvailabilityZone": "eu-central-1-ham-1a" }),
    );
    let said = site.said().await;
    assert_says(said.only_error("AWS-ZONE"), "local-zone", "another zone");
}

/// Of a whole VPC one subnet has to be fit: the others may be for something else.
#[tokio::test(start_paused = true)]
async fn of_a_whole_vpc_one_subnet_has_to_be_fit() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(
        &site.public[0],
        json!({ "AssignIpv6AddressOnCreation": false }),
    );
    let whole = site.named(&json!({}));
    let said = site.said_of(&whole).await;
    let finding = said.only_warning("AWS-SUBNET-ASSIGN");
    assert_eq!(field(finding), "spec.cloud.aws.vpcID");
    site.edit(
        &site.public[1],
        json!({ "AssignIpv6AddressOnCreation": false }),
    );
    let said = site.said_of(&whole).await;
    assert_eq!(said.errors(), ["AWS-SUBNET-ASSIGN"; 2], "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_vpc_without_subnets_holds_no_nodes() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let vpc = site.with(|cloud| {
        let asked = json!({ "CidrBlock": "10.63.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
        let vpc = text(&cloud.call("CreateVpc", asked)["Vpc"]["VpcId"]);
        let on = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } });
        cloud.call("ModifyVpcAttribute", on);
        vpc
    });
    site.settle().await;
    let document = site.named(&json!({ "vpcID": vpc, "securityGroupID": null }));
    let said = site.said_of(&document).await;
    let finding = said.only_error("AWS-SUBNET-NONE");
    assert_says(finding, "no subnet that nodes could be in", "subnetIDs");
}

#[tokio::test(start_paused = true)]
async fn few_free_addresses_are_warned_of_and_none_is_an_error() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(&site.public[0], json!({ "CidrBlock": "10.5.1.0/28" }));
    let machine = || {
        site.with(|cloud| {
            cloud.call(
                "CreateNetworkInterface",
                json!({ "SubnetId": site.public[0] }),
            );
        })
    };
    for _ in 0..4 {
        machine();
    }
    let said = site.said().await;
    assert_says(
        said.only_warning("AWS-SUBNET-FULL"),
        "has 7 free",
        "a larger subnet",
    );
    for _ in 0..7 {
        machine();
    }
    let said = site.said().await;
    assert_says(
        said.only_error("AWS-SUBNET-FULL"),
        "no free IPv4 address",
        "a larger subnet",
    );
}

/// The reference system finds that out when the first machine comes.
#[tokio::test(start_paused = true)]
async fn machines_need_names() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let off = |name: &str| site.edit(&site.vpc, json!({ name: false }));
    off("_EnableDnsHostnames");
    let said = site.said().await;
    let finding = said.only_error("AWS-VPC-DNS");
    let call = format!(
        "aws ec2 modify-vpc-attribute --vpc-id {} --enable-dns-hostnames",
        site.vpc
    );
    assert_says(finding, "enable_dns_hostnames off", &call);
    assert_eq!(field(finding), "spec.cloud.aws.vpcID");
    off("_EnableDnsSupport");
    let document = site.named(&json!({ "subnetIDs": site.public }));
    let mut owner = Owner::default();
    owner.until_fit(&site, &document).await;
    assert!(
        owner.made[0].ends_with("--enable-dns-support"),
        "support first: {:#?}",
        owner.made
    );
}

/// Behaviour 17: a VPC that is still being made.
/// The SDK knows the words of its day; EC2 has had others since.
#[tokio::test(start_paused = true)]
async fn words_that_are_unknown_are_told_and_no_crash() {
    let subject = subject();
    for (which, expected) in [
        ("vpc", "AWS-NOT-READY"),
        ("subnet", "AWS-NOT-READY"),
        ("nat", "AWS-BLACKHOLE"),
    ] {
        let site = Site::private(&subject).await;
        let id = match which {
            "vpc" => &site.vpc,
            "subnet" => &site.private[0],
            _ => &site.nat,
        };
        site.edit(id, json!({ "State": "unheard-of" }));
        let said = site.said_of_private().await;
        assert!(said.errors().contains(&expected), "{which}: {said:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_vpc_has_to_be_available() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(&site.vpc, json!({ "State": "pending" }));
    let said = site.said().await;
    assert_says(
        said.only_error("AWS-NOT-READY"),
        "not available yet",
        "run this again",
    );
}
