use mock_cloud::{Author, Breach, Hand};
use mock_openstack::{Config, OpenStack};
use serde_json::{Value, json};

use crate::client::{Client, text};

#[test]
fn another_hand_makes_changes_joins_and_deletes() {
    let client = Client::new(Config::default());
    let (network, router) = client.mock.with(|cloud: &mut OpenStack| {
        let network = cloud.make("demo", "networks", json!({ "name": "theirs" }));
        let body = json!({ "network_id": network, "ip_version": 4, "cidr": "10.0.0.0/24" });
        let subnet = cloud.make("demo", "subnets", body);
        let router = cloud.make("demo", "routers", json!({}));
        cloud.join(&router, &subnet);
        cloud.change("networks", &network, json!({ "description": "changed" }));
        cloud.tag("networks", &network, &["red"]);
        (network, router)
    });
    let shown = client.show("networks", &network);
    assert_eq!(
        (&shown["description"], &shown["tags"]),
        (&json!("changed"), &json!(["red"]))
    );
    assert_eq!(
        client.list("ports", &format!("device_id={router}")).len(),
        1
    );
    client.mock.with(|cloud: &mut OpenStack| {
        let subnet = cloud.named("subnets", "")[0].clone();
        cloud.part(&router, &subnet);
        cloud.delete("networks", &network);
        cloud.vanish("routers", &router);
    });
    assert_eq!(client.list("subnets", ""), [] as [Value; 0]);
    assert_eq!(client.list("routers", ""), [] as [Value; 0]);
}

#[test]
fn the_checker_sees_foreign_subnets_go_with_a_network() {
    let client = Client::new(Config::default());
    let network = client.network("ours");
    client.mock.with(|cloud: &mut OpenStack| {
        let body = json!({ "network_id": network, "ip_version": 4, "cidr": "10.0.0.0/24" });
        cloud.make("demo", "subnets", body);
    });
    assert!(client.mock.violations().is_empty());
    client.delete(&format!("networks/{network}"));
    let found = client.mock.violations();
    assert_eq!(
        (found.len(), &found[0].breach),
        (1, &Breach::ForeignDeleted)
    );
    assert_eq!(found[0].object.kind, "subnets");
}

#[test]
fn the_checker_sees_foreign_ports_get_an_address() {
    let client = Client::new(Config::default());
    let network = client.network("shared with others");
    client.mock.with(|cloud: &mut OpenStack| {
        cloud.make(
            "demo",
            "ports",
            json!({ "network_id": network, "name": "machine" }),
        );
    });
    client.subnet(&network, "fd00::/64");
    let found = client.mock.violations();
    assert_eq!(
        found[0].breach,
        Breach::ForeignChanged(vec!["fixed_ips".to_owned()])
    );
}

#[test]
fn what_neutron_makes_itself_is_nobodys() {
    let client = Client::new(Config::default());
    let own = client.id("security-groups", &json!({ "name": "g" }));
    let inventory = client.mock.inventory();
    let authors: Vec<(String, Author)> = inventory
        .kind("security_groups")
        .map(|it| (it.name.clone(), it.author))
        .collect();
    assert!(
        authors.contains(&("default".to_owned(), Author::Cloud)),
        "{authors:?}"
    );
    let rule = inventory
        .kind("security_group_rules")
        .find(|it| it.joins.contains(&own))
        .unwrap();
    assert_eq!(rule.author, Author::Api);
}

#[test]
fn the_same_seed_gives_the_same_cloud() {
    let inventory = |seed| {
        let client = Client::new(Config {
            seed,
            ..Config::default()
        });
        let network = client.network("a");
        client.subnet(&network, "fd00::/64");
        client.id("ports", &json!({ "network_id": network }));
        (
            client.mock.inventory().to_json(),
            text(&client.show("networks", &network)["id"]),
        )
    };
    assert_eq!(inventory(1), inventory(1));
    assert_ne!(inventory(1).1, inventory(2).1);
}
