//! A network that exists: verified as a whole, and never changed.

use crate::site::{DUAL, Pass, Rig, errors, rig, with};
use groundwork_model::Severity;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack};
use serde_json::{Value, json};

/// Ids of an existing network, and the document that names them.
struct Existing {
    rig: Rig,
    network: String,
    ipv4: String,
    ipv6: String,
    router: String,
    group: String,
}

fn v6(network: &str) -> Value {
    json!({
        "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6, "name": "nodes-v6",
        "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac",
    })
}

impl Existing {
    async fn new(ipv6: impl FnOnce(&str) -> Value) -> Self {
        let rig = rig(Config::default());
        let (network, ipv4, ipv6, router, group) = rig.with(|os| {
            let network = os.make("demo", "networks", json!({ "name": "nodes" }));
            let cidr = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
            let ipv4 = os.make("demo", "subnets", cidr);
            let ipv6 = os.make("demo", "subnets", ipv6(&network));
            let public = os.named("networks", "public").remove(0);
            let gateway =
                json!({ "external_gateway_info": { "network_id": public }, "name": "out" });
            let router = os.make("demo", "routers", gateway);
            os.join(&router, &ipv4);
            os.join(&router, &ipv6);
            let group = os.make("demo", "security_groups", json!({ "name": "nodes" }));
            open(os, &group);
            (network, ipv4, ipv6, router, group)
        });
        Self {
            rig,
            network,
            ipv4,
            ipv6,
            router,
            group,
        }
    }

    fn document(&self) -> String {
        let Self {
            rig: _,
            network,
            ipv4,
            ipv6,
            router,
            group,
        } = self;
        let lines = format!(
            "network: {network}\nsubnetID: {ipv4}\nipv6SubnetID: {ipv6}\nrouterID: {router}\nsecurityGroups: {group}"
        );
        with(DUAL, &lines)
    }

    async fn verified(&self, document: &str) -> Pass {
        let before = self.rig.mock.inventory();
        let pass = self.rig.plan(document).await;
        assert_eq!(pass.done(), Vec::<String>::new());
        assert!(pass.planned.states.iter().all(|(_, known)| !known.managed));
        assert!(self.rig.mock.inventory() == before);
        pass
    }
}

/// Everything comes in.
fn open(os: &mut OpenStack, group: &str) {
    for family in ["IPv4", "IPv6"] {
        rule(os, group, json!({ "ethertype": family }));
    }
}

fn rule(os: &mut OpenStack, group: &str, mut fields: Value) {
    fields["security_group_id"] = group.into();
    fields["direction"] = "ingress".into();
    os.make("demo", "security_group_rules", fields);
}

#[tokio::test(start_paused = true)]
async fn a_fit_network_is_verified_and_not_touched() {
    let existing = Existing::new(v6).await;
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(
        errors(pass.findings()),
        Vec::<&str>::new(),
        "{:#?}",
        pass.findings()
    );
}

#[tokio::test(start_paused = true)]
async fn names_do_as_well_as_ids_where_exactly_one_has_them() {
    let existing = Existing::new(v6).await;
    let document = existing
        .document()
        .replace(&format!("network: {}", existing.network), "network: nodes")
        .replace(&existing.group, "nodes");
    existing.verified(&document).await;
    existing
        .rig
        .with(|os| os.make("demo", "networks", json!({ "name": "nodes" })));
    assert_eq!(
        errors(&existing.rig.findings(&document).await),
        ["OPENSTACK-SEVERAL"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_router_is_found_by_the_subnets_ports() {
    let existing = Existing::new(v6).await;
    let line = format!("      routerID: {}\n", existing.router);
    let pass = existing
        .verified(&existing.document().replace(&line, ""))
        .await;
    assert_eq!(pass.known("router").id, existing.router);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_without_modes_is_unfit_unless_another_router_advertises() {
    let bare = |network: &str| json!({ "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6 });
    let existing = Existing::new(bare).await;
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(errors(pass.findings()), ["OPENSTACK-RA-MODE"]);
    let declared = with(&existing.document(), "externalIPv6RA: true");
    assert_eq!(
        errors(existing.verified(&declared).await.findings()),
        Vec::<&str>::new()
    );
}

#[tokio::test(start_paused = true)]
async fn a_way_out_is_needed_for_both_families() {
    let existing = Existing::new(v6).await;
    existing
        .rig
        .with(|os| os.part(&existing.router, &existing.ipv6));
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(errors(pass.findings()), ["OPENSTACK-SUBNET-UNROUTED"]);
    existing.rig.with(|os| {
        os.part(&existing.router, &existing.ipv4);
        os.change(
            "routers",
            &existing.router,
            json!({ "external_gateway_info": {} }),
        );
    });
    let pass = existing.verified(&existing.document()).await;
    let unrouted = "OPENSTACK-SUBNET-UNROUTED";
    assert_eq!(
        errors(pass.findings()),
        [unrouted, unrouted, "OPENSTACK-ROUTER-GATEWAY"]
    );
    let declared = with(&existing.document(), "externalGateway: true");
    assert_eq!(
        errors(existing.verified(&declared).await.findings()),
        Vec::<&str>::new()
    );
}

/// Case 08: neither nodes among themselves, nor node ports, nor IPv4, nor anything out.
#[tokio::test(start_paused = true)]
async fn a_group_that_does_not_let_nodes_talk_is_unfit() {
    let existing = Existing::new(v6).await;
    let group = existing.rig.with(|os| {
        let group = os.make("demo", "security_groups", json!({ "name": "narrow" }));
        let echo = json!({
            "ethertype": "IPv6", "protocol": "ipv6-icmp", "port_range_min": 128,
            "remote_ip_prefix": "2a02:99::/64",
        });
        rule(os, &group, echo);
        group
    });
    let document = existing.document().replace(&existing.group, &group);
    let pass = existing.verified(&document).await;
    assert_eq!(errors(pass.findings()), ["ACCESS-GROUP-RULES"]);
    let of = |severity| {
        let mut found = pass.findings().iter();
        let found = found.find(|f| f.code == "ACCESS-GROUP-RULES" && f.severity == severity);
        let found = found.unwrap_or_else(|| panic!("{:#?}", pass.findings()));
        (found.message.clone(), found.remedy.clone().unwrap())
    };
    let (message, remedy) = of(Severity::Error);
    assert!(
        message.ends_with("does not allow: all from members of the group"),
        "{message}"
    );
    let call = format!(
        "openstack security group rule create --ingress --ethertype IPv6 --remote-group {group} \
         {group}"
    );
    assert!(remedy.contains(&call), "{remedy}");
    let (message, remedy) = of(Severity::Warning);
    for lacking in [
        "icmp from 0.0.0.0/0",
        "icmpv6 from ::/0",
        "tcp 30000-32767 from fd00:10::/32",
    ] {
        assert!(message.contains(lacking), "{message}");
    }
    let call = "--ethertype IPv4 --protocol udp --dst-port 30000:32767 --remote-ip 10.0.0.0/8";
    assert!(remedy.contains(call), "{remedy}");
}

/// What the owner of a group adds, word for word, makes it fit.
#[tokio::test(start_paused = true)]
async fn members_of_one_family_alone_are_not_enough() {
    let existing = Existing::new(v6).await;
    let group = existing.rig.with(|os| {
        let group = os.make("demo", "security_groups", json!({ "name": "ipv4" }));
        rule(os, &group, json!({ "ethertype": "IPv4" }));
        group
    });
    let document = existing.document().replace(&existing.group, &group);
    let pass = existing.verified(&document).await;
    let error = pass.findings().iter().find(|f| f.is_error()).unwrap();
    let expected = "does not allow: IPv6 all from members of the group";
    assert!(error.message.ends_with(expected), "{error:#?}");
}

#[tokio::test(start_paused = true)]
async fn subnets_are_of_their_family_and_of_the_network() {
    let existing = Existing::new(v6).await;
    let Existing { ipv4, ipv6, .. } = &existing;
    let swapped = existing
        .document()
        .replace(&format!("subnetID: {ipv4}"), &format!("subnetID: {ipv6}"))
        .replace(
            &format!("ipv6SubnetID: {ipv6}"),
            &format!("ipv6SubnetID: {ipv4}"),
        );
    let findings = existing.rig.findings(&swapped).await;
    assert!(
        errors(&findings).contains(&"OPENSTACK-SUBNET-FAMILY"),
        "{findings:#?}"
    );
    let other = existing
        .rig
        .with(|os| os.make("demo", "networks", json!({ "name": "other" })));
    let document = existing.document().replace(&existing.network, &other);
    let findings = existing.rig.findings(&document).await;
    assert_eq!(
        errors(&findings),
        ["OPENSTACK-SUBNET-NETWORK", "OPENSTACK-SUBNET-NETWORK"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_external_network_is_none_for_nodes() {
    let rig = rig(Config::default());
    let id = rig.with(|os| os.named("networks", "public").remove(0));
    for named in [id.as_str(), "public"] {
        let document = with(DUAL, &format!("network: {named}"));
        let findings = rig.findings(&document).await;
        assert!(
            errors(&findings).contains(&"OPENSTACK-NETWORK-EXTERNAL"),
            "{named}: {findings:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_named_is_not_removed_with_the_cluster() {
    let existing = Existing::new(v6).await;
    existing.verified(&existing.document()).await;
    let before = existing.rig.mock.inventory();
    let removed = existing.rig.destroy(&existing.document()).await;
    assert_eq!(removed, [""; 0]);
    assert!(existing.rig.mock.inventory() == before);
}

/// The codes of what is wrong after something of an existing network is changed.
async fn unfit(existing: &Existing, change: impl FnOnce(&mut OpenStack)) -> Vec<String> {
    existing.rig.with(change);
    let pass = existing.verified(&existing.document()).await;
    let found = errors(pass.findings()).into_iter();
    found.map(str::to_owned).collect()
}

/// Case 03: the gateway address is a firewall's, and no router can answer there.
#[tokio::test(start_paused = true)]
async fn a_gateway_address_that_somebody_else_has_is_an_error() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        os.part(&existing.router, &existing.ipv4);
        let port = json!({
            "network_id": existing.network, "name": "firewall", "device_owner": "compute:nova",
            "fixed_ips": [{ "subnet_id": existing.ipv4, "ip_address": "10.5.0.1" }],
        });
        os.make("demo", "ports", port);
    });
    let found = found.await;
    assert_eq!(
        found,
        ["OPENSTACK-SUBNET-UNROUTED", "OPENSTACK-GATEWAY-ADDRESS"]
    );
    let pass = existing.verified(&existing.document()).await;
    let mut said = pass.findings().iter();
    let said = said
        .find(|f| f.code == "OPENSTACK-GATEWAY-ADDRESS")
        .unwrap();
    assert!(said.message.contains("port firewall"), "{said:#?}");
    let declared = with(&existing.document(), "externalGateway: true");
    let pass = existing.verified(&declared).await;
    assert_eq!(
        errors(pass.findings()),
        [""; 0],
        "the firewall is the way out"
    );
}

#[tokio::test(start_paused = true)]
async fn a_router_that_answers_at_another_address_is_an_error() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        os.edit("subnets", &existing.ipv4, |body| {
            body.insert("gateway_ip".to_owned(), json!("10.5.0.254"));
        });
    });
    assert_eq!(found.await, ["OPENSTACK-GATEWAY-ADDRESS"]);
}

/// Case 05: other subnets behind the router, and its static routes.
#[tokio::test(start_paused = true)]
async fn pods_and_services_keep_off_everything_behind_the_router() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        let other = os.make("demo", "networks", json!({ "name": "db" }));
        let cidr = json!({ "network_id": other, "cidr": "10.240.18.0/24", "ip_version": 4 });
        let services = os.make("demo", "subnets", cidr);
        os.join(&existing.router, &services);
        let route = json!({ "destination": "172.25.128.0/17", "nexthop": "10.5.0.9" });
        os.change("routers", &existing.router, json!({ "routes": [route] }));
    });
    assert_eq!(found.await, ["NETWORK-OVERLAP", "NETWORK-OVERLAP"]);
}

/// Case 06: nodes get a security group, which nothing takes there.
#[tokio::test(start_paused = true)]
async fn a_network_without_port_security_is_an_error() {
    let existing = Existing::new(v6).await;
    let off = json!({ "port_security_enabled": false });
    let found = unfit(&existing, |os| {
        os.change("networks", &existing.network, off)
    });
    assert_eq!(found.await, ["OPENSTACK-PORT-SECURITY"]);
}

/// Case 06, of a network of ours: it is drift, and is turned on again.
#[tokio::test(start_paused = true)]
async fn port_security_of_our_network_is_turned_on_again() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    let is_on = |os: &mut OpenStack| -> Value {
        let id = os.named("networks", "kubernetes-example").remove(0);
        os.body("networks", &id).unwrap()["port_security_enabled"].clone()
    };
    assert_eq!(rig.with(is_on), true);
    rig.with(|os| {
        let id = os.named("networks", "kubernetes-example").remove(0);
        os.change("networks", &id, json!({ "port_security_enabled": false }));
    });
    let pass = rig.apply(DUAL).await;
    assert_eq!(pass.done(), ["~ network port_security_enabled"]);
    assert_eq!(rig.with(is_on), true);
}

/// Case 09: an external network of one family.
/// A release that is newer than we know says what nobody has heard of.
#[tokio::test(start_paused = true)]
async fn words_that_are_unknown_are_no_crash() {
    let cases: [(&str, &str, &str, &[&str]); 5] = [
        ("networks", "network", "status", &[]),
        ("routers", "router", "status", &[]),
        ("subnets", "ipv6", "ipv6_ra_mode", &["OPENSTACK-RA-MODE"]),
        (
            "subnets",
            "ipv6",
            "ipv6_address_mode",
            &["OPENSTACK-RA-MODE"],
        ),
        ("ports", "", "device_owner", &[]),
    ];
    for (kind, which, field, expected) in cases {
        let existing = Existing::new(v6).await;
        let found = unfit(&existing, |os| {
            let id = match which {
                "network" => existing.network.clone(),
                "router" => existing.router.clone(),
                "ipv6" => existing.ipv6.clone(),
                _ => os.make("demo", "ports", json!({ "network_id": existing.network })),
            };
            os.edit(kind, &id, |body| {
                body.insert(field.to_owned(), json!("of-2031"));
            });
        });
        assert_eq!(found.await, expected, "{kind} {field}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_without_ipv4_is_an_error() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        let outside = json!({ "name": "outside6", "router:external": true });
        let outside = os.make("admin", "networks", outside);
        let range = json!({
            "network_id": outside, "cidr": "2a02:9999::/64", "ip_version": 6, "enable_dhcp": false,
        });
        os.make("admin", "subnets", range);
        let gateway = json!({ "external_gateway_info": { "network_id": outside } });
        os.change("routers", &existing.router, gateway);
    });
    assert_eq!(found.await, ["OPENSTACK-ROUTER-IPV4"]);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_that_serves_other_devices_is_an_error() {
    let existing = Existing::new(v6).await;
    let types = json!({ "service_types": ["network:floatingip_agent_gateway"] });
    let found = unfit(&existing, |os| os.change("subnets", &existing.ipv4, types));
    assert_eq!(found.await, ["OPENSTACK-SUBNET-DEVICES"]);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_without_free_addresses_is_an_error() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        let pool = json!([{ "start": "10.5.0.10", "end": "10.5.0.11" }]);
        os.change(
            "subnets",
            &existing.ipv4,
            json!({ "allocation_pools": pool }),
        );
        for _ in 0..2 {
            let address = json!([{ "subnet_id": existing.ipv4 }]);
            let port = json!({ "network_id": existing.network, "fixed_ips": address });
            os.make("demo", "ports", port);
        }
    });
    assert_eq!(found.await, ["OPENSTACK-SUBNET-FULL"]);
}

/// Case 11: with 1300 bytes, pods behind Cilium's VXLAN have no IPv6.
#[tokio::test(start_paused = true)]
async fn packets_have_to_hold_ipv6_inside_the_overlay() {
    let existing = Existing::new(v6).await;
    let small = json!({ "mtu": 1300 });
    let found = unfit(&existing, |os| {
        os.change("networks", &existing.network, small)
    });
    assert_eq!(found.await, ["EXISTING-PACKET-SIZE"]);
}

/// What a router does for one family alone, or not at all, is said though it stops no node.
#[tokio::test(start_paused = true)]
async fn what_a_gateway_does_not_do_is_warned_of() {
    for (gateway, code) in [
        (json!({ "enable_snat": false }), "OPENSTACK-ROUTER-SNAT"),
        (json!({}), "OPENSTACK-ROUTER-IPV6"),
    ] {
        let existing = Existing::new(v6).await;
        existing.rig.with(|os| {
            let outside = json!({ "name": "outside4", "router:external": true });
            let outside = os.make("admin", "networks", outside);
            let range = json!({
                "network_id": outside, "cidr": "203.0.113.0/24", "ip_version": 4, "enable_dhcp": false,
            });
            os.make("admin", "subnets", range);
            let mut info = json!({ "network_id": outside });
            if let (Value::Object(info), Value::Object(more)) = (&mut info, gateway) {
                info.extend(more);
            }
            let change = json!({ "external_gateway_info": info });
            os.change("routers", &existing.router, change);
        });
        let pass = existing.verified(&existing.document()).await;
        assert_eq!(errors(pass.findings()), [""; 0], "{:#?}", pass.findings());
        let said = pass.findings().iter().any(|finding| finding.code == code);
        assert!(said, "{code}: {:#?}", pass.findings());
    }
}

/// A gateway address that is nobody's leads nowhere.
#[tokio::test(start_paused = true)]
async fn a_subnet_without_a_gateway_address_is_an_error() {
    let existing = Existing::new(v6).await;
    let found = unfit(&existing, |os| {
        os.edit("subnets", &existing.ipv4, |body| {
            body.insert("gateway_ip".to_owned(), Value::Null);
        });
    });
    assert!(found.await.contains(&"OPENSTACK-SUBNET-GATEWAY".to_owned()));
}

/// Without DHCP nodes are not told their addresses.
#[tokio::test(start_paused = true)]
async fn a_subnet_without_dhcp_is_warned_of() {
    let existing = Existing::new(v6).await;
    existing.rig.with(|os| {
        os.edit("subnets", &existing.ipv4, |body| {
            body.insert("enable_dhcp".to_owned(), json!(false));
        });
    });
    let pass = existing.verified(&existing.document()).await;
    let said = pass.findings().iter();
    let said = said.filter(|finding| finding.code == "OPENSTACK-SUBNET-DHCP");
    assert_eq!(said.count(), 1, "{:#?}", pass.findings());
}
