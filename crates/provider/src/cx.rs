//! What a resource may read and use while it is compared, created, updated or deleted.

use std::{collections::BTreeMap, fmt, ops::Deref};

use async_trait::async_trait;
use groundwork_model::{Address, Label};
use serde::{Deserialize, Serialize};

use crate::{
    Edge, Error, ErrorKind, Fields, Handle, Key, Look, ObjectRef, Resource, Result, Typed,
};

/// The objects of one cluster that exist, by address.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct States(BTreeMap<Address, Known>);

/// One object that exists.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Known {
    /// Its kind.
    pub kind: String,
    /// Its id at the cloud.
    pub id: String,
    /// Whether we created it and keep it; otherwise it is external.
    pub managed: bool,
    /// The object as the cloud describes it.
    pub state: Fields,
}

impl States {
    /// Records the object at an address.
    pub fn insert(&mut self, address: Address, known: Known) {
        self.0.insert(address, known);
    }

    /// Forgets the object at an address.
    pub fn remove(&mut self, address: &Address) {
        self.0.remove(address);
    }

    /// The object at an address.
    pub fn at(&self, address: &Address) -> Option<&Known> {
        self.0.get(address)
    }

    /// Every object, by address.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Known)> {
        self.0.iter()
    }

    /// The objects of one kind, with their typed states.
    pub fn of<R: Resource>(&self) -> impl Iterator<Item = (&Address, &Known, R::State)> {
        self.0
            .iter()
            .filter(|(_, known)| known.kind == R::KIND)
            .map(|(address, known)| (address, known, known.state.typed::<R::State>().into_owned()))
    }

    /// The object at the address of that name.
    pub fn named(&self, address: &str) -> Option<&Known> {
        let mut all = self.0.iter();
        let found = all.find(|(known, _)| known.as_str() == address);
        found.map(|(_, known)| known)
    }

    /// Whether an object exists at the address of that name, and is ours.
    pub fn is_managed(&self, address: &str) -> bool {
        self.named(address).is_some_and(|known| known.managed)
    }

    /// The typed state of the object at an address, borrowed, if one of that kind exists.
    pub fn see<R: Resource>(&self, address: &str) -> Option<Typed<'_, R::State>> {
        let known = self.named(address)?;
        (known.kind == R::KIND).then(|| known.state.typed())
    }

    /// The same of an object that is somebody else's.
    pub fn external<R: Resource>(&self, address: &str) -> Option<Typed<'_, R::State>> {
        let state = self.see::<R>(address);
        state.filter(|_| !self.is_managed(address))
    }

    /// The typed state of the object at an address, if one of that kind exists.
    pub fn state<R: Resource>(&self, address: &str) -> Option<R::State> {
        self.see::<R>(address).map(Typed::into_owned)
    }
}

/// A dependency does not exist yet. The engine asks again when it does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Later {
    /// Which one.
    pub needs: Address,
}

impl fmt::Display for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not exist yet", self.needs)
    }
}

impl From<Later> for Error {
    /// The engine runs a node only when its dependencies exist, so this is a broken promise.
    fn from(later: Later) -> Self {
        Self::new(ErrorKind::Unexpected, "create", later.to_string())
    }
}

/// What pure code may read: its own label, and the states of the nodes that it refers to.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    label: &'a Label,
    states: &'a States,
}

impl<'a> Facts<'a> {
    /// Facts for the node that `label` names.
    pub fn new(label: &'a Label, states: &'a States) -> Self {
        Self { label, states }
    }

    /// The label that the object carries, or is to carry.
    pub fn label(&self) -> &'a Label {
        self.label
    }

    /// The key of an object that carries its label.
    pub fn label_key(&self) -> Key {
        Key::from(self.label)
    }

    /// The state of a node that this one refers to.
    pub fn state<R: Resource>(&self, of: &Handle<R>) -> Result<R::State, Later> {
        self.known(of.address())
            .map(|known| known.state.typed::<R::State>().into_owned())
    }

    /// The cloud's id of a node that this one refers to.
    pub fn id(&self, of: &Edge) -> Result<&'a str, Later> {
        self.known(of.address()).map(|known| known.id.as_str())
    }

    fn known(&self, address: &Address) -> Result<&'a Known, Later> {
        self.states.at(address).ok_or_else(|| Later {
            needs: address.clone(),
        })
    }
}

/// What a call may use: facts, account, token, look and claims.
pub struct Cx<'a, A> {
    facts: Facts<'a>,
    /// The connected account.
    pub api: &'a A,
    /// The listings of this look: a choice of a free range reads here which ones are taken.
    pub look: Look<'a, A>,
    token: &'a IdempotencyToken,
    claims: &'a dyn ClaimBook,
    along: &'a [ObjectRef],
}

impl<'a, A> Cx<'a, A> {
    /// The engine makes one for each call.
    pub fn new(
        facts: Facts<'a>,
        api: &'a A,
        look: Look<'a, A>,
        token: &'a IdempotencyToken,
        claims: &'a dyn ClaimBook,
    ) -> Self {
        Self {
            facts,
            api,
            look,
            token,
            claims,
            along: &[],
        }
    }

    /// The same for a delete that takes other objects with its own.
    #[must_use]
    pub fn taking(self, along: &'a [ObjectRef]) -> Self {
        Self { along, ..self }
    }

    /// What a delete may take with its object: see [`Resource::GOES_WITH`]. Whatever else is inside is
    /// not ours, or was created after the plan was made.
    pub fn along(&self) -> &'a [ObjectRef] {
        self.along
    }

    /// A random token, journalled before the call: a repeated call has the same one.
    pub fn token(&self) -> &'a IdempotencyToken {
        self.token
    }

    /// Makes a choice that no other node may make too: the /64 of a subnet.
    ///
    /// One choice at a time is made in a pool, and journalled before it is used. `pick` gets the
    /// claims of other nodes, and the former claim of this node. It returns the former claim if that
    /// is still free, so that a repeated create asks for the same; otherwise another free value.
    pub async fn claim(
        &self,
        pool: &str,
        pick: impl FnOnce(&Claims, Option<&str>) -> Result<String> + Send,
    ) -> Result<String> {
        let mut pick = Some(pick);
        let address = &self.facts.label.address;
        let mut split = |claims: &Claims| {
            let mut others = claims.clone();
            let former = others.0.remove(address);
            match pick.take() {
                Some(pick) => pick(&others, former.as_deref()),
                None => Err(Error::new(ErrorKind::Unexpected, "claim", "picked twice")),
            }
        };
        self.claims.claim(pool, address, &mut split).await
    }
}

impl<'a, A> Deref for Cx<'a, A> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        &self.facts
    }
}

/// A token by which a cloud recognises a repeated request.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct IdempotencyToken(String);

impl IdempotencyToken {
    /// A token of 128 random bits, in hexadecimal.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// As text, at most 64 ASCII characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The claims in a pool, by node.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Claims(pub BTreeMap<Address, String>);

/// Where claims are kept: the engine's journal.
#[async_trait]
pub trait ClaimBook: Send + Sync {
    /// The claim of `address` in `pool`: what `pick` answers, given all that is claimed there. It
    /// is recorded before it is returned.
    async fn claim(
        &self,
        pool: &str,
        address: &Address,
        pick: &mut (dyn for<'c> FnMut(&'c Claims) -> Result<String> + Send),
    ) -> Result<String>;
}
