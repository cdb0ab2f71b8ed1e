//! Documents, held against the schemas of all drivers.

use std::sync::OnceLock;

use conformance::{
    Subject,
    subjects::{ByoSubject, GcpSubject, OpenStackSubject, VsphereSubject},
};
use fuzz::fuzz;
use groundwork_model::{Addressing, Documents, Schemas, Source};

const EXAMPLES: &[&[u8]] = &[
    include_bytes!("../../../../docs/examples/aws/existing-vpc.yaml"),
    include_bytes!("../../../../docs/examples/byo/mistakes.yaml"),
    include_bytes!("../../../../docs/examples/digitalocean/subnets.yaml"),
    include_bytes!("../../../../docs/examples/gcp/internal.yaml"),
    include_bytes!("../../../../docs/examples/hetzner/existing-network.yaml"),
    include_bytes!("../../../../docs/examples/openstack/pool.yaml"),
    include_bytes!("../../../../docs/examples/openstack/seed.yaml"),
    include_bytes!("../../../../docs/examples/vsphere/existing.yaml"),
];

/// The schemas of several drivers, as the binary has those of all.
fn all() -> Schemas {
    let subjects: [&dyn Subject; 4] = [
        &ByoSubject::default(),
        &GcpSubject::default(),
        &OpenStackSubject::default(),
        &VsphereSubject::default(),
    ];
    let mut all = Schemas::default();
    for subject in subjects {
        let Schemas { cloud, datacenter } = subject.registry().schemas();
        all.cloud.extend(cloud);
        all.datacenter.extend(datacenter);
    }
    all
}

fn read(bytes: &[u8]) {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(all);
    let source = Source {
        name: "fuzzed.yaml".to_owned(),
        bytes: bytes.to_vec(),
    };
    let (documents, findings) = Documents::parse(&[source], schemas, false);
    for cluster in &documents.clusters {
        let (addressing, more) = Addressing::resolve(cluster);
        assert_eq!(addressing.is_none(), more.iter().any(|one| one.is_error()));
    }
    for finding in findings {
        assert!(finding.message.len() < 10_000, "a message has an end");
    }
}

#[test]
fn documents() {
    fuzz("documents", EXAMPLES, 1500, read);
}
