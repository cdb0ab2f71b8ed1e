//! The suite over the toy, and what the toy alone can show.

use std::{collections::BTreeSet, time::Duration};

use conformance::{
    Lab, Process, Ran, Subject, Variant, done, merged,
    subjects::ToySubject,
    toy::cloud::{Config, ToyCloud},
};
use groundwork_engine::{Finish, Trouble};
use groundwork_model::Family;
use groundwork_provider::{Action, Plan};
use ipnet::Ipv4Net;
use mock_cloud::{Author, Cloud};
use serde_json::{Value, json};

conformance::mount!(ToySubject::default(), all_but [
    what_two_killed_runs_left_becomes_one_network,
] because "a subnet of this cloud has no label: that it is ours, only the journal of its maker says");

mod twice {
    use conformance::subjects::ToySubject;

    conformance::mount!(ToySubject::default(), only [
        a_change_that_is_made_twice_ends_well,
    ] because "Neutron calls a range that is taken bad input: not every driver can keep it");
}

/// A cloud that numbers the objects of each kind from one: every id is that of a network, of a
/// gateway and of an attachment, some of them somebody else's.
mod numbered {
    use conformance::{subjects::ToySubject, toy::cloud::Config};

    fn subject() -> ToySubject {
        let config = Config {
            numbered: true,
            ..Config::default()
        };
        ToySubject { config }
    }

    conformance::mount!(subject(), only [
        apply_then_plan_is_empty,
        apply_twice_changes_nothing,
        ids_written_back_change_nothing,
        ipv4_becomes_dual_stack_in_place,
        dual_stack_becomes_ipv4_again,
        destroy_leaves_what_was_there_before,
        destroy_needs_no_document,
        a_named_network_is_not_compared_with_our_defaults,
        the_process_dies_after_each_entry,
        the_process_dies_before_each_entry,
        the_process_dies_at_each_entry_of_a_destroy,
        the_state_file_is_lost,
        the_state_file_is_lost_before_destroy,
        two_processes_apply_at_once,
        what_is_in_the_way_stops_a_destroy,
        two_used_twins_are_ambiguous,
    ] because "the rest does not depend on ids");
}

fn with(subject: &ToySubject, patch: Value) -> Value {
    merged(
        subject.cluster(Variant::DualStack),
        &json!({ "spec": { "cloud": { "toy": patch } } }),
    )
}

async fn applied(lab: &Lab<'_>, process: &Process, document: &Value) -> Ran {
    let ran = done(process.apply(&lab.request(document)).await, "apply");
    lab.quiet().await;
    ran
}

async fn planned(lab: &Lab<'_>, process: &Process, document: &Value) -> Plan {
    let planned = process.plan(&lab.request(document)).await;
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

fn actions(plan: &Plan) -> Vec<(&str, Action)> {
    let items = plan.items.iter();
    items
        .map(|item| (item.address.as_str(), item.action))
        .collect()
}

fn action(plan: &Plan, address: &str) -> Action {
    plan.item(address)
        .unwrap_or_else(|| panic!("{address} is in {:?}", actions(plan)))
        .action
}

/// What the cloud says of our subnets.
fn subnets(lab: &Lab<'_>) -> Vec<Value> {
    let inventory = lab.inventory();
    let ours = inventory
        .kind("subnets")
        .filter(|entry| entry.author == Author::Api);
    ours.map(|entry| Value::Object(entry.body.clone()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_range_that_changes_replaces_the_network_and_what_lives_inside_once_it_is_allowed() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = subject.cluster(Variant::DualStack);
    applied(&lab, &process, &document).await;
    let edited = with(&subject, json!({ "range": "10.7.0.0/16" }));
    let mut request = lab.request(&edited);
    let plan = planned(&lab, &process, &edited).await;
    for address in ["network", "subnet/a", "subnet/b", "attachment"] {
        assert_eq!(action(&plan, address), Action::Replace, "{address}");
    }
    assert_eq!(action(&plan, "gateway"), Action::Keep);
    lab.mock.clear_calls();
    let refused = process.apply(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
    request
        .options
        .replace
        .insert("network".parse().expect("it is an address"));
    let ran = process.apply(&request).await.expect("it is allowed");
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
    assert!(planned(&lab, &process, &edited).await.is_empty());
    assert!(
        subnets(&lab)
            .iter()
            .all(|s| s["range"].as_str().unwrap().starts_with("10.7."))
    );
    lab.assert_harmless("a replacement");
}

#[tokio::test(start_paused = true)]
async fn a_prefix_that_comes_late_is_cut_into_parts_that_do_not_collide() {
    let subject = ToySubject {
        config: Config {
            zones: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            ..Config::default()
        },
    };
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = subject.cluster(Variant::DualStack);
    let plan = planned(&lab, &process, &document).await;
    assert!(
        plan.item("subnet/a").unwrap().late,
        "its prefix is known after apply"
    );
    applied(&lab, &process, &document).await;
    let texts = |field: &str| -> BTreeSet<String> {
        subnets(&lab)
            .iter()
            .filter_map(|s| Some(s[field].as_str()?.to_owned()))
            .collect()
    };
    assert_eq!((texts("prefix").len(), texts("range").len()), (5, 5));
}

#[tokio::test(start_paused = true)]
async fn a_zone_more_changes_no_existing_subnet() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = subject.cluster(Variant::DualStack);
    applied(&lab, &process, &document).await;
    let before = subnets(&lab);
    lab.mock.with(|cloud: &mut ToyCloud| cloud.add_zone("0"));
    let plan = planned(&lab, &process, &document).await;
    let changed: Vec<_> = plan
        .mutating()
        .map(|item| (item.address.as_str(), item.action))
        .collect();
    assert_eq!(changed, [("subnet/0", Action::Create)]);
    // The journal is lost as well: what exists still wins.
    let process = lab.process();
    applied(&lab, &process, &document).await;
    let after = subnets(&lab);
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|subnet| after.contains(subnet)));
}

#[tokio::test(start_paused = true)]
async fn subnets_of_one_network_take_their_turns() {
    let subject = ToySubject {
        config: Config {
            zones: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            ..Config::default()
        },
    };
    let lab = Lab::open(&subject);
    applied(&lab, &lab.process(), &subject.cluster(Variant::DualStack)).await;
    let refused: Vec<_> = lab
        .mock
        .calls()
        .into_iter()
        .filter(|call| call.status == Some(409))
        .collect();
    assert_eq!(refused, [], "nobody trampled on anybody");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_the_cloud_forgets_is_no_loss() {
    let config = Config {
        memory: Duration::ZERO,
        ..Config::default()
    };
    let subject = ToySubject { config };
    let lab = Lab::open(&subject);
    let (process, document) = (lab.process(), subject.cluster(Variant::DualStack));
    let before = lab.inventory();
    applied(&lab, &process, &document).await;
    assert!(planned(&lab, &process, &document).await.is_empty());
    process
        .destroy(&lab.request(&document))
        .await
        .expect("it destroys");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_named_gateway_is_verified_and_never_changed() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let gateway = lab.mock.with(|cloud: &mut ToyCloud| {
        cloud.add_gateway("the company's", "", &BTreeSet::from(Family::BOTH))
    });
    let before = lab.inventory();
    let document = with(&subject, json!({ "gateway": gateway }));
    let ran = applied(&lab, &process, &document).await;
    assert_eq!(action(&ran.planned.plan, "gateway"), Action::Verified);
    assert_eq!(action(&ran.planned.plan, "attachment"), Action::Create);

    lab.mock.with(|cloud: &mut ToyCloud| {
        cloud.set("gateways", &gateway, "families", json!(["IPv4"]));
    });
    let plan = planned(&lab, &process, &document).await;
    assert_eq!(action(&plan, "gateway"), Action::Violated);
    let finding = plan.findings.iter().find(|finding| finding.is_error());
    let finding = finding.expect("a violation is a finding");
    assert!(
        finding.message.contains(&gateway) && finding.remedy.is_some(),
        "{finding:?}"
    );
    lab.mock.clear_calls();
    let refused = process.apply(&lab.request(&document)).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);

    // A destroy takes what we attached to it, and leaves the gateway: even without a journal.
    lab.mock.with(|cloud: &mut ToyCloud| {
        cloud.set("gateways", &gateway, "families", json!(["IPv4", "IPv6"]));
    });
    let next = lab.process();
    next.destroy(&lab.request(&document))
        .await
        .expect("it destroys");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
    lab.assert_harmless("a named gateway");
}

#[tokio::test(start_paused = true)]
async fn a_named_object_that_is_not_there_is_said_and_nothing_is_made() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let document = with(&subject, json!({ "gateway": "no-such-gateway" }));
    let plan = planned(&lab, &lab.process(), &document).await;
    assert_eq!(action(&plan, "gateway"), Action::Violated);
    let refused = lab.process().apply(&lab.request(&document)).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn what_would_belong_to_nobody_is_not_made() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let (network, gateway) = lab.mock.with(|cloud: &mut ToyCloud| {
        let range = Ipv4Net::new_assert([10, 0, 0, 0].into(), 16);
        let network = cloud.add_network("the company's", "", range);
        let gateway = cloud.add_gateway("the company's", "", &BTreeSet::from(Family::BOTH));
        (network, gateway)
    });
    let before = lab.inventory();
    let document = with(&subject, json!({ "network": network, "gateway": gateway }));
    // Neither the subnets nor the attachment can carry a label, and nothing that they join is ours.
    let refused = process.apply(&lab.request(&document)).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);

    // With all of it there, it is verified, and a destroy leaves it alone.
    lab.mock.with(|cloud: &mut ToyCloud| {
        for (number, zone) in [(1, "a"), (2, "b")] {
            let range = Ipv4Net::new_assert([10, 0, number, 0].into(), 24);
            let subnet = cloud.add_subnet(&network, &format!("node-{zone}"), zone, range);
            let prefix = format!("fd00:0:2:{number}::/64");
            cloud.set("subnets", &subnet, "prefix", json!(prefix));
        }
        cloud.add_attachment(&gateway, &network);
    });
    let plan = planned(&lab, &process, &document).await;
    let external = plan
        .items
        .iter()
        .all(|item| item.action == Action::Verified);
    assert!(external, "{:?} {:#?}", actions(&plan), plan.findings);
    let before = lab.inventory();
    for process in [&process, &lab.process()] {
        let _ = process.apply(&lab.request(&document)).await;
        let _ = process.destroy(&lab.request(&document)).await;
    }
    assert_eq!(lab.mock.mutating_calls(), []);
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_another_tool_made_is_taken_over_when_allowed() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let range = ToySubject::RANGE.parse().expect("it is a range");
    let network = lab.mock.with(|cloud: &mut ToyCloud| {
        // Made by the other tool: not the checker's business once it is taken over.
        cloud.store_mut().set_author(Author::Api);
        cloud.add_network("kubernetes-blocks", "", range)
    });
    let document = subject.cluster(Variant::DualStack);
    let mut request = lab.request(&document);
    let refused = process.apply(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
    request.options.adopt = true;
    let ran = process
        .apply(&request)
        .await
        .unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(action(&ran.planned.plan, "network"), Action::Update);
    lab.quiet().await;
    let plan = planned(&lab, &process, &document).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let found = plan
        .item("network")
        .and_then(|item| item.found.clone())
        .expect("it is there");
    assert_eq!(found.id, network, "no second one was made");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_another_hand_removed_is_made_again() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, document) = (lab.process(), subject.cluster(Variant::DualStack));
    let ran = applied(&lab, &process, &document).await;
    let written = merged(
        document.clone(),
        &ran.applied.network.expect("a network").patch,
    );
    let network = ToySubject::own(&lab.mock, "networks").id;
    lab.mock.with(|cloud: &mut ToyCloud| {
        for kind in ["attachments", "subnets"] {
            let ids: Vec<String> = cloud
                .store()
                .list(kind)
                .filter(|object| object.text("network") == network)
                .map(|object| object.id.clone())
                .collect();
            ids.iter().for_each(|id| cloud.take(kind, id));
        }
        cloud.take("networks", &network);
    });
    applied(&lab, &process, &written).await;
    assert_ne!(ToySubject::own(&lab.mock, "networks").id, network);
    lab.assert_harmless("made again");
}

#[tokio::test(start_paused = true)]
async fn a_workload_in_the_way_of_a_delete_is_named_after_a_while() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, document) = (lab.process(), subject.cluster(Variant::DualStack));
    applied(&lab, &process, &document).await;
    let network = ToySubject::own(&lab.mock, "networks").id;
    lab.mock.with(|cloud: &mut ToyCloud| {
        cloud.add_machine(&network, &format!("{network}/node-a"));
    });
    let ran = process
        .destroy(&lab.request(&document))
        .await
        .expect("it is refused by the cloud only");
    assert_eq!(ran.applied.finish, Finish::Failed);
    let (address, _, failure) = &ran.applied.failures[0];
    assert_eq!(address.as_str(), "subnet/a");
    assert!(failure.message.contains("machines"), "{failure:?}");
    let inventory = lab.inventory();
    assert_eq!(inventory.kind("machines").count(), 1);
    assert!(inventory.kind("networks").any(|entry| entry.id == network));
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_said_before_anything_is_made() {
    let config = Config {
        networks_max: 1,
        ..Config::default()
    };
    let subject = ToySubject { config };
    let lab = Lab::open(&subject);
    let plan = planned(&lab, &lab.process(), &subject.cluster(Variant::DualStack)).await;
    assert!(
        plan.findings
            .iter()
            .any(|finding| finding.code == "TOY-QUOTA")
    );
    let refused = lab
        .process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_said_at_once() {
    let subject = ToySubject {
        config: Config {
            zones: Vec::new(),
            ..Config::default()
        },
    };
    let lab = Lab::open(&subject);
    let document = with(&subject, json!({ "range": "10.0.0.0/8" }));
    match lab.process().plan(&lab.request(&document)).await {
        Err(Trouble::Unfit(findings)) => {
            let codes: Vec<&str> = findings.iter().map(|finding| &*finding.code).collect();
            assert!(
                codes.contains(&"TOY-RANGE") && codes.contains(&"TOY-ZONES"),
                "{codes:?}"
            );
        }
        Err(trouble) => panic!("{trouble:?}"),
        Ok(planned) => panic!("{:#?}", planned.plan),
    }
}

#[tokio::test(start_paused = true)]
async fn a_choice_that_somebody_took_meanwhile_is_made_again() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, document) = (lab.process(), subject.cluster(Variant::DualStack));
    applied(&lab, &process, &document).await;
    let ours = subnets(&lab);
    let first = ours
        .iter()
        .find(|subnet| subnet["name"] == "node-a")
        .expect("it is there");
    let network = first["network"].as_str().unwrap().to_owned();
    let id = lab.mock.with(|cloud: &mut ToyCloud| {
        cloud.take("subnets", &format!("{network}/node-a"));
        let range = first["range"].as_str().unwrap().parse().unwrap();
        cloud.add_subnet(&network, "printers", "a", range)
    });
    applied(&lab, &process, &document).await;
    let again = subnets(&lab);
    let again = again
        .iter()
        .find(|subnet| subnet["name"] == "node-a")
        .expect("it is there");
    assert_ne!(again["range"], first["range"], "the printers have it");
    assert_eq!(again["prefix"], first["prefix"], "which is still free");
    assert!(lab.inventory().kind("subnets").any(|entry| entry.id == id));
}

#[tokio::test(start_paused = true)]
async fn a_cloud_that_never_finishes_is_given_up_on() {
    let config = Config {
        build: Duration::from_secs(10 * 24 * 3600),
        ..Config::default()
    };
    let subject = ToySubject { config };
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Failed);
    let failed: Vec<_> = ran
        .applied
        .failures
        .iter()
        .map(|(at, _, why)| (at.as_str(), why.reason))
        .collect();
    assert_eq!(failed, [("network", groundwork_engine::Reason::Timeout)]);
}
