//! What a listing found, and where in it what is asked for stands.

use std::sync::Arc;

use groundwork_model::{ClusterKey, InstallationId};

use crate::{AnyFields, Found, Key, ObjectRef, Owner, postings::Postings};

/// What a listing found: the objects in the cloud's order, and where each stands by its id, its key,
/// its cluster, and what it joins. A look at one of thousands of clusters costs what that one has.
#[derive(Debug)]
pub struct Listed<S: ?Sized> {
    all: Vec<Arc<Found<S>>>,
    places: Arc<Places>,
}

/// Where the objects of a listing stand.
#[derive(Debug, Default)]
struct Places {
    by_id: Postings,
    by_key: Postings,
    by_cluster: Postings,
    by_join: Postings,
    foreign: Vec<usize>,
}

impl<S: ?Sized> Default for Listed<S> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            places: Arc::default(),
        }
    }
}

impl<S: ?Sized> Listed<S> {
    /// Everything found, in the cloud's order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Found<S>>> {
        self.all.iter()
    }

    /// The object with that id.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Found<S>>> {
        let mut found = self.at(&self.places.by_id, id);
        found.find(|found| found.id == id)
    }

    /// The objects with that key.
    pub fn by_key(&self, key: &Key) -> impl Iterator<Item = &Arc<Found<S>>> {
        let found = self.at(&self.places.by_key, key);
        found.filter(move |found| found.key == *key)
    }

    /// The objects that carry a label of that cluster.
    pub fn of_cluster(
        &self,
        installation: &InstallationId,
        cluster: &ClusterKey,
    ) -> impl Iterator<Item = &Arc<Found<S>>> {
        let found = self.at(&self.places.by_cluster, (installation, cluster));
        found.filter(move |found| match &found.owner {
            Owner::Label(label) => label.installation == *installation && label.cluster == *cluster,
            Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => false,
        })
    }

    /// The objects that are inside of or attached to that one.
    pub fn joining(&self, object: &ObjectRef) -> impl Iterator<Item = &Arc<Found<S>>> {
        let found = self.at(&self.places.by_join, object);
        found.filter(move |found| found.joins.contains(object))
    }

    /// The objects that are somebody else's.
    pub fn foreign(&self) -> impl Iterator<Item = &Arc<Found<S>>> {
        self.places.foreign.iter().map(|&at| &self.all[at])
    }

    /// What may stand under a name.
    fn at(
        &self,
        postings: &Postings,
        name: impl std::hash::Hash,
    ) -> impl Iterator<Item = &Arc<Found<S>>> {
        postings.at(name).map(|at| &self.all[at])
    }
}

impl<S> Listed<S> {
    /// The same objects, and others that were found besides.
    pub(crate) fn with(&self, found: Vec<Found<S>>) -> Self {
        let mut all = self.all.clone();
        all.reserve_exact(found.len());
        each(found, |found| all.push(Arc::new(found)));
        // Pages that shift while they are read can show an object twice: the first counts.
        let by_id = Postings::of(all.iter().map(|found| &found.id));
        let first = |at: usize| {
            let id = &all[at].id;
            by_id
                .at(id)
                .all(|other| other >= at || all[other].id != *id)
        };
        let twice: Vec<usize> = (0..all.len()).filter(|&at| !first(at)).collect();
        let by_id = match twice.is_empty() {
            true => by_id,
            false => {
                twice.iter().rev().for_each(|&at| drop(all.remove(at)));
                Postings::of(all.iter().map(|found| &found.id))
            }
        };
        let places = Arc::new(Places::of(&all, by_id));
        Self { all, places }
    }
}

/// After so many objects, what the list of a listing takes is let go of.
const PIECE: usize = 1024;

/// Gives away each of a list, in its order. The list becomes shorter on the way: that of a fleet is as
/// large as all that it holds.
fn each<T>(mut list: Vec<T>, mut give: impl FnMut(T)) {
    list.reverse();
    while let Some(one) = list.pop() {
        give(one);
        if list.len().is_multiple_of(PIECE) {
            list.shrink_to_fit();
        }
    }
}

impl<S: AnyFields> Listed<S> {
    /// The same objects, without the type of their states.
    pub(crate) fn untyped(&self) -> Listed<dyn AnyFields> {
        let untyped = |found: &Arc<Found<S>>| found.clone() as Arc<Found<dyn AnyFields>>;
        Listed {
            all: self.all.iter().map(untyped).collect(),
            places: self.places.clone(),
        }
    }
}

impl Places {
    fn of<S>(all: &[Arc<Found<S>>], by_id: Postings) -> Self {
        debug_assert!(
            all.iter().all(|found| is_named_by_its_whole(found)),
            "a part is named by its whole"
        );
        let label = |(at, found): (usize, &Arc<Found<S>>)| match &found.owner {
            Owner::Label(label) => Some((at, (label.installation.clone(), label.cluster.clone()))),
            Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => None,
        };
        let foreign =
            |(at, found): (usize, &Arc<Found<S>>)| (found.owner == Owner::Foreign).then_some(at);
        let placed = || all.iter().enumerate();
        let joins = placed().flat_map(|(at, found)| found.joins.iter().map(move |join| (at, join)));
        Self {
            by_id,
            by_key: Postings::of(all.iter().map(|found| &found.key)),
            by_cluster: Postings::placed(placed().filter_map(label)),
            by_join: Postings::placed(joins),
            foreign: placed().filter_map(foreign).collect(),
        }
    }
}

/// See [`Owner::Part`]: the journal forgets parts by the id of their whole.
fn is_named_by_its_whole<S>(found: &Found<S>) -> bool {
    let whole = found.joins.first().map_or("", |whole| &whole.id);
    let rest = found.id.strip_prefix(whole);
    found.owner != Owner::Part || rest.is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use groundwork_model::Label;

    use super::*;

    fn listed() -> Listed<u32> {
        let label = |cluster: &str| Label {
            installation: InstallationId::default(),
            cluster: cluster.parse().unwrap(),
            address: "net".parse().unwrap(),
            incarnation: 1,
        };
        let parent = ObjectRef::new("t.net/1", "a");
        let first = vec![
            Found::labelled("a", Some(label("c1")), 1),
            Found::labelled("b", Some(label("c2")), 2).joining([parent.clone()]),
            Found::labelled("a", Some(label("c3")), 3),
        ];
        let then = vec![
            Found::foreign("b", 4),
            Found::natural("j", "a b", Owner::Unlabelled, 5).joining([parent.clone(), parent]),
        ];
        Listed::default().with(first).with(then)
    }

    fn states<'a>(found: impl Iterator<Item = &'a Arc<Found<u32>>>) -> Vec<u32> {
        found.map(|found| found.state).collect()
    }

    #[test]
    fn what_is_shown_twice_is_there_once_as_it_was_first() {
        let listed = listed();
        assert_eq!(states(listed.iter()), [1, 2, 5]);
        assert_eq!(states(listed.by_id("b").into_iter()), [2]);
        assert!(listed.by_id("c").is_none());
    }

    #[test]
    fn objects_are_found_by_cluster_key_and_what_they_join() {
        let listed = listed();
        let (installation, cluster) = (InstallationId::default(), "c2".parse().unwrap());
        assert_eq!(states(listed.of_cluster(&installation, &cluster)), [2]);
        let gone = "c3".parse().unwrap();
        assert_eq!(states(listed.of_cluster(&installation, &gone)), [0_u32; 0]);
        let natural = Key::Natural("a b".to_owned());
        assert_eq!(states(listed.by_key(&natural)), [5]);
        let parent = ObjectRef::new("t.net/1", "a");
        assert_eq!(states(listed.joining(&parent)), [2, 5]);
        assert_eq!(
            states(listed.joining(&ObjectRef::new("t.sub/1", "a"))),
            [0_u32; 0]
        );
    }
}
