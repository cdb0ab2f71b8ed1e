//! The hash of a plan: over all that decides what would be done, and nothing else.

use groundwork_provider::{Item, Plan};
use serde::Serialize;
use sha2::{Digest, Sha256};

#[derive(Serialize)]
struct Essence<'a> {
    version: u32,
    goal: &'a groundwork_provider::Goal,
    account: &'a groundwork_provider::Account,
    installation: &'a str,
    cluster: &'a str,
    items: Vec<ItemEssence<'a>>,
}

#[derive(Serialize)]
struct ItemEssence<'a> {
    address: &'a str,
    kind: &'a str,
    action: groundwork_provider::Action,
    id: Option<&'a str>,
    changes: &'a [groundwork_provider::Change],
    desired: Option<&'a groundwork_provider::Fields>,
}

impl<'a> ItemEssence<'a> {
    fn of(item: &'a Item) -> Self {
        Self {
            address: item.address.as_str(),
            kind: &item.kind,
            action: item.action,
            id: item.found.as_ref().map(|found| found.id.as_str()),
            changes: &item.changes,
            desired: item.node.as_ref().map(|node| &node.desired),
        }
    }
}

/// Gives a finished plan its hash: 64 hexadecimal digits.
pub(crate) fn seal(mut plan: Plan) -> Plan {
    let essence = Essence {
        version: plan.version,
        goal: &plan.goal,
        account: &plan.account,
        installation: plan.installation.as_str(),
        cluster: plan.cluster.as_str(),
        items: plan.items.iter().map(ItemEssence::of).collect(),
    };
    let text = serde_json::to_vec(&essence).expect("a plan is plain data");
    plan.hash = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    plan
}
