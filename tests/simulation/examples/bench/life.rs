//! Create, no-op, destroy: calls, wall time, and the bound that the graph sets.

use std::{collections::BTreeMap, time::Duration};

use groundwork_engine::SystemClock;
use groundwork_provider::{Action, Clock, Item, Plan};

use crate::{
    LATENCY,
    cloud::{Cloud, plan, run},
    subject::Subject,
};

/// Measures one life, and prints it.
pub(crate) async fn measure(subject: &dyn Subject) {
    let cloud = Cloud::open(subject, LATENCY);
    let session = cloud.session(0).await;
    println!(
        "connect: {} calls, once a process",
        cloud.mock.calls().len()
    );
    println!(
        "{:<9} {:>6} {:>7} {:>10} {:>22} {:>11}",
        "", "calls", "writes", "wall", "bound", "wall/bound"
    );
    for (name, destroys) in [("create", false), ("no-op", false), ("destroy", true)] {
        cloud.mock.clear_calls();
        let began = SystemClock.now();
        let planned = plan(&session, destroys).await;
        let chain = chain(subject, &planned.plan);
        run(&session, &planned).await;
        let wall = SystemClock.now().duration_since(began);
        let inside = if destroys { subject.levels_inside() } else { 0 };
        let look = subject.look_levels(name != "create") + inside;
        report(
            &cloud,
            subject,
            name,
            Duration::try_from(wall).unwrap(),
            (look, chain),
        );
        let writes = cloud.mock.mutating_calls();
        assert!(name != "no-op" || writes.is_empty(), "{writes:#?}");
    }
}

/// The bound: the look (every listing at once, level by level), what is asked beforehand, then the
/// chain.
fn report(cloud: &Cloud<'_>, subject: &dyn Subject, name: &str, wall: Duration, bound: (u32, u32)) {
    let (look, chain) = bound;
    let calls = cloud.mock.calls();
    let checks = u32::from(calls.iter().any(|call| subject.is_check(call)));
    let bound = LATENCY * (look + checks + chain);
    println!(
        "{name:<9} {:>6} {:>7} {:>7} ms {:>12} = {:>4} ms {:>11.2}",
        calls.len(),
        cloud.mock.mutating_calls().len(),
        wall.as_millis(),
        format!("{} + {chain}", look + checks),
        bound.as_millis(),
        wall.as_secs_f64() / bound.as_secs_f64(),
    );
}

/// The longest chain of calls that must come one after another: what a node refers to comes
/// first, and writers that take turns come one by one. An object's finishing touches (tags, rules)
/// hold nobody up but the run itself.
fn chain(subject: &dyn Subject, plan: &Plan) -> u32 {
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    let mut last = 0;
    for item in plan.items.iter().filter(|item| item.action.is_mutating()) {
        let ready = needs(plan, item)
            .into_iter()
            .filter_map(|need| ends.get(need).copied())
            .max();
        let turn = item
            .turns
            .iter()
            .filter_map(|turn| turns.get(turn.as_str()));
        let begin = ready.max(turn.max().copied()).unwrap_or(0);
        let end = begin + subject.calls(item);
        ends.insert(key(item), end);
        turns.extend(item.turns.iter().map(|turn| (turn.as_str(), end)));
        last = last.max(end + subject.touches(item));
    }
    last
}

/// By what others wait for an item.
fn key(item: &Item) -> &str {
    match item.action {
        Action::Create => item.address.as_str(),
        Action::Ambiguous
        | Action::Delete
        | Action::Discard
        | Action::Keep
        | Action::Replace
        | Action::Update
        | Action::Verified
        | Action::Violated => id(item),
    }
}

fn id(item: &Item) -> &str {
    let found = item.found.as_ref();
    found.map_or(item.address.as_str(), |found| found.id.as_str())
}

/// What an item waits for: a create for what it refers to, a delete for whatever joins it.
fn needs<'a>(plan: &'a Plan, item: &'a Item) -> Vec<&'a str> {
    match (item.action, &item.node) {
        (Action::Create, Some(node)) => node.after.iter().map(|a| a.as_str()).collect(),
        (_, _) => {
            let found = plan.items.iter().filter_map(|item| item.found.as_ref());
            let joins = found.filter(|found| found.joins.iter().any(|join| join.id == id(item)));
            joins.map(|found| found.id.as_str()).collect()
        }
    }
}
