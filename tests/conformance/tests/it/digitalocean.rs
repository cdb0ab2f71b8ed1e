//! The suite over DigitalOcean, and what DigitalOcean alone can show.

use conformance::{Lab, Subject, Variant, done, merged, subjects::DigitalOceanSubject};
use groundwork_engine::Trouble;
use groundwork_model::Finding;
use mock_cloud::Hand as _;
use mock_digitalocean::{Config, DigitalOcean};
use serde_json::{Value, json};

conformance::mount!(
    DigitalOceanSubject::default(),
    all_but [ids_written_back_change_nothing]
        because "KKP has no field for a network of DigitalOcean: nothing can be written back"
);

/// Machines that have the tag of the cluster before there is a network, and after.
mod shared_tag {
    use conformance::subjects::DigitalOceanSubject;

    fn subject() -> DigitalOceanSubject {
        DigitalOceanSubject {
            is_tag_shared: true,
            ..DigitalOceanSubject::default()
        }
    }

    conformance::mount!(
        subject(),
        only [
            the_subject_is_sound,
            apply_then_plan_is_empty,
            done_means_done,
            destroy_leaves_what_was_there_before,
            destroy_needs_no_document,
        ] because "the rest is the same whoever has the tag"
    );
}

/// Subnets, which carry no label and have a listing for each VPC.
mod subnets {
    use conformance::subjects::DigitalOceanSubject;

    fn subject() -> DigitalOceanSubject {
        DigitalOceanSubject {
            has_subnet: true,
            ..DigitalOceanSubject::default()
        }
    }

    conformance::mount!(
        subject(),
        only [
            the_subject_is_sound,
            every_call_is_in_the_table_of_operations,
            every_page_of_a_listing_is_read,
            apply_then_plan_is_empty,
            apply_twice_changes_nothing,
            done_means_done,
            a_no_op_lists_each_kind_once,
            the_same_input_gives_the_same_graph_and_plan,
            ipv4_becomes_dual_stack_in_place,
            a_change_of_families_ends_in_the_same_bodies,
            destroy_leaves_what_was_there_before,
            destroy_needs_no_document,
            the_document_changes_before_destroy,
            strangers_inside_ours_are_left_alone,
            what_comes_between_look_and_delete_stays,
            each_call_fails,
            each_call_of_a_look_fails,
            each_reply_is_lost,
            each_effect_comes_late,
            each_listing_is_stale,
            each_step_is_repeated,
            each_call_of_a_destroy_fails,
            the_process_dies_after_each_entry,
            the_process_dies_before_each_entry,
            the_process_dies_at_each_entry_of_a_destroy,
            the_state_file_is_lost,
            the_state_file_is_lost_before_destroy,
            two_processes_apply_at_once,
            what_is_in_the_way_stops_a_destroy,
        ] because "a range can be of one cluster alone, so that no second one can have the same document"
    );
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}

fn with(document: &Value, section: Value) -> Value {
    merged(
        document.clone(),
        &json!({ "spec": { "cloud": { "digitalocean": section } } }),
    )
}

/// The first VPC of a region becomes its default, which is never deleted: that is said before one is
/// made, a destroy ends well all the same, and the next cluster of that name can be made.
#[tokio::test(start_paused = true)]
async fn the_first_vpc_of_a_region_is_released() {
    let subject = DigitalOceanSubject {
        config: Config {
            default_vpcs: vec!["ams3"],
            ..Config::default()
        },
        ..DigitalOceanSubject::default()
    };
    let lab = Lab::open(&subject);
    // The colleague's VPC of the subject is the first one of its region.
    lab.mock.with(|cloud: &mut DigitalOcean| {
        let droplet = cloud.named("droplets", "a-colleagues").remove(0);
        cloud.vanish("droplets", &droplet);
        for kind in ["vpcs", "subnets"] {
            let id = cloud.named(kind, "a-colleagues").remove(0);
            cloud.vanish(kind, &id);
        }
    });
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let ran = done(process.apply(&request).await, "apply");
    assert!(codes(&ran.planned.plan.findings).contains(&"DIGITALOCEAN-FIRST-VPC"));
    lab.quiet().await;
    let ran = done(process.destroy(&request).await, "destroy");
    let findings = &ran.planned.plan.findings;
    assert!(
        codes(findings).contains(&"DIGITALOCEAN-DEFAULT-STAYS"),
        "{findings:#?}"
    );
    lab.quiet().await;
    let inventory = lab.inventory();
    let vpcs: Vec<_> = inventory
        .kind("vpcs")
        .filter(|vpc| vpc.body["region"] == "fra1")
        .collect();
    assert_eq!(vpcs.len(), 1, "{vpcs:#?}");
    assert!(vpcs[0].name.starts_with("default-fra1-"), "{vpcs:#?}");
    assert!(!vpcs[0].text.contains("groundwork/"), "{vpcs:#?}");
    done(process.apply(&request).await, "apply");
    assert_eq!(lab.mock.violations().len(), 0);
}

/// The refusal of a VPC with members, whatever its status, names them.
#[tokio::test(start_paused = true)]
async fn members_that_come_late_are_named() {
    for members_refusal in [403, 409] {
        let subject = DigitalOceanSubject {
            config: Config {
                members_refusal,
                ..Config::default()
            },
            ..DigitalOceanSubject::default()
        };
        let lab = Lab::open(&subject);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        done(process.apply(&request).await, "apply");
        lab.quiet().await;
        let vpc = conformance::own(&lab.mock, "vpcs").id;
        let session = process.session(&request).await.expect("it connects");
        let planned = session.teardown(groundwork_engine::Patience::Settle).await;
        let planned = planned.unwrap_or_else(|why| panic!("{why:#?}"));
        let droplet = lab.mock.with(|cloud: &mut DigitalOcean| {
            let body = json!({
                "name": "late", "region": "fra1", "size": "s-1vcpu-2gb", "image": "debian-13-x64",
                "vpc_uuid": vpc,
            });
            cloud.make("droplets", body)
        });
        let stop = tokio_util::sync::CancellationToken::new();
        let ran = session.run(&planned, &mut |_| {}, &stop).await;
        let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
        let told = format!("{:?}", ran.failures);
        assert!(
            told.contains(&format!("do:droplet:{droplet}")),
            "{members_refusal}: {told}"
        );
        lab.assert_harmless("a late member");
    }
}

/// Everything that is wrong with a document is told at once, each with its place.
#[tokio::test(start_paused = true)]
async fn bad_input_gets_all_findings_at_once() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    let section = json!({
        "vpcRange": "10.244.0.0/20",
        "subnets": [
            { "name": "a b", "range": "10.200.0.0/25" },
            { "name": "c", "range": "2001:db8::/64" },
            { "name": "c", "range": "10.203.0.0/24" },
        ],
        "sshSources": ["192.0.2.1/33"],
    });
    let document = with(&subject.cluster(Variant::DualStack), section);
    let document = merged(
        document,
        &json!({ "metadata": { "name": "pond.of.frogs" } }),
    );
    let findings = match lab.process().plan(&lab.request(&document)).await {
        Err(Trouble::Unfit(findings)) => findings,
        Err(trouble) => panic!("{trouble:#?}"),
        Ok(planned) => panic!("{:#?}", planned.plan.findings),
    };
    let errors = findings.iter().filter(|finding| finding.is_error());
    let places: Vec<&str> = errors
        .filter_map(|finding| finding.field.as_deref())
        .collect();
    let section = "spec.cloud.digitalocean";
    for place in [
        "metadata.name".to_owned(),
        format!("{section}.vpcRange"),
        format!("{section}.subnets[0].name"),
        format!("{section}.subnets[0].range"),
        format!("{section}.subnets[1].range"),
        format!("{section}.subnets[2].name"),
        format!("{section}.sshSources[0]"),
    ] {
        assert!(
            places.contains(&&*place),
            "{place} is not among {places:#?}"
        );
    }
    assert_eq!(lab.mock.calls(), []);
}

/// Nodes are judged by their droplets: which have no IPv6, which are elsewhere.
#[tokio::test(start_paused = true)]
async fn droplets_without_ipv6_are_named() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    let vpc = conformance::own(&lab.mock, "vpcs").id;
    let make = |name: &str, image: &str, more: Value| {
        let body = json!({
            "name": name, "region": "fra1", "size": "s-1vcpu-2gb", "image": image,
            "tags": ["kubernetes-cluster-pond"],
        });
        let body = merged(body, &more);
        lab.mock
            .with(|cloud: &mut DigitalOcean| cloud.make("droplets", body))
    };
    make(
        "both",
        "debian-13-x64",
        json!({ "vpc_uuid": vpc, "ipv6": true }),
    );
    make("single", "debian-13-x64", json!({ "vpc_uuid": vpc }));
    make("elsewhere", "rockylinux-10-x64", json!({ "ipv6": true }));
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks").plan;
    let told: Vec<String> = planned.findings.iter().map(ToString::to_string).collect();
    let told_of = |name: &str, words: &str| {
        told.iter()
            .any(|line| line.contains(name) && line.contains(words))
    };
    assert!(told_of("droplet single", "have no IPv6"), "{told:#?}");
    assert!(
        told_of("droplet elsewhere", "not in the cluster's VPC"),
        "{told:#?}"
    );
    assert!(
        told_of("droplet elsewhere", "after the kubelet has started"),
        "{told:#?}"
    );
    assert!(
        !told.iter().any(|line| line.contains("droplet both")),
        "{told:#?}"
    );
    assert!(planned.is_empty(), "{planned:#?}");
}

/// A cluster's VPC keeps off every range of the account, of the cluster, and of DigitalOcean.
#[tokio::test(start_paused = true)]
async fn a_range_that_is_chosen_is_free() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    // The colleague has 10.64.0.0/20; pods get the next one.
    let pods = json!({ "pods": { "cidrBlocks": ["10.64.16.0/20", "fd01::/48"] } });
    let document = merged(
        subject.cluster(Variant::DualStack),
        &json!({ "spec": { "clusterNetwork": pods } }),
    );
    done(lab.process().apply(&lab.request(&document)).await, "apply");
    let vpc = conformance::own(&lab.mock, "vpcs");
    assert_eq!(vpc.body["ip_range"], "10.64.32.0/20");
}

/// A NAT gateway that is named has to serve the VPC; it is never made.
#[tokio::test(start_paused = true)]
async fn a_nat_gateway_is_verified() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    let document = subject.cluster(Variant::DualStack);
    let request = lab.request(&document);
    let process = lab.process();
    done(process.apply(&request).await, "apply");
    let vpc = conformance::own(&lab.mock, "vpcs").id;
    let asked = lab.request(&with(&document, json!({ "natGateway": "out" })));
    match process.plan(&asked).await {
        Err(Trouble::Unfit(findings)) => {
            assert!(
                codes(&findings).contains(&"DIGITALOCEAN-NAMED"),
                "{findings:#?}"
            );
        }
        Err(trouble) => panic!("{trouble:#?}"),
        Ok(planned) => panic!("{:#?}", planned.plan),
    }
    lab.mock.with(|cloud: &mut DigitalOcean| {
        let vpcs = json!([{ "vpc_uuid": vpc, "default_gateway": true }]);
        let body =
            json!({ "name": "out", "region": "fra1", "size": 1, "type": "PUBLIC", "vpcs": vpcs });
        cloud.make("vpc_nat_gateways", body);
        cloud.settle();
    });
    lab.quiet().await;
    let planned = process.plan(&asked).await.expect("it looks").plan;
    assert!(planned.is_empty() && !planned.is_blocked(), "{planned:#?}");
}

/// What is ours stays ours where the document names it.
#[tokio::test(start_paused = true)]
async fn naming_our_own_changes_nothing() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    let document = subject.cluster(Variant::DualStack);
    let (process, before) = (lab.process(), lab.inventory());
    done(process.apply(&lab.request(&document)).await, "apply");
    lab.quiet().await;
    let id = |kind: &str| conformance::own(&lab.mock, kind).id;
    let section = json!({ "vpc": id("vpcs"), "firewall": id("firewalls") });
    let request = lab.request(&with(&document, section));
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
    done(process.destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// The tag of a cluster stays while something carries it, or another firewall names it.
#[tokio::test(start_paused = true)]
async fn a_tag_that_others_use_stays() {
    let subject = DigitalOceanSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.mock.with(|cloud: &mut DigitalOcean| {
        let rule = json!({
            "protocol": "tcp", "ports": "5432", "sources": { "tags": ["kubernetes-cluster-pond"] },
        });
        cloud.make(
            "firewalls",
            json!({ "name": "database", "inbound_rules": [rule] }),
        );
    });
    lab.quiet().await;
    done(process.destroy(&request).await, "destroy");
    let inventory = lab.inventory();
    assert!(inventory.objects["tags"].contains_key("kubernetes-cluster-pond"));
    assert_eq!(lab.mock.violations().len(), 0);
}
