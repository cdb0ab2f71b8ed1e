//! Networks that another project shares: the host project of a Shared VPC.

use conformance::{Lab, Subject, Variant, done, subjects::GcpSubject};
use groundwork_model::{Finding, Severity};
use groundwork_provider::Action;
use mock_gcp::{Config, Gcp};
use serde_json::{Value, json};

use super::{findings, of, one, with};

const REGION: &str = "europe-west3";
const NETWORK: &str = "projects/host/global/networks/shared";
const SUBNETWORK: &str = "projects/host/regions/europe-west3/subnetworks/nodes";
const TAG: &str = "kubernetes-cluster-lighthouse";

/// A host project with a dual-stack subnetwork, a NAT for it, and an owner who lets the cluster's machines talk.
fn host(denied: &[&str]) -> Gcp {
    let mut host = Gcp::new(Config {
        project: "host".to_owned(),
        project_number: 77,
        denied: denied.iter().map(|one| (*one).to_owned()).collect(),
        has_default_network: false,
        ..Config::default()
    });
    host.make(
        "networks",
        json!({ "name": "shared", "autoCreateSubnetworks": false }),
    );
    host.make(
        "subnetworks",
        json!({
            "name": "nodes", "network": NETWORK, "region": REGION, "ipCidrRange": "10.5.0.0/22",
            "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL",
        }),
    );
    let nat = json!({
        "name": "outward", "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{ "name": SUBNETWORK, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }],
    });
    host.make(
        "routers",
        json!({ "name": "outward", "network": NETWORK, "region": REGION, "nats": [nat] }),
    );
    host
}

/// What the owner allows the cluster's machines.
fn allow(host: &mut Gcp) {
    let all = ["tcp", "udp", "icmp"].map(|one| json!({ "IPProtocol": one }));
    let of_ipv6 = ["tcp", "udp", "58"].map(|one| json!({ "IPProtocol": one }));
    for (name, field, from, allowed) in [
        ("among", "sourceTags", TAG, json!([{ "IPProtocol": "all" }])),
        ("in", "sourceRanges", "0.0.0.0/0", json!(all)),
        ("in-ipv6", "sourceRanges", "::/0", json!(of_ipv6)),
    ] {
        let rule = json!({
            "name": name, "network": NETWORK, "targetTags": [TAG], field: [from], "allowed": allowed,
        });
        host.make("firewalls", rule);
    }
}

/// A lab whose project may use what `host` shares.
fn attached(subject: &GcpSubject, host: Gcp) -> Lab<'_> {
    let lab = Lab::open(subject);
    lab.mock.with(|cloud: &mut Gcp| cloud.attach_to(host));
    lab.mock.clear_calls();
    lab
}

/// What is said of a cluster that names so much of the host project.
async fn told(host: Gcp, section: Value) -> Vec<Finding> {
    let subject = GcpSubject::default();
    let lab = attached(&subject, host);
    let document = subject.cluster(Variant::DualStack);
    findings(&lab, &with(&document, section)).await
}

fn remedy(finding: &Finding) -> &str {
    finding.remedy.as_deref().unwrap_or_default()
}

/// The subnetwork says which network it is in.
#[tokio::test(start_paused = true)]
async fn a_subnetwork_of_another_project_is_verified_there_and_nothing_is_made_or_removed() {
    let subject = GcpSubject::default();
    let mut host = host(&[]);
    allow(&mut host);
    let lab = attached(&subject, host);
    let document = subject.cluster(Variant::DualStack);
    let request = lab.request(&with(&document, json!({ "subnetwork": SUBNETWORK })));
    let process = lab.process();
    let ran = done(process.apply(&request).await, "apply");
    let plan = &ran.planned.plan;
    let items: Vec<_> = plan
        .items
        .iter()
        .map(|item| (item.address.as_str(), item.action))
        .collect();
    let verified = [
        ("network", Action::Verified),
        ("subnetwork", Action::Verified),
    ];
    assert_eq!(items, verified);
    let errors: Vec<&Finding> = plan.findings.iter().filter(|one| one.is_error()).collect();
    assert_eq!(errors, Vec::<&Finding>::new());
    for code in ["GCP-NAT", "GCP-WAY-OUT", "GCP-PERMISSION"] {
        assert_eq!(of(&plan.findings, code).len(), 0, "{:#?}", plan.findings);
    }
    let shared = one(&plan.findings, "GCP-SHARED");
    assert!(
        shared.message.contains("belongs to project host"),
        "{shared:#?}"
    );
    assert!(remedy(shared).contains(TAG), "{shared:#?}");
    done(process.destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(lab.mock.mutating_calls(), [], "it is another project's");
}

#[tokio::test(start_paused = true)]
async fn what_the_owner_of_the_network_does_not_allow_is_told_with_the_call() {
    let found = told(host(&[]), json!({ "subnetwork": SUBNETWORK })).await;
    let of_it = of(&found, "ACCESS-GROUP-RULES");
    let error = of_it.iter().find(|finding| finding.is_error());
    let error = error.unwrap_or_else(|| panic!("{found:#?}"));
    // One rule for machines with a tag is for both families.
    let call = format!(
        "have its owner call: gcloud compute firewall-rules create NAME --network=shared \
         --target-tags={TAG} --source-tags={TAG} --allow=all"
    );
    assert_eq!(remedy(error), call);
}

/// Other subnetworks of the host project, its routes and its routers are listed there.
#[tokio::test(start_paused = true)]
async fn what_else_is_in_the_network_is_judged() {
    let mut host = host(&[]);
    allow(&mut host);
    host.make(
        "subnetworks",
        json!({
            "name": "wide", "network": NETWORK, "region": "us-central1", "ipCidrRange": "172.25.0.0/20",
        }),
    );
    host.make(
        "routes",
        json!({
            "name": "onward", "network": NETWORK, "destRange": "10.240.0.0/16", "nextHopIp": "10.5.0.9",
        }),
    );
    host.delete(
        "routers",
        "projects/host/regions/europe-west3/routers/outward",
    );
    let found = told(host, json!({ "subnetwork": SUBNETWORK })).await;
    let errors: Vec<&str> = found
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| finding.message.as_str())
        .collect();
    for (what, range) in [("subnetwork wide", "pods"), ("route onward", "services")] {
        let is_told = |message: &&str| message.contains(what) && message.contains(range);
        assert!(errors.iter().any(is_told), "{what}: {errors:#?}");
    }
    assert_eq!(one(&found, "GCP-NAT").severity, Severity::Note);
}

#[tokio::test(start_paused = true)]
async fn a_subnetwork_of_ipv4_alone_is_told_with_the_call_of_its_owner() {
    let mut host = host(&[]);
    allow(&mut host);
    host.change(
        "subnetworks",
        SUBNETWORK,
        json!({ "stackType": "IPV4_ONLY" }),
    );
    let found = told(host, json!({ "subnetwork": SUBNETWORK })).await;
    let finding = one(&found, "GCP-STACK");
    assert!(finding.is_error(), "{finding:#?}");
    let call = "networks subnets update nodes --region=europe-west3 --stack-type=IPV4_IPV6";
    assert!(remedy(finding).contains(call), "{finding:#?}");
}

#[tokio::test(start_paused = true)]
async fn no_subnetwork_is_made_in_another_project() {
    let mut host = host(&[]);
    allow(&mut host);
    let found = told(host, json!({ "network": NETWORK })).await;
    let of_it = of(&found, "GCP-SHARED");
    let error = of_it.iter().find(|finding| finding.is_error());
    let error = error.unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(error.field.as_deref(), Some("spec.cloud.gcp.subnetwork"));
    let named = "projects/host/regions/REGION/subnetworks/NAME";
    assert!(
        remedy(error).contains("roles/compute.networkUser"),
        "{error:#?}"
    );
    assert!(remedy(error).ends_with(named), "{error:#?}");
}

/// The account may have been given no more than the subnetwork.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_listed_in_the_host_project_is_told_as_not_judged() {
    let kinds = ["subnetworks", "routes", "routers"];
    let denied = kinds.map(|kind| format!("compute.{kind}.list"));
    let mut host = host(&denied.each_ref().map(String::as_str));
    allow(&mut host);
    let found = told(host, json!({ "subnetwork": SUBNETWORK })).await;
    let told = of(&found, "GCP-PERMISSION");
    assert_eq!(told.len(), kinds.len(), "{found:#?}");
    for (finding, kind) in told.iter().zip(kinds) {
        assert_eq!(finding.severity, Severity::Warning);
        let lacks = format!("the account lacks compute.{kind}.list in project host");
        assert!(finding.message.starts_with(&lacks), "{finding:#?}");
        let role =
            "have the owner of project host give the account the role roles/compute.networkViewer";
        assert!(remedy(finding).starts_with(role), "{finding:#?}");
    }
    assert!(!found.iter().any(Finding::is_error), "{found:#?}");
    assert_eq!(
        of(&found, "GCP-NAT").len(),
        0,
        "it is not known: {found:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn rules_of_the_host_project_that_may_not_be_read_are_told_with_the_project() {
    let host = host(&["compute.networks.getRegionEffectiveFirewalls"]);
    let found = told(host, json!({ "subnetwork": SUBNETWORK })).await;
    let finding = one(&found, "GCP-FIREWALLS-UNKNOWN");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(remedy(finding).contains("--project=host"), "{finding:#?}");
}

/// A name that is wrong, and one that the account may not see, are told alike: the cloud says no more.
#[tokio::test(start_paused = true)]
async fn what_the_account_does_not_see_in_the_host_project_is_told_with_the_role() {
    let unseen = host(&["compute.subnetworks.get"]);
    let elsewhere = "projects/host/regions/europe-west3/subnetworks/elsewhere";
    for (host, subnetwork) in [(unseen, SUBNETWORK), (host(&[]), elsewhere)] {
        let found = told(host, json!({ "subnetwork": subnetwork })).await;
        let finding = one(&found, "GCP-MISSING");
        assert!(finding.is_error() && finding.message.contains(subnetwork));
        let role =
            "the owner of project host give the account the role roles/compute.networkViewer";
        assert!(remedy(finding).contains(role), "{finding:#?}");
    }
}
