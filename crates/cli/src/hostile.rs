//! What a hostile cloud or document says, through every renderer: nothing of it moves a cursor,
//! turns a line around, or begins a line of its own.

#![allow(clippy::unwrap_used, reason = "a test may")]

use anstream::adapter::strip_str;
use groundwork_engine::{
    Event, Inventory, InventoryCluster, InventoryObject, Swept, Trouble,
    trace::{Hop, HopKind, Trace, Verdict},
};
use groundwork_model::{Address, ClusterKey, Family, Finding, InstallationId, codes};
use groundwork_provider::{
    Error, ErrorKind, Network, Plan, Topology,
    rule::Traffic,
    topology::{Area, Gateway, Part, Route, Subnet, Via},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Exit, Page,
    availability::{Defaults, Offer},
    clean,
    lines::{Body, Line, PlanLine},
    render::{
        self, availability, findings,
        graph::{Picture, dot, mermaid, svg},
        inventory, network, plan,
        progress::Progress,
        topology, trace,
    },
    report::{self, Report, html, junit, sarif},
    verbs::sweep,
};

/// A title for the window, a cleared screen in C1, a forged line, a text that is read backwards.
const EVIL: &str = "evil\u{1b}]0;owned\u{7}\u{9b}2J\r\nDone: forged\u{202e}txt\u{2028}\u{200b}";
const PAGE: Page = Page {
    width: 100,
    is_cut: false,
};

#[track_caller]
fn assert_tame(text: &str) {
    let plain = strip_str(text).to_string();
    let wild = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2028}\u{200b}".contains(c);
    assert!(!plain.contains(wild), "{plain:?}");
    let forged = |line: &str| line.trim_start().starts_with("Done: forged");
    assert!(!plain.lines().any(forged), "{plain}");
    // Its colours are ours: what came from outside brings none.
    assert!(!text.contains("]0;owned\u{7}"), "{text:?}");
}

fn account() -> Value {
    json!({ "provider": "openstack", "endpoint": EVIL, "project": EVIL, "region": EVIL })
}

fn finding() -> Finding {
    let mut finding = Finding::warning(codes::DOCUMENT_TYPE, EVIL)
        .about(EVIL)
        .at(EVIL)
        .remedy(EVIL);
    finding.location = Some(groundwork_model::Location {
        source: EVIL.to_owned(),
        line: 1,
        column: 1,
    });
    finding.reference = Some(EVIL.into());
    finding
}

fn a_plan() -> Plan {
    let found = json!({
        "id": EVIL, "key": { "id": EVIL }, "owner": "foreign", "joins": [{ "kind": EVIL, "id": EVIL }],
        "phase": { "failed": EVIL }, "created": null,
        "state": { "name": EVIL, "tags": { EVIL: EVIL }, "cidr": "10.0.0.0/8" },
    });
    let change = json!({ "field": EVIL, "from": [EVIL], "to": { EVIL: EVIL } });
    let item = |action: &str| {
        json!({
            "address": "network", "kind": EVIL, "action": action, "changes": [change],
            "reason": EVIL, "found": found, "told": { "name": EVIL, "cidrs": [], "detail": EVIL },
            "node": { "kind": EVIL, "named": EVIL, "after": [], "desired": { "name": EVIL } },
        })
    };
    let items: Vec<Value> = [
        "update",
        "replace",
        "delete",
        "violated",
        "ambiguous",
        "verified",
    ]
    .map(item)
    .into();
    serde_json::from_value(json!({
        "version": 1, "goal": "apply", "account": account(), "installation": "groundwork",
        "cluster": "demo", "items": items, "findings": [finding()], "hash": EVIL,
    }))
    .unwrap()
}

#[test]
fn plans_and_findings() {
    let a_plan = a_plan();
    for text in [
        plan::plan(EVIL, &a_plan, PAGE),
        plan::brief(EVIL, &a_plan, PAGE),
        plan::same(EVIL, &a_plan, 100),
        findings::findings(&[finding()], 100),
        findings::of_cluster(EVIL, &[finding()], 100),
    ] {
        assert_tame(&text);
        assert!(
            text.contains("evil\\u{1b}]0;owned"),
            "it is there, written out: {text}"
        );
    }
}

#[test]
fn pictures() {
    let picture = Picture::of(EVIL, &a_plan());
    for text in [mermaid(&picture), dot(&picture), svg(&picture)] {
        assert_tame(&text);
    }
}

fn part() -> Part {
    Part {
        key: EVIL.to_owned(),
        what: EVIL.to_owned(),
        name: Some(EVIL.to_owned()),
        id: Some(EVIL.to_owned()),
        planned: false,
    }
}

fn a_topology() -> Topology {
    let via = [
        Via::Gateway(EVIL.to_owned()),
        Via::Nowhere(EVIL.to_owned()),
        Via::Unseen(EVIL.to_owned()),
    ];
    let subnet = |via: Via| Subnet {
        part: part(),
        zone: Some(EVIL.to_owned()),
        cidrs: vec!["10.0.0.0/24".parse().unwrap()],
        routes: vec![Route {
            to: "0.0.0.0/0".parse().unwrap(),
            via,
            part: Some(part()),
        }],
        table: Some(part()),
        ..Subnet::default()
    };
    let network = Area {
        part: part(),
        cidrs: Vec::new(),
    };
    let gateway = Gateway {
        part: part(),
        shut: Some(EVIL.to_owned()),
        ..Gateway::default()
    };
    Topology {
        network: Some(network),
        subnets: via.map(subnet).into(),
        gateways: vec![gateway],
        unseen: vec![EVIL.to_owned()],
        ..Topology::default()
    }
}

#[test]
fn networks_as_packets_see_them() {
    assert_tame(&topology::file(EVIL, &a_topology()));
    let hop = Hop {
        kind: HopKind::Gateway,
        part: Some(part()),
        text: EVIL.to_owned(),
        passes: Some(false),
    };
    let way = Trace {
        family: Family::V6,
        from: EVIL.to_owned(),
        to: EVIL.to_owned(),
        hops: vec![hop],
        verdict: Verdict::Stops,
    };
    assert_tame(&trace::traces(&[way], Traffic::All, 100));
}

#[test]
fn what_datacenters_offer() {
    let evil = || EVIL.to_owned();
    let defaults = Defaults {
        families: Vec::new(),
        proxy_mode: evil(),
        node_ports: evil(),
        nodes: 1,
        services: 1,
    };
    let offer = Offer {
        name: evil(),
        seed: evil(),
        country: evil(),
        location: evil(),
        provider: Some(evil()),
        ip_families: Vec::new(),
        because: vec![finding()],
        defaults: Some(defaults),
    };
    assert_tame(&availability::offer(&offer, 100));
}

#[test]
fn reports() {
    let trouble = report::Trouble {
        message: clean::text(EVIL),
        remedy: Some(clean::text(EVIL)),
    };
    let report = Report {
        verb: "plan",
        cluster: Some(clean::text(EVIL)),
        exit: Exit::Unfit,
        findings: vec![clean::cleaned(&finding())],
        plan: Some(clean::cleaned(&a_plan())),
        topology: a_topology(),
        trouble: Some(trouble),
        home: finding().location,
        rules: Vec::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    for text in [html(&report), junit(&report), sarif(&report)] {
        assert_tame(&text);
    }
}

#[test]
fn inventories_and_networks() {
    let object = InventoryObject {
        address: Address::new("network").unwrap(),
        kind: EVIL.to_owned(),
        id: EVIL.to_owned(),
        incarnation: 1,
    };
    let all = Inventory {
        account: serde_json::from_value(account()).unwrap(),
        clusters: vec![InventoryCluster {
            cluster: ClusterKey::new("demo").unwrap(),
            known: false,
            objects: vec![object],
        }],
    };
    assert_tame(&inventory::inventory(
        &all,
        true,
        &InstallationId::default(),
        PAGE,
    ));
    let one: Network = serde_json::from_value(json!({
        "cluster": "demo", "provider": EVIL,
        "objects": [{ "address": "network", "kind": EVIL, "id": EVIL, "name": EVIL, "managed": false }],
        "subnets": [{ "id": EVIL, "cidrs": [], "zone": EVIL }],
        "patch": { "spec": { "cloud": { "openstack": { "network": EVIL } } } },
    }))
    .unwrap();
    assert_tame(&network::network(&one, PAGE));
    assert_tame(&network::patch(&one.patch));
}

#[test]
fn progress() {
    let failure = json!({ "reason": "denied", "message": EVIL, "operation": EVIL, "requestId": EVIL, "remedy": EVIL });
    let facts = [
        json!({ "event": "began", "address": "network", "kind": EVIL, "id": EVIL, "what": "update",
            "changes": [{ "field": EVIL, "from": EVIL, "to": EVIL }] }),
        json!({ "event": "retrying", "address": "network", "what": "update", "attempt": 1, "afterMs": 1, "failure": failure }),
        json!({ "event": "updated", "address": "network", "id": EVIL }),
        json!({ "event": "created", "address": "network", "kind": EVIL, "id": EVIL, "incarnation": 1 }),
        json!({ "event": "deleted", "address": "network", "kind": EVIL, "id": EVIL }),
        json!({ "event": "failed", "address": "network", "what": "update", "failure": failure }),
    ];
    let (mut progress, mut paper) = (Progress::new(false, std::iter::empty()), Vec::new());
    for mut fact in facts {
        let head =
            json!({ "version": 1, "at": "2026-01-01T00:00:00Z", "cluster": "demo", "run": "1" });
        fact.as_object_mut()
            .unwrap()
            .extend(head.as_object().unwrap().clone());
        let event: Event = serde_json::from_value(fact).unwrap();
        progress.show(&event, &mut paper);
        assert_json_is_tame(Body::Event { entry: event });
    }
    let text = String::from_utf8(paper).unwrap();
    assert_eq!(
        text.lines().count(),
        6,
        "each event is a line, and a remedy: {text}"
    );
    assert_tame(&text);
}

#[test]
fn sweeps_and_troubles() {
    let trouble = || {
        Error::new(ErrorKind::Denied, EVIL, EVIL)
            .about(EVIL)
            .remedy(EVIL)
    };
    for plan in [
        Ok(a_plan()),
        Err(Trouble::Unfit(vec![finding()])),
        Err(Trouble::Cloud(trouble())),
        Err(Trouble::Stale(EVIL.to_owned())),
    ] {
        let swept = Swept {
            cluster: ClusterKey::new("demo").unwrap(),
            name: EVIL.to_owned(),
            account: None,
            plan,
        };
        assert_tame(&sweep::text(&swept, 10, 100));
    }
    assert_tame(&render::trouble(EVIL, Some(EVIL)));
}

#[test]
fn lines_for_programs() {
    assert_json_is_tame(Body::Plan {
        plan: PlanLine::from(&a_plan()),
    });
    assert_json_is_tame(Body::Findings {
        findings: vec![finding()],
    });
    assert_json_is_tame(Body::Trouble {
        message: EVIL.to_owned(),
        remedy: Some(EVIL.to_owned()),
        exit: 3,
    });
}

/// A program gets every character, and a terminal none of the wild ones.
#[track_caller]
fn assert_json_is_tame(body: Body) {
    let line = Line::text(body);
    assert_tame(&line);
    let value: Value = serde_json::from_str(&line).unwrap();
    assert!(says(&value, EVIL), "{value}");
}

fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(said) => said == text,
        Value::Array(list) => list.iter().any(|value| says(value, text)),
        Value::Object(fields) => fields.values().any(|value| says(value, text)),
        Value::Bool(_) | Value::Null | Value::Number(_) => false,
    }
}

#[test]
fn log_lines() {
    let line = clean::log_line(&format!("INFO {EVIL} \u{1b}[8mhidden\n"));
    assert_tame(&line);
    assert_eq!(line.lines().count(), 1);
    assert!(!line.contains('\u{1b}'), "{line:?}");
}
