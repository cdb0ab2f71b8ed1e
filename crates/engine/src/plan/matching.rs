//! Nodes meet objects.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_model::{Address, Finding, Label};
use groundwork_provider::{
    Action, AnyFound, Change, Facts, Goal, Graph, Item, Key, Node, ObjectRef, Owner, Phase, Plan,
    States,
};
use serde_json::Value;

use super::{
    Basis,
    digest::seal,
    duplicate::judge,
    findings::{adoptable, too_long_labels, unknown_objects, unseen, unswept},
    order::topological,
    removal,
    turns::take_turns,
    whole::take_along,
};
use crate::Observation;

/// Plans: per node one action; our objects that no node wants are deleted. The states are what
/// exists, by address, as far as it stays.
pub fn plan(basis: Basis<'_>, graph: &Graph) -> (Plan, States) {
    let (plan, states) = draft(basis, graph);
    (seal(plan), states)
}

/// The same without its hash, which only what may be carried out needs.
pub(crate) fn draft(basis: Basis<'_>, graph: &Graph) -> (Plan, States) {
    let mut matching = Matching {
        basis,
        states: States::default(),
        items: Vec::new(),
        findings: graph.findings.clone(),
        taken: BTreeSet::new(),
        doomed: BTreeSet::new(),
        lost: BTreeSet::new(),
        replaced: BTreeSet::new(),
        former: States::default(),
        left_out: Vec::new(),
    };
    for (address, node) in topological(graph) {
        match basis.observation.leaves_out(&node.kind) {
            true => matching.left_out.push(address.clone()),
            false => matching.node(address, node),
        }
    }
    matching.finish()
}

/// Nodes on their way to actions.
pub(super) struct Matching<'a> {
    pub(super) basis: Basis<'a>,
    pub(super) states: States,
    pub(super) items: Vec<Item>,
    pub(super) findings: Vec<Finding>,
    /// Objects that a node has, or that go as duplicates.
    pub(super) taken: BTreeSet<ObjectRef>,
    /// Duplicates that go, and all that hangs on them.
    pub(super) doomed: BTreeSet<ObjectRef>,
    /// All duplicates that were found to be too much, whether they go or not, and all that hangs on
    /// them.
    pub(super) lost: BTreeSet<ObjectRef>,
    /// Addresses whose objects are replaced.
    pub(super) replaced: BTreeSet<Address>,
    /// The states with those that are replaced: what hangs on them is found by them.
    pub(super) former: States,
    /// Nodes of kinds that were not looked at.
    left_out: Vec<Address>,
}

/// What is there for a node.
enum There {
    Nothing { reason: Option<String> },
    Leaving(Arc<AnyFound>),
    Managed(Arc<AnyFound>),
    Adopted(Arc<AnyFound>),
    External(Arc<AnyFound>),
    Missing,
    Nobodys,
    Ambiguous(Vec<Arc<AnyFound>>),
}

/// Which object it is that was found for a node.
pub(super) fn of_kind(node: &Node, found: &AnyFound) -> ObjectRef {
    ObjectRef::new(node.kind.clone(), found.id.clone())
}

/// The objects without a label that nodes ask for, and that nothing else says are ours.
pub(crate) fn asked(plan: &Plan, observation: &Observation) -> Vec<ObjectRef> {
    let managed = |item: &&Item| match item.action {
        Action::Keep | Action::Update | Action::Replace => true,
        Action::Ambiguous
        | Action::Create
        | Action::Delete
        | Action::Discard
        | Action::Verified
        | Action::Violated => false,
    };
    let unlabelled = |item: &&Item| {
        let found = item.found.as_ref();
        found.is_some_and(|found| found.owner == Owner::Unlabelled)
    };
    let items = plan.items.iter().filter(managed).filter(unlabelled);
    let objects = items.filter_map(Item::object);
    objects.filter(|of| !observation.is_mine(of)).collect()
}

impl<'a> Matching<'a> {
    fn node(&mut self, address: &Address, node: &Node) {
        let label = self.label(address);
        match self.there(address, node, &label) {
            There::Nothing { reason } => self.create(address, node, reason, None),
            There::Leaving(found) => {
                let reason = Some("the one that is there is being deleted".to_owned());
                self.create(address, node, reason, Some(found));
            }
            There::Managed(found) => self.managed(address, node, &label, found, Vec::new()),
            There::Adopted(found) => {
                let change = Change::new(Change::LABEL, Value::Null, label.to_string());
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
    pub(super) fn incarnation(&self, address: &Address) -> u32 {
        let labelled = self
            .basis
            .observation
            .mine()
            .iter()
            .filter_map(|s| match &s.found.owner {
                Owner::Label(label) if label.address == *address => Some(label.incarnation),
                Owner::Label(_)
                | Owner::Unlabelled
                | Owner::Within
                | Owner::Part
                | Owner::Foreign => None,
            });
        let journalled = self.basis.recall.incarnations.get(address).copied();
        labelled
            .chain(journalled)
            .max()
            .unwrap_or(0)
            .saturating_add(1)
    }

    fn there(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        match &node.named {
            Some(id) => self.named(address, node, label, id),
            None => self.by_key(address, node, label),
        }
    }

    /// Custody follows the label, not the document: a named object that carries ours is managed,
    /// and one that is ours is found by its label where the document names a former one.
    fn named(&mut self, address: &Address, node: &Node, label: &Label, id: &str) -> There {
        let observation = self.basis.observation;
        let listing = observation.listing(&node.kind);
        let found = listing.and_then(|listing| listing.by_id(id)).cloned();
        let object = ObjectRef::new(node.kind.clone(), id);
        let ours = self.labelled(node, label);
        match found {
            Some(found) if !observation.is_mine(&object) => There::External(found),
            Some(found) if !ours.contains(id) && found.phase == Phase::Leaving => {
                There::Leaving(found)
            }
            Some(found) if found.owner == Owner::Foreign => There::Adopted(found),
            Some(found) if !ours.contains(id) => There::Managed(found),
            None if ours.is_empty() && self.basis.recall.was_ours(address, &object) => {
                let reason = format!("{id}, which the document names, was ours and is gone");
                There::Nothing {
                    reason: Some(reason),
                }
            }
            None if ours.is_empty() => There::Missing,
            Some(_) | None => self.by_key(address, node, label),
        }
    }

    /// The ids of our objects that have the node's key.
    fn labelled(&self, node: &Node, label: &Label) -> BTreeSet<String> {
        let facts = Facts::new(label, &self.former);
        let key = self.basis.provider.key(&node.kind, &node.desired, &facts);
        let found = key
            .map(|key| self.candidates(node, &key))
            .unwrap_or_default();
        let ours = |found: &Arc<AnyFound>| self.basis.observation.is_mine(&of_kind(node, found));
        found
            .into_iter()
            .filter(ours)
            .map(|found| found.id.clone())
            .collect()
    }

    fn by_key(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        let facts = Facts::new(label, &self.former);
        let Ok(key) = self.basis.provider.key(&node.kind, &node.desired, &facts) else {
            return There::Nothing { reason: None };
        };
        let (leaving, mut candidates): (Vec<_>, Vec<_>) = self
            .candidates(node, &key)
            .into_iter()
            // What hangs on a duplicate that goes, goes with it.
            .filter(|found| !self.doomed.contains(&of_kind(node, found)))
            .partition(|f| f.phase == Phase::Leaving);
        match candidates.len() {
            0 if leaving.is_empty() && self.belongs_to_nobody(node, &key) => There::Nobodys,
            0 if !leaving.is_empty() => There::Leaving(leaving[0].clone()),
            0 => match self.stripped(address, node) {
                Some(found) => There::Adopted(found),
                None => self.adoptable(address, node, label),
            },
            1 => self.only(node, candidates.remove(0)),
            _ => self.duplicates(address, node, candidates),
        }
    }

    fn duplicates(
        &mut self,
        address: &Address,
        node: &Node,
        candidates: Vec<Arc<AnyFound>>,
    ) -> There {
        let Some(verdict) = judge(candidates, (&node.kind, self.basis), &self.lost) else {
            return There::Nothing { reason: None };
        };
        self.lost.extend(verdict.lost.iter().cloned());
        if !verdict.discard {
            let survivor = std::iter::once(verdict.survivor);
            return There::Ambiguous(survivor.chain(verdict.losers).collect());
        }
        self.doomed.extend(verdict.lost);
        self.discard(address, node, &verdict.losers);
        There::Managed(verdict.survivor)
    }

    fn candidates(&self, node: &Node, key: &Key) -> Vec<Arc<AnyFound>> {
        let matches = |found: &&Arc<AnyFound>| found.key == *key;
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
                let listing = self.basis.observation.listing(&node.kind).into_iter();
                listing.flat_map(|l| l.by_key(key)).cloned().collect()
            }
        }
    }

    /// One object: ours by label; without a label, ours if something that it joins is.
    fn only(&self, node: &Node, found: Arc<AnyFound>) -> There {
        let observation = self.basis.observation;
        let is_mine = observation.is_mine(&of_kind(node, &found));
        let ours = match &found.owner {
            Owner::Label(_) => is_mine,
            Owner::Unlabelled | Owner::Within | Owner::Part => {
                is_mine || found.joins.iter().any(|join| observation.is_mine(join))
            }
            Owner::Foreign => false,
        };
        if ours {
            There::Managed(found)
        } else {
            There::External(found)
        }
    }

    /// What the journal made for this node, and somebody's hand took the label off: it gets it back.
    fn stripped(&self, address: &Address, node: &Node) -> Option<Arc<AnyFound>> {
        let listing = self.basis.observation.listing(&node.kind)?;
        let made = self.basis.recall.created.iter();
        let mut made = made.filter(|(object, made)| {
            object.kind == node.kind && made.address == *address && !self.taken.contains(object)
        });
        made.find_map(|(object, _)| {
            let found = listing.by_id(&object.id)?;
            let stays = found.owner == Owner::Foreign && found.phase != Phase::Leaving;
            stays.then(|| found.clone())
        })
    }

    /// Nothing of ours: perhaps the reference system's object is there, by its names.
    fn adoptable(&mut self, address: &Address, node: &Node, label: &Label) -> There {
        let facts = Facts::new(label, &self.states);
        let provider = self.basis.provider;
        let listing = self.basis.observation.listing(&node.kind);
        let found: Vec<_> = listing
            .into_iter()
            .flat_map(|listing| listing.foreign())
            .filter(|found| found.phase != Phase::Leaving)
            .filter(|found| !self.taken.contains(&of_kind(node, found)))
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

    /// Whether an object would be made that nobody could find again: it carries no label, and
    /// everything that it joins is external.
    fn belongs_to_nobody(&self, node: &Node, key: &Key) -> bool {
        let external = |of: &Address| self.former.at(of).is_some_and(|known| !known.managed);
        let unlabelled = matches!(key, Key::Natural(_));
        unlabelled && !node.after.is_empty() && node.after.iter().all(external)
    }

    fn finish(mut self) -> (Plan, States) {
        let basis = self.basis;
        let unwanted = basis.observation.mine().iter();
        let unwanted = unwanted
            .filter(|seen| !self.taken.contains(&seen.object()))
            .filter(|seen| seen.found.phase != Phase::Leaving)
            .collect();
        let mut removals =
            removal::items(basis, unwanted, &self.doomed, Some("no longer asked for"));
        removal::sort(&mut removals);
        self.items.extend(removals);
        take_turns(basis, &mut self.items);
        take_along(basis, &mut self.items);
        self.findings
            .extend(removal::in_the_way(basis, &self.items));
        self.findings.extend(unknown_objects(basis));
        self.findings.extend(too_long_labels(basis, &self.items));
        self.findings.extend(unseen(basis));
        self.findings.extend(unswept(&self.left_out));
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
        (plan, self.states)
    }
}
