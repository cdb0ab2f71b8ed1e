//! The example documents, and variants of the demo's.

use std::collections::BTreeMap;

/// The demo's.
const SEED: &str = include_str!("../../../docs/examples/demo/seed.yaml");
const CLUSTER: &str = include_str!("../../../docs/examples/demo/cluster.yaml");

/// The documents that users are shown: by name, cluster and seed.
pub const OPENSTACK: [(&str, &str); 4] = [
    (
        "cluster",
        include_str!("../../../docs/examples/openstack/cluster.yaml"),
    ),
    (
        "existing-network",
        include_str!("../../../docs/examples/openstack/existing-network.yaml"),
    ),
    (
        "ipv4",
        include_str!("../../../docs/examples/openstack/ipv4.yaml"),
    ),
    (
        "pool",
        include_str!("../../../docs/examples/openstack/pool.yaml"),
    ),
];

/// The same for DigitalOcean.
pub const DIGITALOCEAN: [(&str, &str); 4] = [
    (
        "cluster",
        include_str!("../../../docs/examples/digitalocean/cluster.yaml"),
    ),
    (
        "existing",
        include_str!("../../../docs/examples/digitalocean/existing.yaml"),
    ),
    (
        "ipv4",
        include_str!("../../../docs/examples/digitalocean/ipv4.yaml"),
    ),
    (
        "subnets",
        include_str!("../../../docs/examples/digitalocean/subnets.yaml"),
    ),
];

/// Their seed.
pub const DIGITALOCEAN_SEED: &str = include_str!("../../../docs/examples/digitalocean/seed.yaml");

/// The same for AWS.
pub const AWS: [(&str, &str); 6] = [
    (
        "cluster",
        include_str!("../../../docs/examples/aws/cluster.yaml"),
    ),
    ("ipv4", include_str!("../../../docs/examples/aws/ipv4.yaml")),
    (
        "private",
        include_str!("../../../docs/examples/aws/private.yaml"),
    ),
    ("ipam", include_str!("../../../docs/examples/aws/ipam.yaml")),
    (
        "byoip",
        include_str!("../../../docs/examples/aws/byoip.yaml"),
    ),
    (
        "existing-vpc",
        include_str!("../../../docs/examples/aws/existing-vpc.yaml"),
    ),
];

/// Their seed.
pub const AWS_SEED: &str = include_str!("../../../docs/examples/aws/seed.yaml");

/// The same for Azure.
pub const AZURE: [(&str, &str); 5] = [
    (
        "cluster",
        include_str!("../../../docs/examples/azure/cluster.yaml"),
    ),
    (
        "existing-network",
        include_str!("../../../docs/examples/azure/existing-network.yaml"),
    ),
    (
        "ipv4",
        include_str!("../../../docs/examples/azure/ipv4.yaml"),
    ),
    ("kkp", include_str!("../../../docs/examples/azure/kkp.yaml")),
    (
        "nat-gateway",
        include_str!("../../../docs/examples/azure/nat-gateway.yaml"),
    ),
];

/// Their seed.
pub const AZURE_SEED: &str = include_str!("../../../docs/examples/azure/seed.yaml");

/// The same for Google Cloud.
pub const GCP: [(&str, &str); 5] = [
    (
        "byoip",
        include_str!("../../../docs/examples/gcp/byoip.yaml"),
    ),
    (
        "cluster",
        include_str!("../../../docs/examples/gcp/cluster.yaml"),
    ),
    (
        "existing-network",
        include_str!("../../../docs/examples/gcp/existing-network.yaml"),
    ),
    (
        "internal",
        include_str!("../../../docs/examples/gcp/internal.yaml"),
    ),
    ("ipv4", include_str!("../../../docs/examples/gcp/ipv4.yaml")),
];

/// Their seed.
pub const GCP_SEED: &str = include_str!("../../../docs/examples/gcp/seed.yaml");

/// The same for Hetzner Cloud.
pub const HETZNER: [(&str, &str); 3] = [
    (
        "cluster",
        include_str!("../../../docs/examples/hetzner/cluster.yaml"),
    ),
    (
        "existing-network",
        include_str!("../../../docs/examples/hetzner/existing-network.yaml"),
    ),
    (
        "ipv4",
        include_str!("../../../docs/examples/hetzner/ipv4.yaml"),
    ),
];

/// Their seed.
pub const HETZNER_SEED: &str = include_str!("../../../docs/examples/hetzner/seed.yaml");

/// The same for vSphere.
pub const VSPHERE: [(&str, &str); 3] = [
    (
        "cluster",
        include_str!("../../../docs/examples/vsphere/cluster.yaml"),
    ),
    (
        "existing",
        include_str!("../../../docs/examples/vsphere/existing.yaml"),
    ),
    (
        "ipv4",
        include_str!("../../../docs/examples/vsphere/ipv4.yaml"),
    ),
];

/// Their seed.
pub const VSPHERE_SEED: &str = include_str!("../../../docs/examples/vsphere/seed.yaml");

/// The same for nodes that the user brings.
pub const BYO: [(&str, &str); 3] = [
    (
        "cluster",
        include_str!("../../../docs/examples/byo/cluster.yaml"),
    ),
    (
        "kubeconfig",
        include_str!("../../../docs/examples/byo/kubeconfig.yaml"),
    ),
    (
        "mistakes",
        include_str!("../../../docs/examples/byo/mistakes.yaml"),
    ),
];

/// Their seed.
pub const BYO_SEED: &str = include_str!("../../../docs/examples/byo/seed.yaml");

/// The same for Equinix Metal.
pub const EQUINIX: [(&str, &str); 3] = [
    (
        "cluster",
        include_str!("../../../docs/examples/equinix/cluster.yaml"),
    ),
    (
        "service",
        include_str!("../../../docs/examples/equinix/service.yaml"),
    ),
    (
        "vlans",
        include_str!("../../../docs/examples/equinix/vlans.yaml"),
    ),
];

/// Their seed.
pub const EQUINIX_SEED: &str = include_str!("../../../docs/examples/equinix/seed.yaml");

/// Their seed.
pub const OPENSTACK_SEED: &str = include_str!("../../../docs/examples/openstack/seed.yaml");

/// The demo's cluster with these changes, each a text that has to be there and its replacement.
///
/// # Panics
/// If a text is not there: the example has changed, and the variant would not be one.
#[must_use]
pub fn cluster(changes: &[(&str, &str)]) -> String {
    let mut text = CLUSTER.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the example no longer says {from:?}");
        text = text.replace(from, to);
    }
    text
}

/// The text of an example.
///
/// # Panics
/// If there is none of that name.
#[must_use]
pub fn example(of: &[(&str, &'static str)], name: &str) -> &'static str {
    let found = of.iter().find(|(other, _)| *other == name);
    found.expect("there is such an example").1
}

/// Files `cluster.yaml` and `seed.yaml`, over the demo's seed.
#[must_use]
pub fn documents(cluster: String) -> BTreeMap<String, Vec<u8>> {
    files(&cluster, SEED)
}

/// Files `cluster.yaml` and `seed.yaml`.
#[must_use]
pub fn files(cluster: &str, seed: &str) -> BTreeMap<String, Vec<u8>> {
    let files = [("cluster.yaml", cluster), ("seed.yaml", seed)];
    BTreeMap::from(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())))
}
