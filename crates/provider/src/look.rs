//! The look: the listings of one account, each made once.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{AnyFields, Listed, Listing, Owners, Reach, Result, Scope};

/// The listings made so far. Shared by survey, observation and every cluster of the account.
pub struct LookCache {
    owners: Owners,
    first: bool,
    kinds: Mutex<BTreeMap<&'static str, Arc<tokio::sync::Mutex<KindCache>>>>,
}

/// The listings of one kind.
#[derive(Default)]
struct KindCache {
    owners_listed: bool,
    asked: Scope,
    typed: Option<Arc<dyn Any + Send + Sync>>,
    untyped: Option<Arc<Listed<dyn AnyFields>>>,
}

impl LookCache {
    /// A look at a cluster's, or an installation's, objects.
    pub fn new(owners: Owners) -> Self {
        Self {
            owners,
            first: false,
            kinds: Mutex::default(),
        }
    }

    /// The same, the first one for a cluster of which nothing is known.
    #[must_use]
    pub fn first(self) -> Self {
        Self {
            first: true,
            ..self
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

    /// Whether nothing is known yet of the cluster that is looked for: as a rule it is not there, and
    /// all that can be chosen from will be wanted.
    pub fn is_first(&self) -> bool {
        self.cache.first
    }

    /// The objects of a kind: asked of the cloud once, then remembered. Ids and parents that no
    /// earlier listing covered are asked for in one more listing.
    pub async fn list<L: Listing<Api = A>>(&self, scope: &Scope) -> Result<Arc<Listed<L::State>>> {
        let kind = self.cache.kind(L::KIND);
        let mut cache = kind.lock().await;
        self.fill::<L>(&mut cache, scope).await
    }

    /// The same objects, without the type of their states.
    pub async fn untyped<L: Listing<Api = A>>(
        &self,
        scope: &Scope,
    ) -> Result<Arc<Listed<dyn AnyFields>>> {
        let kind = self.cache.kind(L::KIND);
        let mut cache = kind.lock().await;
        let typed = self.fill::<L>(&mut cache, scope).await?;
        let untyped = cache
            .untyped
            .get_or_insert_with(|| Arc::new(typed.untyped()));
        Ok(untyped.clone())
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
        let listed = Arc::new(before.with(found));
        cache.typed = Some(listed.clone());
        cache.untyped = None;
        Ok(listed)
    }
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
