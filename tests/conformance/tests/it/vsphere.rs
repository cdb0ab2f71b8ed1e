//! The suite over vSphere, and what vSphere alone can show.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Subject, Variant, merged, own, subjects::VsphereSubject};
use groundwork_engine::{Finish, MemoryJournal, Request, Trouble};
use groundwork_model::{Finding, Severity};
use groundwork_provider::{Action, Plan};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use mock_cloud::Cloud as _;
use mock_vsphere::{Config, Kind, Tagging, User, Vsphere};
use serde_json::{Value, json};

conformance::mount!(VsphereSubject::default(), all_but [
    a_listing_without_end_is_given_up,
] because "the mock vCenter always tells which page is the last one");

/// A request with something else in the cluster's section.
fn with(lab: &Lab<'_>, section: Value) -> Request {
    let patch = json!({ "spec": { "cloud": { "vsphere": section } } });
    lab.request(&merged(lab.subject.cluster(Variant::DualStack), &patch))
}

/// A request in a datacenter with something else in its section.
fn within(lab: &Lab<'_>, section: Value, datacenter: Value) -> Request {
    let patch = json!({ "spec": { "cloud": { "vsphere": section } } });
    let document = merged(lab.subject.cluster(Variant::DualStack), &patch);
    let spec = json!({ "spec": { "vsphere": datacenter } });
    let patch = json!({ "spec": { "datacenters": { "basement": spec } } });
    lab.request_in(&document, &merged(lab.subject.seed(), &patch))
}

async fn planned(lab: &Lab<'_>, request: &Request) -> Plan {
    let planned = lab.process().plan(request).await;
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

/// The errors of a request that is refused.
async fn refused(lab: &Lab<'_>, request: &Request) -> Vec<Finding> {
    let Err(Trouble::Unfit(findings)) = lab.process().apply(request).await.map(drop) else {
        panic!("it was not refused");
    };
    assert_eq!(lab.mock.mutating_calls(), []);
    findings.into_iter().filter(Finding::is_error).collect()
}

/// The messages of one code.
fn told(findings: &[Finding], code: &str) -> Vec<String> {
    let of = findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| finding.message.clone()).collect()
}

async fn applied(lab: &Lab<'_>, request: &Request) -> Plan {
    let ran = lab.process().apply(request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    ran.planned.plan
}

async fn destroyed(lab: &Lab<'_>, request: &Request) {
    lab.quiet().await;
    let ran = lab.process().destroy(request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
}

#[tokio::test(start_paused = true)]
async fn names_may_hold_any_character() {
    let subject = VsphereSubject::default();
    for (path, name) in [
        ("a%2fb", "a%2fb"),
        ("/dc-1/vm/100%25", "100%25"),
        ("a%252fb", "a%252fb"),
        ("two words", "two words"),
        ("straße 日本", "straße 日本"),
        ("a colleague's/mine", "mine"),
    ] {
        let lab = Lab::open(&subject);
        let before = lab.inventory();
        let request = with(&lab, json!({ "folder": path }));
        applied(&lab, &request).await;
        lab.quiet().await;
        assert_eq!(own(&lab.mock, "Folder").name, name);
        assert!(planned(&lab, &request).await.is_empty(), "{path}");
        destroyed(&lab, &request).await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{path}");
    }
}

/// Nothing is lost when nobody has defined the custom attribute yet.
#[tokio::test(start_paused = true)]
async fn the_custom_attribute_is_defined_by_whoever_needs_it_first() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let fields = lab.inventory();
    let ours = fields
        .kind("CustomField")
        .find(|field| field.name == "groundwork.label");
    let id = ours.expect("the subject has it").id.clone();
    lab.mock
        .with(|cloud: &mut Vsphere| drop(cloud.store_mut().remove("CustomField", &id)));
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    assert!(planned(&lab, &request).await.is_empty());
    assert_eq!(own(&lab.mock, "Folder").name, "lighthouse");
}

#[tokio::test(start_paused = true)]
async fn an_ambiguous_name_is_an_error_with_the_paths() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let room = cloud.find("/dc-1/network").unwrap();
        let folder = json!({ "name": "dmz", "childType": ["Folder", "Network"] });
        let folder = cloud.make(Kind::Folder, &room, folder);
        cloud.make(Kind::Network, &folder, json!({ "name": "nodes" }));
    });
    let errors = refused(&lab, &lab.wanted(Variant::DualStack)).await;
    let several = told(&errors, "VSPHERE-SEVERAL");
    assert!(
        several[0].contains("/dc-1/network/dmz/nodes, /dc-1/network/nodes"),
        "{errors:#?}"
    );
    let path = json!({ "networks": ["/dc-1/network/nodes"] });
    assert!(!planned(&lab, &with(&lab, path)).await.is_blocked());
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_said_at_once() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let section = json!({
        "vmNetName": "nodes", "datastore": "datastore-1", "datastoreCluster": "pod-1",
        "folder": "x".repeat(81), "tags": { "categoryID": null },
        "nodeCidrs": ["172.25.0.0/24", "no range"],
    });
    let datacenter = json!({
        "endpoint": "https://me:pw@vcenter.example.com", "cluster": "", "ipv6Enabled": false,
        "allowInsecure": true,
    });
    let request = within(&lab, section, datacenter);
    let Err(Trouble::Unfit(findings)) = lab.process().plan(&request).await else {
        panic!("it is wrong");
    };
    let mut codes: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity < Severity::Note)
        .map(|finding| finding.code.clone())
        .collect();
    codes.sort();
    let expected = [
        "NETWORK-CIDR-SYNTAX",
        "NETWORK-OVERLAP",
        "VSPHERE-CATEGORY",
        "VSPHERE-CONTRADICTION",
        "VSPHERE-CONTRADICTION",
        "VSPHERE-DATACENTER",
        "VSPHERE-ENDPOINT",
        "VSPHERE-INSECURE",
        "VSPHERE-IPV6-DISABLED",
        "VSPHERE-NAME",
    ];
    assert_eq!(codes, expected, "{findings:#?}");
    assert!(
        !format!("{findings:?}").contains("me:pw"),
        "no secret is told"
    );
}

#[tokio::test(start_paused = true)]
async fn ranges_of_nodes_keep_off_pods_and_services() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let errors = refused(&lab, &with(&lab, json!({ "nodeCidrs": ["172.25.0.0/24"] }))).await;
    assert!(errors[0].message.contains("pods"), "{errors:#?}");
}

/// What is at a path; its id.
fn at(cloud: &Vsphere, path: &str) -> String {
    cloud.find(path).expect("it is there from the beginning")
}

/// Gives a machine on a network these addresses, as its tools would report them.
fn reports(lab: &Lab<'_>, addresses: Value) {
    lab.mock.with(|cloud: &mut Vsphere| {
        let (network, room) = (at(cloud, "/dc-1/network/nodes"), at(cloud, "/dc-1/vm"));
        let net = json!([{ "network": "nodes", "ipAddress": addresses }]);
        let machine = json!({ "name": "m", "network": [network], "guest": { "net": net } });
        cloud.make(Kind::Machine, &room, machine);
    });
}

#[tokio::test(start_paused = true)]
async fn evidence_for_ipv6_is_told_and_none_is_no_evidence() {
    let subject = VsphereSubject::default();
    type Case = (fn(&Lab<'_>), &'static str, &'static str);
    let cases: [Case; 5] =
        [
            (|_| {}, "VSPHERE-IPV6-NO-EVIDENCE", "nothing shows"),
            (
                |lab| reports(lab, json!(["fe80::1", "10.0.0.5"])),
                "VSPHERE-IPV6-NO-EVIDENCE",
                "nothing",
            ),
            (
                |lab| reports(lab, json!(["fe80::1", "2001:db8::5"])),
                "VSPHERE-IPV6-EVIDENCE",
                "2001:db8::5",
            ),
            (
                |lab| {
                    lab.mock.with(|cloud: &mut Vsphere| {
                        let dc = cloud.find("/dc-1").unwrap();
                        let network = cloud.find("/dc-1/network/nodes").unwrap();
                        cloud.ip_pool(&dc, json!({
                        "name": "pool six",
                        "ipv6Config": { "subnetAddress": "2001:db8:7::", "netmask": "64" },
                        "networkAssociation": [{ "network": network, "networkName": "nodes" }],
                    }));
                    });
                },
                "VSPHERE-IPV6-EVIDENCE",
                "pool six",
            ),
            (
                |lab| {
                    lab.mock.with(|cloud: &mut Vsphere| {
                        let network = cloud.find("/dc-1/network/nodes").unwrap();
                        let ranges = json!({ "cidr": ["2001:db8:9::/64", "192.0.2.0/24"] });
                        let config = json!({ "nsxConfig": { "subnetAddresses": ranges } });
                        cloud.set(&network, "config", config);
                    });
                },
                "VSPHERE-IPV6-EVIDENCE",
                "2001:db8:9::/64",
            ),
        ];
    for (arrange, code, expected) in cases {
        let lab = Lab::open(&subject);
        arrange(&lab);
        let plan = planned(&lab, &lab.wanted(Variant::DualStack)).await;
        let said = told(&plan.findings, code);
        assert!(
            said.len() == 1 && said[0].contains(expected),
            "{code}: {:#?}",
            plan.findings
        );
        let ipv4 = planned(&lab, &lab.wanted(Variant::Ipv4)).await;
        assert_eq!(
            told(&ipv4.findings, code),
            [""; 0],
            "IPv4 alone asks for none"
        );
    }
}

/// A user who may only read is told which privileges are missing, on what, before anything is sent.
#[tokio::test(start_paused = true)]
async fn missing_privileges_are_named_with_their_objects() {
    let mut subject = VsphereSubject::default();
    let user = User {
        name: "reader@vsphere.local".to_owned(),
        password: "a-password-that-reads".to_owned(),
    };
    subject.config.users.push(user);
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let root = cloud.find("/dc-1").unwrap();
        cloud.permit("reader@vsphere.local", &root, &["System.Read"], true);
    });
    let section = json!({
        "username": "reader@vsphere.local", "password": "a-password-that-reads", "tags": null,
    });
    let errors = refused(&lab, &with(&lab, section)).await;
    let lacking = told(&errors, "VSPHERE-PRIVILEGE").join("\n");
    for privilege in [
        "Folder.Create on Folder group-v",
        "Folder.Rename",
        "Global.SetCustomField",
    ] {
        assert!(lacking.contains(privilege), "{privilege}: {errors:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_told_with_what_to_do() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    match lab
        .process()
        .plan(&with(&lab, json!({ "password": "hunter2" })))
        .await
    {
        Err(Trouble::Cloud(error)) => {
            assert!(
                error
                    .remedy
                    .as_deref()
                    .is_some_and(|text| text.contains("password"))
            );
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        ran => panic!("{:?}", ran.map(|planned| planned.plan)),
    }
}

/// A session that ends is made anew, whether between two calls or by the clock.
#[tokio::test(start_paused = true)]
async fn a_session_that_ends_in_the_middle_ends_no_run() {
    let subject = VsphereSubject::default();
    for has_api in [true, false] {
        let mut subject = subject.clone();
        subject.config.has_api = has_api;
        let lab = Lab::open(&subject);
        let request = lab.wanted(Variant::DualStack);
        let session = lab.process().session(&request).await.unwrap();
        lab.mock.with(|cloud: &mut Vsphere| cloud.end_sessions());
        let planned = session
            .plan(groundwork_engine::Patience::Settle)
            .await
            .unwrap();
        lab.mock.with(|cloud: &mut Vsphere| cloud.end_sessions());
        let ran = session
            .run(&planned, &mut |_| {}, &Default::default())
            .await
            .unwrap();
        assert_eq!(ran.finish, Finish::Done, "{:#?}", ran.failures);
        let logins = lab.mock.calls();
        let logins = logins.iter().filter(|call| call.path == "Login");
        assert_eq!(logins.count(), 3, "one at first, and one for each end");
    }
}

/// A vCenter that restarts before the n-th request, from 1: nobody is logged in any more.
#[derive(Clone)]
struct Restarting {
    under: InProcess,
    nth: usize,
    sent: Arc<AtomicUsize>,
}

impl Connector for Restarting {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Restarting {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        if self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth {
            self.under
                .mock
                .with(|cloud: &mut Vsphere| cloud.end_sessions());
        }
        self.under.send(request).await
    }
}

/// Views and pages are of the session that began them: a listing begins again, and a look sees the
/// same whichever of its calls a restart comes before.
#[tokio::test(start_paused = true)]
async fn a_restart_before_any_call_of_a_look_hides_nothing() {
    let mut subject = VsphereSubject::default();
    subject.config.page_max = 10;
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    lab.mock.clear_calls();
    let clean = planned(&lab, &request).await;
    let calls = lab.mock.calls().len();
    for nth in 3..=calls {
        let (under, sent) = (lab.wire.clone(), Arc::default());
        let wire = Arc::new(Restarting { under, nth, sent });
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        let seen = process.plan(&request).await;
        let seen = seen.unwrap_or_else(|why| panic!("call {nth} of {calls}: {why:#?}"));
        assert_eq!(seen.plan.items, clean.items, "call {nth}");
        assert_eq!(seen.plan.findings, clean.findings, "call {nth}");
    }
}

/// A tag of ours that somebody else has put on a machine of his stays, without our label.
#[tokio::test(start_paused = true)]
async fn a_tag_that_others_use_is_left_to_them() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    let tag = own(&lab.mock, "Tag");
    lab.mock.with(|cloud: &mut Vsphere| {
        let machine = cloud.find("/dc-1/vm/a colleague's/printer").unwrap();
        cloud.attach(&tag.id, &machine);
    });
    let other = json!({ "metadata": { "name": "buoy", "uid": "b0b0" } });
    let other = lab.request(&merged(subject.cluster(Variant::DualStack), &other));
    let plan = planned(&lab, &other).await;
    let item = plan
        .items
        .iter()
        .find(|item| item.found.as_ref().is_some_and(|of| of.id == tag.id));
    assert_eq!(
        item.map(|item| item.action),
        Some(Action::Verified),
        "{plan:#?}"
    );
    destroyed(&lab, &request).await;
    let inventory = lab.inventory();
    let left = inventory
        .kind("Tag")
        .find(|left| left.id == tag.id)
        .expect("it stays");
    assert_eq!(left.body["description"], "", "without our label");
    let violations = lab.mock.violations();
    assert!(
        violations.is_empty(),
        "nothing of others is touched: {violations:#?}"
    );
}

/// The folder that the reference system has made is taken over where somebody says so.
#[tokio::test(start_paused = true)]
async fn a_folder_of_the_reference_system_is_adopted() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    subject.namesakes(&lab.mock);
    let mut request = with(
        &lab,
        json!({ "tags": null, "folder": "/dc-1/vm/lighthouse" }),
    );
    let plan = planned(&lab, &request).await;
    assert_eq!(plan.item("folder").unwrap().action, Action::Verified);
    request.options.adopt = true;
    applied(&lab, &request).await;
    lab.quiet().await;
    request.options.adopt = false;
    assert_eq!(
        planned(&lab, &request).await.item("folder").unwrap().action,
        Action::Keep
    );
    assert_eq!(own(&lab.mock, "Folder").name, "lighthouse");
}

/// A category with one tag for each object cannot hold two.
#[tokio::test(start_paused = true)]
async fn a_category_that_takes_one_tag_is_told() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let category = lab.mock.with(|cloud: &mut Vsphere| {
        cloud.make_tagging(
            Tagging::Category,
            json!({
                "name": "one", "description": "", "cardinality": "SINGLE",
                "associable_types": ["VirtualMachine"],
            }),
        )
    });
    let errors = refused(
        &lab,
        &with(&lab, json!({ "tags": { "categoryID": category } })),
    )
    .await;
    let said = format!("{errors:#?}");
    assert!(
        said.contains("cardinality") && said.contains("associable_types"),
        "{said}"
    );
}

/// A thousand clusters of one vCenter cost no more calls than one.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_a_thousand_clusters_costs_one_look() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let prod = json!({ "tags": { "tags": ["prod"] } });
    let patch = json!({ "spec": { "cloud": { "vsphere": prod } } });
    let document = merged(subject.cluster(Variant::DualStack), &patch);
    let of = |number: u32| {
        let metadata = json!({ "name": format!("c{number}"), "uid": format!("uid-{number}") });
        lab.request(&merged(document.clone(), &json!({ "metadata": metadata })))
    };
    let requests: Vec<_> = (0..1000).map(of).collect();
    lab.mock.with(|cloud: &mut Vsphere| {
        let room = cloud.find("/dc-1/vm").unwrap();
        let theirs = cloud.find("/dc-1/vm/a colleague's/printer").unwrap();
        let tag = cloud.tags_of(&theirs).remove(0);
        for number in 0..1000 {
            let folder = json!({ "name": format!("c{number}") });
            let folder = cloud.make(Kind::Folder, &room, folder);
            let label = format!(
                "groundwork/1 installation=groundwork cluster=uid-{number} address=folder incarnation=1"
            );
            cloud.set_field(&folder, "groundwork.label", &label);
            cloud.attach(&tag, &folder);
        }
    });
    let mut fit = 0;
    let mut swept = |swept: groundwork_engine::Swept| {
        fit += usize::from(swept.plan.is_ok_and(|plan| plan.is_empty()));
    };
    lab.process().engine.sweep(&requests, &mut swept).await;
    let calls = lab.mock.calls().len();
    assert_eq!(fit, 1000);
    assert!(calls <= 20, "{calls} calls: {:#?}", lab.mock.calls());
}

/// Each vCenter has a session of its own.
#[tokio::test(start_paused = true)]
async fn two_vcenters_are_looked_at_in_one_run() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let other = json!({ "endpoint": "https://other.example.com" });
    let requests = [
        lab.wanted(Variant::DualStack),
        within(&lab, json!({}), other),
    ];
    let mut seen = 0;
    let mut swept = |swept: groundwork_engine::Swept| seen += usize::from(swept.plan.is_ok());
    lab.process().engine.sweep(&requests, &mut swept).await;
    let calls = lab.mock.calls();
    let logins = calls.iter().filter(|call| call.path == "Login").count();
    assert_eq!((seen, logins), (2, 2));
}

/// Five thousand machines are read in pages, each of which is let go of.
#[tokio::test(start_paused = true)]
async fn five_thousand_machines_are_read_in_pages() {
    let subject = VsphereSubject {
        config: Config::default(),
    };
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let room = cloud.find("/dc-1/vm").unwrap();
        for number in 0..5000 {
            cloud.make(
                Kind::Machine,
                &room,
                json!({ "name": format!("m{number}") }),
            );
        }
    });
    reports(&lab, json!(["2001:db8::5"]));
    let plan = planned(&lab, &lab.wanted(Variant::DualStack)).await;
    assert_eq!(
        told(&plan.findings, "VSPHERE-IPV6-EVIDENCE").len(),
        1,
        "it is on the last page"
    );
    let calls = lab.mock.calls();
    let pages = calls
        .iter()
        .filter(|call| call.path == "RetrievePropertiesEx/VirtualMachine");
    assert_eq!(pages.count(), 11);
}
