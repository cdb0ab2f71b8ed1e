//! What other systems get wrong on OpenStack, one test each; `docs/defects.md` lists them.

use crate::site::{DUAL, IPV4, Rig, errors, rig, with};
use groundwork_provider::Phase;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack};
use serde_json::{Value, json};

/// The ids of a kind, with their attributes.
fn all(os: &OpenStack, kind: &str, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    let every = ["", "kubernetes-example", "kubernetes-example-ipv6"].iter();
    let ids = every.flat_map(|name| os.named(kind, name));
    ids.filter(|id| os.body(kind, id).is_some_and(|body| fits(&body.into())))
        .collect()
}

impl Rig {
    fn attribute(&self, kind: &str, name: &str, attribute: &str) -> Value {
        self.with(|os| {
            let id = os.named(kind, name).remove(0);
            os.body(kind, &id).unwrap()[attribute].clone()
        })
    }

    fn edit(&self, kind: &str, name: &str, attribute: &str, value: Value) {
        self.with(|os| {
            let id = os.named(kind, name).remove(0);
            os.edit(kind, &id, |body| {
                body.insert(attribute.to_owned(), value);
            });
        });
    }
}

/// A network of somebody's with an IPv4 subnet behind a router; their ids.
fn office(os: &mut OpenStack) -> (String, String, String) {
    let network = os.make("demo", "networks", json!({ "name": "office" }));
    let cidr = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
    let subnet = os.make("demo", "subnets", cidr);
    let public = os.named("networks", "public").remove(0);
    let gateway = json!({ "external_gateway_info": { "network_id": public }, "name": "out" });
    let router = os.make("demo", "routers", gateway);
    os.join(&router, &subnet);
    (network, subnet, router)
}

#[tokio::test(start_paused = true)]
async fn a_range_without_an_allocation_pool_gives_out_all_but_the_gateway() {
    let rig = rig(Config::default());
    rig.apply(&with(IPV4, "subnetCidr: 10.9.0.0/24")).await;
    let pools = rig.attribute("subnets", "kubernetes-example", "allocation_pools");
    assert_eq!(pools, json!([{ "start": "10.9.0.2", "end": "10.9.0.254" }]));
}

#[tokio::test(start_paused = true)]
async fn an_ipv6_subnet_joins_the_router_of_the_ipv4_subnet_that_is_named() {
    for owner in [
        "network:router_interface",
        "network:router_interface_distributed",
        "network:ha_router_replicated_interface",
    ] {
        let rig = rig(Config::default());
        let (network, subnet, router) = rig.with(|os| {
            let ids = office(os);
            let is_its = |port: &Value| {
                let interface = port["device_owner"] == "network:router_interface";
                interface && port["device_id"] == ids.2.as_str()
            };
            for port in all(os, "ports", is_its) {
                os.edit("ports", &port, |body| {
                    body.insert("device_owner".to_owned(), owner.into());
                });
            }
            ids
        });
        let document = with(DUAL, &format!("network: {network}\nsubnetID: {subnet}"));
        let pass = rig.apply(&document).await;
        assert!(
            pass.done().contains(&"+ interface/ipv6".to_owned()),
            "{owner}: {:?}",
            pass.done()
        );
        assert!(
            !pass.done().contains(&"+ router".to_owned()),
            "{owner}: {:?}",
            pass.done()
        );
        let known = pass.known("router");
        assert_eq!(
            (known.id.as_str(), known.managed),
            (router.as_str(), false),
            "{owner}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pool_is_asked_for_a_64_whatever_its_default_is() {
    let rig = rig(Config::default());
    rig.with(|os| {
        let pool = json!({
            "name": "wide", "prefixes": ["fd77:5::/48"], "shared": true, "min_prefixlen": 56,
            "default_prefixlen": 60,
        });
        os.make("admin", "subnetpools", pool);
    });
    let pass = rig.apply(&with(DUAL, "ipv6SubnetPool: wide")).await;
    let subnets = &pass.network().subnets;
    assert_eq!(subnets[1].cidrs[0].to_string(), "fd77:5::/64");
}

#[tokio::test(start_paused = true)]
async fn changed_node_port_ranges_take_our_stale_rules_away() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    let foreign = rig.with(|os| {
        let group = os.named("security_groups", "kubernetes-example").remove(0);
        let rule = json!({
            "security_group_id": group, "direction": "ingress", "ethertype": "IPv4",
            "protocol": "tcp", "port_range_min": 30000, "port_range_max": 32767,
            "remote_ip_prefix": "172.30.0.0/16",
        });
        os.make("demo", "security_group_rules", rule)
    });
    let narrower = IPV4.replace("cidrBlocks: [10.0.0.0/8]", "cidrBlocks: [10.9.0.0/16]");
    let pass = rig.apply(&narrower).await;
    assert_eq!(
        pass.done(),
        ["~ security-group rule,rule,rule,rule"],
        "two added, two removed"
    );
    assert!(
        pass.codes().contains("ACCESS-FOREIGN-RULES"),
        "{:?}",
        pass.codes()
    );
    assert_eq!(rig.apply(&narrower).await.done(), [""; 0]);
    let sources = rig.with(|os| {
        assert!(os.body("security_group_rules", &foreign).is_some());
        all(os, "security_group_rules", |rule| {
            rule["remote_ip_prefix"] == "10.0.0.0/8" && rule["port_range_min"] == 30000
        })
    });
    assert_eq!(sources, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn other_spellings_of_a_rule_are_no_difference() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    rig.with(|os| {
        let spellings = [
            ("tcp", "6"),
            ("udp", "17"),
            ("icmp", "1"),
            ("ipv6-icmp", "icmpv6"),
        ];
        for (name, other) in spellings {
            for rule in all(os, "security_group_rules", |rule| rule["protocol"] == name) {
                os.edit("security_group_rules", &rule, |body| {
                    body.insert("protocol".to_owned(), other.into());
                });
            }
        }
        for rule in all(os, "security_group_rules", |rule| {
            rule["remote_ip_prefix"] == "::/0"
        }) {
            os.edit("security_group_rules", &rule, |body| {
                body.insert("remote_ip_prefix".to_owned(), Value::Null);
            });
        }
    });
    assert_eq!(rig.apply(DUAL).await.done(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_interim_prefix_is_never_taken_for_the_delegated_one() {
    let rig = rig(Config::default());
    let pool = json!("prefix_delegation");
    rig.apply(DUAL).await;
    let name = "kubernetes-example-ipv6";
    rig.edit("subnets", name, "subnetpool_id", pool);
    for (cidr, phase) in [
        ("::/64", Phase::Pending(None)),
        ("2001:db8:7::/64", Phase::Ready),
    ] {
        rig.edit("subnets", name, "cidr", cidr.into());
        let pass = rig.plan(DUAL).await;
        let item = pass.planned.plan.item("subnet/ipv6").unwrap();
        assert_eq!(item.found.as_ref().unwrap().phase, phase, "{cidr}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_exhausted_pool_is_reported_as_such() {
    let config = Config::default().with_subnet_pool("tiny", "fd77:5::/64", 64, false);
    let rig = rig(config);
    rig.with(|os| {
        let network = os.make("demo", "networks", json!({ "name": "office" }));
        let pool = os.named("subnetpools", "tiny").remove(0);
        let subnet = json!({ "network_id": network, "subnetpool_id": pool, "ip_version": 6 });
        os.make("demo", "subnets", subnet);
    });
    let remedy = rig.remedy(&with(DUAL, "ipv6SubnetPool: tiny")).await;
    assert!(remedy.contains("ipv6SubnetPool"), "{remedy}");
}

#[tokio::test(start_paused = true)]
async fn several_default_pools_are_listed() {
    let config = Config::default().with_default_v6_pool();
    let rig = rig(config.with_subnet_pool("second", "2001:db8:9::/48", 64, false));
    rig.edit("subnetpools", "second", "is_default", true.into());
    let findings = rig.findings(DUAL).await;
    assert_eq!(errors(&findings), ["OPENSTACK-SEVERAL"]);
    let several = findings.iter().find(|finding| finding.is_error()).unwrap();
    for name in ["default-v6", "second"] {
        assert!(several.message.contains(name), "{several}");
    }
}

#[tokio::test(start_paused = true)]
async fn subnets_of_one_address_scope_may_be_of_different_pools() {
    let rig = rig(Config::default());
    let network = rig.with(|os| {
        let scope = json!({ "name": "scope", "ip_version": 6, "shared": true });
        let scope = os.make("admin", "address_scopes", scope);
        for (name, prefix) in [("one", "2001:db8:1::/48"), ("two", "2001:db8:2::/48")] {
            let pool = json!({
                "name": name, "prefixes": [prefix], "default_prefixlen": 64, "shared": true,
                "address_scope_id": scope,
            });
            os.make("admin", "subnetpools", pool);
        }
        let network = os.make("demo", "networks", json!({ "name": "office" }));
        let pool = os.named("subnetpools", "one").remove(0);
        let subnet = json!({ "network_id": network, "subnetpool_id": pool, "ip_version": 6 });
        os.make("demo", "subnets", subnet);
        network
    });
    let document = with(DUAL, &format!("network: {network}\nipv6SubnetPool: two"));
    let pass = rig.apply(&document).await;
    assert!(
        pass.done().contains(&"+ subnet/ipv6".to_owned()),
        "{:?}",
        pass.done()
    );
}

/// A router drops IPv6 between two scopes, and translates none of it.
#[tokio::test(start_paused = true)]
async fn a_pool_of_another_address_scope_than_the_external_networks_is_said() {
    for (pool, is_said) in [("inner", true), ("outer", false), ("plain", false)] {
        let config = Config::default().with_subnet_pool("plain", "2001:db8:3::/48", 64, false);
        let rig = rig(config);
        rig.with(|os| {
            for (name, prefix) in [("inner", "2001:db8:1::/48"), ("outer", "2001:db8:2::/48")] {
                let scope = json!({ "name": name, "ip_version": 6, "shared": true });
                let scope = os.make("admin", "address_scopes", scope);
                let pool = json!({
                    "name": name, "prefixes": [prefix], "default_prefixlen": 64, "shared": true,
                    "address_scope_id": scope,
                });
                os.make("admin", "subnetpools", pool);
            }
            let outer = os.named("subnetpools", "outer").remove(0);
            let public = os.named("networks", "public").remove(0);
            let is_its = |subnet: &Value| {
                subnet["network_id"] == public.as_str() && subnet["ip_version"] == 6
            };
            for subnet in all(os, "subnets", is_its) {
                os.edit("subnets", &subnet, |body| {
                    body.insert("subnetpool_id".to_owned(), outer.as_str().into());
                });
            }
        });
        let pass = rig
            .apply(&with(DUAL, &format!("ipv6SubnetPool: {pool}")))
            .await;
        let says = pass.codes().contains("OPENSTACK-ADDRESS-SCOPE");
        assert_eq!(says, is_said, "{pool}: {:?}", pass.codes());
    }
}

#[tokio::test(start_paused = true)]
async fn that_a_scope_has_no_way_out_is_said_as_long_as_it_has_none() {
    let rig = rig(Config::default().with_default_v6_pool());
    rig.with(|os| {
        let scope = json!({ "name": "inner", "ip_version": 6, "shared": true });
        let scope = os.make("admin", "address_scopes", scope);
        let pool = os.named("subnetpools", "default-v6").remove(0);
        os.edit("subnetpools", &pool, |body| {
            body.insert("address_scope_id".to_owned(), scope.as_str().into());
        });
    });
    let document = DUAL.replace("      floatingIPPool: public\n", "");
    for at in ["at first", "when everything exists"] {
        let pass = rig.apply(&document).await;
        let says = pass.codes().contains("OPENSTACK-ADDRESS-SCOPE");
        assert!(says, "{at}: {:?}", pass.codes());
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_subnet_is_not_announced_as_a_new_one() {
    let rig = rig(Config::default());
    let (network, subnet, ..) = rig.with(office);
    let absent = "22222222-2222-4222-8222-222222222222";
    let named = format!("network: {network}\nsubnetID: {subnet}\nipv6SubnetID: {absent}");
    let document = with(DUAL, &named);
    let findings = rig.findings(&document).await;
    let codes: Vec<_> = findings.iter().map(|f| f.code.as_ref()).collect();
    assert_eq!(codes, ["OPENSTACK-MISSING", "NETWORK-CAPACITY"]);
}

#[tokio::test(start_paused = true)]
async fn a_router_that_another_hand_removed_is_made_again() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    rig.with(|os| {
        let router = os.named("routers", "kubernetes-example").remove(0);
        for name in ["kubernetes-example", "kubernetes-example-ipv6"] {
            let subnet = os.named("subnets", name).remove(0);
            os.part(&router, &subnet);
        }
        os.delete("routers", &router);
    });
    let made = rig.apply(DUAL).await.made();
    assert_eq!(made, ["+ interface/ipv4", "+ interface/ipv6", "+ router"]);
}

#[tokio::test(start_paused = true)]
async fn what_cuts_the_way_out_is_a_change() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    rig.with(|os| {
        let router = os.named("routers", "kubernetes-example").remove(0);
        os.change("routers", &router, json!({ "external_gateway_info": {} }));
    });
    rig.edit("subnets", "kubernetes-example", "gateway_ip", Value::Null);
    rig.edit(
        "subnets",
        "kubernetes-example-ipv6",
        "enable_dhcp",
        false.into(),
    );
    rig.with(|os| {
        for rule in all(os, "security_group_rules", |rule| {
            rule["direction"] == "egress"
        }) {
            os.vanish("security_group_rules", &rule);
        }
    });
    let mut done = rig.apply(DUAL).await.done();
    done.sort();
    assert_eq!(
        done,
        [
            "~ router external_gateway_info",
            "~ security-group rule,rule",
            "~ subnet/ipv4 gateway_ip",
            "~ subnet/ipv6 enable_dhcp",
        ]
    );
    assert_eq!(rig.apply(DUAL).await.done(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_goes_out_of_our_group_may_be_narrowed_by_another_hand() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    rig.with(|os| {
        let group = os.named("security_groups", "kubernetes-example").remove(0);
        for rule in all(os, "security_group_rules", |rule| {
            rule["direction"] == "egress"
        }) {
            os.vanish("security_group_rules", &rule);
        }
        let rule = json!({
            "security_group_id": group, "direction": "egress", "ethertype": "IPv4",
            "remote_ip_prefix": "10.0.0.0/8",
        });
        os.make("demo", "security_group_rules", rule);
    });
    assert_eq!(rig.apply(IPV4).await.done(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_is_taken_from_the_subnet_is_no_matter_of_ours_without_a_router() {
    let rig = rig(Config::default());
    let document = with(IPV4, "externalGateway: true");
    rig.apply(&document).await;
    rig.edit("subnets", "kubernetes-example", "gateway_ip", Value::Null);
    assert_eq!(rig.apply(&document).await.done(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn tags_of_others_are_never_written() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    rig.with(|os| {
        let network = os.named("networks", "kubernetes-example").remove(0);
        os.tag("networks", &network, &["theirs"]);
    });
    rig.mock.clear_calls();
    assert_eq!(rig.apply(IPV4).await.done(), ["~ network tags"]);
    assert!(
        rig.mock
            .mutating_calls()
            .iter()
            .all(|call| call.path.contains("/tags/groundwork")),
        "{:#?}",
        rig.mock.mutating_calls()
    );
    let tags = rig.attribute("networks", "kubernetes-example", "tags");
    assert_eq!(tags.as_array().unwrap().len(), 3, "{tags}");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_only_has_the_name_is_not_removed() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    let name = "kubernetes-example";
    let theirs = rig.with(|os| os.make("demo", "security_groups", json!({ "name": name })));
    rig.destroy(IPV4).await;
    let left = rig.with(|os| os.named("security_groups", name));
    assert_eq!(left, [theirs]);
}

#[tokio::test(start_paused = true)]
async fn the_usual_range_is_refused_where_it_is_taken() {
    let rig = rig(Config::default());
    let (network, ..) = rig.with(|os| {
        let ids = office(os);
        let cidr = json!({ "network_id": ids.0, "cidr": "192.168.0.0/16", "ip_version": 4 });
        os.make("demo", "subnets", cidr);
        ids
    });
    let document = with(IPV4, &format!("network: {network}"));
    assert_eq!(
        errors(&rig.findings(&document).await),
        ["OPENSTACK-SUBNET-OVERLAP"]
    );
    let document = with(
        IPV4,
        &format!("network: {network}\nsubnetCidr: 10.77.0.0/24"),
    );
    rig.apply(&document).await;
}

#[tokio::test(start_paused = true)]
async fn an_ipv6_range_is_refused_where_it_is_taken() {
    let rig = rig(Config::default());
    let (network, ..) = rig.with(|os| {
        let ids = office(os);
        let cidr = json!({ "network_id": ids.0, "cidr": "fd77::/64", "ip_version": 6 });
        os.make("demo", "subnets", cidr);
        ids
    });
    let document = with(
        DUAL,
        &format!("network: {network}\nipv6SubnetCidr: fd77::/64"),
    );
    assert_eq!(
        errors(&rig.findings(&document).await),
        ["OPENSTACK-SUBNET-OVERLAP"]
    );
}
