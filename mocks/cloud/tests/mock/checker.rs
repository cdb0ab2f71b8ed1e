//! What the checker and the inventory tell a test.

use crate::shelf::{Shelf, at, make, request, shelf, whole};
use mock_cloud::{Author, Breach, Fault, Faults};
use serde_json::json;

#[test]
fn foreign_things_that_are_changed_or_deleted_are_reported_with_the_call() {
    let mock = shelf(1, Faults::none());
    let cup = mock.with(|shelf: &mut Shelf| shelf.put("cup"));
    let jug = mock.with(|shelf: &mut Shelf| shelf.put("jug"));
    let path = |id: &str| format!("/things/{id}");
    mock.serve_once(at(0), request("GET", &path(&cup), &json!({})));
    assert!(
        mock.violations().is_empty(),
        "what changes by itself is no change"
    );
    mock.serve_once(
        at(1),
        request("PUT", &path(&cup), &json!({ "name": "cup" })),
    );
    assert!(
        mock.violations().is_empty(),
        "the same name again is no change"
    );
    mock.serve_once(
        at(2),
        request("PUT", &path(&cup), &json!({ "name": "mug" })),
    );
    mock.serve_once(at(3), request("DELETE", &path(&jug), &json!({})));
    let found = mock.violations();
    assert_eq!(
        found[0].breach,
        Breach::ForeignChanged(vec!["name".to_owned()])
    );
    assert_eq!((found[0].call, found[0].object.text("name")), (3, "cup"));
    assert_eq!(
        (&found[1].breach, found[1].call),
        (&Breach::ForeignDeleted, 4)
    );
}

#[test]
fn a_client_may_do_with_its_own_things_what_it_likes() {
    let mock = shelf(1, Faults::none());
    let id = whole(make(&mock, at(0), "own")).1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/things/{id}");
    mock.serve_once(at(1), request("PUT", &path, &json!({ "name": "renamed" })));
    mock.serve_once(at(2), request("DELETE", &path, &json!({})));
    assert!(mock.violations().is_empty());
}

#[test]
fn another_hand_may_do_so_with_everything() {
    let mock = shelf(1, Faults::none());
    make(&mock, at(0), "own");
    mock.with(|shelf: &mut Shelf| {
        let ids: Vec<String> = shelf.store.list("things").map(|it| it.id.clone()).collect();
        ids.iter()
            .for_each(|id| drop(shelf.store.remove("things", id)));
    });
    make(&mock, at(1), "next");
    assert!(mock.violations().is_empty());
}

#[test]
fn a_late_effect_is_checked_too() {
    let mock = shelf(1, Faults::at_call(1, Fault::LateEffect { after_ms: 10 }));
    let cup = mock.with(|shelf: &mut Shelf| shelf.put("cup"));
    mock.serve_once(
        at(0),
        request("DELETE", &format!("/things/{cup}"), &json!({})),
    );
    assert!(mock.violations().is_empty());
    mock.advance(at(10));
    assert_eq!(mock.violations()[0].call, 1);
}

#[test]
fn inventories_compare_before_and_after() {
    let mock = shelf(1, Faults::none());
    let cup = mock.with(|shelf: &mut Shelf| shelf.put("cup"));
    let before = mock.inventory();
    mock.serve_once(at(0), request("GET", &format!("/things/{cup}"), &json!({})));
    assert_eq!(before, mock.inventory());
    make(&mock, at(1), "new");
    mock.with(|shelf: &mut Shelf| {
        shelf
            .store
            .update("things", &cup, |body| body["name"] = json!("mug"))
    });
    let lines = before.differences(&mock.inventory());
    assert!(
        lines.contains(&format!("~ things/{cup} mug: name")),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("+ things/") && line.ends_with("new"))
    );
    let made: Vec<String> = mock
        .inventory()
        .made_by_api()
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(made, ["new"]);
}

#[test]
fn normalised_inventories_of_two_seeds_are_equal() {
    let normal = |seed| {
        let mock = shelf(seed, Faults::none());
        make(&mock, at(0), "twin");
        make(&mock, at(1), "twin");
        make(&mock, at(2), "single");
        (mock.inventory().to_json(), mock.inventory().normalised())
    };
    let (left, right) = (normal(1), normal(2));
    assert_ne!(left.0, right.0);
    assert_eq!(left.1, right.1);
}

#[test]
fn duplicates_and_orphans_are_found_by_label() {
    let mock = shelf(1, Faults::none());
    for name in ["label:a", "label:a", "label:b", "nameless"] {
        make(&mock, at(0), name);
    }
    let owner = mock
        .inventory()
        .entries()
        .find(|it| it.name == "label:b")
        .unwrap()
        .id
        .clone();
    mock.with(|shelf: &mut Shelf| {
        shelf.store.set_author(Author::Api);
        let id = shelf.put("part");
        shelf.store.update("things", &id, |body| {
            body.insert("on".to_owned(), json!(owner));
        });
    });
    let label = |entry: &mock_cloud::Entry| entry.name.strip_prefix("label:").map(str::to_owned);
    let inventory = mock.inventory();
    let doubled: Vec<String> = inventory
        .duplicates(label)
        .into_keys()
        .map(|key| key.1)
        .collect();
    assert_eq!(doubled, ["a"]);
    let lost: Vec<&str> = inventory
        .orphans(label)
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(lost, ["nameless"]);
}
