//! What a document names, whose it is, and the reader that finds it through a look.

use std::sync::Arc;

use groundwork_provider::{Found, Listed, Listing, Look, Owner, Result, Scope, Target};
use serde::{Deserialize, Serialize};

/// An object that a document may name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Named<S> {
    /// The document names none.
    #[default]
    Unnamed,
    /// No object has that name or id.
    Missing(String),
    /// Several objects have that name; their ids, sorted.
    Several(String, Vec<String>),
    /// Exactly one has it.
    One(Belonging<S>),
}

/// An object, and whether it belongs to the cluster.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Belonging<S> {
    /// Whether it carries the cluster's label, or is to get it.
    pub ours: bool,
    /// Whether it is to get it: the caller allowed to take over what the reference system made.
    #[serde(default)]
    pub adopted: bool,
    /// What the cloud says it is.
    pub state: S,
}

impl<S> Named<S> {
    /// Whether the document names none.
    pub fn is_unnamed(&self) -> bool {
        match self {
            Self::Unnamed => true,
            Self::Missing(_) | Self::Several(..) | Self::One(_) => false,
        }
    }

    /// The one object.
    pub fn one(&self) -> Option<&Belonging<S>> {
        match self {
            Self::One(one) => Some(one),
            Self::Unnamed | Self::Missing(_) | Self::Several(..) => None,
        }
    }

    /// Its state, if it is somebody else's.
    pub fn external(&self) -> Option<&S> {
        self.one().filter(|one| !one.ours).map(|one| &one.state)
    }
}

/// Reads the surroundings of one cluster through a look, which makes each listing once.
pub struct Reader<'a, A, S, D> {
    /// The look.
    pub look: &'a Look<'a, A>,
    /// The cluster.
    pub target: &'a Target<S, D>,
}

impl<A: Send + Sync + 'static, S, D> Reader<'_, A, S, D> {
    /// The labelled objects of a kind, and those with these ids, wherever they live.
    pub async fn list<'i, L: Listing<Api = A>>(
        &self,
        ids: impl IntoIterator<Item = &'i str>,
    ) -> Result<Arc<Listed<L::State>>> {
        let scope = Scope {
            ids: ids.into_iter().map(str::to_owned).collect(),
            ..self.look.scope()
        };
        self.look.list::<L>(&scope).await
    }

    /// Whether an object carries the cluster's label.
    pub fn is_ours<T>(&self, found: &Found<T>) -> bool {
        match &found.owner {
            Owner::Label(label) => {
                label.installation == self.target.installation && label.cluster == self.target.key()
            }
            Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => false,
        }
    }

    /// An object as the cluster sees it. `is_usual`: whether it is what the reference system would
    /// have made for it, by its name; it is adopted if the caller allows that and it has no label.
    pub fn belonging<T: Clone>(
        &self,
        found: &Found<T>,
        is_usual: impl Fn(&T) -> bool,
    ) -> Belonging<T> {
        let adopted = self.is_adopted(found, is_usual);
        Belonging {
            ours: adopted || self.is_ours(found),
            adopted,
            state: found.state.clone(),
        }
    }

    /// The object with an id.
    pub fn by_id<T: Clone>(
        &self,
        listed: &Listed<T>,
        id: Option<&str>,
        is_usual: impl Fn(&T) -> bool,
    ) -> Named<T> {
        let Some(id) = id else {
            return Named::Unnamed;
        };
        match listed.by_id(id) {
            Some(found) => Named::One(self.belonging(found, is_usual)),
            None => Named::Missing(id.to_owned()),
        }
    }

    /// The object with an id, or the one with a name. Of several with that name, the cluster's own
    /// is meant: that is the name that a controller wrote back.
    pub fn by_name<T: Clone>(
        &self,
        listed: &Listed<T>,
        name: Option<&str>,
        has_name: impl Fn(&T, &str) -> bool,
        is_usual: impl Fn(&T) -> bool,
    ) -> Named<T> {
        let Some(name) = name else {
            return Named::Unnamed;
        };
        if let Some(found) = listed.by_id(name) {
            return Named::One(self.belonging(found, is_usual));
        }
        let named: Vec<_> = listed
            .iter()
            .filter(|found| has_name(&found.state, name))
            .collect();
        let ours = named.iter().find(|found| self.is_ours(found));
        match (ours, named.as_slice()) {
            (_, []) => Named::Missing(name.to_owned()),
            (Some(one), _) | (None, [one]) => Named::One(self.belonging(one, is_usual)),
            (None, several) => {
                let mut ids: Vec<_> = several.iter().map(|found| found.id.clone()).collect();
                ids.sort();
                Named::Several(name.to_owned(), ids)
            }
        }
    }

    /// The cluster's own objects of a listing, by id.
    pub fn ours<'l, T>(&self, listed: &'l Listed<T>) -> Vec<&'l Found<T>> {
        let cluster = self.target.key();
        let mine = listed.of_cluster(&self.target.installation, &cluster);
        let mut mine: Vec<_> = mine.map(|found| &**found).collect();
        mine.sort_by(|a, b| a.id.cmp(&b.id));
        mine
    }

    /// The cluster's own object at an address of the graph, or the one that is adopted there. Of
    /// duplicates the engine decides; any of them shows what was chosen.
    pub fn ours_at<T: Clone>(
        &self,
        listed: &Listed<T>,
        address: &str,
        is_usual: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let is_at = |found: &&Found<T>| match &found.owner {
            Owner::Label(label) => label.address.as_str() == address,
            Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => false,
        };
        let labelled = self.ours(listed).into_iter().find(is_at);
        let adopted = || {
            let found = listed.iter().map(|found| &**found);
            let adopted = found.filter(|found| self.is_adopted(found, &is_usual));
            adopted.min_by(|a, b| a.id.cmp(&b.id))
        };
        let found = labelled.or_else(adopted)?;
        Some(found.state.clone())
    }

    fn is_adopted<T>(&self, found: &Found<T>, is_usual: impl Fn(&T) -> bool) -> bool {
        self.target.options.adopt && found.owner == Owner::Foreign && is_usual(&found.state)
    }
}
