//! The observation: what is at the cloud of one cluster, through the look.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::future::join_all;
use groundwork_model::{ClusterKey, InstallationId};
use groundwork_provider::{
    AnyFields, AnyFound, Graph, Listed, LookCache, ObjectRef, Owner, Owners, Reach, Result, Scope,
    erased::{AnyAccount, KindInfo},
};

use crate::Recall;

/// What is at the cloud of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    listings: BTreeMap<&'static str, Arc<Listed<dyn AnyFields>>>,
    mine: Vec<Seen>,
    own: BTreeSet<ObjectRef>,
    left_out: BTreeSet<&'static str>,
}

/// One object and its kind.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its kind.
    pub kind: &'static str,
    /// The object.
    pub found: Arc<AnyFound>,
}

impl Seen {
    /// Which object it is.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new(self.kind, self.found.id.clone())
    }
}

/// Whose objects to observe.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The installation of the label.
    pub installation: &'a InstallationId,
    /// The cluster of the label.
    pub cluster: &'a ClusterKey,
    /// What its journal remembers: proof for objects that carry no label.
    pub recall: &'a Recall,
}

/// What a look is for. That decides which kinds are listed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// To compare what is there with what is asked for.
    Compare,
    /// To remove something: what others have hung on it matters too.
    Remove,
    /// To compare all clusters of an account: no call is made for each.
    Sweep,
}

impl Purpose {
    /// Whether such a look lists a kind.
    pub fn lists(self, kind: &KindInfo) -> bool {
        match self {
            Self::Compare => !kind.watched,
            Self::Remove => true,
            Self::Sweep => !kind.watched && kind.reach != Reach::Object,
        }
    }
}

/// Makes the listings that a survey and an observation will want, all at the same time. What
/// fails here fails again, and is reported, where it is wanted.
pub(crate) async fn warm(
    account: &dyn AnyAccount,
    look: &LookCache,
    kinds: &[KindInfo],
    purpose: Purpose,
) {
    let scope = look.scope();
    let independent = kinds
        .iter()
        .filter(|kind| kind.parents.is_empty() || kind.reach == Reach::Account)
        .filter(|kind| purpose.lists(kind));
    join_all(independent.map(|kind| account.list(look, kind.name, &scope))).await;
}

/// Looks at the kinds that matter for a purpose, parents before children.
pub async fn observe(
    account: &dyn AnyAccount,
    look: &LookCache,
    (kinds, purpose): (&[KindInfo], Purpose),
    whose: Whose<'_>,
    graph: Option<&Graph>,
) -> Result<Observation> {
    let mut observation = Observation::default();
    let mut parents: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for kind in kinds {
        if !purpose.lists(kind) {
            observation.left_out.insert(kind.name);
            continue;
        }
        let within = kind
            .parents
            .iter()
            .filter_map(|p| parents.get(p))
            .flatten()
            .cloned();
        let within = within.chain(observation.labelled(kind, &look.scope().owners));
        let scope = Scope {
            ids: named(graph, kind.name),
            within: within.collect(),
            ..look.scope()
        };
        let listed = account.list(look, kind.name, &scope).await?;
        let before = observation.mine.len();
        observation.take(kind.name, listed, whose);
        let mine = observation.mine[before..]
            .iter()
            .map(|seen| seen.found.id.clone());
        parents.insert(kind.name, mine.chain(scope.ids).collect());
    }
    Ok(observation)
}

fn named(graph: Option<&Graph>, kind: &str) -> BTreeSet<String> {
    let nodes = graph.into_iter().flat_map(|graph| graph.nodes().values());
    nodes
        .filter(|node| node.kind == kind)
        .filter_map(|node| node.named.clone())
        .collect()
}

impl Observation {
    fn take(&mut self, kind: &'static str, listed: Arc<Listed<dyn AnyFields>>, whose: Whose<'_>) {
        let mut mine: Vec<Arc<AnyFound>> = listed
            .of_cluster(whose.installation, whose.cluster)
            .cloned()
            .collect();
        // What has lost its label to somebody's hand is ours all the same: the journal made it.
        let made = whose.recall.created.keys();
        let made = made.filter(|object| object.kind == kind);
        let stripped = made.filter_map(|object| listed.by_id(&object.id));
        mine.extend(
            stripped
                .filter(|found| found.owner == Owner::Foreign)
                .cloned(),
        );
        let mut hanging = BTreeMap::new();
        for object in &self.own {
            let ours = listed
                .joining(object)
                .filter(|found| self.owns(kind, object, found, whose.recall));
            hanging.extend(ours.map(|found| (found.id.clone(), found.clone())));
        }
        mine.extend(hanging.into_values());
        self.listings.insert(kind, listed);
        for found in mine {
            self.add(Seen { kind, found });
        }
    }

    /// Whether an object without a label that joins one of ours is ours too: see [`Owner`].
    fn owns(&self, kind: &str, of: &ObjectRef, found: &AnyFound, recall: &Recall) -> bool {
        let joins = &found.joins;
        match &found.owner {
            Owner::Label(_) | Owner::Foreign => false,
            Owner::Within | Owner::Part => joins.first() == Some(of) || recall.made(kind, found),
            Owner::Unlabelled => {
                let connects = joins.len() > 1 && joins.iter().all(|join| self.is_mine(join));
                connects || recall.made(kind, found)
            }
        }
    }

    fn add(&mut self, seen: Seen) {
        if self.own.insert(seen.object()) {
            self.mine.push(seen);
        }
    }

    /// Takes objects without a label for ours, because nodes ask for them.
    pub(crate) fn claim(&mut self, asked: impl IntoIterator<Item = ObjectRef>) {
        for object in asked {
            let listing = self.listings.get_key_value(&*object.kind);
            let seen = listing.and_then(|(kind, listed)| {
                let found = listed.by_id(&object.id)?.clone();
                Some(Seen { kind, found })
            });
            if let Some(seen) = seen {
                self.add(seen);
            }
        }
    }

    /// The parents of every cluster that a look is shared by: children are listed for all of them
    /// at once, where they are listed by their parents.
    fn labelled(&self, kind: &KindInfo, owners: &Owners) -> BTreeSet<String> {
        let of = |found: &AnyFound| match (&found.owner, owners) {
            (Owner::Label(label), Owners::Installation(of)) => label.installation == *of,
            (
                Owner::Label(_) | Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign,
                _,
            ) => false,
        };
        let parents = kind.parents.iter().filter(|_| kind.reach != Reach::Account);
        let listed = parents.filter_map(|parent| self.listings.get(parent));
        let all = listed.flat_map(|listed| listed.iter());
        all.filter(|found| of(found))
            .map(|found| found.id.clone())
            .collect()
    }

    /// Whether something without a label joins ours, and nothing says yet that it is ours.
    pub(crate) fn has_unclaimed(&self) -> bool {
        let hanging = self
            .mine
            .iter()
            .flat_map(|seen| self.joining(&seen.object()));
        let mut unlabelled = hanging.filter(|seen| seen.found.owner == Owner::Unlabelled);
        unlabelled.any(|seen| !self.is_mine(&seen.object()))
    }

    /// Everything that was listed, whosever it is.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (&'static str, &Arc<AnyFound>)> {
        let listings = self.listings.iter();
        listings.flat_map(|(kind, listed)| listed.iter().map(|found| (*kind, found)))
    }

    /// What carries the label of some cluster, of every kind.
    pub(crate) fn labelled_as(
        &self,
        installation: &InstallationId,
        cluster: &ClusterKey,
    ) -> impl Iterator<Item = (&'static str, &Arc<AnyFound>)> {
        let listings = self.listings.iter();
        listings.flat_map(move |(kind, listed)| {
            let labelled = listed.of_cluster(installation, cluster);
            labelled.map(|found| (*kind, found))
        })
    }

    /// Our objects, parents before children.
    pub fn mine(&self) -> &[Seen] {
        &self.mine
    }

    /// Whether an object is one of ours.
    pub fn is_mine(&self, object: &ObjectRef) -> bool {
        self.own.contains(object)
    }

    /// Everything listed of a kind.
    pub fn listing(&self, kind: &str) -> Option<&Listed<dyn AnyFields>> {
        self.listings.get(kind).map(|listed| &**listed)
    }

    /// Whether a kind was not looked at: nothing can be said of its objects.
    pub fn leaves_out(&self, kind: &str) -> bool {
        self.left_out.contains(kind)
    }

    /// What is inside of or attached to an object, of every kind, and is not its own part. The part
    /// of something else uses it: a route, the gateway that it leads to.
    pub fn using(&self, object: &ObjectRef) -> Vec<Seen> {
        let of = |(kind, listed): (&&'static str, &Arc<Listed<dyn AnyFields>>)| {
            let kind = *kind;
            let seen = |found: &Arc<AnyFound>| Seen {
                kind,
                found: found.clone(),
            };
            let uses = |found: &&Arc<AnyFound>| found.uses().contains(object);
            let using = listed.joining(object).filter(uses);
            using.map(seen).collect::<Vec<_>>()
        };
        self.listings.iter().flat_map(of).collect()
    }

    /// The same without any part: those are in nobody's way.
    pub fn joining(&self, object: &ObjectRef) -> Vec<Seen> {
        let mut joining = self.using(object);
        joining.retain(|seen| seen.found.owner != Owner::Part);
        joining
    }

    /// What is attached to an object and is not ours.
    pub fn foreign_joining(&self, object: &ObjectRef) -> Vec<Seen> {
        let mut joining = self.joining(object);
        joining.retain(|seen| !self.is_mine(&seen.object()));
        joining
    }
}
