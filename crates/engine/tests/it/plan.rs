//! What is wanted and what is there meet: one action for each node, nothing of others.

#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::meet::{Case, codes as codes_of, foreign, lines, made, object, ours};
use groundwork_engine::{Purpose, codes};
use groundwork_model::{Finding, InstallationId};
use groundwork_provider::{
    Action, Change, Found, ObjectRef, Operation, Owner, Phase, Plan, Reach, erased::KindInfo,
};
use jiff::Timestamp;
use serde_json::json;

#[tokio::test]
async fn what_is_not_there_is_made_and_what_depends_on_it_is_known_late() {
    let mut case = Case::new();
    case.all();
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["create net", "create sub", "create join"]);
    let late: Vec<bool> = plan.items.iter().map(|item| item.late).collect();
    assert_eq!(late, [false, true, true]);
}

#[tokio::test]
async fn what_is_there_as_wanted_is_kept() {
    let mut case = Case::new();
    case.all();
    case.put_all();
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["keep net N", "keep sub S", "keep join J"]);
    assert!(plan.is_empty() && plan.findings.is_empty());
}

#[tokio::test]
async fn what_differs_is_changed_in_place_where_that_can_be() {
    let mut case = Case::new();
    case.all();
    case.put_all();
    case.cloud.get_mut("t.net/1").unwrap()[0].state["size"] = json!(9);
    let plan = case.plan().await;
    let changes = &plan.item("net").unwrap().changes;
    assert_eq!(
        (changes[0].field.as_str(), &changes[0].from, &changes[0].to),
        ("size", &json!(9), &json!(1))
    );
    assert_eq!(plan.item("net").unwrap().action, Action::Update);
}

#[tokio::test]
async fn a_replace_has_to_be_named_and_takes_with_it_what_hangs_on_it() {
    let mut case = Case::new();
    case.all();
    case.put_all();
    case.cloud.get_mut("t.net/1").unwrap()[0].state["shape"] = json!(9);
    let plan = case.plan().await;
    assert_eq!(
        lines(&plan),
        ["replace net N", "replace sub S", "replace join J"]
    );
    assert_eq!(
        codes_of(&plan),
        [codes::REPLACE.id],
        "one consent covers all"
    );
    assert!(plan.is_blocked());
    case.allow("net");
    assert!(!case.plan().await.is_blocked());
    case.put("t.sub/1", foreign("stranger", &["N"]));
    let plan = case.plan().await;
    assert_eq!(codes_of(&plan), [codes::IN_THE_WAY.id], "consent or not");
}

#[tokio::test]
async fn what_the_cloud_gave_up_on_is_made_anew() {
    let mut case = Case::new();
    case.net(None);
    let mut net = ours("N", "net", &[]);
    net.phase = Phase::Failed("no capacity".to_owned());
    case.put("t.net/1", net);
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["replace net N"]);
    assert!(
        plan.items[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("no capacity")
    );
    assert!(!plan.is_blocked(), "nothing uses it: it is no loss");
    case.put("t.sub/1", ours("S", "sub", &["N"]));
    let plan = case.plan().await;
    assert!(
        plan.is_blocked(),
        "something uses it: somebody has to say so"
    );
}

#[tokio::test]
async fn custody_follows_the_label_not_the_document() {
    let mut case = Case::new();
    case.net(Some("N"));
    case.put("t.net/1", ours("N", "net", &[]));
    assert_eq!(lines(&case.plan().await), ["keep net N"]);

    let mut case = Case::new();
    case.net(Some("F"));
    case.put("t.net/1", foreign("F", &[]));
    assert_eq!(lines(&case.plan().await), ["verified net F"]);
    case.cloud.get_mut("t.net/1").unwrap()[0].state["size"] = json!(9);
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["violated net F"]);
    assert_eq!(codes_of(&plan), [codes::VIOLATED.id]);
}

#[tokio::test]
async fn an_external_object_that_is_on_its_way_out_is_no_ground_to_build_on() {
    let mut case = Case::new();
    case.net(Some("F"));
    let mut net = foreign("F", &[]);
    net.phase = Phase::Leaving;
    case.put("t.net/1", net);
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["violated net F"]);
    assert!(plan.is_blocked() && plan.findings[0].message.contains("being deleted"));
}

#[tokio::test]
async fn a_named_object_that_is_gone_is_made_anew_only_if_it_was_ours() {
    let mut case = Case::new();
    case.net(Some("old"));
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["violated net"]);
    assert_eq!(codes_of(&plan), [codes::NAMED_ABSENT.id]);
    case.recall = made(&[("net", "old")]);
    assert_eq!(lines(&case.plan().await), ["create net"]);
}

/// The document still names the former object: whoever writes ids back was not that fast.
#[tokio::test]
async fn what_was_made_in_place_of_a_named_object_is_kept_and_not_made_again() {
    for recall in [made(&[("net", "old")]), made(&[])] {
        let mut case = Case::new();
        case.net(Some("old"));
        case.recall = recall;
        case.put("t.net/1", ours("new", "net", &[]));
        assert_eq!(lines(&case.plan().await), ["keep net new"]);
    }
}

#[tokio::test]
async fn a_named_object_of_ours_that_is_being_deleted_is_made_anew() {
    let mut case = Case::new();
    case.net(Some("N"));
    let mut net = ours("N", "net", &[]);
    net.phase = Phase::Leaving;
    case.put("t.net/1", net);
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["create net N"], "N is waited for, then made");
}

#[tokio::test]
async fn objects_of_the_reference_system_are_taken_over_only_when_asked() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", foreign("KKP", &[]));
    let plan = case.plan().await;
    assert_eq!(codes_of(&plan), [codes::ADOPTABLE.id]);
    assert!(plan.is_blocked(), "no second one is made beside it");
    case.options.adopt = true;
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["update net KKP"]);
    assert!(plan.items[0].changes[0].is_label());
    case.put("t.net/1", foreign("KKP2", &[]));
    let plan = case.plan().await;
    assert_eq!(plan.items[0].action, Action::Ambiguous);
    let both = plan.items[0].reason.clone().unwrap();
    assert!(both.contains("KKP2") && both.contains("KKP,"), "{both}");
}

#[tokio::test]
async fn labelled_objects_that_this_state_has_never_seen_need_a_proof() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", ours("N", "net", &[]));
    case.has_uid = false;
    assert_eq!(codes_of(&case.plan().await), [codes::UNKNOWN_OBJECTS.id]);
    assert_eq!(
        codes_of(&case.teardown().await),
        [codes::UNKNOWN_OBJECTS.id]
    );
    case.recall = made(&[]);
    assert!(!case.plan().await.is_blocked());
}

#[tokio::test]
async fn of_twins_the_used_one_stays_and_two_used_ones_are_ambiguous() {
    let mut case = Case::new();
    case.all();
    case.put_all();
    case.put("t.net/1", ours("A", "net", &[]));
    let plan = case.plan().await;
    assert!(
        lines(&plan).contains(&"discard net A".to_owned()),
        "{plan:#?}"
    );
    assert_eq!(plan.item("net").unwrap().action, Action::Keep);
    case.put("t.sub/1", foreign("F", &["A"]));
    let plan = case.plan().await;
    let net = plan.item("net").unwrap();
    assert_eq!(net.action, Action::Ambiguous);
    assert_eq!(net.reason.as_deref(), Some("N, A"));
    assert!(codes_of(&plan).contains(&codes::AMBIGUOUS.id.to_owned()));
}

/// Without a state, what carries no label is called after what it joins: no long ids.
#[tokio::test]
async fn what_carries_no_label_is_called_after_what_it_joins() {
    let mut case = Case::new();
    case.put_all();
    let plan = case.teardown().await;
    assert_eq!(lines(&plan)[0], "delete join/sub J");
}

/// Somebody's hand took the label off: the journal knows whose it is, so that it gets the label back,
/// and goes with the rest.
#[tokio::test]
async fn what_has_lost_its_label_gets_it_back_and_is_not_made_anew() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", foreign("N", &[]));
    case.recall = made(&[("net", "N")]);
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["update net N"], "{plan:#?}");
    let changes = &plan.item("net").unwrap().changes;
    assert!(changes.iter().any(Change::is_label), "{changes:#?}");
    assert_eq!(codes_of(&plan), [""; 0]);
    assert_eq!(lines(&case.teardown().await), ["delete net N"]);
    case.recall = made(&[]);
    assert_eq!(lines(&case.teardown().await), [""; 0]);
}

/// What two writers left half made, whoever they were: the younger network goes when both stand still,
/// unless somebody else uses it.
#[tokio::test]
async fn of_two_networks_that_stand_still_the_younger_one_goes_whoever_made_it() {
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    let mut case = Case::new();
    case.all();
    for (net, sub, join, second) in [("N", "S", "J", 1_000), ("A", "SA", "JA", 1_001)] {
        for (kind, mut found) in [
            ("t.net/1", ours(net, "net", &[])),
            ("t.sub/1", ours(sub, "sub", &[net])),
            ("t.join/1", object(join, Owner::Within, &[sub, net])),
        ] {
            found.created = at(second);
            case.put(kind, found);
        }
    }
    let plan = case.plan().await;
    assert_eq!(plan.item("net").unwrap().action, Action::Ambiguous);
    case.still_since = Timestamp::from_second(2_000).unwrap();
    let plan = case.plan().await;
    assert_eq!(codes_of(&plan), [""; 0], "{plan:#?}");
    assert!(lines(&plan).contains(&"discard net A".to_owned()));
    assert_eq!(plan.item("net").unwrap().action, Action::Keep);
    assert_eq!(plan.item("sub").unwrap().action, Action::Keep);
    case.put("t.sub/1", foreign("F", &["A"]));
    let plan = case.plan().await;
    assert_eq!(plan.item("net").unwrap().action, Action::Ambiguous);
}

/// A document that names one of two does not make the other unwanted.
#[tokio::test]
async fn twins_are_judged_alike_when_the_document_names_one() {
    let mut case = Case::new();
    case.net(Some("A"));
    case.put("t.net/1", ours("A", "net", &[]));
    case.put("t.net/1", ours("N", "net", &[]));
    case.put("t.sub/1", foreign("F1", &["N"]));
    case.put("t.sub/1", foreign("F2", &["A"]));
    let plan = case.plan().await;
    assert_eq!(plan.items[0].action, Action::Ambiguous, "{plan:#?}");
    assert!(plan.mutating().next().is_none());
}

#[tokio::test]
async fn what_no_node_wants_goes_children_first_unless_something_foreign_hangs_on_it() {
    let mut case = Case::new();
    case.put_all();
    let gone = ["delete t.join", "delete sub S", "delete net N"];
    let plan = case.plan().await;
    let order: Vec<&str> = plan
        .items
        .iter()
        .map(|item| item.found.as_ref().unwrap().id.as_str())
        .collect();
    assert_eq!(order, ["J", "S", "N"], "{gone:?}");
    case.put("t.sub/1", foreign("F", &["N"]));
    for plan in [case.plan().await, case.teardown().await] {
        assert_eq!(codes_of(&plan), [codes::IN_THE_WAY.id]);
        assert!(plan.findings[0].message.contains('F') && plan.is_blocked());
    }
}

#[tokio::test]
async fn what_another_installation_or_nobody_owns_is_never_touched() {
    let mut case = Case::new();
    case.net(None);
    let mut theirs = ours("T", "net", &[]);
    if let Owner::Label(label) = &mut theirs.owner {
        label.installation = InstallationId::new("other").unwrap();
        label.address = "other".parse().unwrap();
    }
    theirs.state["name"] = json!("theirs");
    case.put("t.net/1", theirs);
    case.put("t.join/1", object("J", Owner::Within, &["F", "T"]));
    let plan = case.plan().await;
    assert_eq!(lines(&plan), ["create net"]);
    assert_eq!(lines(&case.teardown().await), [""; 0]);
}

/// A part, such as the routes of a route table, costs no call of its own.
#[tokio::test]
async fn a_part_goes_with_its_whole_and_by_itself_only_where_that_stays() {
    let mut case = Case::new();
    case.put("t.net/1", ours("N", "net", &[]));
    case.put("t.net/1", ours("M", "other", &[]));
    case.put("t.join/1", object("N/P", Owner::Part, &["N", "M"]));
    case.put("t.join/1", object("N/F", Owner::Part, &["N", "F"]));
    assert_eq!(
        lines(&case.teardown().await),
        ["delete net N", "delete other M"]
    );
    assert_eq!(
        lines(&case.plan().await),
        ["delete net N", "delete other M"]
    );
    case.net(None);
    let plan = case.plan().await;
    // What leads to something else than ours is somebody else's.
    let told = ["keep net N", "delete join/N/P N/P", "delete other M"];
    assert_eq!(lines(&plan), told);
}

/// An object inside ours that carries no label may be anybody's: a router's interface.
#[tokio::test]
async fn what_carries_no_label_is_ours_only_with_proof() {
    let mut case = Case::new();
    case.all();
    case.put_all();
    case.put("t.net/1", foreign("F", &[]));
    case.put("t.join/1", object("X", Owner::Unlabelled, &["S", "F"]));
    let kept = ["keep net N", "keep sub S", "keep join J"];
    assert_eq!(lines(&case.plan().await), kept);
    let gone = case.teardown().await;
    assert_eq!(codes_of(&gone), [codes::IN_THE_WAY.id]);
    assert!(gone.findings[0].message.contains('X'), "{gone:#?}");
    assert!(!lines(&gone).iter().any(|line| line.ends_with('X')));
    // The journal made it: no node asks for it any more.
    case.recall = made(&[("former", "X")]);
    let (object, made) = case.recall.created.pop_first().unwrap();
    let object = ObjectRef::new("t.join/1", object.id);
    case.recall.created.insert(object, made);
    assert!(lines(&case.plan().await).contains(&"delete former X".to_owned()));
    assert!(lines(&case.teardown().await).contains(&"delete former X".to_owned()));
}

#[tokio::test]
async fn what_connects_two_of_ours_is_ours_without_a_state_file() {
    let mut case = Case::new();
    case.put("t.net/1", ours("N", "net", &[]));
    case.put("t.sub/1", ours("S", "sub", &["N"]));
    case.put("t.join/1", object("J", Owner::Unlabelled, &["S", "N"]));
    let gone = case.teardown().await;
    assert_eq!(
        lines(&gone),
        ["delete join/sub J", "delete sub S", "delete net N"]
    );
}

/// Some clouds number each kind from one.
#[tokio::test]
async fn ids_that_are_equal_over_kinds_are_not_confused() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", ours("1", "net", &[]));
    case.put("t.net/1", foreign("2", &[]));
    let of_2 = Found {
        joins: vec![ObjectRef::new("t.net/1", "2")],
        ..foreign("1", &[])
    };
    case.put("t.sub/1", of_2);
    // It joins the subnet 1, which is not ours, and not our network 1.
    let join = Found {
        joins: vec![ObjectRef::new("t.sub/1", "1")],
        ..object("1", Owner::Within, &[])
    };
    case.put("t.join/1", join);
    assert_eq!(lines(&case.plan().await), ["keep net 1"]);
    let gone = case.teardown().await;
    assert_eq!(lines(&gone), ["delete net 1"]);
    assert!(gone.findings.is_empty(), "{gone:#?}");
}

#[tokio::test]
async fn what_has_nothing_but_parts_is_not_in_use() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", ours("A", "net", &[]));
    case.put("t.net/1", ours("B", "net", &[]));
    for whole in ["A", "B"] {
        let part = object(&format!("{whole}/part"), Owner::Part, &[whole]);
        case.put("t.join/1", part);
    }
    let plan = case.plan().await;
    // A is wanted, and its part is not.
    let told = ["discard net B", "keep net A", "delete join/A/part A/part"];
    assert_eq!(lines(&plan), told);
}

/// A route is a part of its table, and uses the gateway that it leads to.
#[tokio::test]
async fn what_a_part_of_something_else_joins_is_in_use() {
    let mut case = Case::new();
    case.net(None);
    case.put("t.net/1", ours("A", "net", &[]));
    case.put("t.net/1", ours("B", "net", &[]));
    case.put("t.net/1", ours("T", "table", &[]));
    case.put("t.join/1", object("T/part", Owner::Part, &["T", "B"]));
    let plan = case.plan().await;
    assert!(
        lines(&plan).contains(&"discard net A".to_owned()),
        "{plan:#?}"
    );
}

fn with(case: Case, put: &[Found<serde_json::Value>]) -> Case {
    put.iter().cloned().fold(case, |mut case, found| {
        case.put("t.net/1", found);
        case
    })
}

#[tokio::test]
async fn the_hash_tells_plans_apart_by_what_they_do_and_not_by_what_they_say() {
    let make = || {
        let mut case = Case::new();
        case.net(None);
        case
    };
    let empty = make().plan().await;
    assert_eq!(empty.hash, make().plan().await.hash);
    let mut talkative = make();
    talkative
        .graph
        .findings
        .push(Finding::note(codes::PAUSED, "a note"));
    assert_eq!(talkative.plan().await.hash, empty.hash);
    let there = with(make(), &[ours("N", "net", &[])]).plan().await;
    let other = with(make(), &[ours("M", "net", &[])]).plan().await;
    let mut bigger = ours("N", "net", &[]);
    bigger.state["size"] = json!(9);
    let differs = with(make(), &[bigger.clone()]).plan().await;
    bigger.state["size"] = json!(8);
    let differs_more = with(make(), &[bigger]).plan().await;
    let hashes = [&empty, &there, &other, &differs, &differs_more].map(|plan| &plan.hash);
    let distinct: std::collections::BTreeSet<_> = hashes.into_iter().collect();
    assert_eq!(distinct.len(), 5);
}

/// An operation's address may be signed, and plans are printed and kept in files.
#[tokio::test]
async fn a_plan_does_not_tell_what_the_cloud_is_asked_about() {
    let mut case = Case::new();
    case.net(None);
    let mut net = ours("N", "net", &[]);
    net.phase = Phase::Pending(Some(Operation(json!("https://t/op?signature=x"))));
    case.put("t.net/1", net.clone());
    let plan = case.plan().await;
    assert_eq!(plan.items[0].found.as_ref().unwrap().phase, net.phase);
    let text = serde_json::to_string(&plan).unwrap();
    assert!(!text.contains("signature"), "{text}");
}

#[tokio::test]
async fn the_same_input_gives_the_same_plan_byte_for_byte() {
    let text = async || {
        let mut case = Case::new();
        case.all();
        case.put_all();
        case.put("t.net/1", ours("B", "former", &[]));
        case.put("t.net/1", ours("A", "former", &[]));
        serde_json::to_string(&case.plan().await).unwrap()
    };
    let first = text().await;
    assert_eq!(first, text().await);
    let read: Plan = serde_json::from_str(&first).unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        first,
        "a plan file says all"
    );
}

#[test]
fn a_look_lists_what_matters_for_its_purpose() {
    use Purpose::{Compare, Remove, Sweep};
    let kind = |reach, watched| KindInfo {
        name: "t.net/1",
        parents: &[],
        reach,
        watched,
        created: !watched,
        turns: None,
        goes_with: None,
    };
    for reach in [Reach::Account, Reach::Parents, Reach::Object] {
        let (made, watched) = (kind(reach, false), kind(reach, true));
        assert!(Compare.lists(&made) && !Compare.lists(&watched));
        assert!(Remove.lists(&made) && Remove.lists(&watched));
        assert_eq!(Sweep.lists(&made), reach != Reach::Object);
        assert!(!Sweep.lists(&watched));
    }
}
