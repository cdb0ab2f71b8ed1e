//! One delete that takes other objects with its own.

#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::{
    meet::{Case, ours},
    play::{at, found, item, later, only, refused, run, sight},
};
use groundwork_engine::{
    Fact, Finish,
    run::{Outcome, Run, Step, Work},
};
use groundwork_provider::{Action, ErrorKind, Item, ObjectRef};
use serde_json::json;

/// A network, a subnet that goes with it, and what is attached to the subnet.
fn a_network_with_its_subnet() -> Run {
    let delete = |address, joins: &[&str]| item(address, Action::Delete, &[], joins);
    run(vec![
        delete("interface", &["id-subnet"]),
        Item {
            goes_with: Some(ObjectRef::new("toy.net/1", "id-network")),
            ..delete("subnet", &["id-network"])
        },
        delete("network", &[]),
    ])
}

/// Detaches, and begins the delete of the network.
fn network(run: &mut Run) -> Step {
    let detach = only(run, 0);
    assert_eq!(
        detach.item, 0,
        "the network waits for what is attached to its subnet"
    );
    run.finish(detach.id, Outcome::Gone, at(1));
    only(run, 1)
}

#[test]
fn one_delete_takes_all_that_goes_with_its_object() {
    let mut run = a_network_with_its_subnet();
    let delete = network(&mut run);
    assert_eq!(delete.item, 2);
    let Work::Delete { along, .. } = &delete.work else {
        panic!("{:?}", delete.work);
    };
    assert_eq!(*along, [ObjectRef::new("toy.net/1", "id-subnet")]);
    let facts = run.finish(delete.id, Outcome::Gone, at(2));
    let deleted = |fact: &Fact| {
        let Fact::Deleted { id, .. } = fact else {
            panic!("{fact:?}");
        };
        id.clone()
    };
    let ids: Vec<String> = facts.iter().map(deleted).collect();
    assert_eq!(ids, ["id-subnet", "id-network"]);
    assert!(run.is_finished() && run.outcome() == Finish::Done);
}

#[test]
fn where_the_whole_stays_so_does_what_would_go_with_it() {
    let mut run = a_network_with_its_subnet();
    let delete = network(&mut run);
    let facts = run.finish(delete.id, refused(ErrorKind::Denied), at(2));
    let is_skipped =
        |fact: &Fact| matches!(fact, Fact::Skipped { address, .. } if address.as_str() == "subnet");
    assert!(facts.iter().any(is_skipped), "{facts:?}");
    assert!(run.is_finished() && run.outcome() == Finish::Failed);
}

#[test]
fn what_has_changed_is_deleted_as_it_is_now() {
    let mut run = a_network_with_its_subnet();
    let delete = network(&mut run);
    run.finish(delete.id, refused(ErrorKind::Conflict), at(2));
    let (look, now) = later(&mut run);
    let mut changed = found("id-network", &[]);
    changed.state["revision"] = json!(2);
    run.finish(look.id, Outcome::Seen(vec![sight(changed)]), now);
    let (again, _) = later(&mut run);
    let Work::Delete { object, .. } = &again.work else {
        panic!("{:?}", again.work);
    };
    assert_eq!(serde_json::to_value(&object.state).unwrap()["revision"], 2);
}

#[tokio::test]
async fn what_goes_with_a_whole_goes_alone_where_that_stays() {
    let goes_with = |plan: &groundwork_provider::Plan| -> Vec<Option<String>> {
        let items = plan.items.iter().filter(|item| item.kind == "t.sub/1");
        items
            .map(|item| item.goes_with.as_ref().map(|whole| whole.id.clone()))
            .collect()
    };
    let mut case = Case::new();
    case.put("t.net/1", ours("N", "net", &[]));
    case.put("t.sub/1", ours("S", "sub", &["N"]));
    assert_eq!(goes_with(&case.teardown().await), [Some("N".to_owned())]);
    case.net(None);
    assert_eq!(goes_with(&case.plan().await), [None], "the network stays");
    case.cloud.get_mut("t.net/1").unwrap()[0].shared = Some("another cluster".to_owned());
    assert_eq!(
        goes_with(&case.teardown().await),
        [None],
        "it is left to others"
    );
}
