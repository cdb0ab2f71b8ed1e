//! What becomes of a node, now that it is known what is there for it.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_model::{Address, Finding, Label};
use groundwork_provider::{Action, AnyFound, Change, Diff, Facts, Item, Known, Node, Phase, Told};

use super::{
    findings::{self, violated},
    matching::{Matching, of_kind},
};
use crate::codes;

impl Matching<'_> {
    pub(super) fn create(
        &mut self,
        address: &Address,
        node: &Node,
        reason: Option<String>,
        found: Option<Arc<AnyFound>>,
    ) {
        let late = node.after.iter().any(|of| self.states.at(of).is_none());
        let incarnation = self.incarnation(address);
        let item = self.item(address, node, Action::Create);
        let item = Item {
            reason,
            late,
            incarnation,
            found,
            ..item
        };
        self.items.push(item);
    }

    pub(super) fn managed(
        &mut self,
        address: &Address,
        node: &Node,
        label: &Label,
        found: Arc<AnyFound>,
        mut changes: Vec<Change>,
    ) {
        self.taken.insert(of_kind(node, &found));
        let diff = self.diff(node, label, &found);
        let cascade = node.after.iter().find(|of| self.replaced.contains(*of));
        let reason = match (&found.phase, cascade) {
            (Phase::Failed(why), _) => Some(format!("the cloud gave up on it: {why}")),
            (_, Some(of)) => Some(format!("{of} is replaced")),
            (Phase::Ready | Phase::Pending(_) | Phase::Leaving, None) => None,
        };
        let late = diff.is_none();
        let diff = diff.unwrap_or(Diff::Same);
        changes.extend(diff.changes().iter().cloned());
        let action = match (&reason, &diff) {
            (Some(_), _) | (None, Diff::Replace(_)) => Action::Replace,
            (None, Diff::Update(_)) => Action::Update,
            (None, Diff::Same) if late || !changes.is_empty() => Action::Update,
            (None, Diff::Same) => Action::Keep,
        };
        if action == Action::Replace {
            // What the cloud gave up on, and nothing uses, is no loss.
            let failed = matches!(found.phase, Phase::Failed(_));
            let useless = failed
                && self
                    .basis
                    .observation
                    .joining(&of_kind(node, &found))
                    .is_empty();
            self.replace(address, &found.id, cascade.is_some() || useless);
            self.know(address, node, &found, true);
            self.states.remove(address);
        } else {
            self.know(address, node, &found, true);
        }
        let incarnation = self.incarnation(address);
        let item = self.item(address, node, action);
        self.items.push(Item {
            changes,
            reason,
            late,
            incarnation,
            found: Some(found),
            ..item
        });
    }

    /// `None`: a field depends on what does not exist yet.
    fn diff(&self, node: &Node, label: &Label, found: &AnyFound) -> Option<Diff> {
        let facts = Facts::new(label, &self.states);
        self.basis
            .provider
            .diff(&node.kind, &node.desired, &facts, &found.state)
            .ok()
    }

    /// A replace has to be allowed by name; what it takes with it is named by it.
    fn replace(&mut self, address: &Address, id: &str, cascaded: bool) {
        self.replaced.insert(address.clone());
        if !cascaded && !self.basis.options.replace.contains(address) {
            let finding = Finding::error(
                codes::REPLACE,
                format!("{address} ({id}) can only be changed if it is deleted and created again"),
            );
            self.findings
                .push(finding.about(format!("{address}")).remedy(format!(
                "allow it with `--replace {address}`, or undo the change in the document; objects inside \
                 or attached to it are replaced too"
            )));
        }
    }

    pub(super) fn external(
        &mut self,
        address: &Address,
        node: &Node,
        label: &Label,
        found: Arc<AnyFound>,
    ) {
        self.taken.insert(of_kind(node, &found));
        self.know(address, node, &found, false);
        let diff = self.diff(node, label, &found).unwrap_or(Diff::Same);
        let changes = diff.changes().to_vec();
        let unusable = findings::unusable(address, &found);
        let action = if changes.is_empty() && unusable.is_none() {
            Action::Verified
        } else {
            Action::Violated
        };
        self.findings.extend(unusable);
        self.findings.extend(
            changes
                .iter()
                .map(|change| violated(address, &found.id, change)),
        );
        let item = self.item(address, node, action);
        self.items.push(Item {
            changes,
            found: Some(found),
            ..item
        });
    }

    pub(super) fn missing(&mut self, address: &Address, node: &Node) {
        let id = node.named.as_deref().unwrap_or_default();
        let finding = Finding::error(
            codes::NAMED_ABSENT,
            format!("{address}: {id}, which the document names, does not exist in this account"),
        );
        let mut kinds = self.basis.provider.kinds().into_iter();
        let is_created = kinds.any(|kind| kind.name == node.kind && kind.created);
        let finding = finding.about(format!("{} {id}", node.kind));
        self.findings.push(finding.remedy(match is_created {
            true => {
                "correct the id; if the object was created for this cluster and has been deleted, \
                 remove the id from the document: apply then creates another one"
            }
            false => "correct the id; such objects are verified, and never created",
        }));
        let item = self.item(address, node, Action::Violated);
        self.items.push(Item {
            reason: Some(format!("{id} does not exist")),
            ..item
        });
    }

    pub(super) fn nobodys(&mut self, address: &Address, node: &Node) {
        let joined: Vec<&str> = node.after.iter().map(Address::as_str).collect();
        let finding = Finding::error(
            codes::NOBODYS,
            format!(
                "{address} does not exist, and is not created: it can carry no label, and {} is \
                 somebody else's, so that nothing would show that it is ours",
                joined.join(", ")
            ),
        );
        self.findings
            .push(finding.about(address.to_string()).remedy(
            "ask the owner of those objects to create it, or remove the id of one of them from the \
                 document: apply then creates both",
        ));
        let item = self.item(address, node, Action::Violated);
        let reason = Some("nothing would show that it is ours".to_owned());
        self.items.push(Item { reason, ..item });
    }

    pub(super) fn ambiguous(&mut self, address: &Address, node: &Node, found: &[Arc<AnyFound>]) {
        self.taken
            .extend(found.iter().map(|found| of_kind(node, found)));
        let ids: Vec<&str> = found.iter().map(|found| found.id.as_str()).collect();
        let ids = ids.join(", ");
        let finding = Finding::error(
            codes::AMBIGUOUS,
            format!("{address}: several objects carry its label, and each is in use: {ids}"),
        );
        self.findings
            .push(finding.about(format!("{} {ids}", node.kind)).remedy(
            "find out which one the cluster uses, move machines off the others, and delete those",
        ));
        let item = self.item(address, node, Action::Ambiguous);
        self.items.push(Item {
            reason: Some(ids),
            ..item
        });
    }

    pub(super) fn discard(&mut self, address: &Address, node: &Node, losers: &[Arc<AnyFound>]) {
        for loser in losers {
            self.taken.insert(of_kind(node, loser));
            let item = self.item(address, node, Action::Discard);
            let reason = Some("a duplicate that nothing uses".to_owned());
            self.items.push(Item {
                node: None,
                reason,
                found: Some(loser.clone()),
                ..item
            });
        }
    }

    fn know(&mut self, address: &Address, node: &Node, found: &Arc<AnyFound>, managed: bool) {
        let (kind, id, state) = (node.kind.clone(), found.id.clone(), found.clone().into());
        let known = Known {
            kind,
            id,
            managed,
            state,
        };
        self.former.insert(address.clone(), known.clone());
        self.states.insert(address.clone(), known);
    }

    fn item(&self, address: &Address, node: &Node, action: Action) -> Item {
        Item {
            address: address.clone(),
            kind: node.kind.clone(),
            action,
            changes: Vec::new(),
            reason: None,
            late: false,
            node: Some(node.clone()),
            found: None,
            told: Told::default(),
            incarnation: 0,
            turns: BTreeSet::new(),
            goes_with: None,
        }
    }
}
