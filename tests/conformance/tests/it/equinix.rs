//! The suite over Equinix Metal, whose driver creates nothing, and what it alone can show.

use conformance::{Lab, Subject, Variant, merged, subjects::EquinixSubject};
use groundwork_engine::Trouble;
use groundwork_model::Finding;
use groundwork_provider::Action;
use mock_cloud::Hand as _;
use mock_equinix::{Config, Equinix};
use serde_json::{Value, json};

conformance::mount!(EquinixSubject::default(), creates_nothing);

/// What is wrong with the documents, each as code, severity and field.
async fn findings(section: Value, datacenter: Value) -> Vec<String> {
    let subject = EquinixSubject::default();
    let lab = Lab::open(&subject);
    let patch = json!({ "spec": { "cloud": { "packet": section } } });
    let document = merged(subject.cluster(Variant::DualStack), &patch);
    let dallas = json!({ "country": "US", "spec": { "packet": datacenter } });
    let seed = json!({ "spec": { "datacenters": { "dallas": null } } });
    let seed = merged(
        merged(subject.seed(), &seed),
        &json!({
            "spec": { "datacenters": { "dallas": dallas } },
        }),
    );
    let request = lab.request_in(&document, &seed);
    let findings = lab.process().told(&request).await;
    assert_eq!(lab.mock.mutating_calls(), []);
    let told = |finding: &Finding| {
        let field = finding.field.clone().unwrap_or_default();
        format!("{:?} {} {field}", finding.severity, finding.code)
    };
    let serious = findings
        .iter()
        .filter(|finding| finding.severity < groundwork_model::Severity::Note);
    serious.map(told).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_said_at_once() {
    let datacenter = json!({ "facilities": ["da11"] });
    let section = json!({ "endpoint": "ftp://metal", "vlans": [1000, 7, 1000] });
    assert_eq!(
        findings(section, datacenter).await,
        [
            "Error EQUINIX-ENDPOINT spec.cloud.packet.endpoint",
            "Error EQUINIX-FACILITIES spec.datacenters.dallas.spec.packet.facilities",
            "Error EQUINIX-VLAN spec.cloud.packet.vlans[2]",
        ]
    );
    let section = json!({ "vlans": [7, 1000, 8] });
    assert_eq!(
        findings(section, json!({ "metro": "xx" })).await,
        [
            "Error EQUINIX-METRO spec.datacenters.dallas.spec.packet.metro",
            "Error EQUINIX-VLAN spec.cloud.packet.vlans[0]",
            "Error EQUINIX-VLAN spec.cloud.packet.vlans[1]",
            "Error EQUINIX-VLAN spec.cloud.packet.vlans[2]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_service_has_ended_whichever_way_it_is_named() {
    for endpoint in [
        Value::Null,
        json!(""),
        json!("https://api.equinix.com/metal/v1"),
        json!("https://api.packet.net"),
    ] {
        let at = match endpoint.as_str().is_some_and(|text| !text.is_empty()) {
            true => "spec.cloud.packet.endpoint",
            false => "spec.cloud.packet",
        };
        let told = findings(json!({ "endpoint": endpoint }), json!({ "metro": "da" })).await;
        assert_eq!(told, [format!("Error EQUINIX-SUNSET {at}")]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_ipv4_cluster_needs_no_block() {
    let subject = EquinixSubject::default();
    let lab = Lab::open(&subject);
    let planned = lab.process().plan(&lab.wanted(Variant::Ipv4)).await;
    let plan = planned.expect("it is fit").plan;
    let items: Vec<_> = plan
        .items
        .iter()
        .map(|item| (item.address.as_str(), item.action))
        .collect();
    assert_eq!(items, [("project", Action::Verified)]);
}

/// A project without a server in the metro has no block: that is told, and stops nobody.
#[tokio::test(start_paused = true)]
async fn a_project_without_a_server_waits_for_its_block() {
    let subject = EquinixSubject::default();
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Equinix| {
        let project = &subject.config.project.id;
        let block = cloud.ipv6_block(project, "da").expect("there is one");
        cloud.vanish("ips", &block);
    });
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    let plan = planned.expect("it is fit").plan;
    assert!(!plan.is_blocked(), "{plan:#?}");
    let told = plan
        .findings
        .iter()
        .any(|finding| finding.code == "EQUINIX-IPV6-LATER");
    assert!(told, "{:#?}", plan.findings);
}

/// Pods in the private addresses of servers reach one of the two only.
#[tokio::test(start_paused = true)]
async fn pods_that_overlap_with_private_addresses_are_told() {
    let subject = EquinixSubject::default();
    let lab = Lab::open(&subject);
    let pods = json!({ "cidrBlocks": ["10.64.0.0/16", "fd01::/48"] });
    let patch = json!({ "spec": { "clusterNetwork": { "pods": pods } } });
    let document = merged(subject.cluster(Variant::DualStack), &patch);
    let planned = lab.process().plan(&lab.request(&document)).await;
    let plan = planned.expect("it looks").plan;
    let errors: Vec<_> = plan.findings.iter().filter(|f| f.is_error()).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].message.contains("IPv4 pods"), "{errors:#?}");
}

/// A wrong key is told as that, with what to do.
#[tokio::test(start_paused = true)]
async fn a_key_that_opens_nothing_is_told() {
    let subject = EquinixSubject::default();
    let lab = Lab::open(&subject);
    let patch = json!({ "spec": { "cloud": { "packet": { "apiKey": "nobody's" } } } });
    let document = merged(subject.cluster(Variant::DualStack), &patch);
    match lab.process().plan(&lab.request(&document)).await {
        Err(Trouble::Cloud(error)) => {
            assert!(
                error.to_string().contains("Invalid authentication token"),
                "{error}"
            );
            assert!(
                error
                    .remedy
                    .as_deref()
                    .is_some_and(|text| text.contains("apiKey"))
            );
        }
        ran => panic!("{:?}", ran.map(|planned| planned.plan)),
    }
}

/// A thousand clusters of one project cost no more calls than one.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_a_thousand_clusters_costs_one_look() {
    let subject = EquinixSubject {
        config: Config::default(),
    };
    let lab = Lab::open(&subject);
    let document = subject.cluster(Variant::DualStack);
    let of = |number: u32| {
        let metadata = json!({ "name": format!("c{number}"), "uid": format!("uid-{number}") });
        lab.request(&merged(document.clone(), &json!({ "metadata": metadata })))
    };
    let requests: Vec<_> = (0..1000).map(of).collect();
    let mut fit = 0;
    let mut swept = |swept: groundwork_engine::Swept| {
        fit += usize::from(swept.plan.is_ok_and(|plan| plan.is_empty()));
    };
    lab.process().engine.sweep(&requests, &mut swept).await;
    assert_eq!((fit, lab.mock.calls().len()), (1000, 4));
}
