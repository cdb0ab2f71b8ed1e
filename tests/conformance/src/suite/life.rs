//! An undisturbed life.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use groundwork_engine::{MemoryJournal, Patience};
use groundwork_provider::Action;
use serde_json::{Value, json};

use super::{capabilities::is_creator, clean_shape};
use crate::{Drift, Lab, Subject, Variant, done, merged};

/// After an apply there is nothing left to do, and everything is where it should be.
pub async fn apply_then_plan_is_empty(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let ran = done(process.apply(&request).await, "apply");
    assert!(ran.applied.network.is_some(), "a network is answered");
    lab.quiet().await;
    lab.assert_converged(&process, &request, &shape, "apply")
        .await;
}

/// When a run says that it is done, nothing comes after: what there is then is there after a quiet
/// time, the same.
pub async fn done_means_done(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    let then = lab.inventory();
    lab.quiet().await;
    assert_eq!(then.differences(&lab.inventory()), [""; 0], "after apply");
    if is_creator(subject) {
        subject.drift(&lab.mock);
        done(process.apply(&request).await, "repair");
        let then = lab.inventory();
        lab.quiet().await;
        assert_eq!(then.differences(&lab.inventory()), [""; 0], "after repair");
    }
    done(process.destroy(&request).await, "destroy");
    let then = lab.inventory();
    lab.quiet().await;
    assert_eq!(then.differences(&lab.inventory()), [""; 0], "after destroy");
}

/// A network that became dual-stack, or IPv4 again, has the very bodies of one that was made so.
pub async fn a_change_of_families_ends_in_the_same_bodies(subject: &dyn Subject) {
    for (first, last) in [
        (Variant::Ipv4, Variant::DualStack),
        (Variant::DualStack, Variant::Ipv4),
    ] {
        let mut bodies = Vec::new();
        for way in [&[last][..], &[first, last][..]] {
            let lab = Lab::open(subject);
            let process = lab.process();
            for variant in way {
                done(process.apply(&lab.wanted(*variant)).await, "apply");
                lab.quiet().await;
            }
            bodies.push(leaves(&subject.comparable(lab.inventory().normalised())));
        }
        let differs: Vec<_> = bodies[0].symmetric_difference(&bodies[1]).collect();
        assert!(
            differs.is_empty(),
            "{last:?} made at once, and out of {first:?}: {differs:#?}"
        );
    }
}

/// Every value of a document with the way to it, one line each.
fn leaves(value: &Value) -> BTreeSet<String> {
    let below = |key: &str, value: &Value| -> Vec<String> {
        let lines = leaves(value).into_iter();
        lines.map(|line| format!("{key}.{line}")).collect()
    };
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(k, v)| below(k, v)).collect(),
        Value::Array(items) => items.iter().flat_map(|item| below("*", item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            BTreeSet::from([value.to_string()])
        }
    }
}

/// A second apply makes no mutating call.
pub async fn apply_twice_changes_nothing(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "first");
    let before = lab.inventory();
    lab.mock.clear_calls();
    done(process.apply(&request).await, "second");
    assert_eq!(lab.mock.mutating_calls(), [], "a second apply");
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A no-op costs at most one listing a kind, and nothing else.
pub async fn a_no_op_lists_each_kind_once(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    lab.mock.clear_calls();
    done(process.apply(&request).await, "the no-op");
    let listings = listings(&lab);
    assert!(!listings.is_empty(), "a no-op looks");
    assert!(listings.values().all(|&count| count == 1), "{listings:#?}");
}

/// The listings since the log was cleared, and how often each was made. Nothing else was called.
fn listings(lab: &Lab<'_>) -> BTreeMap<String, usize> {
    let mut listings = BTreeMap::new();
    for call in lab.mock.calls() {
        assert!(!call.mutating, "{call:?}");
        if lab.subject.is_overhead(&call) {
            continue;
        }
        if let Some(listing) = lab.subject.listing(&call) {
            *listings.entry(listing).or_default() += 1;
        }
    }
    listings
}

/// Looking at many clusters of one account costs the listings of one.
pub async fn a_sweep_lists_each_kind_once(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let process = lab.process();
    let document = subject.cluster(Variant::DualStack);
    let of = |number: u32| {
        let metadata = json!({ "name": format!("c{number}"), "uid": format!("uid-{number}") });
        lab.request(&merged(document.clone(), &json!({ "metadata": metadata })))
    };
    let requests: Vec<_> = (0..3).map(of).collect();
    for request in &requests {
        done(process.apply(request).await, "apply");
    }
    lab.quiet().await;
    lab.mock.clear_calls();
    let mut plans = Vec::new();
    process
        .engine
        .sweep(&requests, &mut |swept| plans.push(swept.plan))
        .await;
    for plan in plans {
        let plan = plan.unwrap_or_else(|why| panic!("{why:#?}"));
        assert!(plan.is_empty(), "{plan:#?}");
    }
    let listings = listings(&lab);
    assert!(listings.values().all(|&count| count == 1), "{listings:#?}");
}

/// Neither the time nor chance has a say in what is wanted and what is planned.
pub async fn the_same_input_gives_the_same_graph_and_plan(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    let mut texts = Vec::new();
    for seed in [1, 2] {
        let journal = Arc::new(MemoryJournal::default());
        let process = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), seed);
        let planned = process.plan(&request).await.expect("it looks");
        texts.push((plain(&planned.graph), plain(&planned.plan)));
        lab.quiet().await;
    }
    assert_eq!(texts[0], texts[1]);
}

fn plain(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}

/// A controller writes ids back: nothing turns external, nothing changes, and a destroy takes all.
pub async fn ids_written_back_change_nothing(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let document = subject.cluster(Variant::DualStack);
    let process = lab.process();
    let ran = done(process.apply(&lab.request(&document)).await, "apply");
    let patch = ran.applied.network.expect("a network is answered").patch;
    let written = merged(document.clone(), &patch);
    assert_ne!(written, document, "ids are written back");
    let request = lab.request(&written);
    lab.quiet().await;
    let mut seen = Vec::new();
    for request in [&lab.request(&document), &request] {
        let planned = process.plan(request).await;
        let plan = planned.expect("the document is still fit").plan;
        assert!(plan.is_empty(), "{plan:#?}");
        let items = plan.items.into_iter();
        seen.push(items.map(|i| (i.address, i.action)).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[1].iter().any(|(_, action)| *action == Action::Keep));
    done(process.destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// The IPv6 half is added to what exists; no object is replaced.
pub async fn ipv4_becomes_dual_stack_in_place(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let process = lab.process();
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "IPv4");
    let before = lab.inventory();
    let request = lab.wanted(Variant::DualStack);
    let ran = done(process.apply(&request).await, "dual-stack");
    for item in ran.planned.plan.mutating() {
        assert!(
            matches!(item.action, Action::Create | Action::Update),
            "{item:#?}"
        );
    }
    let after = lab.inventory();
    for entry in before.entries() {
        let there = after
            .objects
            .get(&entry.kind)
            .is_some_and(|kind| kind.contains_key(&entry.id));
        assert!(there, "{entry:?} was replaced");
    }
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("the document is fit");
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan);
}

/// And taken away again, without a replacement.
pub async fn dual_stack_becomes_ipv4_again(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let process = lab.process();
    done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "dual-stack",
    );
    lab.quiet().await;
    let request = lab.wanted(Variant::Ipv4);
    let ran = done(process.apply(&request).await, "IPv4");
    for item in ran.planned.plan.mutating() {
        assert!(
            matches!(item.action, Action::Delete | Action::Update),
            "{item:#?}"
        );
    }
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("the document is fit");
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan);
    lab.assert_harmless("IPv4 again");
}

/// What a destroy leaves is what was there before the apply, to the letter.
pub async fn destroy_leaves_what_was_there_before(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    done(process.destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
    lab.mock.clear_calls();
    done(process.destroy(&request).await, "a second destroy");
    assert_eq!(lab.mock.mutating_calls(), []);
}

/// A cluster that was destroyed is made again, under the same names and from the same document.
pub async fn what_was_destroyed_is_made_again(subject: &dyn Subject) {
    let shape = clean_shape(subject, Variant::DualStack).await;
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    let process = lab.process();
    done(process.apply(&request).await, "apply");
    done(process.destroy(&request).await, "destroy");
    let journal = Arc::new(MemoryJournal::default());
    let next = lab.process_with(journal, "one", Arc::new(lab.wire.clone()), 8);
    done(next.apply(&request).await, "apply once more");
    lab.quiet().await;
    let case = "made again";
    lab.assert_converged(&next, &request, &shape, case).await;
}

/// A destroy works from the look and the journal.
pub async fn destroy_needs_no_document(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let request = lab.wanted(Variant::DualStack);
    let process = lab.process();
    done(process.apply(&request).await, "apply");
    let without = lab.process_without_document(&process);
    done(
        without
            .destroy_without_document(&request.cluster.metadata.name)
            .await,
        "destroy",
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// What the document says at last does not matter to a destroy.
pub async fn the_document_changes_before_destroy(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let process = lab.process();
    done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    for variant in [Variant::Edited, Variant::Ipv4] {
        let planned = process
            .session(&lab.wanted(variant))
            .await
            .expect("it connects");
        let planned = planned.teardown(Patience::Settle).await.expect("it looks");
        assert!(
            planned
                .plan
                .items
                .iter()
                .all(|item| item.action == Action::Delete)
        );
    }
    done(
        process.destroy(&lab.wanted(Variant::Edited)).await,
        "destroy",
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// Looking writes nothing: not at the cloud, and not in the journal.
pub async fn verify_never_writes(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let process = lab.process();
    let journal = process.engine.parts().journal.clone();
    let request = lab.wanted(Variant::DualStack);
    process
        .plan(&request)
        .await
        .expect("it looks before anything is made");
    assert_eq!(journal.clusters().await.expect("it is in memory"), []);
    assert_eq!(lab.mock.mutating_calls(), []);
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    if is_creator(subject) {
        subject.drift(&lab.mock);
    }
    let (inventory, entries) = (lab.inventory(), journal.load(&request.cluster.key()).await);
    lab.mock.clear_calls();
    for variant in [Variant::DualStack, Variant::Ipv4, Variant::Edited] {
        let request = lab.wanted(variant);
        process.plan(&request).await.expect("it looks");
    }
    assert_eq!(lab.mock.mutating_calls(), []);
    assert_eq!(inventory.differences(&lab.inventory()), [""; 0]);
    let after = journal.load(&request.cluster.key()).await;
    assert_eq!(entries.expect("in memory"), after.expect("in memory"));
}

/// What another hand changed is named, and an apply puts it right.
pub async fn a_drifted_field_is_named(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let Drift { address, field } = subject.drift(&lab.mock);
    let planned = process.plan(&request).await.expect("it looks");
    let item = planned.plan.item(address).expect("the node is in the plan");
    assert_eq!(item.action, Action::Update, "{item:#?}");
    let fields: Vec<&str> = item
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    assert!(fields.contains(&field), "{address} differs in {fields:?}");
    let others = planned
        .plan
        .mutating()
        .filter(|other| other.address != item.address);
    assert_eq!(others.count(), 0, "nothing else differs");
    done(process.apply(&request).await, "repair");
    let planned = process.plan(&request).await.expect("it looks");
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan);
}
