//! Reading documents, as their users write them.

mod common;

use common::{cluster, parse, shown};

#[test]
fn a_cluster_is_read() {
    let (documents, findings) = parse(&cluster(
        "version: 1.30.2\nclusterNetwork:\n  ipFamily: IPv4+IPv6",
    ));
    assert_eq!(shown(&findings), Vec::<String>::new());
    let cluster = &documents.clusters[0];
    assert_eq!(cluster.key().as_str(), "demo");
    assert_eq!(cluster.provider().unwrap(), "cumulus");
    assert_eq!(cluster.cloud().unwrap().value()["network"], "front");
    assert_eq!(cluster.spec.version.unwrap().to_string(), "1.30.2");
}
