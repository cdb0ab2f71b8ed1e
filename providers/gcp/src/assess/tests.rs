//! Networks of another project, and rooms: what no mock has.

use std::sync::Arc;

use groundwork_engine::Registry;
use groundwork_kit::named::{Belonging, Named};
use groundwork_model::{Addressing, Documents, Finding, InstallationId, Source};
use groundwork_provider::{Fields, Known, Listing as _, Options, States, Target};
use serde_json::{Value, json};

use super::{Effective, assess, subnetwork::room};
use crate::{
    Datacenter, Gcp, Spec, Survey,
    compile::compile,
    object::{Network, NetworkState, Subnetwork, SubnetworkState},
};

const NETWORK: &str = "projects/host/global/networks/shared";
const SUBNETWORK: &str = "projects/host/regions/europe-west3/subnetworks/shared";
const TAG: &str = "kubernetes-cluster-lighthouse";

/// A dual-stack cluster in a network of another project.
fn target() -> Target<Spec, Datacenter> {
    let section = json!({ "network": NETWORK, "subnetwork": SUBNETWORK });
    let cluster = json!({
        "apiVersion": "kubermatic.k8c.io/v1", "kind": "Cluster",
        "metadata": { "name": "lighthouse", "uid": "5eaf00d" },
        "spec": {
            "version": "1.33.1", "cloud": { "dc": "frankfurt", "gcp": section },
            "clusterNetwork": { "ipFamily": "IPv4+IPv6" },
        },
    });
    let gcp = json!({ "region": "europe-west3", "zoneSuffixes": ["a"] });
    let seed = json!({
        "apiVersion": "kubermatic.k8c.io/v1", "kind": "Seed", "metadata": { "name": "coast" },
        "spec": { "datacenters": { "frankfurt": { "country": "DE", "spec": { "gcp": gcp } } } },
    });
    let source = |name: &str, document: &Value| Source {
        name: name.to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    let sources = [source("cluster", &cluster), source("seed", &seed)];
    let schemas = Registry::new().with(Gcp).schemas();
    let (mut documents, _) = Documents::parse(&sources, &schemas, true);
    let cluster = documents.clusters.remove(0);
    let datacenter = documents.datacenter_of(&cluster).unwrap().clone();
    let (addressing, _) = Addressing::resolve(&cluster);
    Target {
        installation: InstallationId::default(),
        cluster,
        addressing: Arc::new(addressing.unwrap()),
        datacenter,
        spec: serde_json::from_value(section).unwrap(),
        cloud: serde_json::from_value(gcp).unwrap(),
        options: Options::default(),
    }
}

fn network() -> NetworkState {
    let network =
        json!({ "id": "1", "name": "shared", "selfLink": NETWORK, "autoCreateSubnetworks": false });
    serde_json::from_value(network).unwrap()
}

fn subnetwork(more: Value) -> SubnetworkState {
    let mut subnetwork = json!({
        "id": "2", "name": "shared", "selfLink": SUBNETWORK, "network": NETWORK,
        "region": "projects/host/regions/europe-west3", "ipCidrRange": "10.5.0.0/22",
        "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL", "purpose": "PRIVATE",
        "externalIpv6Prefix": "2600:1900:1:2::/64",
    });
    let fields = subnetwork.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    serde_json::from_value(subnetwork).unwrap()
}

fn named<S>(state: S) -> Named<S> {
    Named::One(Belonging {
        ours: false,
        adopted: false,
        state,
    })
}

fn survey(firewalls: Value) -> Survey {
    let effective: Effective = serde_json::from_value(json!({ "firewalls": firewalls })).unwrap();
    let region = json!({ "name": "europe-west3", "zones": ["zones/europe-west3-a"] });
    let mut survey = Survey {
        project: "service".to_owned(),
        regions: vec![serde_json::from_value(region).unwrap()],
        network: named(network()),
        subnetwork: named(subnetwork(json!({}))),
        ..Survey::default()
    };
    survey.around.effective = Some(Ok(effective));
    survey
}

fn states() -> States {
    states_with(subnetwork(json!({})))
}

fn states_with(subnetwork: SubnetworkState) -> States {
    let known = |kind: &str, id: &str, state: Fields| Known {
        kind: kind.to_owned(),
        id: id.to_owned(),
        managed: false,
        state,
    };
    let mut states = States::default();
    let network = known(Network::KIND, NETWORK, Fields::new(network()));
    states.insert("network".parse().unwrap(), network);
    let subnetwork = known(Subnetwork::KIND, SUBNETWORK, Fields::new(subnetwork));
    states.insert("subnetwork".parse().unwrap(), subnetwork);
    states
}

/// A rule for the cluster's machines, as the owner of the network makes it.
fn allow(name: &str, from: (&str, Value), protocols: &[&str]) -> Value {
    let allowed: Vec<Value> = protocols
        .iter()
        .map(|one| json!({ "IPProtocol": one }))
        .collect();
    json!({
        "name": name, "selfLink": format!("projects/host/global/firewalls/{name}"),
        "network": NETWORK, "direction": "INGRESS", "priority": 1000, "targetTags": [TAG],
        from.0: from.1, "allowed": allowed,
    })
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}

#[test]
fn no_rules_are_made_on_a_network_of_another_project() {
    let graph = compile(&target(), &survey(json!([]))).unwrap();
    let addresses: Vec<&str> = graph
        .nodes()
        .keys()
        .map(|address| address.as_str())
        .collect();
    assert_eq!(addresses, ["network", "subnetwork"]);
    assert!(
        codes(&graph.findings).contains(&"GCP-SHARED"),
        "{:#?}",
        graph.findings
    );
}

#[test]
fn what_its_owner_does_not_allow_is_told_with_the_call_that_allows_it() {
    let found = assess(&target(), &survey(json!([])), &states());
    let errors: Vec<&Finding> = found.iter().filter(|finding| finding.is_error()).collect();
    assert_eq!(errors.len(), 1, "{found:#?}");
    assert_eq!(errors[0].code, "ACCESS-GROUP-RULES");
    let remedy = errors[0].remedy.as_deref().unwrap_or_default();
    let call =
        format!("gcloud compute firewall-rules create NAME --network=shared --target-tags={TAG}");
    assert!(remedy.contains(&call), "{remedy}");
}

#[test]
fn rules_of_its_owner_are_as_good_as_ours() {
    let all = ["tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "58"];
    let rules = json!([
        allow("among", ("sourceTags", json!([TAG])), &["all"]),
        allow("in", ("sourceRanges", json!(["0.0.0.0/0"])), &all),
        allow("in-ipv6", ("sourceRanges", json!(["::/0"])), &all),
    ]);
    let found = assess(&target(), &survey(rules), &states());
    assert!(!found.iter().any(Finding::is_error), "{found:#?}");
    assert!(!codes(&found).contains(&"ACCESS-GROUP-RULES"), "{found:#?}");
}

#[test]
fn a_subnetwork_whose_addresses_are_for_machines_alone_is_told() {
    let endpoints = ["VM_ONLY", "VM_AND_FR"].map(|endpoint| {
        let subnetwork = subnetwork(json!({ "ipv6GceEndpoint": endpoint }));
        let survey = Survey {
            subnetwork: named(subnetwork.clone()),
            ..survey(json!([]))
        };
        let found = assess(&target(), &survey, &states_with(subnetwork));
        codes(&found).contains(&"GCP-ENDPOINT")
    });
    assert_eq!(endpoints, [true, false]);
}

#[test]
fn what_makes_a_subnetwork_unfit_is_told() {
    for (more, code, why) in [
        (
            json!({ "externalIpv6Prefix": null }),
            "GCP-PREFIX",
            "has no IPv6 range yet",
        ),
        (
            json!({ "purpose": "REGIONAL_MANAGED_PROXY" }),
            "GCP-PURPOSE",
            "has the purpose REGIONAL_MANAGED_PROXY: machines cannot be in it",
        ),
        (
            json!({ "state": "DRAINING" }),
            "GCP-PURPOSE",
            "is being drained",
        ),
        (
            json!({ "ipCidrRange": "10.5.0.0/29" }),
            "GCP-FULL",
            "has addresses for 4 nodes at most",
        ),
        (
            json!({ "network": "projects/host/global/networks/other" }),
            "GCP-SUBNETWORK-NETWORK",
            "is in projects/host/global/networks/other, and the document names network shared \
             (projects/host/global/networks/shared)",
        ),
    ] {
        let subnetwork = subnetwork(more);
        let survey = Survey {
            subnetwork: named(subnetwork.clone()),
            ..survey(json!([]))
        };
        let found = assess(&target(), &survey, &states_with(subnetwork));
        let of: Vec<&Finding> = found
            .iter()
            .filter(|finding| finding.code == code)
            .collect();
        assert_eq!(of.len(), 1, "{code}: {found:#?}");
        assert_eq!(
            of[0].message,
            format!("subnetwork shared ({SUBNETWORK}) {why}")
        );
        assert_eq!(of[0].field.as_deref(), Some("spec.cloud.gcp.subnetwork"));
    }
}

/// The owner of a network of another project may allow by what is not known here.
#[test]
fn what_is_allowed_perhaps_is_told() {
    let all = ["tcp", "udp", "icmp", "esp", "ah", "sctp", "ipip", "58"];
    let mut among = allow(
        "among",
        ("sourceServiceAccounts", json!(["nodes@host"])),
        &["all"],
    );
    among["targetTags"] = json!([]);
    among["targetServiceAccounts"] = json!(["nodes@host"]);
    let rules = json!([
        among,
        allow("in", ("sourceRanges", json!(["0.0.0.0/0"])), &all),
        allow("in-ipv6", ("sourceRanges", json!(["::/0"])), &all),
    ]);
    let mut survey = survey(rules);
    let found = assess(&target(), &survey, &states());
    let unsure: Vec<&Finding> = found
        .iter()
        .filter(|one| one.code == "GCP-FIREWALL-UNSURE")
        .collect();
    assert_eq!(unsure.len(), 1, "{found:#?}");
    let told = "it is for machines with the service account nodes@host";
    assert!(unsure[0].message.ends_with(told), "{}", unsure[0].message);
    survey.node_account = Some("nodes@host".to_owned());
    let found = assess(&target(), &survey, &states());
    assert!(
        !codes(&found).contains(&"GCP-FIREWALL-UNSURE"),
        "{found:#?}"
    );
}

#[test]
fn what_the_cloud_keeps_is_not_free() {
    let small = json!({ "ipCidrRange": "10.5.0.0/29" });
    assert_eq!(room(&subnetwork(small)), Some(4), "8 but for 4");
    // A /64 has 2^32 machines; all but 4 of them are kept here.
    let kept = json!({ "systemReservedExternalIpv6Ranges": kept() });
    assert_eq!(room(&subnetwork(kept)), Some(4));
}

/// All of the /64 but its last /94.
fn kept() -> Vec<String> {
    let all: ipnet::Ipv6Net = "2600:1900:1:2::/64".parse().unwrap();
    (65..=94)
        .map(|length| {
            let mut bits = u128::from(all.network());
            // One half each, the lower one of what is left.
            for before in 65..length {
                bits |= 1 << (128 - before);
            }
            format!("{}/{length}", std::net::Ipv6Addr::from(bits))
        })
        .collect()
}
