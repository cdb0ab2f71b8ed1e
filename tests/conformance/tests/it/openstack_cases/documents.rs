//! Everything that is wrong with the documents, at once, and without a cloud.

use std::collections::BTreeMap;

use conformance::{Lab, Subject, subjects::OpenStackSubject};
use groundwork_engine::{Request, Trouble};
use groundwork_model::{Documents, Finding, Source};
use groundwork_provider::Options;
use mock_cloud::{Fault, Faults, Match};

const SEED: &str = "
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: coast}
spec:
  datacenters:
    north:
      spec:
        openstack:
          authURL: https://cloud.example/identity/v3
          region: RegionOne
          dnsServers: [nine]
";

const CLUSTER: &str = "
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: harbour, uid: 5eaf00d}
spec:
  version: 1.33.1
  cloud:
    dc: north
    openstack:
      username: demo
      password: secret
      subnetCidr: 10.0.0.1/24
      ipv6SubnetCidr: fd77::/80
      sshSources: [everywhere]
  clusterNetwork:
    ipFamily: IPv4+IPv6
    pods:
      cidrBlocks: [172.025.0.0/16]
";

fn parsed(subject: &dyn Subject, cluster: &str) -> (Documents, Vec<Finding>) {
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        bytes: text.into(),
    };
    let sources = [source("cluster.yaml", cluster), source("seed.yaml", SEED)];
    let schemas = subject.registry().schemas();
    Documents::parse(&sources, &schemas, true)
}

fn request(subject: &dyn Subject, cluster: &str) -> (Request, Vec<Finding>) {
    let (mut documents, findings) = parsed(subject, cluster);
    let cluster = documents.clusters.remove(0);
    let datacenter = documents
        .datacenter_of(&cluster)
        .expect("it is there")
        .clone();
    let request = Request {
        cluster,
        datacenter,
        secrets: BTreeMap::new(),
        options: Options::default(),
    };
    (request, findings)
}

/// Code, and file:line:column, of every error.
fn places(findings: &[Finding]) -> Vec<String> {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let mut places: Vec<_> = errors
        .map(|finding| {
            let at = finding
                .location
                .as_ref()
                .unwrap_or_else(|| panic!("{finding}"));
            format!("{}:{}:{} {}", at.source, at.line, at.column, finding.code)
        })
        .collect();
    places.sort();
    places
}

const EXPECTED: &[&str] = &[
    "cluster.yaml:10:17 OPENSTACK-CREDENTIALS",
    "cluster.yaml:12:19 NETWORK-CIDR-HOST-BITS",
    "cluster.yaml:13:23 OPENSTACK-PREFIX-LENGTH",
    "cluster.yaml:14:20 NETWORK-CIDR-SYNTAX",
    "cluster.yaml:18:20 NETWORK-CIDR-SYNTAX",
    "seed.yaml:12:24 OPENSTACK-DNS-SERVER",
    "seed.yaml:9:9 OPENSTACK-IPV6-DISABLED",
];

#[tokio::test(start_paused = true)]
async fn a_bad_document_is_told_whole_while_the_cloud_cannot_be_reached() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let nobody = Match::default();
    lab.mock
        .set_faults(1, Faults::none().and(nobody, Fault::Refuse, None));
    let (request, parsed) = request(&subject, CLUSTER);
    assert_eq!(places(&parsed), Vec::<String>::new());
    let process = lab.process();
    assert_eq!(places(&process.engine.check(&request)), EXPECTED);
    match process.session(&request).await.err() {
        Some(Trouble::Unfit(findings)) => assert_eq!(places(&findings), EXPECTED),
        other => panic!("{other:?}"),
    }
    assert_eq!(lab.mock.calls(), []);
}

#[test]
fn a_mode_that_does_not_exist_is_told_with_its_place() {
    let subject = OpenStackSubject::default();
    let cluster = CLUSTER.replace(
        "      sshSources: [everywhere]\n",
        "      sshSources: [everywhere]\n      ipv6RAMode: sometimes\n",
    );
    let (_, findings) = parsed(&subject, &cluster);
    let places = places(&findings);
    assert!(
        places.contains(&"cluster.yaml:15:19 DOCUMENT-TYPE".to_owned()),
        "{findings:#?}"
    );
}

/// What is being deleted can go, whatever its document says of the network to be.
#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_being_deleted_is_destroyed_although_its_document_is_unfit() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let wanted = lab.wanted(conformance::Variant::DualStack);
    let process = lab.process();
    process.apply(&wanted).await.expect("it is applied");
    lab.quiet().await;
    let leaving = serde_json::json!({
        "metadata": { "deletionTimestamp": "2026-01-01T00:00:00Z" },
        "spec": { "cloud": { "openstack": { "subnetCidr": "10.0.0.1/24" } } },
    });
    let document = conformance::merged(subject.cluster(conformance::Variant::DualStack), &leaving);
    let request = lab.request(&document);
    let refused = process.plan(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    let ran = process.destroy(&request).await.expect("it goes");
    let said = super::codes(&ran.planned.plan.findings);
    assert_eq!(said, ["ENGINE-DELETING"], "what it asks for is no matter");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}
