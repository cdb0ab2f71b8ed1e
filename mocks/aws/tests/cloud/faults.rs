//! Faults, the call log and the checker, over one path for everything.

use mock_aws::Aws;
use mock_cloud::{Breach, Fault, Faults, Match};
use serde_json::json;

use crate::client::Client;

const BLOCK: (&str, &str) = ("CidrBlock", "10.0.0.0/16");

#[test]
fn the_log_names_operations() {
    let client = Client::new();
    client.call("DescribeVpcs", &[]);
    client.call("CreateVpc", &[BLOCK]);
    let calls = client.mock.calls();
    let seen: Vec<(&str, bool)> = calls
        .iter()
        .map(|call| (call.path.as_str(), call.mutating))
        .collect();
    assert_eq!(seen, [("/DescribeVpcs", false), ("/CreateVpc", true)]);
    assert_eq!(calls[1].body.as_ref().unwrap()["CidrBlock"], "10.0.0.0/16");
}

#[test]
fn a_dry_run_changes_nothing_and_does_not_count_as_a_change() {
    let client = Client::new();
    let before = client.mock.inventory();
    assert_eq!(
        client.refused("CreateVpc", &[BLOCK, ("DryRun", "true")]),
        "DryRunOperation"
    );
    assert!(client.mock.mutating_calls().is_empty());
    assert_eq!(before, client.mock.inventory());
}

#[test]
fn a_fault_strikes_one_operation() {
    let client = Client::new();
    client.faults(Faults::once(
        Match::of("POST", "CreateSubnet"),
        Fault::LostReply,
    ));
    let vpc = client.call("CreateVpc", &[BLOCK]).first("vpcId");
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24")];
    assert!(client.ask("CreateSubnet", &subnet).is_none());
    assert_eq!(
        client.refused("CreateSubnet", &subnet),
        "InvalidSubnet.Conflict"
    );
}

#[test]
fn throttling_and_quotas_are_said_in_the_words_of_ec2() {
    let client = Client::new();
    let throttle = Fault::Throttle {
        retry_after_s: None,
    };
    client.faults(Faults::once(Match::default(), throttle));
    assert_eq!(client.refused("DescribeVpcs", &[]), "RequestLimitExceeded");
    client.faults(Faults::once(Match::default(), Fault::Quota));
    client.call("DescribeVpcs", &[]);
    client.faults(Faults::once(Match::default(), Fault::Quota));
    assert_eq!(client.refused("CreateVpc", &[BLOCK]), "VpcLimitExceeded");
}

#[test]
fn a_stale_listing_does_not_show_what_is_new() {
    let client = Client::new();
    client.faults(Faults::at_mutating_call(
        1,
        Fault::StaleListings { for_ms: 1000 },
    ));
    let vpc = client.call("CreateVpc", &[BLOCK]).first("vpcId");
    assert!(!client.call("DescribeVpcs", &[]).all("vpcId").contains(&vpc));
    client.call("DescribeVpcs", &[("VpcId.1", &vpc)]);
}

#[test]
fn time_is_nobodys_deed_and_a_foreign_change_is_seen() {
    let mut client = Client::new();
    let foreign = client.mock.with(|cloud: &mut Aws| {
        let made = cloud.call("CreateVpc", json!({ "CidrBlock": "10.9.0.0/16" }));
        made["Vpc"]["VpcId"].as_str().unwrap().to_owned()
    });
    client.wait(10);
    assert!(
        client
            .call("DescribeVpcs", &[("VpcId.1", &foreign)])
            .text
            .contains("available")
    );
    assert!(client.mock.violations().is_empty());
    client.call(
        "CreateTags",
        &[
            ("ResourceId.1", &foreign),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value", "b"),
        ],
    );
    client.call("DeleteVpc", &[("VpcId", &foreign)]);
    let breaches: Vec<Breach> = client
        .mock
        .violations()
        .into_iter()
        .map(|one| one.breach)
        .collect();
    assert_eq!(
        breaches,
        [
            Breach::ForeignChanged(vec!["Tags".to_owned()]),
            Breach::ForeignDeleted
        ]
    );
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    let mut client = Client::new();
    let vpc = client.call("CreateVpc", &[BLOCK]).first("vpcId");
    client.wait(5);
    let group = [
        ("GroupName", "one"),
        ("GroupDescription", "d"),
        ("VpcId", vpc.as_str()),
    ];
    let group = client.call("CreateSecurityGroup", &group).first("groupId");
    let before = client.mock.inventory();
    let twice = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ("IpPermissions.1.IpRanges.2.CidrIp", "10.0.0.0/8"),
    ];
    assert_eq!(
        client.refused("AuthorizeSecurityGroupIngress", &twice),
        "InvalidPermission.Duplicate"
    );
    assert!(before.differences(&client.mock.inventory()).is_empty());
}
