//! What the graph asks of one of Neutron's objects. Its name, its label and its tags are compared and
//! written in the same way for all of them; each kind says the rest.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{Change, Cx, Error, ErrorKind, Facts, Later, Result};
use http::Method;
use ipnet::IpNet;
use serde_json::Value;

use super::{Object, changed};
use crate::api::Api;

/// The desired fields of an object with a name, which is asked for where the object is ours.
#[async_trait]
pub(crate) trait Desired: Sync {
    /// What Neutron says of it.
    type State: Object + Send + Sync;
    /// As [`groundwork_provider::Resource::GOES_WITH`].
    const GOES_WITH: Option<&'static str> = None;

    /// Whether an object with its name is the one that the reference system made.
    fn fits(&self, facts: &Facts<'_>, state: &Self::State) -> bool {
        let _ = (facts, state);
        true
    }

    /// The range that it is to have.
    fn cidr(&self) -> Option<IpNet> {
        None
    }

    /// What differs besides its name and tags, and is changed in place.
    fn changes(&self, state: &Self::State) -> Vec<Option<Change>>;

    /// What Neutron does not change once it exists.
    fn replacing(&self, facts: &Facts<'_>, state: &Self::State) -> Result<Vec<Change>, Later> {
        let _ = (facts, state);
        Ok(Vec::new())
    }

    /// What it is created with besides its name and label.
    async fn body(&self, cx: &Cx<'_, Api>) -> Result<Value>;

    /// Makes the changes.
    async fn change(
        &self,
        cx: &Cx<'_, Api>,
        state: &Self::State,
        changes: &[Change],
    ) -> Result<Self::State> {
        changed(cx, state, changes).await
    }

    /// Why it must not be removed now, and what to do about that. Neutron deletes some objects together
    /// with what others have in them, and the plan's look, which may be seconds old, is not proof
    /// enough that there is nothing.
    async fn in_use(cx: &Cx<'_, Api>, state: &Self::State) -> Result<Option<InUse>> {
        let _ = (cx, state);
        Ok(None)
    }

    /// The revision in which it was seen, of what Neutron deletes together with what is in it: in any
    /// later one, the delete is refused.
    fn revision(state: &Self::State) -> Option<u32> {
        let _ = state;
        None
    }

    /// Removes it, unless others use it.
    async fn remove(cx: &Cx<'_, Api>, state: &Self::State) -> Result<()> {
        let path = state.path();
        let Some((why, remedy)) = Self::in_use(cx, state).await? else {
            let mut call = Call::new(Method::DELETE, path);
            if let Some(revision) = Self::revision(state) {
                call = call.header("if-match", format!("revision_number={revision}"));
            }
            return cx.api.client.done_if_any(&call).await.map(drop);
        };
        let error = Error::new(ErrorKind::InUse, format!("DELETE {path}"), why);
        Err(error.about(state.told()).remedy(remedy))
    }
}

/// What uses an object, and what to do about it.
pub(crate) type InUse = (String, &'static str);

/// A kind of which the project's own objects are listed, and those that a scope names by id; and its
/// resource, by what it says as [`Desired`].
macro_rules! resource {
    ($desired:ty, $state:ty, $kind:literal) => {
        const _: () = {
            use async_trait::async_trait;
            use groundwork_provider::{
                Change, Cx, Diff, Facts, Found, Later, Listing, Owner, Progress, Resource, Result,
                Scope, Told,
            };

            use crate::{api::Api, object};

            #[async_trait]
            impl Listing for $desired {
                const KIND: &'static str = $kind;
                type Api = Api;
                type State = $state;

                fn told(state: &$state) -> Told {
                    object::Object::shown(state)
                }

                async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<$state>>> {
                    object::listed(api, scope).await
                }

                async fn get(api: &Api, id: &str) -> Result<Option<Found<$state>>> {
                    object::one(api, id).await
                }
            }

            #[async_trait]
            impl Resource for $desired {
                const GOES_WITH: Option<&'static str> = <Self as object::Desired>::GOES_WITH;

                fn id(state: &$state) -> String {
                    state.id.clone()
                }

                fn asks_for(&self) -> Told {
                    Told::named(self.name.value()).with_ranges(self.cidr())
                }

                fn adopts(&self, facts: &Facts<'_>, found: &Found<$state>) -> bool {
                    let is_named = &found.state.name == self.name.value();
                    found.owner == Owner::Foreign && is_named && self.fits(facts, &found.state)
                }

                fn diff(&self, facts: &Facts<'_>, state: &$state) -> Result<Diff, Later> {
                    let name = self.name.change("name", &state.name);
                    let is_managed = self.name.asked().is_some();
                    let tags = object::missing_tags(facts, state).filter(|_| is_managed);
                    let changes = [name, tags].into_iter().chain(self.changes(state));
                    Ok(Diff::of(changes.flatten(), self.replacing(facts, state)?))
                }

                async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<$state>> {
                    let body = self.body(cx).await?;
                    object::created(cx, self.name.value(), body).await
                }

                async fn update(
                    &self,
                    cx: &Cx<'_, Api>,
                    state: &$state,
                    changes: &[Change],
                ) -> Result<Progress<$state>> {
                    self.change(cx, state, changes).await.map(Progress::Done)
                }

                async fn delete(cx: &Cx<'_, Api>, state: &$state) -> Result<Progress<$state>> {
                    <Self as object::Desired>::remove(cx, state).await?;
                    Ok(Progress::Gone)
                }
            }
        };
    };
}
pub(super) use resource;
