//! What another hand does between a plan and its run.

use conformance::{Lab, Process, own};
use groundwork_engine::{Applied, Finish, Patience, Planned, Reason, Session};
use groundwork_model::Severity;
use groundwork_provider::{Action, Plan};
use mock_aws::Aws;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cases::site::{document, subject, text};

/// Plans, lets a hand work, and carries the plan out.
async fn with_hand(
    lab: &Lab<'_>,
    process: &Process,
    section: &Value,
    hand: impl FnOnce(&mut Aws),
) -> Plan {
    let request = lab.request(&document(lab.subject, section));
    let session = process.session(&request).await.expect("it connects");
    let planned = session.plan(Patience::Settle).await.expect("it looks");
    let applied = carried_out(lab, &session, &planned, hand).await;
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
    planned.plan
}

async fn carried_out(
    lab: &Lab<'_>,
    session: &Session,
    planned: &Planned,
    hand: impl FnOnce(&mut Aws),
) -> Applied {
    lab.mock.with(hand);
    lab.mock.clear_calls();
    let cancel = CancellationToken::new();
    let ran = session.run(planned, &mut |_| {}, &cancel).await;
    lab.quiet().await;
    ran.expect("it ran")
}

/// The same of a plan that the hand makes stale: the run says so.
async fn outrun_by_hand(
    lab: &Lab<'_>,
    process: &Process,
    section: &Value,
    hand: impl FnOnce(&mut Aws),
) {
    let request = lab.request(&document(lab.subject, section));
    let session = process.session(&request).await.expect("it connects");
    let planned = session.plan(Patience::Settle).await.expect("it looks");
    let applied = carried_out(lab, &session, &planned, hand).await;
    let why = applied
        .failures
        .iter()
        .map(|(_, _, failure)| failure.reason);
    let why: Vec<Reason> = why.collect();
    assert_eq!(why, [Reason::Stale], "{:#?}", applied.failures);
}

/// The range that was chosen is taken by then, in one family or the other: another one is, after a
/// look at what is taken now.
#[tokio::test(start_paused = true)]
async fn a_range_that_is_taken_by_then_is_chosen_anew() {
    for ipv4 in [true, false] {
        let subject = subject();
        let lab = Lab::open(&subject);
        let process = lab.process();
        let one = json!({ "zones": ["eu-central-1a"] });
        let two = json!({ "zones": ["eu-central-1a", "eu-central-1b"] });
        with_hand(&lab, &process, &one, |_| {}).await;
        let vpc = own(&lab.mock, "vpc").id;
        let taken = |cloud: &mut Aws| {
            let body = cloud.body(&vpc).expect("it is there");
            let range = text(&body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]);
            let next = range.replace("00::/56", "01::/64");
            let far = range.replace("00::/56", "0f::/64");
            let (v4, v6) = match ipv4 {
                true => ("10.0.16.0/20", far),
                false => ("10.0.240.0/20", next),
            };
            let asked = json!({ "VpcId": vpc, "CidrBlock": v4, "Ipv6CidrBlock": v6 });
            cloud.call("CreateSubnet", asked);
        };
        with_hand(&lab, &process, &two, taken).await;
        let calls = lab.mock.calls();
        let creates = calls
            .iter()
            .filter(|call| call.path.ends_with("/CreateSubnet"));
        assert_eq!(
            creates.count(),
            2,
            "one that is refused, and one that is not"
        );
        let clean = lab.process();
        let request = lab.request(&document(&subject, &two));
        let plan = clean.plan(&request).await.expect("it looks").plan;
        assert_eq!(plan.mutating().count(), 0, "{plan:#?}");
    }
}

/// Of two rules that are to go one is gone: EC2 takes neither away, and the other one goes still.
#[tokio::test(start_paused = true)]
async fn a_rule_that_is_gone_by_then_keeps_no_other() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = |ssh: Value| json!({ "zones": ["eu-central-1a"], "sshSources": ssh });
    let two = section(json!(["192.0.2.0/24", "198.51.100.0/24"]));
    with_hand(&lab, &process, &two, |_| {}).await;
    let group = own(&lab.mock, "security-group").id;
    let ssh = |cloud: &mut Aws| {
        let of_group = json!([{ "Name": "group-id", "Values": [group] }]);
        let all = cloud.call("DescribeSecurityGroupRules", json!({ "Filters": of_group }));
        let all = all["SecurityGroupRules"]
            .as_array()
            .expect("a list")
            .clone();
        let ssh = all.into_iter().filter(|rule| rule["FromPort"] == 22);
        ssh.map(|rule| text(&rule["SecurityGroupRuleId"]))
            .collect::<Vec<_>>()
    };
    let revoked = |cloud: &mut Aws| {
        let ids = [&ssh(cloud)[0]];
        let revoke = json!({ "GroupId": group, "SecurityGroupRuleIds": ids });
        cloud.call("RevokeSecurityGroupIngress", revoke);
    };
    let plan = with_hand(&lab, &process, &section(json!([])), revoked).await;
    let item = plan.item("security-group").expect("it is there");
    assert_eq!(item.action, Action::Update);
    let left = lab.mock.with(|cloud: &mut Aws| ssh(cloud));
    assert_eq!(left, [""; 0]);
}

/// A route that is to be bent back is gone by then: the next run makes it.
#[tokio::test(start_paused = true)]
async fn a_route_that_is_gone_by_then_is_made() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"] });
    with_hand(&lab, &process, &section, |_| {}).await;
    let (table, gateway) = (
        own(&lab.mock, "route-table").id,
        own(&lab.mock, "internet-gateway").id,
    );
    let routes = || {
        let table = lab.mock.with(|cloud: &mut Aws| cloud.body(&table));
        table.expect("it is there")["Routes"].to_string()
    };
    let before = routes();
    let vpc = own(&lab.mock, "vpc").id;
    let other = lab.mock.with(|cloud: &mut Aws| {
        let made = cloud.call("CreateEgressOnlyInternetGateway", json!({ "VpcId": vpc }));
        text(&made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])
    });
    let route = json!({ "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0" });
    lab.mock.with(|cloud: &mut Aws| {
        let bent = json!({ "EgressOnlyInternetGatewayId": other });
        cloud.call("ReplaceRoute", conformance::merged(route.clone(), &bent));
    });
    let gone = |cloud: &mut Aws| drop(cloud.call("DeleteRoute", route.clone()));
    with_hand(&lab, &process, &section, gone).await;
    assert_eq!(routes(), before);
    assert!(before.contains(&gateway));
}

/// A VPC has one internet gateway. Where somebody has attached another one by then, that is told,
/// and not that a parameter is wrong.
#[tokio::test(start_paused = true)]
async fn a_gateway_that_another_hand_attached_is_seen() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"] });
    with_hand(&lab, &process, &section, |_| {}).await;
    let (vpc, gateway) = (
        own(&lab.mock, "vpc").id,
        own(&lab.mock, "internet-gateway").id,
    );
    let detached = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
    lab.mock
        .with(|cloud: &mut Aws| drop(cloud.call("DetachInternetGateway", detached)));
    let another = |cloud: &mut Aws| {
        let made = cloud.call("CreateInternetGateway", json!({}));
        let other = &made["InternetGateway"]["InternetGatewayId"];
        cloud.call(
            "AttachInternetGateway",
            json!({ "VpcId": vpc, "InternetGatewayId": other }),
        );
    };
    outrun_by_hand(&lab, &process, &section, another).await;
    let request = lab.request(&document(&subject, &section));
    let plan = process.plan(&request).await.expect("it looks").plan;
    let mut told = plan
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error);
    let replaced = told.next().expect("something is wrong");
    assert_eq!(replaced.code, "ENGINE-REPLACE", "{replaced}");
}
