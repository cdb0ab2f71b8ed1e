//! What is asked before anything is done: permissions and quotas.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Subject, Variant, merged};
use conformance::{own, subjects::AwsSubject};
use groundwork_engine::{Engine, Finish, MemoryJournal, Parts};
use groundwork_model::{Finding, Severity};
use groundwork_provider::{Environment, Plan};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use mock_aws::{Aws as AwsCloud, Role, all_allowed};
use mock_cloud::{Call, Effect, Fault, Faults, Match};
use serde_json::{Value, json};

/// A private subnet with its NAT gateway beside the public one, all in one zone.
fn private() -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "dns64": true })
}

fn over(section: Value) -> AwsSubject {
    AwsSubject {
        section,
        ..AwsSubject::default()
    }
}

fn limited(code: &str, limit: u32) -> AwsSubject {
    let mut subject = over(private());
    subject.config.quotas.insert(code.to_owned(), limit);
    subject
}

async fn plan(lab: &Lab<'_>) -> Plan {
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

fn with_code<'a>(plan: &'a Plan, code: &str) -> Vec<&'a Finding> {
    let all = plan.findings.iter();
    all.filter(|finding| finding.code == code).collect()
}

/// The questions among the calls: what would change something, and does not.
fn questions(lab: &Lab<'_>) -> Vec<Call> {
    let reads = |call: &Call| {
        let name = call.path.trim_start_matches('/');
        ["Describe", "Get", "List"]
            .iter()
            .any(|verb| name.starts_with(verb))
    };
    let mut calls = lab.mock.calls();
    calls.retain(|call| !call.mutating && !reads(call));
    calls
}

fn names(calls: &[Call]) -> Vec<&str> {
    let mut names: Vec<&str> = calls
        .iter()
        .map(|call| call.path.trim_start_matches('/'))
        .collect();
    names.sort_unstable();
    names
}

fn count(lab: &Lab<'_>, operation: &str) -> usize {
    let calls = lab.mock.calls();
    calls
        .iter()
        .filter(|call| call.path.ends_with(operation))
        .count()
}

fn no_quotas() -> Value {
    let denied = json!({ "Effect": "Deny", "Action": "servicequotas:*", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [denied] })
}

/// Each quota with what of it is used when the cluster's network is there: by others, and by it.
/// The account has its default VPC, with a gateway, a table and a group; somebody else has a VPC
/// and two groups.
const ENOUGH: [(&str, u32); 11] = [
    ("L-F678F1CE", 3),
    ("L-A4707A72", 2),
    ("L-45FE3B85", 1),
    ("L-0263D0A3", 1),
    ("L-E79EC296", 5),
    ("L-407747CB", 2),
    ("L-589F43AA", 3),
    ("L-085A6257", 1),
    ("L-FE5A380F", 1),
    ("L-93826ACB", 2),
    ("L-0EA8095F", 5),
];

#[tokio::test(start_paused = true)]
async fn a_quota_that_would_not_do_is_said_before_anything_is_made() {
    for (code, enough) in ENOUGH {
        let subject = limited(code, enough - 1);
        let lab = Lab::open(&subject);
        let plan = plan(&lab).await;
        let errors: Vec<_> = plan
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .collect();
        assert!(!errors.is_empty(), "{code}: {:#?}", plan.findings);
        for error in errors {
            assert_eq!(
                (&*error.code, error.subject.as_deref()),
                ("AWS-QUOTA", Some(code))
            );
            let used = format!("of {} used", enough - 1);
            for said in [code, "eu-central-1", &used, "more needed"] {
                assert!(error.message.contains(said), "{error}");
            }
            // EC2 raises the quotas of gateways with that of VPCs.
            let raised = match code {
                "L-A4707A72" | "L-45FE3B85" => "L-F678F1CE",
                _ => code,
            };
            let raise = format!("--quota-code {raised} --desired-value {enough};");
            let remedy = error.remedy.as_ref().unwrap();
            assert!(
                remedy.contains(&raise) && remedy.contains("eu-central-1"),
                "{remedy}"
            );
        }
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        assert!(ran.is_err(), "{code}: it is not begun");
        assert_eq!(lab.mock.mutating_calls(), []);
        // Whoever cannot read it comes to the same end, later.
        let deny = |cloud: &mut AwsCloud| cloud.config_mut().keys[0].policies.push(no_quotas());
        lab.mock.with(deny);
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        let ran = ran.unwrap_or_else(|why| panic!("{code}: {why:#?}"));
        assert_eq!(ran.applied.finish, Finish::Failed, "{code}");
    }
}

/// That the run comes to its end shows that EC2 counts as we do.
#[tokio::test(start_paused = true)]
async fn a_quota_that_just_does_is_a_warning() {
    for (code, enough) in ENOUGH {
        let subject = limited(code, enough);
        let lab = Lab::open(&subject);
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        let ran = ran.unwrap_or_else(|why| panic!("{code}: {why:#?}"));
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{code}: {:#?}",
            ran.applied.failures
        );
        let last = with_code(&ran.planned.plan, "AWS-QUOTA-LAST");
        assert!(
            last.iter()
                .any(|last| last.subject.as_deref() == Some(code)),
            "{code}"
        );
        assert!(last.iter().all(|last| last.severity == Severity::Warning));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_cluster_has_already_is_not_counted_again() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.mock.with(|cloud: &mut AwsCloud| {
        let quotas = ENOUGH.map(|(code, enough)| (code.to_owned(), enough));
        cloud.config_mut().quotas = quotas.into_iter().collect();
    });
    // One more rule of each kind needs room in the group alone.
    let edited = json!({ "spec": { "cloud": { "aws": { "sshSources": ["192.0.2.0/24"] } } } });
    let document = merged(subject.cluster(Variant::DualStack), &edited);
    let planned = lab.process().plan(&lab.request(&document)).await.unwrap();
    let errors = with_code(&planned.plan, "AWS-QUOTA");
    let codes: Vec<_> = errors
        .iter()
        .map(|error| error.subject.as_deref())
        .collect();
    assert_eq!(codes, [Some("L-0EA8095F")], "{errors:#?}");
    assert!(errors[0].message.contains("inbound IPv4"), "{}", errors[0]);
}

#[tokio::test(start_paused = true)]
async fn quotas_that_may_not_be_read_are_a_warning() {
    let mut subject = over(private());
    subject.config.keys[0].policies.push(no_quotas());
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let unknown = with_code(&ran.planned.plan, "AWS-QUOTA-UNKNOWN");
    assert_eq!(unknown.len(), 2, "{unknown:#?}");
    for (finding, call) in unknown.iter().zip(["ListServiceQuotas", "GetServiceQuota"]) {
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.message.contains(call), "{finding}");
        assert!(
            finding.remedy.as_ref().unwrap().contains("docs/policies"),
            "{finding}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_nobody_knows_is_skipped_and_said() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut AwsCloud| {
        for (code, _) in ENOUGH {
            // It would not do, if it were known.
            cloud.config_mut().quotas.insert(code.to_owned(), 0);
            cloud.config_mut().untold_quotas.insert(code.to_owned());
        }
    });
    let plan = plan(&lab).await;
    assert!(!plan.is_blocked(), "{:#?}", plan.findings);
    let said: String = with_code(&plan, "AWS-QUOTA-UNKNOWN")
        .iter()
        .map(|finding| finding.to_string())
        .collect();
    for (code, _) in ENOUGH {
        assert!(said.contains(code), "{code}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_fewest_calls_are_made_and_all_at_once() {
    for (section, addresses) in [(json!({ "zones": ["eu-central-1a"] }), 0), (private(), 1)] {
        let subject = over(section);
        let lab = Lab::open(&subject);
        plan(&lab).await;
        assert_eq!(count(&lab, "ListServiceQuotas"), 1);
        assert_eq!(count(&lab, "GetServiceQuota"), addresses);
        let asked = questions(&lab);
        let mut once = names(&asked);
        once.dedup();
        assert_eq!(
            once.len(),
            asked.len(),
            "each operation once: {:?}",
            names(&asked)
        );
        let mut checks = lab.mock.calls();
        checks.retain(|call| {
            call.path.contains("Quota") || asked.iter().any(|one| one.number == call.number)
        });
        assert!(
            checks.iter().all(|call| call.at == checks[0].at),
            "{checks:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_changes_nothing_asks_nothing() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    assert!(plan(&lab).await.is_empty());
    assert_eq!(
        count(&lab, "ListServiceQuotas") + count(&lab, "GetServiceQuota"),
        0
    );
    assert_eq!(questions(&lab), []);
}

#[tokio::test(start_paused = true)]
async fn a_verb_that_only_looks_asks_nothing() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    let session = lab
        .process()
        .session(&request)
        .await
        .unwrap()
        .only_looking();
    let planned = session
        .plan(groundwork_engine::Patience::Now)
        .await
        .unwrap();
    assert!(planned.plan.mutating().next().is_some());
    assert_eq!(count(&lab, "ListServiceQuotas"), 0);
    assert_eq!(questions(&lab), []);
}

#[tokio::test(start_paused = true)]
async fn whatever_exists_for_it_is_asked_about_and_the_rest_is_named() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let new = plan(&lab).await;
    assert_eq!(
        names(&questions(&lab)),
        ["AllocateAddress", "CreateInternetGateway", "CreateVpc"]
    );
    let [unasked] = with_code(&new, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", new.findings)
    };
    assert_eq!(unasked.severity, Severity::Note);
    for operation in [
        "AssociateRouteTable",
        "AssociateVpcCidrBlock",
        "AttachInternetGateway",
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "CreateEgressOnlyInternetGateway",
        "CreateNatGateway",
        "CreateRoute",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateSubnet",
        "ModifySubnetAttribute",
        "ModifyVpcAttribute",
    ] {
        assert!(
            unasked.message.contains(operation),
            "{operation}: {unasked}"
        );
    }
    assert!(!unasked.message.contains("CreateVpc,"), "{unasked}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_about_is_not_sent() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let process = lab.process();
    process.apply(&lab.wanted(Variant::Ipv4)).await.unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    let planned = process.plan(&lab.wanted(Variant::DualStack)).await.unwrap();
    assert_eq!(lab.mock.mutating_calls(), []);
    let [unasked] = with_code(&planned.plan, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", planned.plan.findings)
    };
    for operation in ["AssociateVpcCidrBlock", "AssociateSubnetCidrBlock"] {
        assert!(unasked.message.contains(operation), "{unasked}");
        assert_eq!(count(&lab, operation), 0);
    }
    let asked = questions(&lab);
    assert!(
        names(&asked).contains(&"AuthorizeSecurityGroupIngress"),
        "{:?}",
        names(&asked)
    );
}

#[tokio::test(start_paused = true)]
async fn what_goes_is_asked_about_too() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    let session = lab
        .process()
        .session(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    let planned = session
        .teardown(groundwork_engine::Patience::Settle)
        .await
        .unwrap();
    assert_eq!(
        names(&questions(&lab)),
        [
            "DeleteEgressOnlyInternetGateway",
            "DeleteInternetGateway",
            "DeleteNatGateway",
            "DeleteRoute",
            "DeleteRouteTable",
            "DeleteSecurityGroup",
            "DeleteSubnet",
            "DeleteVpc",
            "DetachInternetGateway",
            "DisassociateRouteTable",
            "ReleaseAddress",
        ]
    );
    let [unasked] = with_code(&planned.plan, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", planned.plan.findings)
    };
    assert!(
        unasked.message.contains("DisassociateVpcCidrBlock"),
        "{unasked}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_neither_yes_nor_no_says_why_and_stops_nobody() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let down = Fault::Error {
        status: 503,
        effect: Effect::None,
    };
    let faults = Faults::none()
        .and(Match::of("POST", "/CreateVpc"), down, Some(1))
        .and(
            Match::of("POST", "/AllocateAddress"),
            Fault::Refuse,
            Some(1),
        );
    lab.mock.set_faults(1, faults);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let [unasked] = with_code(&ran.planned.plan, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", ran.planned.plan.findings)
    };
    for said in [
        "CreateVpc (Unavailable)",
        "AllocateAddress (connection refused)",
    ] {
        assert!(unasked.message.contains(said), "{unasked}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_explicit_deny_is_not_remedied_by_a_policy() {
    let mut subject = over(private());
    let denied = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*" },
    ] });
    subject.config.keys[0].policies.push(denied);
    let lab = Lab::open(&subject);
    let plan = plan(&lab).await;
    let [denied] = with_code(&plan, "AWS-PERMISSION")[..] else {
        panic!("one error: {:#?}", plan.findings)
    };
    assert_eq!(denied.subject.as_deref(), Some("ec2:CreateVpc"));
    assert!(
        !denied.remedy.as_ref().unwrap().contains("attach"),
        "{denied}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_adopts_has_to_be_allowed_to_label() {
    let subject = over(json!({ "zones": ["eu-central-1a"] }));
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.quiet().await;
    // The group is as the reference system would have made it.
    let group = own(&lab.mock, "security-group");
    lab.mock.with(|cloud: &mut AwsCloud| {
        cloud.edit(&group.id, |body| {
            drop(body.insert("Tags".to_owned(), json!([])))
        });
        let provision = groundwork_aws::Policy::Provision.document();
        cloud.config_mut().keys[0].policies = vec![provision];
    });
    let mut request = lab.wanted(Variant::DualStack);
    request.options.adopt = true;
    let plan = lab.process().plan(&request).await.unwrap().plan;
    let [denied] = with_code(&plan, "AWS-PERMISSION")[..] else {
        panic!("one error: {:#?}", plan.findings)
    };
    assert_eq!(denied.subject.as_deref(), Some("ec2:CreateTags"));
    assert!(denied.message.contains(&group.id), "{denied}");
    assert!(
        denied.remedy.as_ref().unwrap().starts_with("adopt with"),
        "{denied}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_once_for_all_services() {
    let mut subject = over(merged(
        private(),
        &json!({ "assumeRoleARN": "arn:aws:iam::123456789012:role/maker" }),
    ));
    subject.config.roles.push(Role {
        name: "maker".to_owned(),
        policies: vec![all_allowed()],
        external_id: None,
        web_identity_token: None,
    });
    let lab = Lab::open(&subject);
    plan(&lab).await;
    assert_eq!(count(&lab, "AssumeRole"), 1);
    assert!(count(&lab, "ListServiceQuotas") == 1 && !questions(&lab).is_empty());
}

/// The hosts that operations are sent to.
#[derive(Clone)]
struct Watched(InProcess, Arc<Mutex<BTreeMap<String, String>>>);

impl Connector for Watched {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let named = request
            .headers()
            .get("x-amz-target")
            .map(|target| target.to_str().unwrap());
        let action = body.split('&').find_map(|one| one.strip_prefix("Action="));
        let operation = named.or(action).unwrap_or_default().to_owned();
        let host = request.uri().host().unwrap_or_default().to_owned();
        self.1.lock().unwrap().insert(operation, host);
        self.0.connect(&Settings::default())?.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn each_service_may_have_an_endpoint_of_its_own() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let watched = Watched(lab.wire.clone(), Arc::default());
    let journal = Arc::new(MemoryJournal::default());
    let process = lab.process_with(journal, "one", Arc::new(watched.clone()), 7);
    let Parts {
        registry,
        journal,
        world,
        connector,
        environment: _,
        installation,
        limits,
        holder,
    } = process.engine.parts();
    let variables = [
        ("AWS_ENDPOINT_URL", "https://all.example"),
        ("AWS_ENDPOINT_URL_EC2", "https://ec2.example"),
        ("AWS_ENDPOINT_URL_SERVICE_QUOTAS", "https://quotas.example"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let engine = Engine::new(Parts {
        registry: registry.clone(),
        journal: journal.clone(),
        world: world.clone(),
        connector: connector.clone(),
        environment: Environment::new(variables),
        installation: installation.clone(),
        limits: limits.clone(),
        holder: holder.clone(),
    });
    let process = conformance::Process { engine };
    process.plan(&lab.wanted(Variant::DualStack)).await.unwrap();
    let hosts = watched.1.lock().unwrap();
    let host = |operation: &str| hosts[operation].as_str();
    assert_eq!(host("GetCallerIdentity"), "all.example");
    assert_eq!(
        host("CreateVpc"),
        "ec2.example",
        "a question goes where the call will go"
    );
    assert_eq!(
        host("ServiceQuotasV20190624.ListServiceQuotas"),
        "quotas.example"
    );
}
