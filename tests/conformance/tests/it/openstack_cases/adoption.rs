//! The reference system's objects, which have its names and no label, are taken over.

use conformance::{Lab, Variant};
use groundwork_engine::Finish;
use groundwork_provider::Action;
use mock_cloud::Hand as _;
use mock_openstack::OpenStack;
use serde_json::{Value, json};

use super::{document, errors, over};

/// Their ids, as the reference system writes them into the document.
struct Former {
    network: String,
    ipv4: String,
    ipv6: String,
    router: String,
}

/// What the reference system makes of the cluster.
fn former(cloud: &mut OpenStack) -> Former {
    let name = "kubernetes-harbour";
    let network = cloud.make("demo", "networks", json!({ "name": name }));
    let ipv4 = cloud.make(
        "demo",
        "subnets",
        json!({ "network_id": network, "cidr": "192.168.1.0/24", "ip_version": 4, "name": name }),
    );
    let mode = "dhcpv6-stateless";
    let ipv6 = json!({
        "network_id": network, "cidr": "fd00::/64", "ip_version": 6,
        "name": format!("{name}-ipv6"), "ipv6_address_mode": mode, "ipv6_ra_mode": mode,
    });
    let ipv6 = cloud.make("demo", "subnets", ipv6);
    let public = cloud.named("networks", "public").remove(0);
    let gateway = json!({ "network_id": public });
    let router = json!({ "name": name, "external_gateway_info": gateway });
    let router = cloud.make("demo", "routers", router);
    cloud.join(&router, &ipv4);
    cloud.join(&router, &ipv6);
    cloud.make("demo", "security_groups", json!({ "name": name }));
    Former {
        network,
        ipv4,
        ipv6,
        router,
    }
}

/// The documents of such a cluster: as the user wrote it, and as the reference system completes it.
fn documents(former: &Former) -> Vec<(&'static str, Value)> {
    let name = "kubernetes-harbour";
    vec![
        ("nothing named", json!({})),
        ("network by name", json!({ "network": name })),
        (
            "everything written back",
            json!({
                "network": name, "subnetID": former.ipv4, "ipv6SubnetID": former.ipv6,
                "routerID": former.router, "securityGroups": name,
            }),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_former_cluster_is_taken_over_and_destroyed() {
    for case in 0..3 {
        let subject = over(mock_openstack::Config::default());
        let lab = Lab::open(&subject);
        let before = lab.inventory();
        let former = lab.mock.with(former);
        let (case, section) = documents(&former).remove(case);
        let mut request = lab.request(&document(Variant::DualStack, &section));
        request.options.adopt = true;
        let process = lab.process();
        let ran = process.apply(&request).await;
        let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{case}: {:#?}",
            ran.applied
        );
        let plan = &ran.planned.plan;
        let made = plan
            .items
            .iter()
            .filter(|item| item.action == Action::Create);
        assert_eq!(made.count(), 0, "{case}: {plan:#?}");
        for (address, id) in [
            ("network", &former.network),
            ("subnet/ipv4", &former.ipv4),
            ("subnet/ipv6", &former.ipv6),
            ("router", &former.router),
        ] {
            let item = plan.item(address).expect("it is planned");
            assert_eq!(item.action, Action::Update, "{case}: {address}");
            assert_eq!(
                &item.found.as_ref().expect("it is there").id,
                id,
                "{case}: {address}"
            );
        }
        lab.quiet().await;
        request.options.adopt = false;
        let again = process.plan(&request).await.expect("it looks").plan;
        assert!(again.is_empty(), "{case}: {again:#?}");
        let ran = process.destroy(&request).await;
        let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{case}: {:#?}",
            ran.applied
        );
        lab.quiet().await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_flag_nothing_is_taken_over() {
    let subject = over(mock_openstack::Config::default());
    let lab = Lab::open(&subject);
    let former = lab.mock.with(former);
    for (case, section) in documents(&former) {
        let request = lab.request(&document(Variant::DualStack, &section));
        lab.mock.clear_calls();
        let findings = lab.process().told(&request).await;
        match case {
            // An object that is named, and not ours, is external: verified as it is.
            "everything written back" => {
                assert!(!errors(&findings).contains(&"ENGINE-ADOPTABLE"), "{case}");
            }
            _ => assert!(!errors(&findings).is_empty(), "{case}: {findings:#?}"),
        }
        assert_eq!(lab.mock.mutating_calls(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn several_of_one_name_are_ambiguous() {
    let subject = over(mock_openstack::Config::default());
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut OpenStack| {
        former(cloud);
        cloud.make("demo", "networks", json!({ "name": "kubernetes-harbour" }));
    });
    let mut request = lab.request(&document(Variant::DualStack, &json!({})));
    request.options.adopt = true;
    lab.mock.clear_calls();
    let planned = lab.process().plan(&request).await.expect("it looks");
    let network = planned.plan.item("network").expect("it is planned");
    assert_eq!(network.action, Action::Ambiguous, "{:#?}", planned.plan);
    assert!(planned.plan.is_blocked());
    assert_eq!(lab.mock.mutating_calls(), []);
}
