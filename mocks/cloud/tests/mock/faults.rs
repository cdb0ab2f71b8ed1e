//! Each kind of fault does what the fault model says, and no more.

use crate::shelf::{at, listed, make, request, shelf, whole};
use mock_cloud::{Effect, Fault, Faults, Match, Outcome, first_half};
use serde_json::{Value, json};

#[test]
fn without_faults_every_reply_takes_the_latency_and_is_logged() {
    let mock = shelf(1, Faults::none());
    let reply = mock.serve_once(
        at(5),
        request("POST", "/things?x=1", &json!({ "name": "cup" })),
    );
    assert_eq!(reply.delay, at(10));
    assert_eq!(whole(reply.outcome).0, 201);
    let call = mock.calls().remove(0);
    assert_eq!(
        (call.number, call.at, call.line()),
        (1, at(5), "POST /things".to_owned())
    );
    assert_eq!(
        (call.query.as_str(), call.status, call.mutating),
        ("x=1", Some(201), true)
    );
    assert_eq!(call.body, Some(json!({ "name": "cup" })));
    mock.clear_calls();
    listed(&mock, at(6));
    assert_eq!(mock.calls()[0].number, 2);
    assert_eq!(mock.mutating_calls(), []);
}

#[test]
fn a_lost_reply_leaves_the_effect() {
    let mock = shelf(1, Faults::at_call(1, Fault::LostReply));
    assert!(matches!(make(&mock, at(0), "cup"), Outcome::Drop));
    assert_eq!(listed(&mock, at(1)), ["cup"]);
    assert_eq!(mock.calls()[0].status, Some(201));
    assert_eq!(mock.calls()[0].fault, Some(Fault::LostReply));
}

#[test]
fn a_listing_shows_nothing_once_and_no_other_call_is_struck() {
    let mock = shelf(1, Faults::none());
    make(&mock, at(0), "cup");
    mock.set_faults(1, Faults::at_call(1, Fault::EmptyListing));
    assert_eq!(listed(&mock, at(1)), Vec::<String>::new());
    assert_eq!(listed(&mock, at(2)), ["cup"]);
    mock.set_faults(1, Faults::at_call(1, Fault::EmptyListing));
    make(&mock, at(3), "plate");
    assert_eq!(listed(&mock, at(4)), ["cup", "plate"]);
}

#[test]
fn what_is_taken_back_is_seen_until_a_change_names_it() {
    let mock = shelf(1, Faults::at_call(1, Fault::TakenBack));
    assert!(matches!(make(&mock, at(0), "cup"), Outcome::Drop));
    make(&mock, at(1), "plate");
    assert_eq!(listed(&mock, at(2)), ["cup", "plate"]);
    let inventory = mock.inventory();
    let cup = inventory
        .kind("things")
        .find(|it| it.name == "cup")
        .unwrap();
    let rename = request(
        "PUT",
        &format!("/things/{}", cup.id),
        &json!({ "name": "mug" }),
    );
    assert_eq!(whole(mock.serve_once(at(3), rename).outcome).0, 404);
    assert_eq!(listed(&mock, at(4)), ["plate"]);
    assert!(mock.violations().is_empty());
}

#[test]
fn of_what_is_no_create_nothing_is_taken_back() {
    let mock = shelf(1, Faults::at_call(2, Fault::TakenBack));
    make(&mock, at(0), "cup");
    let id = mock.inventory().kind("things").next().unwrap().id.clone();
    let rename = |name| request("PUT", &format!("/things/{id}"), &json!({ "name": name }));
    assert!(matches!(
        mock.serve_once(at(1), rename("mug")).outcome,
        Outcome::Drop
    ));
    assert_eq!(listed(&mock, at(2)), ["mug"]);
    mock.serve_once(at(3), rename("jug"));
    assert_eq!(listed(&mock, at(4)), ["jug"]);
}

#[test]
fn a_refused_connection_has_no_effect() {
    let mock = shelf(1, Faults::at_call(1, Fault::Refuse));
    assert!(matches!(make(&mock, at(0), "cup"), Outcome::Refuse));
    assert_eq!(listed(&mock, at(1)), Vec::<String>::new());
    assert_eq!(mock.calls()[0].status, None);
}

#[test]
fn throttling_has_no_effect() {
    let mock = shelf(
        1,
        Faults::at_call(
            1,
            Fault::Throttle {
                retry_after_s: Some(2),
            },
        ),
    );
    assert_eq!(whole(make(&mock, at(0), "cup")).0, 429);
    assert_eq!(listed(&mock, at(1)), Vec::<String>::new());
}

#[test]
fn a_server_error_comes_with_or_without_the_effect() {
    for (effect, left) in [(Effect::None, vec![]), (Effect::Applied, vec!["cup"])] {
        let mock = shelf(
            1,
            Faults::at_call(
                1,
                Fault::Error {
                    status: 502,
                    effect,
                },
            ),
        );
        assert_eq!(whole(make(&mock, at(0), "cup")).0, 502);
        assert_eq!(listed(&mock, at(1)), left, "{effect:?}");
    }
}

#[test]
fn a_truncated_reply_breaks_off_in_the_middle_of_the_body() {
    let mock = shelf(1, Faults::at_call(1, Fault::Truncate));
    let Outcome::Truncate(response) = make(&mock, at(0), "cup") else {
        panic!("the fault was asked for");
    };
    assert!(serde_json::from_slice::<Value>(response.body()).is_ok());
    assert!(serde_json::from_slice::<Value>(&first_half(&response)).is_err());
    assert_eq!(listed(&mock, at(1)), ["cup"]);
}

#[test]
fn latency_only_takes_time() {
    let mock = shelf(1, Faults::at_call(1, Fault::Latency { extra_ms: 90 }));
    let reply = mock.serve_once(at(0), request("POST", "/things", &json!({ "name": "cup" })));
    assert_eq!(reply.delay, at(100));
    assert_eq!(whole(reply.outcome).0, 201);
}

#[test]
fn quota_refuses_creates_and_nothing_else() {
    let mock = shelf(1, Faults::none().and(Match::default(), Fault::Quota, None));
    assert_eq!(whole(make(&mock, at(0), "cup")).0, 409);
    assert_eq!(listed(&mock, at(1)), Vec::<String>::new());
}

#[test]
fn a_conflict_refuses_changes_and_nothing_else() {
    let mock = shelf(
        1,
        Faults::none().and(Match::default(), Fault::Conflict, Some(2)),
    );
    assert_eq!(listed(&mock, at(0)), Vec::<String>::new());
    assert_eq!(whole(make(&mock, at(1), "cup")).0, 412);
    assert_eq!(whole(make(&mock, at(2), "cup")).0, 201);
    assert_eq!(listed(&mock, at(3)), ["cup"]);
}

#[test]
fn a_late_effect_comes_when_nobody_looks_any_more() {
    let mock = shelf(1, Faults::at_call(1, Fault::LateEffect { after_ms: 1000 }));
    assert!(matches!(make(&mock, at(0), "cup"), Outcome::Drop));
    assert_eq!(listed(&mock, at(999)), Vec::<String>::new());
    assert_eq!((mock.pending_effects(), mock.calls()[0].status), (1, None));
    assert_eq!(listed(&mock, at(1000)), ["cup"]);
    assert_eq!(
        (mock.pending_effects(), mock.calls()[0].status),
        (0, Some(201))
    );
}

#[test]
fn late_effects_come_in_the_order_of_their_times() {
    let faults = Faults::at_call(1, Fault::LateEffect { after_ms: 500 });
    let second = Match {
        nth_call: Some(2),
        ..Match::default()
    };
    let mock = shelf(
        1,
        faults.and(second, Fault::LateEffect { after_ms: 100 }, None),
    );
    make(&mock, at(0), "late");
    make(&mock, at(1), "early");
    mock.advance(at(101));
    assert_eq!(listed(&mock, at(102)), ["early"]);
    mock.advance(at(2000));
    assert_eq!(mock.pending_effects(), 0);
}

#[test]
fn a_stale_listing_hides_an_effect_that_a_look_by_id_shows() {
    let mock = shelf(1, Faults::at_call(2, Fault::StaleListings { for_ms: 1000 }));
    make(&mock, at(0), "old");
    let id = whole(make(&mock, at(1), "new")).1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    make(&mock, at(2), "newer");
    assert_eq!(listed(&mock, at(1000)), ["old"]);
    let shown = mock.serve_once(
        at(1000),
        request("GET", &format!("/things/{id}"), &json!({})),
    );
    assert_eq!(whole(shown.outcome).1["name"], "new");
    assert_eq!(listed(&mock, at(1001)).len(), 3);
}

#[test]
fn a_second_stale_window_does_not_bring_back_what_was_hidden_nor_last_longer() {
    let stale = Fault::StaleListings { for_ms: 1000 };
    let second = Match {
        nth_call: Some(2),
        ..Match::default()
    };
    let mock = shelf(1, Faults::at_call(1, stale).and(second, stale, None));
    make(&mock, at(0), "one");
    make(&mock, at(500), "two");
    assert_eq!(listed(&mock, at(501)), Vec::<String>::new());
    assert_eq!(listed(&mock, at(1000)).len(), 2);
}

#[test]
fn a_rule_strikes_the_nth_of_the_calls_it_is_about() {
    let mock = shelf(1, Faults::at_mutating_call(2, Fault::Refuse));
    assert_eq!(whole(make(&mock, at(0), "one")).0, 201);
    listed(&mock, at(1));
    assert!(matches!(make(&mock, at(2), "two"), Outcome::Refuse));
    assert_eq!(whole(make(&mock, at(3), "three")).0, 201);

    let only = Match {
        path_contains: Some("/things/".to_owned()),
        ..Match::of("get", "")
    };
    let mock = shelf(
        1,
        Faults::once(
            Match {
                method: Some("get".to_owned()),
                ..only
            },
            Fault::Refuse,
        ),
    );
    listed(&mock, at(0));
    let miss = |n| {
        mock.serve_once(at(n), request("GET", "/things/x", &json!({})))
            .outcome
    };
    assert!(matches!(miss(1), Outcome::Refuse));
    assert_eq!(whole(miss(2)).0, 404);
}

#[test]
fn whoever_tries_often_enough_gets_through() {
    let always = Faults {
        consecutive_max: 2,
        ..Faults::none()
    };
    let mock = shelf(1, always.and(Match::default(), Fault::Refuse, None));
    let statuses: Vec<bool> = (0..6)
        .map(|n| matches!(make(&mock, at(n), "cup"), Outcome::Refuse))
        .collect();
    assert_eq!(statuses, [true, true, false, true, true, false]);
}

#[test]
fn the_file_format_is_read_and_unknown_words_are_refused() {
    let text = json!({
        "rules": [
            { "match": { "method": "POST", "nth_call": 2 }, "fault": { "kind": "lost-reply" } },
            { "fault": { "kind": "throttle", "retry_after_s": 1 }, "times": 5 },
            { "fault": { "kind": "error", "status": 503, "effect": "applied" } },
        ],
    });
    let faults: Faults = serde_json::from_value(text).unwrap();
    assert_eq!(faults.consecutive_max, Faults::default().consecutive_max);
    assert_eq!(faults.rules[0].calls.nth_call, Some(2));
    assert_eq!(
        faults.rules[1].fault,
        Fault::Throttle {
            retry_after_s: Some(1)
        }
    );
    for wrong in [
        json!({ "rule": [] }),
        json!({ "rules": [{ "fault": { "kind": "explode" } }] }),
        json!({ "rules": [{ "match": { "verb": "GET" }, "fault": { "kind": "refuse" } }] }),
    ] {
        assert!(
            serde_json::from_value::<Faults>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}
