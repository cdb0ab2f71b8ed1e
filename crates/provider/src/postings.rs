//! Where things stand, by what they are called.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The places of things, by the hash of a name: eight bytes a place, in the order of hash and place.
/// Who reads looks at the thing itself, since two names may have one hash.
#[derive(Debug, Default)]
pub(crate) struct Postings(Box<[(u32, u32)]>);

impl Postings {
    /// Of things by their names, in their order.
    pub(crate) fn of<N: Hash>(names: impl Iterator<Item = N>) -> Self {
        Self::placed(names.enumerate())
    }

    /// Of some things, by place and name. What has one name twice stands there once.
    pub(crate) fn placed<N: Hash>(names: impl Iterator<Item = (usize, N)>) -> Self {
        let place = |at: usize| u32::try_from(at).expect("a listing is bounded");
        let mut all: Vec<_> = names.map(|(at, name)| (hash(name), place(at))).collect();
        all.sort_unstable();
        all.dedup();
        Self(all.into_boxed_slice())
    }

    /// The places of what may have a name, in their order.
    pub(crate) fn at(&self, name: impl Hash) -> impl Iterator<Item = usize> {
        let of = hash(name);
        let first = self.0.partition_point(|(hash, _)| *hash < of);
        let rest = self.0[first..].iter();
        rest.take_while(move |(hash, _)| *hash == of)
            .map(|(_, at)| *at as usize)
    }
}

/// The same in every process: its keys are fixed.
fn hash(name: impl Hash) -> u32 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() as u32
}
