//! A security group that a document names: what it has to let in.

use groundwork_model::Severity;
use serde_json::{Value, json};

use crate::cases::{
    owner::Owner,
    site::{Site, assert_says, field, subject, text},
};

/// An empty group of the VPC, with rules as EC2 takes them.
fn group(site: &Site<'_>, permissions: &[Value]) -> String {
    site.with(|cloud| {
        let asked = json!({ "VpcId": site.vpc, "GroupName": "thin", "Description": "x" });
        let group = text(&cloud.call("CreateSecurityGroup", asked)["GroupId"]);
        if !permissions.is_empty() {
            let asked = json!({ "GroupId": group, "IpPermissions": permissions });
            cloud.call("AuthorizeSecurityGroupIngress", asked);
        }
        group
    })
}

fn permission(protocol: &str, first: i32, last: i32, nets: &[&str]) -> Value {
    let of = |ipv6: bool| nets.iter().filter(move |net| net.contains(':') == ipv6);
    let ipv4: Vec<Value> = of(false).map(|net| json!({ "CidrIp": net })).collect();
    let ipv6: Vec<Value> = of(true).map(|net| json!({ "CidrIpv6": net })).collect();
    json!({
        "IpProtocol": protocol, "FromPort": first, "ToPort": last, "IpRanges": ipv4,
        "Ipv6Ranges": ipv6,
    })
}

fn naming(site: &Site<'_>, group: &str) -> Value {
    site.named(&json!({ "subnetIDs": site.public, "securityGroupID": group }))
}

#[tokio::test(start_paused = true)]
async fn the_owner_of_an_empty_group_is_told_every_rule() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let group = group(&site, &[]);
    let document = naming(&site, &group);
    let said = site.said_of(&document).await;
    assert_eq!(said.errors(), ["ACCESS-GROUP-RULES"], "{said:#?}");
    assert_eq!(said.warnings(), ["ACCESS-GROUP-RULES"], "{said:#?}");
    let finding = said.one("ACCESS-GROUP-RULES", Severity::Error);
    let call = format!(
        "aws ec2 authorize-security-group-ingress --group-id {group} --ip-permissions \
         'IpProtocol=-1,UserIdGroupPairs=[{{GroupId={group}}}]'; or"
    );
    assert_says(
        finding,
        "does not allow: all from members of the group",
        &call,
    );
    assert_eq!(field(finding), "spec.cloud.aws.securityGroupID");
    let finding = said.one("ACCESS-GROUP-RULES", Severity::Warning);
    assert_says(
        finding,
        "tcp 30000-32767 from 2001:db8::/32",
        "IpProtocol=udp",
    );
    let icmp = "'IpProtocol=icmpv6,FromPort=-1,ToPort=-1,Ipv6Ranges=[{CidrIpv6=::/0}]'";
    assert_says(finding, "icmpv6 from ::/0", icmp);
    assert!(
        !finding.message.contains("tcp 22 "),
        "nobody has to log in: {finding:#?}"
    );
    let mut owner = Owner::default();
    assert_eq!(owner.until_fit(&site, &document).await, 1);
}

/// Behaviour 43: in which families node ports have to be let in is what the document says.
#[tokio::test(start_paused = true)]
async fn node_ports_are_asked_for_in_the_families_of_the_document() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let cases = [
        (json!(null), vec!["0.0.0.0/0", "::/0"]),
        (
            json!({ "cidrBlocks": ["192.0.2.0/24"] }),
            vec!["192.0.2.0/24"],
        ),
        (
            json!({ "cidrBlocks": ["2001:db8::/32"] }),
            vec!["2001:db8::/32"],
        ),
    ];
    let group = group(&site, &[]);
    for (ranges, expected) in cases {
        let ranges = json!({ "nodePortsAllowedIPRanges": ranges, "securityGroupID": group });
        let said = site.said_of(&site.named(&ranges)).await;
        let finding = said.one("ACCESS-GROUP-RULES", Severity::Warning);
        let told: Vec<&str> = finding
            .message
            .split("; ")
            .filter_map(|rule| rule.split_once("tcp 30000-32767 from "))
            .map(|(_, net)| net)
            .collect();
        assert_eq!(told, expected, "{finding:#?}");
    }
}

/// Behaviour 44, and more: other spellings, other order, wider rules, rules for everybody.
#[tokio::test(start_paused = true)]
async fn rules_that_let_in_more_do_as_well() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let nodes = site.range();
    let everything = permission("-1", -1, -1, &["10.5.0.0/16", &nodes]);
    let icmp = permission("58", -1, -1, &["::/0"]);
    let ports = permission("6", 1, 65535, &["0.0.0.0/0", "::/0"]);
    let udp = permission("udp", 30000, 40000, &["192.0.0.0/16", "2001::/16"]);
    let icmp4 = permission("1", 3, 4, &["0.0.0.0/0"]);
    let group = group(&site, &[udp, ports, icmp, everything, icmp4]);
    site.said_of(&naming(&site, &group)).await.assert_fit();
}

#[tokio::test(start_paused = true)]
async fn ping_is_not_packet_too_big() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let mut rules = vec![
        permission("-1", -1, -1, &["10.5.0.0/16", &site.range()]),
        permission("icmpv6", 128, -1, &["::/0"]),
        permission("icmp", -1, -1, &["0.0.0.0/0"]),
        permission("tcp", 30000, 32767, &["0.0.0.0/0", "::/0"]),
        permission("udp", 30000, 32767, &["0.0.0.0/0", "::/0"]),
    ];
    let ping = group(&site, &rules);
    let said = site.said_of(&naming(&site, &ping)).await;
    assert_says(
        said.only_warning("ACCESS-GROUP-RULES"),
        "icmpv6 from ::/0",
        "IpProtocol=icmpv6",
    );
    site.with(|cloud| cloud.call("DeleteSecurityGroup", json!({ "GroupId": ping })));
    rules.remove(1);
    rules.extend([1, 2, 3, 4].map(|kind| permission("icmpv6", kind, -1, &["::/0"])));
    let errors = group(&site, &rules);
    let said = site.said_of(&naming(&site, &errors)).await;
    assert!(!said.has("ACCESS-GROUP-RULES"), "{said:#?}");
}

/// What is in a list of prefixes is not looked into.
#[tokio::test(start_paused = true)]
async fn a_list_of_prefixes_may_be_enough() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let list = "pl-6ea54007";
    let from_list = |protocol: &str| {
        json!({
            "IpProtocol": protocol, "FromPort": 30000, "ToPort": 32767,
            "PrefixListIds": [{ "PrefixListId": list }],
        })
    };
    let rules = [
        permission("-1", -1, -1, &["10.5.0.0/16", &site.range()]),
        permission("icmpv6", -1, -1, &["::/0"]),
        permission("icmp", -1, -1, &["0.0.0.0/0"]),
        from_list("tcp"),
        from_list("udp"),
    ];
    let group = group(&site, &rules);
    let said = site.said_of(&naming(&site, &group)).await;
    said.assert_fit();
    let note = said.one("ACCESS-GROUP-RULES", Severity::Note);
    assert_says(
        note,
        "unless by a list of prefixes: tcp 30000-32767",
        "authorize",
    );
}

/// The rest of what a group lets in, where the first rule is another one.
fn rest() -> Vec<Value> {
    vec![
        permission("icmpv6", -1, -1, &["::/0"]),
        permission("icmp", -1, -1, &["0.0.0.0/0"]),
        permission("tcp", 30000, 32767, &["0.0.0.0/0", "::/0"]),
        permission("udp", 30000, 32767, &["0.0.0.0/0", "::/0"]),
    ]
}

/// Rules more of a group, from a peer that EC2 names in `list`.
fn allow(site: &Site<'_>, group: &str, protocols: &[&str], list: &str, peer: &Value) {
    let of = |protocol: &&str| {
        let last = if *protocol == "icmp" { -1 } else { 65535 };
        let first = last.min(0);
        json!({ "IpProtocol": protocol, "FromPort": first, "ToPort": last, list: [peer] })
    };
    let permissions: Vec<Value> = protocols.iter().map(of).collect();
    let asked = json!({ "GroupId": group, "IpPermissions": permissions });
    site.with(|cloud| cloud.call("AuthorizeSecurityGroupIngress", asked));
}

/// What clusters send is TCP and UDP, unless their network plugin is of another kind.
#[tokio::test(start_paused = true)]
async fn members_may_be_let_in_by_protocol() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let group = group(&site, &rest());
    let members = json!({ "GroupId": group });
    allow(&site, &group, &["tcp"], "UserIdGroupPairs", &members);
    let said = site.said_of(&naming(&site, &group)).await;
    let finding = said.only_error("ACCESS-GROUP-RULES");
    assert_says(finding, "all from members of the group", "IpProtocol=-1");
    allow(
        &site,
        &group,
        &["udp", "icmp"],
        "UserIdGroupPairs",
        &members,
    );
    let said = site.said_of(&naming(&site, &group)).await;
    said.assert_fit();
    let note = said.one("ACCESS-GROUP-RULES", Severity::Note);
    assert_says(note, "such as IP in IP and ESP", "IpProtocol=-1");
}

#[tokio::test(start_paused = true)]
async fn a_list_of_prefixes_may_hold_the_nodes() {
    let subject = subject();
    for protocols in [vec!["-1"], vec!["tcp", "udp"]] {
        let site = Site::public(&subject).await;
        let group = group(&site, &rest());
        let list = json!({ "PrefixListId": "pl-6ea54007" });
        allow(&site, &group, &protocols, "PrefixListIds", &list);
        let said = site.said_of(&naming(&site, &group)).await;
        said.assert_fit();
        let note = said.one("ACCESS-GROUP-RULES", Severity::Note);
        let unless = "unless by a list of prefixes: all from members of the group";
        assert_says(note, unless, "IpProtocol=-1");
    }
}

/// Rules that lie side by side, in ports and in addresses.
#[tokio::test(start_paused = true)]
async fn rules_do_together_what_one_would() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let rules = [
        permission(
            "-1",
            -1,
            -1,
            &["10.5.1.0/25", "10.5.1.128/25", "10.5.2.0/24"],
        ),
        permission("-1", -1, -1, &[&site.range()]),
        permission("icmpv6", -1, -1, &["::/0"]),
        permission("icmp", -1, -1, &["0.0.0.0/1", "128.0.0.0/1"]),
        permission("tcp", 30000, 31000, &["0.0.0.0/1", "128.0.0.0/1", "::/0"]),
        permission("tcp", 31001, 32767, &["0.0.0.0/0", "::/1", "8000::/1"]),
        permission("udp", 30000, 32000, &["0.0.0.0/0", "::/0"]),
        permission("udp", 31000, 32767, &["0.0.0.0/0", "::/0"]),
    ];
    let whole = group(&site, &rules);
    let everybody = json!({
        "subnetIDs": site.public, "securityGroupID": whole,
        "nodePortsAllowedIPRanges": { "cidrBlocks": ["0.0.0.0/0", "::/0"] },
    });
    let said = site.said_of(&site.named(&everybody)).await;
    assert!(!said.has("ACCESS-GROUP-RULES"), "{said:#?}");
}

/// SSH is asked for where the document says from where, and not otherwise.
#[tokio::test(start_paused = true)]
async fn ssh_is_asked_for_where_the_document_asks_for_it() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let ssh = json!({ "sshSources": ["198.51.100.0/24"], "subnetIDs": site.public });
    let open = json!({ "sshSources": null, "subnetIDs": site.public });
    site.said_of(&site.named(&open)).await.assert_fit();
    let said = site.said_of(&site.named(&ssh)).await;
    let finding = said.only_warning("ACCESS-GROUP-RULES");
    assert_says(
        finding,
        "tcp 22 from 198.51.100.0/24",
        "FromPort=22,ToPort=22",
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_of_another_vpc_is_none_for_these_nodes() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let other = site.with(|cloud| {
        let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.61.0.0/16" }));
        let asked = json!({
            "VpcId": vpc["Vpc"]["VpcId"], "GroupName": "elsewhere", "Description": "x",
        });
        text(&cloud.call("CreateSecurityGroup", asked)["GroupId"])
    });
    let said = site.said_of(&naming(&site, &other)).await;
    let finding = said.only_error("AWS-GROUP-VPC");
    assert_says(
        finding,
        &format!("not in VPC {}", site.vpc),
        "the cluster's VPC",
    );
    assert_eq!(field(finding), "spec.cloud.aws.securityGroupID");
    let plan = said.plan.expect("it is planned");
    assert!(
        plan.item("security-group").is_none(),
        "it is not tagged either: {plan:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_without_a_vpc_is_refused_before_any_call() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let document =
        crate::cases::site::document(&subject, &json!({ "securityGroupID": site.group }));
    let said = site.said_of(&document).await;
    let finding = said.one("AWS-CONTRADICTION", Severity::Error);
    assert_says(finding, "its VPC is not named", "vpcID");
    assert_eq!(site.lab.mock.calls(), [], "the documents alone say so");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_does_not_exist_is_not_made_in_its_place() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let said = site.said_of(&naming(&site, "sg-0123456789abcdef0")).await;
    let finding = said.one("ENGINE-NAMED-ABSENT", Severity::Error);
    assert_says(finding, "sg-0123456789abcdef0", "correct the id");
}
