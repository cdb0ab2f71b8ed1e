use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, text};

fn v6(network: &str, more: Value) -> Value {
    let body = json!({
        "network_id": network,
        "ip_version": 6,
        "ipv6_ra_mode": "dhcpv6-stateless",
        "ipv6_address_mode": "dhcpv6-stateless",
    });
    crate::client::with(body, &more)
}

#[test]
fn there_is_no_default_pool_unless_there_is_one() {
    let without = Client::new(Config::default());
    let id = without.network("a");
    let by_default = json!({ "use_default_subnetpool": true });
    without.refuses("subnets", &v6(&id, by_default.clone()), 400, "BadRequest");

    let client = Client::new(Config::default().with_default_v6_pool());
    let pools = client.list("subnetpools", "ip_version=6&is_default=true");
    assert_eq!((pools.len(), &pools[0]["name"]), (1, &json!("default-v6")));
    let id = client.network("a");
    let made = client.make("subnets", &v6(&id, by_default));
    assert_eq!(made["subnetpool_id"], pools[0]["id"]);
    assert_eq!(
        (&made["cidr"], &made["gateway_ip"]),
        (&json!("2001:db8::/64"), &json!("2001:db8::1"))
    );
}

#[test]
fn a_family_has_one_default_pool() {
    let client = Client::new(Config::default().with_default_v6_pool()).also("admin");
    let second = json!({ "name": "b", "prefixes": ["fd01::/48"], "is_default": true });
    client.refuses("subnetpools", &second, 400, "InvalidInput");
    let four = json!({ "name": "c", "prefixes": ["10.0.0.0/8"], "is_default": true });
    client.make("subnetpools", &four);
}

#[test]
fn a_pool_hands_out_each_prefix_once_until_it_is_empty() {
    let client = Client::new(Config::default().with_subnet_pool("tiny", "fd01::/63", 64, false));
    let pool = text(&client.list("subnetpools", "name=tiny")[0]["id"]);
    let id = client.network("a");
    let body = v6(&id, json!({ "subnetpool_id": pool }));
    let cidrs = [client.make("subnets", &body), client.make("subnets", &body)];
    assert_eq!(
        cidrs.map(|made| text(&made["cidr"])),
        ["fd01::/64", "fd01:0:0:1::/64"]
    );
    client.refuses("subnets", &body, 500, "SubnetAllocationError");
    let user = client.call("DELETE", &format!("subnetpools/{pool}"), &Value::Null);
    refused(&user, 403, "PolicyNotAuthorized");
    let admin = client
        .also("admin")
        .call("DELETE", &format!("subnetpools/{pool}"), &Value::Null);
    refused(&admin, 400, "SubnetPoolDeleteError");
}

#[test]
fn a_pool_breaks_its_smallest_free_block_first() {
    let client = Client::new(Config::default().with_subnet_pool("p", "fd01::/48", 64, false));
    let pool = text(&client.list("subnetpools", "name=p")[0]["id"]);
    let id = client.network("a");
    let of = |more: Value| {
        let body = v6(&id, json!({ "subnetpool_id": pool }));
        text(&client.make("subnets", &crate::client::with(body, &more))["cidr"])
    };
    of(json!({ "cidr": "fd01:0:0:ff::/64" }));
    assert_eq!(of(json!({})), "fd01:0:0:fe::/64");
}

#[test]
fn what_a_pool_does_not_have_is_refused() {
    let client = Client::new(Config::default().with_subnet_pool("p", "fd01::/48", 64, false));
    let pool = text(&client.list("subnetpools", "name=p")[0]["id"]);
    let id = client.network("a");
    for (more, status, kind) in [
        (json!({ "cidr": "fd02::/64" }), 500, "SubnetAllocationError"),
        (
            json!({ "prefixlen": 48 }),
            400,
            "MinPrefixSubnetAllocationError",
        ),
        (
            json!({ "prefixlen": 64, "cidr": "fd01::/64" }),
            400,
            "BadRequest",
        ),
        (json!({ "use_default_subnetpool": true }), 400, "BadRequest"),
        (
            json!({ "ip_version": 4, "ipv6_ra_mode": null }),
            400,
            "HTTPBadRequest",
        ),
        (json!({ "subnetpool_id": "p" }), 400, "HTTPBadRequest"),
        (
            json!({ "subnetpool_id": "0".repeat(32) }),
            404,
            "SubnetPoolNotFound",
        ),
    ] {
        let body = v6(&id, json!({ "subnetpool_id": pool }));
        client.refuses("subnets", &crate::client::with(body, &more), status, kind);
    }
    let body = json!({ "network_id": id, "ip_version": 4, "subnetpool_id": pool });
    client.refuses("subnets", &body, 400, "BadRequest");
}

#[test]
fn without_an_address_scope_a_family_comes_from_one_pool() {
    let config = Config::default()
        .with_subnet_pool("one", "fd01::/48", 64, false)
        .with_subnet_pool("two", "fd02::/48", 64, false);
    let client = Client::new(config);
    let pool = |name: &str| text(&client.list("subnetpools", &format!("name={name}"))[0]["id"]);
    let id = client.network("a");
    client.make("subnets", &v6(&id, json!({ "subnetpool_id": pool("one") })));
    for more in [
        json!({ "subnetpool_id": pool("two") }),
        json!({ "cidr": "fd03::/64" }),
    ] {
        client.refuses(
            "subnets",
            &v6(&id, more),
            400,
            "NetworkSubnetPoolAffinityError",
        );
    }
    client.subnet(&id, "10.0.0.0/24");
}

#[test]
fn a_delegated_prefix_is_interim_at_first() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let made = client.make(
        "subnets",
        &v6(&id, json!({ "subnetpool_id": "prefix_delegation" })),
    );
    let shown = (&made["cidr"], &made["subnetpool_id"]);
    assert_eq!(shown, (&json!("::/64"), &json!("prefix_delegation")));
    client.refuses(
        "subnets",
        &v6(&id, json!({ "cidr": "fd00::/64" })),
        400,
        "NetworkSubnetPoolAffinityError",
    );
}
