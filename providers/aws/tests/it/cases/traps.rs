//! What the reference system does wrong with what it makes on AWS.

use std::collections::BTreeSet;

use conformance::{Lab, Subject, Variant, merged, own, subjects::AwsSubject};
use groundwork_engine::{Finish, Trouble};
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_aws::{Aws, IpamPool, Ipv6Pool, Role, all_allowed};
use mock_cloud::{Effect, Fault, Faults, Match};
use serde_json::{Value, json};

use crate::cases::site::{self, Said, Site, applied, assert_says, document, field, said, subject};

/// Everything but what is asked for is shut.
fn shut(ranges: &[&str]) -> Value {
    json!({ "sshSources": [], "nodePortsAllowedIPRanges": { "cidrBlocks": ranges } })
}

/// What the cluster's group lets in: protocol, first port, from where.
fn lets_in(lab: &Lab<'_>) -> BTreeSet<(String, i64, String)> {
    let group = own(&lab.mock, "security-group").id;
    lab.mock.with(|cloud: &mut Aws| {
        let of_group = json!([{ "Name": "group-id", "Values": [group] }]);
        let rules = cloud.call("DescribeSecurityGroupRules", json!({ "Filters": of_group }));
        let rules = rules["SecurityGroupRules"].as_array().unwrap().clone();
        let ingress = rules.iter().filter(|rule| rule["IsEgress"] == false);
        ingress
            .map(|rule| {
                let nets = ["CidrIpv4", "CidrIpv6"].map(|name| rule[name].as_str());
                let net = nets.into_iter().flatten().next().unwrap_or("members");
                let port = rule["FromPort"].as_i64().unwrap_or(-1);
                (site::text(&rule["IpProtocol"]), port, net.to_owned())
            })
            .collect()
    })
}

fn node_ports(lab: &Lab<'_>) -> BTreeSet<String> {
    let rules = lets_in(lab).into_iter();
    rules
        .filter(|(protocol, port, _)| protocol == "tcp" && *port == 30000)
        .map(|(_, _, net)| net)
        .collect()
}

fn set(nets: &[&str]) -> BTreeSet<String> {
    nets.iter().map(|net| (*net).to_owned()).collect()
}

/// The reference system bundles ranges, and takes EC2's word for one of them as one for all.
#[tokio::test(start_paused = true)]
async fn a_range_more_is_let_in_beside_those_that_are() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    applied(
        &lab,
        &process,
        &document(&subject, &shut(&["192.0.2.0/24"])),
    )
    .await;
    assert_eq!(node_ports(&lab), set(&["192.0.2.0/24"]));
    let more = shut(&["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]);
    applied(&lab, &process, &document(&subject, &more)).await;
    let expected = set(&["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]);
    assert_eq!(node_ports(&lab), expected);
}

/// The reference system never takes a rule away.
#[tokio::test(start_paused = true)]
async fn ranges_that_are_allowed_no_more_are_shut() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let open = applied(&lab, &process, &document(&subject, &json!({}))).await;
    assert_eq!(node_ports(&lab), set(&["0.0.0.0/0", "::/0"]));
    let codes = open.planned.plan.findings.iter();
    let warned: Vec<&str> = codes
        .filter(|finding| finding.severity == Severity::Warning)
        .map(|finding| finding.code.as_ref())
        .collect();
    assert!(warned.contains(&"NETWORK-NODE-PORTS-OPEN"), "{warned:?}");
    assert!(warned.contains(&"ACCESS-SSH-OPEN"), "{warned:?}");
    applied(
        &lab,
        &process,
        &document(&subject, &shut(&["192.0.2.0/24"])),
    )
    .await;
    assert_eq!(node_ports(&lab), set(&["192.0.2.0/24"]));
    let ssh = lets_in(&lab).into_iter().filter(|(_, port, _)| *port == 22);
    assert_eq!(ssh.count(), 0, "SSH is shut as well");
}

/// A rule that somebody wrote by hand is not written twice, which EC2 would refuse, and stays his.
#[tokio::test(start_paused = true)]
async fn a_rule_that_is_there_already_is_not_written_again() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    applied(
        &lab,
        &process,
        &document(&subject, &shut(&["192.0.2.0/24"])),
    )
    .await;
    let group = own(&lab.mock, "security-group").id;
    let by_hand = |protocol: &str, first: i32, last: i32, net: &str| {
        lab.mock.with(|cloud: &mut Aws| {
            let permission = json!([{
                "IpProtocol": protocol, "FromPort": first, "ToPort": last,
                "IpRanges": [{ "CidrIp": net }],
            }]);
            let asked = json!({ "GroupId": group, "IpPermissions": permission });
            cloud.call("AuthorizeSecurityGroupIngress", asked);
        });
    };
    by_hand("tcp", 30000, 32767, "198.51.100.0/24");
    by_hand("tcp", 9100, 9100, "10.0.0.0/8");
    let more = document(&subject, &shut(&["192.0.2.0/24", "198.51.100.0/24"]));
    let said = said_of(&lab, &more).await;
    let finding = said.one("ACCESS-FOREIGN-RULES", Severity::Warning);
    assert_says(finding, "tcp 9100 from 10.0.0.0/8", "by hand");
    assert!(!finding.message.contains("198.51.100.0/24"), "{finding:#?}");
    applied(&lab, &process, &more).await;
    applied(
        &lab,
        &process,
        &document(&subject, &shut(&["192.0.2.0/24"])),
    )
    .await;
    let expected = set(&["192.0.2.0/24", "198.51.100.0/24"]);
    assert_eq!(node_ports(&lab), expected, "his rule is his");
}

async fn said_of(lab: &Lab<'_>, document: &Value) -> site::Said {
    lab.mock.clear_calls();
    said(lab, document).await
}

/// Behaviour 44: EC2 spells a protocol as it likes.
#[tokio::test(start_paused = true)]
async fn other_spellings_of_a_rule_are_no_difference() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = document(&subject, &json!({}));
    applied(&lab, &process, &document).await;
    let group = own(&lab.mock, "security-group").id;
    lab.mock.with(|cloud: &mut Aws| {
        let of_group = json!([{ "Name": "group-id", "Values": [group] }]);
        let rules = cloud.call("DescribeSecurityGroupRules", json!({ "Filters": of_group }));
        for rule in rules["SecurityGroupRules"].as_array().unwrap() {
            let number = match rule["IpProtocol"].as_str() {
                Some("icmpv6") => "58",
                Some("icmp") => "1",
                Some("tcp") => "6",
                Some("udp") => "17",
                _ => continue,
            };
            let id = site::text(&rule["SecurityGroupRuleId"]);
            cloud.edit(&id, |body| {
                drop(body.insert("IpProtocol".to_owned(), json!(number)))
            });
        }
    });
    let plan = process
        .plan(&lab.request(&document))
        .await
        .expect("it looks")
        .plan;
    assert!(plan.is_empty(), "{plan:#?}");
}

/// One type of ICMPv6 that somebody lets in is not all of it.
#[tokio::test(start_paused = true)]
async fn ping_by_hand_does_not_stand_for_all_of_icmpv6() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let document = site.named(&json!({ "securityGroupID": null }));
    let process = site.lab.process();
    site.applied(&process, &document).await;
    let group = own(&site.lab.mock, "security-group").id;
    site.with(|cloud| {
        let all = json!([{
            "IpProtocol": "icmpv6", "FromPort": -1, "ToPort": -1,
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
        }]);
        let gone = json!({ "GroupId": group, "IpPermissions": all });
        cloud.call("RevokeSecurityGroupIngress", gone);
        let ping = json!([{
            "IpProtocol": "icmpv6", "FromPort": 128, "ToPort": -1,
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
        }]);
        let asked = json!({ "GroupId": group, "IpPermissions": ping });
        cloud.call("AuthorizeSecurityGroupIngress", asked);
    });
    let plan = process
        .plan(&site.request(&document))
        .await
        .expect("it looks")
        .plan;
    let item = plan.item("security-group").expect("it is planned");
    assert_eq!(item.action, Action::Update, "{plan:#?}");
    assert_eq!(item.changes[0].to, json!("icmpv6 from ::/0"));
}

/// The older field alone: the reference system crashes, or lets everybody in besides.
#[tokio::test(start_paused = true)]
async fn one_range_in_the_older_field_is_the_only_one() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let older = json!({ "sshSources": [], "nodePortsAllowedIPRange": "192.0.2.0/24" });
    applied(&lab, &lab.process(), &document(&subject, &older)).await;
    assert_eq!(node_ports(&lab), set(&["192.0.2.0/24"]));
}

#[tokio::test(start_paused = true)]
async fn ranges_are_of_families_that_the_cluster_has() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let ipv4 = subject.cluster(Variant::Ipv4);
    let section = json!({ "spec": { "cloud": { "aws": {
        "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.0/24", "2001:db8::/32"] },
        "sshSources": ["2001:db8::/48"],
    } } } });
    let said = said(&lab, &merged(ipv4, &section)).await;
    let mut errors = said.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        ["ACCESS-SSH-SOURCE", "NETWORK-NODE-PORT-SOURCES"],
        "{said:#?}"
    );
    let finding = said.one("NETWORK-NODE-PORT-SOURCES", Severity::Error);
    assert_eq!(
        field(finding),
        "spec.cloud.aws.nodePortsAllowedIPRanges.cidrBlocks[1]"
    );
}

/// The reference system tells the first fault that it meets, and some of them only by EC2's word.
#[tokio::test(start_paused = true)]
async fn everything_is_said_at_once() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let faults = json!({ "spec": {
        "cloud": { "aws": {
            "securityGroupID": "sg-0123456789abcdef0", "dns64": true, "natGateways": "one", "vpcCidr": "10.0.0.0/8",
            "disableIAMReconciling": true, "instanceProfileName": "worker", "sshSources": ["office"],
            "ipv6Source": { "ipam": { "pool": "ipam-pool-1", "netmaskLength": 56, "cidr": "2001:db8::/56" } },
        } },
        "clusterNetwork": { "pods": { "cidrBlocks": ["010.0.0.0/16", "fd01::/48"] } },
    } });
    let document = merged(subject.cluster(Variant::DualStack), &faults);
    let said = said(&lab, &document).await;
    let mut errors = said.errors();
    errors.sort_unstable();
    errors.dedup();
    let expected = [
        "AWS-CONTRADICTION",
        "AWS-IAM",
        "AWS-IPV6-SOURCE",
        "AWS-VPC-CIDR",
        "NETWORK-CIDR-SYNTAX",
    ];
    assert!(
        expected.iter().all(|code| errors.contains(code)),
        "{errors:?}"
    );
    let has = |said: &Said, field: &str| {
        let field = format!("spec.cloud.aws.{field}");
        let mut all = said.findings.iter();
        all.any(|found| found.field.as_ref() == Some(&field))
    };
    for field in ["sshSources[0]", "natGateways"] {
        assert!(has(&said, field), "{field}: {:#?}", said.findings);
    }
    let bits = json!({ "spec": { "cloud": { "aws": {
        "ipv6Source": { "byoip": { "pool": "ipv6pool-ec2-1", "cidr": "2001:db8::1/56" } },
    } } } });
    let document = merged(subject.cluster(Variant::DualStack), &bits);
    let said = site::said(&lab, &document).await;
    assert!(has(&said, "ipv6Source.byoip.cidr"), "{:#?}", said.findings);
    assert_eq!(lab.mock.calls(), [], "before any call");
}

/// A group of the cluster's name is the reference system's only where somebody says so.
#[tokio::test(start_paused = true)]
async fn a_group_that_has_the_name_is_taken_over_on_request_alone() {
    // EC2 tells no names apart by their case.
    for name in ["kubernetes-harbour", "Kubernetes-Harbour"] {
        taken_over_on_request_alone(name).await;
    }
}

async fn taken_over_on_request_alone(name: &str) {
    let subject = subject();
    let site = Site::public(&subject).await;
    let group = site.with(|cloud| {
        let asked = json!({
            "VpcId": site.vpc, "GroupName": name, "Description": "x",
        });
        site::text(&cloud.call("CreateSecurityGroup", asked)["GroupId"])
    });
    let document = site.named(&json!({ "securityGroupID": null }));
    let said = site.said_of(&document).await;
    let finding = said.only_error("ENGINE-ADOPTABLE");
    assert_says(finding, &group, "--adopt");
    let mut request = site.request(&document);
    request.options.adopt = true;
    let process = site.lab.process();
    let ran = process.apply(&request).await.expect("it is taken over");
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let item = ran
        .planned
        .plan
        .item("security-group")
        .expect("it is planned");
    assert_eq!(item.action, Action::Update);
    assert_eq!(item.found.as_ref().expect("it is there").id, group);
}

/// The id of a group that went stays in the document, where the reference system gets stuck on it.
#[tokio::test(start_paused = true)]
async fn a_group_that_another_hand_removed_is_made_again() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let first = document(&subject, &json!({}));
    let ran = applied(&lab, &process, &first).await;
    let written = merged(first, &ran.applied.network.expect("it is answered").patch);
    let group = own(&lab.mock, "security-group").id;
    assert_eq!(
        written["spec"]["cloud"]["aws"]["securityGroupID"],
        group.as_str()
    );
    lab.mock.with(|cloud: &mut Aws| {
        cloud.call("DeleteSecurityGroup", json!({ "GroupId": group }));
    });
    lab.quiet().await;
    let ran = applied(&lab, &process, &written).await;
    let item = ran
        .planned
        .plan
        .item("security-group")
        .expect("it is planned");
    assert_eq!(item.action, Action::Create);
    assert_ne!(own(&lab.mock, "security-group").id, group);
}

/// The reference system asks for the account by the user's keys even where a role is assumed.
#[tokio::test(start_paused = true)]
async fn a_role_that_is_assumed_is_who_asks() {
    let mut subject = AwsSubject::default();
    let assume = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }],
    });
    subject.config.keys[0].policies = vec![assume];
    subject.config.roles = vec![Role {
        name: "groundwork".to_owned(),
        policies: vec![all_allowed()],
        external_id: Some("tenant-7".to_owned()),
        web_identity_token: None,
    }];
    let lab = Lab::open(&subject);
    let role = json!({
        "assumeRoleARN": "arn:aws:iam::123456789012:role/groundwork",
        "assumeRoleExternalID": "tenant-7",
    });
    let ran = applied(&lab, &lab.process(), &document(&subject, &role)).await;
    let calls = lab.mock.calls();
    let paths: Vec<&str> = calls
        .iter()
        .map(|call| call.path.as_str())
        .take(2)
        .collect();
    assert_eq!(
        paths,
        ["/AssumeRole", "/GetCallerIdentity"],
        "the role comes first"
    );
    let project = ran.planned.plan.account.project.as_deref();
    assert_eq!(project, Some("123456789012"));
    let without = lab
        .process()
        .plan(&lab.request(&document(&subject, &json!({}))))
        .await;
    assert!(
        matches!(without, Err(Trouble::Cloud(_))),
        "the user alone may nothing"
    );
}

/// In place from IPv4 to two families: what is there stays, and gets a part of the range.
#[tokio::test(start_paused = true)]
async fn a_cluster_of_ipv4_becomes_dual_stack_in_place() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let (before, after) = (Variant::Ipv4, Variant::DualStack);
    applied(&lab, &process, &subject.cluster(before)).await;
    let ids =
        || ["vpc", "subnet", "route-table", "security-group"].map(|kind| own(&lab.mock, kind).id);
    let there = ids();
    let ran = applied(&lab, &process, &subject.cluster(after)).await;
    let plan = &ran.planned.plan;
    let replaced = plan
        .items
        .iter()
        .filter(|item| item.action == Action::Replace);
    assert_eq!(replaced.count(), 0, "{plan:#?}");
    assert_eq!(ids(), there, "nothing is made anew");
    let expected = ("icmpv6".to_owned(), -1, "::/0".to_owned());
    assert!(lets_in(&lab).contains(&expected));
    let ssh = lets_in(&lab).into_iter().filter(|(_, port, _)| *port == 22);
    assert_eq!(ssh.count(), 2, "SSH in both families");
}

/// What the association of a VPC's range was asked for with.
fn asked_for_ipv6(lab: &Lab<'_>) -> Value {
    let calls = lab.mock.mutating_calls();
    let mut associate = calls
        .iter()
        .filter(|call| call.path == "/AssociateVpcCidrBlock");
    let call = associate.next().expect("a range is asked for");
    assert!(associate.next().is_none(), "once");
    call.body.clone().expect("it has parameters")
}

/// Behaviours 15 and 16: each source by its own parameters, and no other.
#[tokio::test(start_paused = true)]
async fn each_ipv6_source_is_asked_in_its_own_way() {
    let cases = [
        (
            json!(null),
            json!({ "AmazonProvidedIpv6CidrBlock": "true" }),
        ),
        (
            json!({ "ipam": { "pool": "ipam-pool-0123456789abcdef0", "netmaskLength": 52 } }),
            json!({ "Ipv6IpamPoolId": "ipam-pool-0123456789abcdef0", "Ipv6NetmaskLength": "52" }),
        ),
        (
            json!({ "ipam": { "pool": "ipam-pool-0123456789abcdef0", "cidr": "2001:db8:7:100::/56" } }),
            json!({
                "Ipv6IpamPoolId": "ipam-pool-0123456789abcdef0",
                "Ipv6CidrBlock": "2001:db8:7:100::/56",
            }),
        ),
        (
            json!({ "byoip": { "pool": "ipv6pool-ec2-0123456789abcdef0", "cidr": "2001:db8:8:100::/56" } }),
            json!({
                "Ipv6Pool": "ipv6pool-ec2-0123456789abcdef0",
                "Ipv6CidrBlock": "2001:db8:8:100::/56",
            }),
        ),
    ];
    let mut subject = AwsSubject::default();
    subject.config.ipam_pools = vec![IpamPool {
        id: "ipam-pool-0123456789abcdef0".to_owned(),
        cidrs: vec!["2001:db8:7::/48".to_owned()],
        default_netmask: None,
        locale: None,
    }];
    subject.config.ipv6_pools = vec![Ipv6Pool {
        id: "ipv6pool-ec2-0123456789abcdef0".to_owned(),
        cidrs: vec!["2001:db8:8::/48".to_owned()],
    }];
    for (source, expected) in cases {
        let lab = Lab::open(&subject);
        let process = lab.process();
        let document = document(&subject, &json!({ "ipv6Source": source }));
        applied(&lab, &process, &document).await;
        let mut asked = asked_for_ipv6(&lab);
        let fields = asked.as_object_mut().expect("it has parameters");
        fields.retain(|name, _| name.contains("Ipv6"));
        assert_eq!(asked, expected, "{source}");
        let plan = process
            .plan(&lab.request(&document))
            .await
            .expect("it looks")
            .plan;
        assert!(plan.is_empty(), "{source}: {plan:#?}");
    }
}

/// Behaviour 15: a length and a range contradict each other, and one of them has to be there.
#[tokio::test(start_paused = true)]
async fn a_pool_gives_by_length_or_by_text() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    for (source, why) in [
        (
            json!({ "netmaskLength": 56, "cidr": "2001:db8::/56" }),
            "not by both",
        ),
        (json!({}), "how large a range"),
        (json!({ "netmaskLength": 57 }), "no /57"),
        (
            json!({ "cidr": "2001:db8::/62" }),
            "length 44, 48, 52, 56 or 60",
        ),
        (json!({ "cidr": "10.0.0.0/16" }), "not an IPv6 range"),
    ] {
        let ipam = merged(json!({ "pool": "ipam-pool-1" }), &source);
        let section = json!({ "ipv6Source": { "ipam": ipam } });
        let said = said(&lab, &document(&subject, &section)).await;
        assert_says(said.one("AWS-IPV6-SOURCE", Severity::Error), why, "");
    }
    assert_eq!(lab.mock.calls(), [], "the documents alone say so");
}

/// Behaviour 15: an IPv4 cluster asks for no range.
#[tokio::test(start_paused = true)]
async fn an_ipv4_cluster_gets_no_ipv6() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    applied(&lab, &lab.process(), &subject.cluster(Variant::Ipv4)).await;
    let calls = lab.mock.mutating_calls();
    assert!(
        !calls
            .iter()
            .any(|call| call.path == "/AssociateVpcCidrBlock"),
        "{calls:#?}"
    );
}

/// Behaviour 17: what EC2 does not answer is an error, and nothing is made of it.
#[tokio::test(start_paused = true)]
async fn a_listing_that_fails_is_not_an_empty_one() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = document(&subject, &json!({}));
    applied(&lab, &process, &document).await;
    lab.mock.clear_calls();
    let fault = Fault::Error {
        status: 500,
        effect: Effect::default(),
    };
    let broken = Faults {
        consecutive_max: 1000,
        ..Faults::none().and(Match::of("POST", "/DescribeVpcs"), fault, None)
    };
    lab.mock.set_faults(1, broken);
    let planned = process.plan(&lab.request(&document)).await;
    assert!(
        matches!(planned, Err(Trouble::Cloud(_))),
        "{:#?}",
        planned.err()
    );
    assert_eq!(lab.mock.mutating_calls(), []);
}
