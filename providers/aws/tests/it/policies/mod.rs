//! The published policies are enough, and nothing in them is too much.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod cases;
mod gone;
mod hands;

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use cases::{Case, DESTROY, FEWER_ZONES, LOOK, PROVISION, Told, Verb};
use groundwork_aws::Policy;
use mock_aws::{Aws as AwsCloud, Config};
use mock_cloud::{Mock, Options};
use serde_json::{Value, json};

/// Each action of each statement of a policy, with the policy that lacks it.
fn lacking(policy: Policy) -> Vec<(String, String, Value)> {
    let whole = policy.document();
    let mut all = Vec::new();
    for (index, statement) in whole["Statement"].as_array().unwrap().iter().enumerate() {
        let actions = statement["Action"].as_array().unwrap();
        for action in actions {
            let mut without = whole.clone();
            let kept = actions.iter().filter(|one| *one != action);
            without["Statement"][index]["Action"] = kept.cloned().collect();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            all.push((text(&statement["Sid"]), text(action), without));
        }
    }
    all
}

async fn works(cases: &[Case], policy: Policy) {
    for case in cases {
        let told = case.run(&[policy.document()]).await;
        assert!(told.done, "{}: {told:#?}", case.name);
        // A plan says what whoever may only look may not do.
        let may_not = case.verb == Verb::Plan;
        assert_eq!(told.denied.is_empty(), !may_not, "{}: {told:#?}", case.name);
    }
}

#[tokio::test(start_paused = true)]
async fn with_the_policy_for_provisioning_everything_is_made_and_changed() {
    works(PROVISION, Policy::Provision).await;
}

#[tokio::test(start_paused = true)]
async fn with_the_policy_for_destroying_everything_goes() {
    works(DESTROY, Policy::Destroy).await;
}

#[tokio::test(start_paused = true)]
async fn with_the_policy_for_verifying_one_looks_and_changes_nothing() {
    works(LOOK, Policy::Verify).await;
    for case in PROVISION.iter().filter(|case| case.verb == Verb::Apply) {
        let told = case.run(&[Policy::Verify.document()]).await;
        assert!(!told.done && told.changed == 0, "{}: {told:#?}", case.name);
        assert!(!told.denied.is_empty(), "{}: {told:#?}", case.name);
        for (action, remedy) in told.denied.iter().zip(&told.remedies) {
            let file = match action.starts_with("ec2:Delete") {
                true => "docs/policies/aws-destroy.json",
                false => "docs/policies/aws-provision.json",
            };
            assert!(remedy.contains(action) && remedy.contains(file), "{remedy}");
        }
    }
}

/// How a case goes without one action. Whoever asks before is told so before anything is changed;
/// what cannot be asked about is named before, and fails in the middle.
fn missed(case: &Case, sid: &str, action: &str, told: &Told) -> Option<When> {
    let place = format!("{}, {sid} without {action}: {told:#?}", case.name);
    let (_, name) = action.split_once(':').unwrap();
    if told.done {
        let warned = told.warned.contains(name);
        return warned.then_some(When::Looking);
    }
    if !told.denied.is_empty() {
        assert_eq!(told.denied, [action], "{place}");
        assert_eq!(told.changed, 0, "{place}");
        return Some(When::Before);
    }
    assert!(told.failure.contains(action), "{place}");
    if sid == "Look" {
        return Some(When::Looking);
    }
    // What tags a new object is its create.
    let asked = if sid == "TagWhatIsMade" {
        "Create"
    } else {
        name
    };
    assert!(told.unasked.contains(asked), "{place}");
    Some(When::Meanwhile)
}

/// When somebody learns that a permission is missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum When {
    Looking,
    Before,
    Meanwhile,
}

/// Takes away each action, and lets people do what they have a use for it in, until somebody
/// misses it: before anything is changed, where EC2 can be asked.
async fn assert_minimal(cases: &[Case], policy: Policy) {
    let whole = [policy.document()];
    let mut called = Vec::new();
    for case in cases {
        called.push(case.run(&whole).await.called);
    }
    let askable = askable(policy);
    for (sid, action, without) in lacking(policy) {
        let first = match askable.contains(&action) {
            true => When::Before,
            false if sid == "Look" => When::Looking,
            false => When::Meanwhile,
        };
        let mut times = Vec::new();
        for (case, called) in cases.iter().zip(&called) {
            if uses(called, &sid, &action) && !times.contains(&first) {
                let told = case.run(std::slice::from_ref(&without)).await;
                times.extend(missed(case, &sid, &action, &told));
            }
        }
        assert!(times.contains(&first), "{sid} without {action}: {times:?}");
    }
}

fn uses(called: &BTreeSet<String>, sid: &str, action: &str) -> bool {
    let makes = |one: &String| {
        let mut verbs = ["Create", "Allocate", "Authorize"].iter();
        verbs.any(|verb| one.starts_with(verb))
    };
    match sid {
        "TagWhatIsMade" => called.iter().any(makes),
        _ => called.contains(action.split_once(':').unwrap().1),
    }
}

/// Those of a policy's actions that EC2 answers a question about, by the model of its API.
fn askable(policy: Policy) -> BTreeSet<String> {
    let model = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = model.join("../../mocks/aws/models/ec2.model");
    let model = std::fs::read_to_string(model).unwrap();
    let knows = |action: &str| {
        let name = action.strip_prefix("ec2:")?;
        let request = model.split_once(&format!("\nstruct {name}Request\n"))?.1;
        let members = request.lines().take_while(|line| line.starts_with(' '));
        members
            .map(str::trim)
            .find(|member| member.starts_with("DryRun "))
    };
    let actions = lacking(policy).into_iter().map(|(_, action, _)| action);
    actions
        .filter(|action| !action.contains(":Describe") && !action.contains(":Get"))
        .filter(|action| knows(action).is_some())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn nothing_in_the_policy_for_verifying_is_too_much() {
    assert_minimal(LOOK, Policy::Verify).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_in_the_policy_for_provisioning_is_too_much() {
    assert_minimal(PROVISION, Policy::Provision).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_in_the_policy_for_destroying_is_too_much() {
    assert_minimal(DESTROY, Policy::Destroy).await;
}

#[tokio::test(start_paused = true)]
async fn what_an_edit_removes_needs_the_policy_for_destroying_as_well() {
    let case = &FEWER_ZONES;
    let told = case.run(&[Policy::Provision.document()]).await;
    assert!(!told.done && told.changed == 0, "{told:#?}");
    let expected = ["ec2:DeleteSubnet", "ec2:DisassociateRouteTable"];
    assert_eq!(told.denied, expected);
    for remedy in &told.remedies {
        assert!(
            remedy.contains("docs/policies/aws-destroy.json"),
            "{remedy}"
        );
    }
    let both = [Policy::Provision.document(), Policy::Destroy.document()];
    let told = case.run(&both).await;
    assert!(told.done, "{told:#?}");
}

/// Whoever has the policies may do what their conditions allow, by whatever client.
#[test]
fn nobody_can_touch_what_carries_no_label() {
    let mut config = Config {
        open: true,
        ..Config::default()
    };
    config.keys[0].policies = vec![Policy::Provision.document(), Policy::Destroy.document()];
    let mock = Mock::new(Box::new(AwsCloud::new(config)), Options::default());
    let (vpc, subnet) = mock.with(|cloud: &mut AwsCloud| {
        let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.8.0.0/16" }));
        let vpc = vpc["Vpc"]["VpcId"].as_str().unwrap().to_owned();
        let subnet = json!({ "VpcId": vpc, "CidrBlock": "10.8.1.0/24" });
        let subnet = cloud.call("CreateSubnet", subnet);
        (
            vpc,
            subnet["Subnet"]["SubnetId"].as_str().unwrap().to_owned(),
        )
    });
    let ask = |action: &str, parameters: &str| {
        let body = format!("Action={action}&Version=2016-11-15&{parameters}");
        let request = http::Request::post("http://localhost/")
            .body(Bytes::from(body))
            .unwrap();
        let reply = mock
            .serve_once(Duration::ZERO, request)
            .outcome
            .whole()
            .unwrap();
        let text = String::from_utf8_lossy(reply.body()).into_owned();
        let code = text.split("<Code>").nth(1);
        code.map(|rest| rest.split('<').next().unwrap().to_owned())
    };
    let tag = |key: &str| format!("Tag.1.Key={key}&Tag.1.Value=x");
    let made = |kind: &str, key: &str| {
        let tag = tag(key).replace("Tag.1", "TagSpecification.1.Tag.1");
        format!("TagSpecification.1.ResourceType={kind}&{tag}")
    };
    let (label, cluster) = ("groundwork.io/cluster", "kubernetes.io/cluster/x");
    let on = format!("ResourceId.1={subnet}");
    for (action, parameters) in [
        ("DeleteVpc", format!("VpcId={vpc}")),
        ("DeleteSubnet", format!("SubnetId={subnet}")),
        (
            "ModifySubnetAttribute",
            format!("SubnetId={subnet}&MapPublicIpOnLaunch.Value=true"),
        ),
        (
            "AssociateVpcCidrBlock",
            format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true"),
        ),
        ("CreateVpc", "CidrBlock=10.7.0.0/16".to_owned()),
        (
            "CreateVpc",
            format!("CidrBlock=10.7.0.0/16&{}", made("vpc", "Name")),
        ),
        (
            "CreateSubnet",
            format!(
                "VpcId={vpc}&CidrBlock=10.8.2.0/24&{}",
                made("subnet", label)
            ),
        ),
        (
            "CreateRouteTable",
            format!("VpcId={vpc}&{}", made("route-table", label)),
        ),
        ("CreateTags", format!("{on}&{}", tag(label))),
        (
            "CreateTags",
            format!("{on}&{}&Tag.2.Key=Name&Tag.2.Value=x", tag(cluster)),
        ),
        ("DeleteTags", format!("{on}&{}", tag("Name"))),
        ("DeleteTags", on.clone()),
    ] {
        let code = ask(action, &parameters);
        assert_eq!(
            code.as_deref(),
            Some("UnauthorizedOperation"),
            "{action} {parameters}"
        );
    }
    for (action, parameters) in [
        (
            "CreateVpc",
            format!("CidrBlock=10.7.0.0/16&{}", made("vpc", label)),
        ),
        ("CreateTags", format!("{on}&{}", tag(cluster))),
        ("DeleteTags", format!("{on}&{}", tag(cluster))),
    ] {
        assert_eq!(ask(action, &parameters), None, "{action} {parameters}");
    }
}
