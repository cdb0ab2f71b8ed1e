use mock_cloud::Body;
use mock_rest::{Attribute, Default, Plain, Problem, Wrong, created, object, updated};
use serde_json::{Value, json};

const RULE: &[Attribute<Plain>] = &[
    Attribute::new("direction", Plain::OneOf(&["in", "out"]), Default::Required),
    Attribute::new("sources", Plain::List(&Plain::Net, 2), Default::List),
    Attribute::new(
        "port",
        Plain::OrNull(&Plain::Whole(1, 65535)),
        Default::Null,
    ),
];

const FIREWALL: &[Attribute<Plain>] = &[
    Attribute::fixed("id", Plain::Any),
    Attribute::new("name", Plain::Text(1, 8), Default::Required).put(),
    Attribute::new(
        "rules",
        Plain::List(&Plain::Fields(RULE), 50),
        Default::List,
    ),
    Attribute::new("labels", Plain::Any, Default::Map).put(),
    Attribute::new("enabled", Plain::Flag, Default::True).put(),
];

fn body(value: Value) -> Body {
    value.as_object().cloned().unwrap()
}

fn known() -> Vec<&'static Attribute<Plain>> {
    FIREWALL.iter().collect()
}

fn wrongs(problems: Vec<Problem<Vec<Wrong>>>) -> Vec<String> {
    Wrong::of(problems).iter().map(Wrong::to_string).collect()
}

#[test]
fn what_a_create_leaves_out_has_its_default_at_every_depth() {
    let asked = json!({ "name": "a", "rules": [{ "direction": "in", "sources": ["::/0"] }] });
    let stored = created(&known(), body(asked)).unwrap();
    let rule = json!({ "direction": "in", "sources": ["::/0"], "port": null });
    let whole = json!({ "name": "a", "rules": [rule], "labels": {}, "enabled": true });
    assert_eq!(Value::Object(stored), whole);
}

#[test]
fn everything_that_is_wrong_with_a_body_is_said_at_once_with_its_place() {
    let rules = json!([
        { "direction": "up", "sources": ["10.0.0.1/8", "nonsense"], "port": 0 },
        { "sources": ["::/0", "::/0", "::/0"], "colour": "red" },
    ]);
    let asked =
        json!({ "id": 7, "name": "longer than 8", "rules": rules, "enabled": "true", "x": 1 });
    let said = wrongs(created(&known(), body(asked)).unwrap_err());
    assert_eq!(
        said,
        [
            "x is not known",
            "id cannot be set",
            "name is longer than 8 characters",
            "rules.0.direction is not one of in, out",
            "rules.0.sources.0 has bits set behind its prefix length",
            "rules.0.sources.1 is not a network in CIDR notation",
            "rules.0.port is not between 1 and 65535",
            "rules.1.colour is not known",
            "rules.1.direction is missing",
            "rules.1.sources has more than 2 values",
            "enabled is not true or false",
        ]
    );
}

#[test]
fn an_update_changes_only_what_it_says_and_nothing_that_is_fixed() {
    let changed = updated(&known(), body(json!({ "name": "b" }))).unwrap();
    assert_eq!(Value::Object(changed), json!({ "name": "b" }));
    let said = wrongs(updated(&known(), body(json!({ "rules": [], "id": 1 }))).unwrap_err());
    assert_eq!(said, ["id cannot be set", "rules cannot be set"]);
}

#[test]
fn a_body_is_an_object_or_nothing() {
    assert_eq!(object(b""), Some(Body::new()));
    assert_eq!(object(b"{\"a\":1}"), Some(body(json!({ "a": 1 }))));
    assert_eq!(object(b"[1]"), None);
    assert_eq!(object(b"{"), None);
}
