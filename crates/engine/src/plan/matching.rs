//! Nodes meet objects.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use groundwork_model::{Address, Finding, Label};
use groundwork_provider::{
    Action, Change, Diff, Facts, Found, Goal, Graph, Item, Key, Known, Node, Owner, Phase, Plan,
    States,
};
use serde_json::Value;

use super::{
    Basis,
    digest::seal,
    duplicate::{Verdict, judge},
    order::topological,
    removal,
};
use crate::codes;

/// Plans: per node one action; our objects that no node wants are deleted. The states are what
/// exists, by address, as far as it stays.
pub fn plan(basis: Basis<'_>, graph: &Graph) -> (Plan, States) {
    let mut matching = Matching {
        basis,
        states: States::default(),
        items: Vec::new(),
        findings: graph.findings.clone(),
        taken: BTreeSet::new(),
        doomed: BTreeSet::new(),
        replaced: BTreeSet::new(),
        former: States::default(),
    };
    for (address, node) in topological(graph) {
        matching.node(address, node);
    }
    matching.finish()
}

struct Matching<'a> {
    basis: Basis<'a>,
    states: States,
    items: Vec<Item>,
    findings: Vec<Finding>,
    /// Ids that a node has, or that go as duplicates.
    taken: BTreeSet<String>,
    /// Ids of duplicates that go, and of all that hangs on them.
    doomed: BTreeSet<String>,
    /// Addresses whose objects are replaced.
    replaced: BTreeSet<Address>,
    /// The states with those that are replaced: what hangs on them is found by them.
    former: States,
}

/// What is there for a node.
enum There {
    Nothing { reason: Option<String> },
    Leaving(Arc<Found<Value>>),
    Managed(Arc<Found<Value>>),
    Adopted(Arc<Found<Value>>),
    External(Arc<Found<Value>>),
    Missing,
    Nobodys,
    Ambiguous(Vec<Arc<Found<Value>>>),
}

impl<'a> Matching<'a> {
    fn node(&mut self, address: &Address, node: &Node) {
        let label = self.label(address);
        match self.there(address, node, &label) {
            There::Nothing { reason } => self.create(address, node, reason, None),
            There::Leaving(found) => {
                let reason = Some("the one that is there is being deleted".to_owned());
                self.create(address, node, reason, Some((*found).clone()));
            }
            There::Managed(found) => self.managed(address, node, &label, found, Vec::new()),
            There::Adopted(found) => {
                let from = found
                    .state
                    .get("description")
                    .cloned()
                    .unwrap_or(Value::Null);
                let change = Change::new(Change::LABEL, from, label.to_string());
                self.managed(address, node, &label, found, vec![change]);
            }
            There::External(found) => self.external(address, node, &label, found),
            There::Missing => self.missing(address, node),
            There::Nobodys => self.nobodys(address, node),
            There::Ambiguous(found) => self.ambiguous(address, node, &found),
        }
    }

    fn label(&self, address: &Address) -> Label {
        Label {
            installation: self.basis.installation.clone(),
            cluster: self.basis.cluster.clone(),
            address: address.clone(),
            incarnation: self.incarnation(address),
        }
    }

    /// 1 + the highest ever seen, in the journal or at the cloud.
    fn incarnation(&self, address: &Address) -> u32 {
        let labelled = self
            .basis
            .observation
            .mine()
            .iter()
            .filter_map(|s| match &s.found.owner {
                Owner::Label(label) if label.address == *address => Some(label.incarnation),
                Owner::Label(_) | Owner::Within | Owner::Foreign => None,
            });
        let journalled = self.basis.recall.incarnations.get(address).copied();
        labelled.chain(journalled).max().unwrap_or(0) + 1
    }

    fn there(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        match &node.named {
            Some(id) => self.named(node, id),
            None => self.by_key(address, node, label),
        }
    }

    /// Custody follows the label, not the document: a named object that carries ours is managed.
    fn named(&self, node: &Node, id: &str) -> There {
        let found = self
            .basis
            .observation
            .listing(&node.kind)
            .and_then(|l| l.by_id(id));
        match found {
            Some(found) if self.basis.observation.is_mine(id) => There::Managed(found.clone()),
            Some(found) => There::External(found.clone()),
            None if self.basis.recall.created.contains_key(id) => There::Nothing {
                reason: Some(format!(
                    "{id}, which the document names, was ours and is gone"
                )),
            },
            None => There::Missing,
        }
    }

    fn by_key(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        let facts = Facts::new(label, &self.former);
        let Ok(key) = self.basis.provider.key(&node.kind, &node.desired, &facts) else {
            return There::Nothing { reason: None };
        };
        let (leaving, mut candidates): (Vec<_>, Vec<_>) = self
            .candidates(node, &key)
            .into_iter()
            .partition(|f| f.phase == Phase::Leaving);
        match candidates.len() {
            0 if leaving.is_empty() && self.belongs_to_nobody(node, &key) => There::Nobodys,
            0 if !leaving.is_empty() => There::Leaving(leaving[0].clone()),
            0 => self.adoptable(address, node, label),
            1 => self.only(candidates.remove(0)),
            _ => match judge(candidates, self.basis, &self.doomed) {
                Some(Verdict::Discard {
                    survivor,
                    losers,
                    doomed,
                }) => {
                    self.doomed.extend(doomed);
                    self.discard(address, node, &losers);
                    There::Managed(survivor)
                }
                Some(Verdict::Ambiguous(found)) => There::Ambiguous(found),
                None => There::Nothing { reason: None },
            },
        }
    }

    fn candidates(&self, node: &Node, key: &Key) -> Vec<Arc<Found<Value>>> {
        let matches = |found: &&Arc<Found<Value>>| found.key == *key;
        match key {
            Key::Label { .. } => {
                let mine = self.basis.observation.mine().iter();
                mine.filter(|seen| seen.kind == node.kind)
                    .map(|seen| &seen.found)
                    .filter(matches)
                    .cloned()
                    .collect()
            }
            Key::Natural(_) | Key::Id(_) => {
                let listing = self.basis.observation.listing(&node.kind);
                listing
                    .into_iter()
                    .flat_map(|l| l.iter())
                    .filter(matches)
                    .cloned()
                    .collect()
            }
        }
    }

    /// One object: ours by label; without a label, ours if something that it joins is.
    fn only(&self, found: Arc<Found<Value>>) -> There {
        let observation = self.basis.observation;
        let ours = match &found.owner {
            Owner::Label(_) => observation.is_mine(&found.id),
            Owner::Within => {
                observation.is_mine(&found.id)
                    || found.joins.iter().any(|join| observation.is_mine(join))
            }
            Owner::Foreign => false,
        };
        if ours {
            There::Managed(found)
        } else {
            There::External(found)
        }
    }

    /// Nothing of ours: perhaps the reference system's object is there, by its names.
    fn adoptable(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        let facts = Facts::new(label, &self.states);
        let provider = self.basis.provider;
        let listing = self.basis.observation.listing(&node.kind);
        let found: Vec<_> = listing
            .into_iter()
            .flat_map(|listing| listing.iter())
            .filter(|found| found.owner == Owner::Foreign && !self.taken.contains(&found.id))
            .filter(|found| provider.adopts(&node.kind, &node.desired, &facts, found))
            .cloned()
            .collect();
        match (found.as_slice(), self.basis.options.adopt) {
            ([], _) => There::Nothing { reason: None },
            ([one], true) => There::Adopted(one.clone()),
            ([_, _, ..], true) => There::Ambiguous(found),
            ([..], false) => {
                self.findings
                    .extend(found.iter().map(|found| adoptable(address, &found.id)));
                There::Nothing { reason: None }
            }
        }
    }

    fn create(
        &mut self,
        address: &Address,
        node: &Node,
        reason: Option<String>,
        found: Option<Found<Value>>,
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

    fn managed(
        &mut self,
        address: &Address,
        node: &Node,
        label: &Label,
        found: Arc<Found<Value>>,
        mut changes: Vec<Change>,
    ) {
        self.taken.insert(found.id.clone());
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
            self.replace(address, &found.id, cascade.is_some());
            self.know(address, node, &found, true);
            self.states.remove(address);
        } else {
            self.know(address, node, &found, true);
        }
        let incarnation = self.incarnation(address);
        let item = self.item(address, node, action);
        let found = Some((*found).clone());
        self.items.push(Item {
            changes,
            reason,
            late,
            incarnation,
            found,
            ..item
        });
    }

    /// `None`: a field depends on what does not exist yet.
    fn diff(&self, node: &Node, label: &Label, found: &Found<Value>) -> Option<Diff> {
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
                format!("{address} ({id}) can only be changed by making it anew"),
            );
            self.findings
                .push(finding.about(format!("{address}")).remedy(format!(
                "allow it with `--replace {address}`, or take the change back; what hangs on it is \
                 replaced too"
            )));
        }
    }

    fn external(
        &mut self,
        address: &Address,
        node: &Node,
        label: &Label,
        found: Arc<Found<Value>>,
    ) {
        self.taken.insert(found.id.clone());
        self.know(address, node, &found, false);
        let diff = self.diff(node, label, &found).unwrap_or(Diff::Same);
        let changes = diff.changes().to_vec();
        let action = if changes.is_empty() {
            Action::Verified
        } else {
            Action::Violated
        };
        self.findings.extend(
            changes
                .iter()
                .map(|change| violated(address, &found.id, change)),
        );
        let item = self.item(address, node, action);
        self.items.push(Item {
            changes,
            found: Some((*found).clone()),
            ..item
        });
    }

    fn missing(&mut self, address: &Address, node: &Node) {
        let id = node.named.as_deref().unwrap_or_default();
        let finding = Finding::error(
            codes::NAMED_ABSENT,
            format!("{address}: {id}, which the document names, does not exist in this account"),
        );
        self.findings
            .push(finding.about(format!("{} {id}", node.kind)).remedy(
            "correct the id; if the object is gone and was made for this cluster, remove the id \
             from the document so that a new one is made",
        ));
        let item = self.item(address, node, Action::Violated);
        self.items.push(Item {
            reason: Some(format!("{id} does not exist")),
            ..item
        });
    }

    /// Whether an object would be made that nobody could find again: it carries no label, and
    /// everything that it joins is external.
    fn belongs_to_nobody(&self, node: &Node, key: &Key) -> bool {
        let external = |of: &Address| self.former.at(of).is_some_and(|known| !known.managed);
        let unlabelled = matches!(key, Key::Natural(_));
        unlabelled && !node.after.is_empty() && node.after.iter().all(external)
    }

    fn nobodys(&mut self, address: &Address, node: &Node) {
        let joined: Vec<&str> = node.after.iter().map(Address::as_str).collect();
        let finding = Finding::error(
            codes::NOBODYS,
            format!(
                "{address} does not exist, and is not made: it carries no label, and {} is not \
                 ours, so that nothing would say whose it is",
                joined.join(", ")
            ),
        );
        self.findings
            .push(finding.about(address.to_string()).remedy(
                "have it made by the owner of what it joins, or let the other side be made here",
            ));
        let item = self.item(address, node, Action::Violated);
        let reason = Some("it would belong to nobody".to_owned());
        self.items.push(Item { reason, ..item });
    }

    fn ambiguous(&mut self, address: &Address, node: &Node, found: &[Arc<Found<Value>>]) {
        self.taken
            .extend(found.iter().map(|found| found.id.clone()));
        let ids: Vec<&str> = found.iter().map(|found| found.id.as_str()).collect();
        let ids = ids.join(", ");
        let finding = Finding::error(
            codes::AMBIGUOUS,
            format!("{address}: more than one object could be it, and each is in use: {ids}"),
        );
        self.findings
            .push(finding.about(format!("{} {ids}", node.kind)).remedy(
            "find out which one the cluster uses, move everything off the others and delete them",
        ));
        let item = self.item(address, node, Action::Ambiguous);
        self.items.push(Item {
            reason: Some(ids),
            ..item
        });
    }

    fn discard(&mut self, address: &Address, node: &Node, losers: &[Arc<Found<Value>>]) {
        for loser in losers {
            self.taken.insert(loser.id.clone());
            let item = self.item(address, node, Action::Discard);
            let reason = Some("a duplicate that nothing uses".to_owned());
            self.items.push(Item {
                node: None,
                reason,
                found: Some((**loser).clone()),
                ..item
            });
        }
    }

    fn know(&mut self, address: &Address, node: &Node, found: &Found<Value>, managed: bool) {
        let (kind, id, state) = (node.kind.clone(), found.id.clone(), found.state.clone());
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
            incarnation: 0,
            turns: BTreeSet::new(),
        }
    }

    fn finish(mut self) -> (Plan, States) {
        let basis = self.basis;
        let unwanted = basis.observation.mine().iter();
        let mut removals: Vec<Item> = unwanted
            .filter(|seen| !self.taken.contains(&seen.found.id))
            .filter(|seen| seen.found.phase != Phase::Leaving)
            .map(|seen| removal::item(basis, seen, Some("no longer asked for")))
            .collect();
        removal::sort(&mut removals);
        self.items.extend(removals);
        take_turns(basis, &mut self.items);
        self.findings
            .extend(removal::in_the_way(basis, &self.items));
        self.findings.extend(unknown_objects(basis));
        let plan = Plan {
            version: Plan::VERSION,
            goal: Goal::Apply,
            account: basis.account.clone(),
            installation: basis.installation.clone(),
            cluster: basis.cluster.clone(),
            items: self.items,
            findings: self.findings,
            hash: String::new(),
        };
        (seal(plan), self.states)
    }
}

/// Writers of a kind that takes turns get the name of what they take turns at: the parent's id
/// if it exists, else its address.
pub(crate) fn take_turns(basis: Basis<'_>, items: &mut [Item]) {
    let turns: BTreeMap<&str, &str> = basis
        .provider
        .kinds()
        .iter()
        .filter_map(|k| Some((k.name, k.turns?)))
        .collect();
    let at: BTreeMap<Address, (String, String)> = items
        .iter()
        .filter(|item| item.action != Action::Discard)
        .map(|item| {
            let id = item
                .found
                .as_ref()
                .filter(|_| item.action != Action::Replace);
            let name = id.map_or_else(|| item.address.to_string(), |found| found.id.clone());
            (item.address.clone(), (item.kind.clone(), name))
        })
        .collect();
    for item in items {
        let Some(parent) = turns.get(item.kind.as_str()) else {
            continue;
        };
        let nodes = item
            .node
            .iter()
            .flat_map(|node| &node.after)
            .filter_map(|of| at.get(of));
        item.turns.extend(
            nodes
                .filter(|(kind, _)| kind == parent)
                .map(|(_, name)| name.clone()),
        );
        let listing = basis.observation.listing(parent);
        let joins = item.found.iter().flat_map(|found| &found.joins);
        let of_parent = |id: &&String| listing.is_some_and(|l| l.by_id(id).is_some());
        item.turns.extend(joins.filter(of_parent).cloned());
    }
}

/// Labelled objects of a cluster that this journal has never seen: taken over only with proof.
pub(crate) fn unknown_objects(basis: Basis<'_>) -> Vec<Finding> {
    let Basis {
        recall,
        options,
        has_uid,
        observation,
        cluster,
        ..
    } = basis;
    if recall.is_known() || options.adopt || has_uid || observation.mine().is_empty() {
        return Vec::new();
    }
    let ids: Vec<String> = observation
        .mine()
        .iter()
        .map(|seen| format!("{} {}", seen.kind, seen.found.id))
        .collect();
    let finding = Finding::error(
        codes::UNKNOWN_OBJECTS,
        format!(
            "{} objects carry the label of cluster {cluster}, but this state has never seen it: {}",
            ids.len(),
            ids.join(", ")
        ),
    );
    vec![finding.remedy(
        "use the state that made them, or take them over with `--adopt`; a document with \
         metadata.uid is proof enough",
    )]
}

fn adoptable(address: &Address, id: &str) -> Finding {
    Finding::error(
        codes::ADOPTABLE,
        format!("{address}: {id} has the name of this cluster's object, but not our label"),
    )
    .about(id.to_owned())
    .remedy("take it over with `--adopt`, or rename it if it is not this cluster's")
}

fn violated(address: &Address, id: &str, change: &Change) -> Finding {
    let Change { field, from, to } = change;
    Finding::error(
        codes::VIOLATED,
        format!("{address}: {id} is not ours, and its {field} is {from} where {to} is needed"),
    )
    .about(id.to_owned())
    .remedy(format!(
        "set {field} to {to}, or name another object; external objects are never changed"
    ))
}
