//! What the network ACL of nodes' subnets lets through.

use groundwork_model::Severity;
use serde_json::{Value, json};

use crate::cases::{
    owner::Owner,
    site::{self, Said, Site, assert_says, field, subject, text},
};

const ANY: &str = "0.0.0.0/0";
const ANY6: &str = "::/0";

/// The ACL of the VPC, which all its subnets have.
fn acl(site: &Site<'_>) -> String {
    site.with(|cloud| {
        let of_vpc = json!([{ "Name": "vpc-id", "Values": [site.vpc] }]);
        let all = cloud.call("DescribeNetworkAcls", json!({ "Filters": of_vpc }));
        text(&all["NetworkAcls"][0]["NetworkAclId"])
    })
}

fn entry(number: i32, egress: bool, action: &str, protocol: &str, net: &str) -> Value {
    let family = if net.contains(':') {
        "Ipv6CidrBlock"
    } else {
        "CidrBlock"
    };
    json!({
        "RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": protocol,
        family: net,
    })
}

fn ports(mut entry: Value, first: u16, last: u16) -> Value {
    entry["PortRange"] = json!({ "From": first, "To": last });
    entry
}

/// Has the ACL consist of these, and of what EC2 ends each with.
fn entries(site: &Site<'_>, own: &[Value]) -> String {
    let acl = acl(site);
    let mut all = own.to_vec();
    for egress in [false, true] {
        all.push(entry(32767, egress, "deny", "-1", ANY));
        all.push(entry(32768, egress, "deny", "-1", ANY6));
    }
    site.edit(&acl, json!({ "Entries": all }));
    acl
}

/// Everything in both directions of both families.
fn everything() -> Vec<Value> {
    [false, true]
        .into_iter()
        .flat_map(|egress| {
            [
                entry(1000, egress, "allow", "-1", ANY),
                entry(1001, egress, "allow", "-1", ANY6),
            ]
        })
        .collect()
}

fn and(mut entries: Vec<Value>, more: Value) -> Vec<Value> {
    entries.push(more);
    entries
}

/// What is said with one subnet for nodes: between them is no ACL.
async fn said_of_one(site: &Site<'_>) -> Said {
    let one = json!({ "subnetIDs": [site.public[0]] });
    site.said_of(&site.named(&one)).await
}

/// EC2 adds the entries for IPv6 with the VPC's range, to an ACL that nobody has changed before: an
/// owner who is told to change it would be worse off.
#[tokio::test(start_paused = true)]
async fn an_acl_is_not_judged_by_ipv6_before_its_vpc_has_it() {
    let subject = subject();
    let site = Site::ipv4(&subject).await;
    let said = site.said().await;
    said.one("AWS-VPC-IPV6", Severity::Error);
    for codes in [said.errors(), said.warnings()] {
        assert!(!codes.contains(&"AWS-NETWORK-ACL"), "{said:#?}");
    }
}

/// An ACL that was written before IPv6 came: its owner makes the calls, and it is fit.
#[tokio::test(start_paused = true)]
async fn an_acl_without_ipv6_shuts_all_of_it_out() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let ipv4 = [
        entry(100, false, "allow", "-1", ANY),
        entry(100, true, "allow", "-1", ANY),
    ];
    let acl = entries(&site, &ipv4);
    let said = site.said().await;
    assert_eq!(
        said.errors(),
        ["AWS-NETWORK-ACL"],
        "one for both subnets: {said:#?}"
    );
    assert_eq!(said.warnings(), ["AWS-NETWORK-ACL"], "{said:#?}");
    let finding = said.one("AWS-NETWORK-ACL", Severity::Error);
    let call = format!(
        "aws ec2 create-network-acl-entry --network-acl-id {acl} --ingress --rule-number 98 \
         --protocol 58 --icmp-type-code Type=2,Code=-1 --ipv6-cidr-block ::/0 --rule-action allow"
    );
    assert_says(finding, "ICMPv6 (packet too big) from ::/0", &call);
    assert_says(finding, &site.public[0], "");
    assert_says(finding, &site.public[1], "");
    assert_eq!(field(finding), "spec.cloud.aws.vpcID");
    let finding = said.one("AWS-NETWORK-ACL", Severity::Warning);
    assert_says(
        finding,
        "node ports by UDP from 2001:db8::/32",
        "--port-range From=30000,To=32767",
    );
    let document = site.named(&json!({ "subnetIDs": site.public }));
    let mut owner = Owner::default();
    assert_eq!(
        owner.until_fit(&site, &document).await,
        1,
        "{:#?}",
        owner.made
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_entry_that_fits_decides() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = ports(entry(50, false, "deny", "6", ANY), 30000, 32767);
    entries(&site, &and(everything(), shut));
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    assert_says(
        finding,
        "node ports by TCP from 192.0.2.0/24",
        "--rule-number 49 --protocol 6",
    );
    let late = ports(entry(2000, false, "deny", "6", ANY), 30000, 32767);
    entries(&site, &and(everything(), late));
    site.said().await.assert_fit();
}

#[tokio::test(start_paused = true)]
async fn ports_that_are_shut_are_told() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = ports(entry(50, false, "deny", "17", ANY), 31000, 31999);
    entries(&site, &and(everything(), shut));
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    let ports = "node ports by UDP from 192.0.2.0/24, ports 31000-31999";
    assert_says(finding, ports, "--port-range From=31000,To=31999");
}

/// Without answers to what they ask, nodes cannot join.
#[tokio::test(start_paused = true)]
async fn answers_have_to_come_back() {
    let subject = subject();
    let site = Site::public(&subject).await;
    // The ports of Windows: Linux speaks from lower ones too.
    let some = [
        entry(10, true, "allow", "-1", ANY),
        entry(11, true, "allow", "-1", ANY6),
        entry(12, false, "allow", "58", ANY6),
        ports(entry(13, false, "allow", "6", ANY), 49152, 65535),
        ports(entry(14, false, "allow", "6", ANY6), 32768, 65535),
        ports(entry(15, false, "allow", "6", ANY), 30000, 32767),
        ports(entry(16, false, "allow", "17", ANY), 30000, 32767),
        ports(entry(17, false, "allow", "6", ANY6), 30000, 32767),
        ports(entry(18, false, "allow", "17", ANY6), 30000, 32767),
    ];
    entries(&site, &some);
    let said = said_of_one(&site).await;
    let finding = said.only_error("AWS-NETWORK-ACL");
    let lost = "answers to it from 0.0.0.0/0, ports 32768-49151";
    assert_says(finding, lost, "--port-range From=32768,To=49151");
}

#[tokio::test(start_paused = true)]
async fn answers_of_node_ports_have_to_go_out() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = ports(entry(50, true, "deny", "17", ANY6), 1024, 65535);
    entries(&site, &and(everything(), shut));
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    assert_says(
        finding,
        "answers of node ports by UDP to 2001:db8::/32",
        "--egress",
    );
}

/// Entries for parts of what is asked are no fault; where they leave something out, it is noted.
#[tokio::test(start_paused = true)]
async fn narrow_entries_alarm_nobody() {
    let subject = subject();
    let site = Site::public(&subject).await;
    // Somebody who is not to come, and a proxy that everything goes through.
    let mut some: Vec<Value> = everything();
    some.retain(|entry| !(entry["Egress"] == true && entry["CidrBlock"] == ANY));
    some.push(entry(5, false, "deny", "-1", "198.51.100.7/32"));
    some.push(ports(entry(6, true, "allow", "6", "10.0.0.0/8"), 443, 443));
    some.push(ports(
        entry(7, true, "allow", "6", "192.0.2.0/25"),
        1024,
        65535,
    ));
    some.push(ports(
        entry(8, true, "allow", "6", "192.0.2.128/25"),
        1024,
        65535,
    ));
    some.push(ports(
        entry(9, true, "allow", "17", "192.0.2.0/25"),
        1024,
        65535,
    ));
    entries(&site, &some);
    let said = said_of_one(&site).await;
    said.assert_fit();
    let note = said.one("AWS-NETWORK-ACL", Severity::Note);
    let part = "answers of node ports by UDP to a part of 192.0.2.0/24";
    assert_says(note, part, "where more is to come through");
    assert!(
        !note.message.contains("TCP"),
        "two halves are the whole: {note:#?}"
    );
}

/// The types of ICMPv6 are told apart: ping is not what large packets need.
#[tokio::test(start_paused = true)]
async fn ping_is_not_packet_too_big() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let mut ping = entry(10, false, "allow", "58", ANY6);
    ping["IcmpTypeCode"] = json!({ "Type": 128, "Code": -1 });
    let rest = entry(11, false, "deny", "58", ANY6);
    let some = and(and(everything(), ping), rest);
    entries(&site, &some);
    let said = site.said().await;
    assert_says(
        said.only_error("AWS-NETWORK-ACL"),
        "ICMPv6",
        "Type=2,Code=-1",
    );
    let mut too_big = entry(9, false, "allow", "58", ANY6);
    too_big["IcmpTypeCode"] = json!({ "Type": 2, "Code": 0 });
    entries(&site, &and(some, too_big));
    site.said().await.assert_fit();
}

/// An IPv4 cluster needs nothing of IPv6.
#[tokio::test(start_paused = true)]
async fn families_that_the_cluster_has_are_judged_alone() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let ipv4 = [
        entry(100, false, "allow", "-1", ANY),
        entry(100, true, "allow", "-1", ANY),
    ];
    entries(&site, &ipv4);
    let document = site::ipv4(site.named(&json!({})));
    site.said_of(&document).await.assert_fit();
}

/// Traffic between nodes of two subnets passes both their ACLs, or the one that they have.
#[tokio::test(start_paused = true)]
async fn nodes_reach_each_other_across_subnets() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = ports(entry(50, false, "deny", "6", "10.5.0.0/16"), 10250, 10250);
    entries(&site, &and(everything(), shut));
    said_of_one(&site).await.assert_fit();
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    let call = "--ingress --rule-number 48 --protocol 6 --port-range From=10250,To=10250 \
                --cidr-block 10.5.2.0/24";
    assert_says(finding, "kubelets (TCP 10250) from 10.5.2.0/24", call);
    let document = site.named(&json!({ "subnetIDs": site.public }));
    let mut owner = Owner::default();
    assert_eq!(owner.until_fit(&site, &document).await, 1);
}

/// An ACL has room for a few entries: where nodes are in many subnets, the VPC is told.
#[tokio::test(start_paused = true)]
async fn of_many_subnets_the_vpc_is_told() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let more = [10, 20, 30].map(|third| {
        let asked = json!({ "VpcId": site.vpc, "CidrBlock": format!("10.5.{third}.0/24") });
        site.with(|cloud| text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"]))
    });
    let shut = ports(entry(50, false, "deny", "6", "10.5.0.0/16"), 10250, 10250);
    entries(&site, &and(everything(), shut));
    let all: Vec<&String> = site.public.iter().chain(&more).collect();
    let said = site
        .said_of(&site.named(&json!({ "subnetIDs": all })))
        .await;
    let finding = said.one("AWS-NETWORK-ACL", Severity::Warning);
    assert_says(
        finding,
        "kubelets (TCP 10250) from 10.5.0.0/16",
        "--cidr-block 10.5.0.0/16",
    );
}

/// Answers pass the ACL of whoever asked, and that of whoever answers.
#[tokio::test(start_paused = true)]
async fn answers_of_kubelets_pass_each_acl() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = ports(entry(50, true, "deny", "6", "10.5.1.0/24"), 32768, 60999);
    let acl = entries(&site, &and(everything(), shut));
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    assert_says(finding, "answers of kubelets to 10.5.1.0/24", "--egress");
    // With one subnet, the range that is shut out is its own, and never passes it.
    let of_first = json!([{ "NetworkAclAssociationId": "aclassoc-1", "SubnetId": site.public[0] }]);
    site.edit(&acl, json!({ "Associations": of_first }));
    site.said().await.assert_fit();
}

/// Which overlay there is, if any, is the network plugin's choice.
#[tokio::test(start_paused = true)]
async fn one_overlay_is_enough() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let shut = |number: i32, port: u16| {
        let all = entry(number, true, "deny", "17", "10.5.0.0/16");
        ports(all, port, port)
    };
    let some = and(and(everything(), shut(50, 8472)), shut(51, 6081));
    entries(&site, &some);
    site.said().await.assert_fit();
    entries(&site, &and(some, shut(52, 4789)));
    let said = site.said().await;
    let finding = said.only_warning("AWS-NETWORK-ACL");
    let what = "overlays (UDP 8472, 4789 or 6081) to 10.5.1.0/24";
    assert_says(
        finding,
        what,
        "--protocol 17 --port-range From=8472,To=8472",
    );
}
