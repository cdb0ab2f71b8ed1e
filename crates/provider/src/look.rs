//! The look: the listings of one account, each made once.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use groundwork_model::{ClusterKey, InstallationId};
use serde_json::Value;

use crate::{Found, Listing, ObjectRef, Owner, Owners, Reach, Result, Scope};

/// What a listing found, by id and by cluster.
#[derive(Debug)]
pub struct Listed<S> {
    all: Vec<Arc<Found<S>>>,
    by_id: BTreeMap<String, usize>,
    by_cluster: BTreeMap<(InstallationId, ClusterKey), Vec<usize>>,
    by_join: BTreeMap<ObjectRef, Vec<usize>>,
}

impl<S> Default for Listed<S> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            by_id: BTreeMap::new(),
            by_cluster: BTreeMap::new(),
            by_join: BTreeMap::new(),
        }
    }
}

impl<S> Listed<S> {
    /// Everything found, in the cloud's order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Found<S>>> {
        self.all.iter()
    }

    /// The object with that id.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Found<S>>> {
        self.by_id.get(id).map(|&at| &self.all[at])
    }

    /// The objects that carry a label of that cluster.
    pub fn of_cluster(
        &self,
        installation: &InstallationId,
        cluster: &ClusterKey,
    ) -> impl Iterator<Item = &Arc<Found<S>>> {
        let key = (installation.clone(), cluster.clone());
        self.by_cluster
            .get(&key)
            .into_iter()
            .flatten()
            .map(|&at| &self.all[at])
    }

    /// The objects that are inside of or attached to that one.
    pub fn joining(&self, object: &ObjectRef) -> impl Iterator<Item = &Arc<Found<S>>> {
        self.by_join
            .get(object)
            .into_iter()
            .flatten()
            .map(|&at| &self.all[at])
    }

    fn extend(&mut self, found: impl IntoIterator<Item = Arc<Found<S>>>) {
        for found in found {
            // Pages that shift while they are read can show an object twice.
            if self.by_id.contains_key(&found.id) {
                continue;
            }
            debug_assert!(
                found.owner != Owner::Part || is_named_by_its_whole(&found),
                "{} is no part of {:?}",
                found.id,
                found.joins.first()
            );
            let at = self.all.len();
            self.by_id.insert(found.id.clone(), at);
            if let Owner::Label(label) = &found.owner {
                let key = (label.installation.clone(), label.cluster.clone());
                self.by_cluster.entry(key).or_default().push(at);
            }
            for join in &found.joins {
                self.by_join.entry(join.clone()).or_default().push(at);
            }
            self.all.push(found);
        }
    }
}

/// The listings made so far. Shared by survey, observation and every cluster of the account.
pub struct LookCache {
    owners: Owners,
    kinds: Mutex<BTreeMap<&'static str, Arc<tokio::sync::Mutex<KindCache>>>>,
}

/// The listings of one kind.
#[derive(Default)]
struct KindCache {
    owners_listed: bool,
    asked: Scope,
    typed: Option<Arc<dyn Any + Send + Sync>>,
    values: Option<Arc<Listed<Value>>>,
}

impl LookCache {
    /// A look at a cluster's, or an installation's, objects.
    pub fn new(owners: Owners) -> Self {
        Self {
            owners,
            kinds: Mutex::default(),
        }
    }

    /// Whatever this look is at: the labelled objects of its cluster or installation.
    pub fn scope(&self) -> Scope {
        Scope {
            owners: self.owners.clone(),
            ..Scope::default()
        }
    }

    fn kind(&self, kind: &'static str) -> Arc<tokio::sync::Mutex<KindCache>> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.entry(kind).or_default().clone()
    }
}

/// A look at one account.
pub struct Look<'a, A> {
    api: &'a A,
    cache: &'a LookCache,
}

impl<A> Clone for Look<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Look<'_, A> {}

impl<'a, A: Send + Sync + 'static> Look<'a, A> {
    /// A look at the account behind `api`.
    pub fn new(api: &'a A, cache: &'a LookCache) -> Self {
        Self { api, cache }
    }

    /// The account: for the rare fact that has no listing.
    pub fn api(&self) -> &'a A {
        self.api
    }

    /// Whatever this look is at: the labelled objects of its cluster or installation.
    pub fn scope(&self) -> Scope {
        self.cache.scope()
    }

    /// The objects of a kind: asked of the cloud once, then remembered. Ids and parents that no
    /// earlier listing covered are asked for in one more listing.
    pub async fn list<L: Listing<Api = A>>(&self, scope: &Scope) -> Result<Arc<Listed<L::State>>> {
        let kind = self.cache.kind(L::KIND);
        let mut cache = kind.lock().await;
        self.fill::<L>(&mut cache, scope).await
    }

    /// The same with states as plain data.
    pub async fn values<L: Listing<Api = A>>(&self, scope: &Scope) -> Result<Arc<Listed<Value>>> {
        let kind = self.cache.kind(L::KIND);
        let mut cache = kind.lock().await;
        let typed = self.fill::<L>(&mut cache, scope).await?;
        Ok(cache
            .values
            .get_or_insert_with(|| Arc::new(plain(&typed)))
            .clone())
    }

    async fn fill<L: Listing<Api = A>>(
        &self,
        cache: &mut KindCache,
        scope: &Scope,
    ) -> Result<Arc<Listed<L::State>>> {
        let mut listed = cache.typed.clone().map_or_else(Default::default, |typed| {
            typed
                .downcast::<Listed<L::State>>()
                .expect("a kind has one state type")
        });
        if scope.owners != Owners::Nobody && !cache.owners_listed {
            listed = self.ask::<L>(cache, &listed, self.scope()).await?;
            cache.owners_listed = true;
        }
        let missing = missing::<L>(scope, &listed, cache);
        if missing != Scope::default() {
            listed = self.ask::<L>(cache, &listed, missing.clone()).await?;
            // Only what was answered has been asked.
            cache.asked.ids.extend(missing.ids);
            cache.asked.within.extend(missing.within);
        }
        Ok(listed)
    }

    async fn ask<L: Listing<Api = A>>(
        &self,
        cache: &mut KindCache,
        before: &Listed<L::State>,
        scope: Scope,
    ) -> Result<Arc<Listed<L::State>>> {
        let found = L::derive(self, &scope).await?;
        let mut listed = Listed::default();
        listed.extend(before.all.iter().cloned());
        listed.extend(found.into_iter().map(Arc::new));
        let listed = Arc::new(listed);
        cache.typed = Some(listed.clone());
        cache.values = None;
        Ok(listed)
    }
}

/// See [`Owner::Part`]: the journal forgets parts by the id of their whole.
fn is_named_by_its_whole<S>(found: &Found<S>) -> bool {
    let whole = found.joins.first().map_or("", |whole| &whole.id);
    let rest = found.id.strip_prefix(whole);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// What of a scope no listing has covered: ids never seen nor asked for, and parents never asked
/// for, unless the owners' listing showed the whole account.
fn missing<L: Listing>(scope: &Scope, listed: &Listed<L::State>, cache: &KindCache) -> Scope {
    let new = |wanted: &BTreeSet<String>, asked: &BTreeSet<String>| -> BTreeSet<String> {
        wanted.difference(asked).cloned().collect()
    };
    let mut ids = new(&scope.ids, &cache.asked.ids);
    ids.retain(|id| listed.by_id(id).is_none());
    let mut within = new(&scope.within, &cache.asked.within);
    within.retain(|_| !(L::REACH == Reach::Account && cache.owners_listed));
    Scope {
        owners: Owners::Nobody,
        ids,
        within,
    }
}

fn plain<S: serde::Serialize + Clone>(typed: &Listed<S>) -> Listed<Value> {
    let mut values = Listed::default();
    values.extend(typed.all.iter().map(|found| {
        let form = |state| serde_json::to_value(state).expect("a state is plain data");
        Arc::new(Found::clone(found).map(form))
    }));
    values
}
