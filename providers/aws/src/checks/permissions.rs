//! Whether the run may do what it is going to do.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::Finding;
use groundwork_provider::{Action, Item, Listing, Look, Plan, Use};

use super::stage::Stage;
use crate::{
    api::{Answer, Api, Denial},
    codes,
    object::{security_group::SecurityGroup, subnet::Subnet},
    operations::OPERATIONS,
    policy::Policy,
};

/// Rehearses the plan, and asks EC2 about each operation that came up.
pub(crate) async fn permissions(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let stage = Stage::new(look, plan);
    let mut unseen = BTreeSet::new();
    for item in plan.mutating() {
        unseen.extend(following(item));
        if !stage.act(item).await {
            unseen.extend(usual(item));
        }
    }
    let answers = stage.ask().await;
    let mut findings = denied(plan, &answers);
    findings.extend(open(&answers, unseen));
    findings
}

/// The operations that an item usually needs.
fn usual(item: &Item) -> Vec<&'static str> {
    let needs = |used_for: Use| match used_for {
        Use::Connect | Use::List => false,
        Use::Create => item.action.creates(),
        Use::Update => item.action == Action::Update,
        Use::Delete => item.action.deletes(),
    };
    let of = OPERATIONS
        .iter()
        .filter(|operation| operation.kind == item.kind && needs(operation.used_for));
    of.map(|operation| operation.name).collect()
}

/// The operations that finish what was made. There is nothing to ask them about before.
fn following(item: &Item) -> &'static [&'static str] {
    match item.kind.as_str() {
        _ if !item.action.creates() => &[],
        SecurityGroup::KIND => &[
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
        ],
        Subnet::KIND => &["ModifySubnetAttribute"],
        _ => &[],
    }
}

/// One finding an action, whichever operations need it.
fn denied(plan: &Plan, answers: &BTreeMap<String, Answer>) -> Vec<Finding> {
    let mut missing: BTreeMap<&str, (&Denial, Vec<&str>)> = BTreeMap::new();
    for (operation, answer) in answers {
        let (Answer::No(denial), operation) = (answer, operation.as_str()) else {
            continue;
        };
        let (_, needed_by) = missing
            .entry(&denial.action)
            .or_insert((denial, Vec::new()));
        if denial.action != format!("ec2:{operation}") {
            needed_by.push(operation);
        }
    }
    let all = missing.into_values();
    all.map(|(denial, needed_by)| finding(plan, denial, &needed_by))
        .collect()
}

fn finding(plan: &Plan, denial: &Denial, needed_by: &[&str]) -> Finding {
    let Denial {
        action,
        on,
        forbidden,
    } = denial;
    let mut message = format!("the credentials may not call {action}");
    if let Some(on) = on {
        message += &format!(" on {on}");
    }
    if !needed_by.is_empty() {
        message += &format!(" (needed by {})", needed_by.join(", "));
    }
    let adopts = |item: &Item| item.changes.iter().any(|change| change.is_label());
    let remedy = match Policy::with(action) {
        _ if *forbidden => "an explicit deny forbids it: have that lifted, no policy helps".into(),
        Some(file) if action == "ec2:CreateTags" && plan.mutating().any(adopts) => format!(
            "adopt with credentials that may tag any object: docs/policies/{file} allows it on \
             what carries our label"
        ),
        Some(file) => format!(
            "attach docs/policies/{file} to the user or role: it allows {action} on what carries \
             our label"
        ),
        None => format!("allow {action} to the user or role"),
    };
    Finding::error(codes::PERMISSION, message)
        .about(action.as_str())
        .remedy(remedy)
}

/// What nobody knows, in one note.
fn open(answers: &BTreeMap<String, Answer>, unseen: BTreeSet<&str>) -> Option<Finding> {
    let mut unknown = Vec::new();
    let mut unasked: BTreeSet<&str> = unseen;
    for (operation, answer) in answers {
        match answer {
            Answer::Yes | Answer::No(_) => {
                unasked.remove(operation.as_str());
            }
            Answer::Unknown(why) => {
                unasked.remove(operation.as_str());
                unknown.push(format!("{operation} ({why})"));
            }
            Answer::Unasked => {
                unasked.insert(operation);
            }
        }
    }
    let mut parts = Vec::new();
    if !unasked.is_empty() {
        let names: Vec<&str> = unasked.into_iter().collect();
        let why = "EC2 answers no question about them, or what they are about does not exist yet";
        parts.push(format!("{} ({why})", names.join(", ")));
    }
    if !unknown.is_empty() {
        parts.push(format!(
            "EC2 said neither yes nor no to {}",
            unknown.join(", ")
        ));
    }
    let message = format!(
        "whether these calls are allowed is not known before they are made: {}",
        parts.join("; ")
    );
    let finding = Finding::note(codes::PERMISSION_UNASKED, message);
    let remedy = "attach the policies of docs/policies, which allow all of them";
    (!parts.is_empty()).then(|| finding.remedy(remedy))
}
