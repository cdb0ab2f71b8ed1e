//! The cloud of the demo, and the hand that meddles with it.

use std::{collections::BTreeMap, time::Duration};

use mock_cloud::{Entry, Mock, Options};
use mock_openstack::{Config, OpenStack};
use serde_json::json;

/// How long each of its replies takes: as long as a near cloud's.
const LATENCY: Duration = Duration::from_millis(30);

/// The documents of the demo, by the names that its commands use.
pub(super) fn files() -> BTreeMap<String, Vec<u8>> {
    let files: [(&str, &[u8]); 3] = [
        (
            "seed.yaml",
            include_bytes!("../../../../docs/examples/demo/seed.yaml"),
        ),
        (
            "cluster.yaml",
            include_bytes!("../../../../docs/examples/demo/cluster.yaml"),
        ),
        (
            "mistake.yaml",
            include_bytes!("../../../../docs/examples/demo/mistake.yaml"),
        ),
    ];
    files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .collect()
}

/// An OpenStack with a default IPv6 pool, and nobody on it.
pub(super) fn cloud() -> Mock {
    let cloud = OpenStack::new(Config::default().with_default_v6_pool());
    Mock::new(
        Box::new(cloud),
        Options {
            latency: LATENCY,
            ..Options::default()
        },
    )
}

/// Somebody takes the IPv6 subnet off the router, and the name servers from the IPv4 subnet.
pub(super) fn meddle(mock: &Mock) {
    let inventory = mock.inventory();
    let first = |kind, wanted: &dyn Fn(&Entry) -> bool| {
        let found = inventory
            .made_by_api()
            .find(|entry| entry.kind == kind && wanted(entry));
        found.map(|entry| entry.id.clone())
    };
    let router = first("routers", &|_| true);
    let subnet = |version: u8| move |entry: &Entry| entry.body["ip_version"] == json!(version);
    let (v4, v6) = (first("subnets", &subnet(4)), first("subnets", &subnet(6)));
    mock.with(|cloud: &mut OpenStack| {
        if let (Some(router), Some(v6)) = (&router, &v6) {
            cloud.part(router, v6);
        }
        if let Some(v4) = &v4 {
            cloud.change("subnets", v4, json!({ "dns_nameservers": [] }));
        }
    });
}
