//! The graph: what a cluster's network consists of, as plain data.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
};

use groundwork_model::{Address, Finding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{Fields, Resource, Typed};

/// The key under which a handle stands in serialised desired fields.
const NODE: &str = "$node";
/// The same as it stands in JSON, up to the address.
const KEY: &str = "\"$node\":\"";
/// As long as the JSON of a node's fields mostly is at most.
const FIELDS_BYTES: usize = 2048;

/// A typed reference to a node. Serialises to `{"$node": "vpc"}`: the edges of a graph are found
/// in the desired fields, never declared, and cannot form a circle.
pub struct Handle<R> {
    address: Address,
    resource: PhantomData<fn() -> R>,
}

/// An untyped reference to a node, where only the order matters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Edge(Address);

/// Nodes by address, and the findings of `compile`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Graph {
    nodes: BTreeMap<Address, Node>,
    /// Warnings and notes of `compile`: which source was taken for a choice, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// One object of the graph.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Node {
    /// The kind, by which the engine finds the driver's code.
    pub kind: String,
    /// The id that the document names, if it does: external, unless it carries our label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
    /// Which nodes it refers to.
    pub after: BTreeSet<Address>,
    /// The desired fields.
    pub desired: Fields,
}

impl Graph {
    /// Adds an object that we create and keep. Panics if an address is used twice or misspelt, if a
    /// handle is of another graph, or if objects of the kind are only verified: mistakes of the
    /// driver that its first test shows.
    pub fn add<R: Resource>(&mut self, address: &str, desired: R) -> Handle<R> {
        assert!(R::CREATED, "{} is only verified: name its object", R::KIND);
        self.insert(address, None, desired)
    }

    /// Adds an object that the document names by id: external, unless it carries our label.
    pub fn add_named<R: Resource>(&mut self, address: &str, id: &str, desired: R) -> Handle<R> {
        self.insert(address, Some(id.to_owned()), desired)
    }

    /// Adds an object under the id that the document names, or one that we create where it names
    /// none. The address is the same: ids are written back into documents, and what was ours stays
    /// ours.
    pub fn place<R: Resource>(&mut self, address: &str, id: Option<&str>, desired: R) -> Handle<R> {
        match id.filter(|id| !id.is_empty()) {
            Some(id) => self.add_named(address, id, desired),
            None => self.add(address, desired),
        }
    }

    /// The graph with what a person should know of it.
    ///
    /// # Errors
    /// All of that, where one is an error.
    pub fn telling(mut self, findings: Vec<Finding>) -> Result<Self, Vec<Finding>> {
        if findings.iter().any(Finding::is_error) {
            return Err(findings);
        }
        self.findings.extend(findings);
        Ok(self)
    }

    /// The nodes by address.
    pub fn nodes(&self) -> &BTreeMap<Address, Node> {
        &self.nodes
    }

    /// The nodes of one kind, with their desired fields.
    pub fn of<R: Resource>(&self) -> impl Iterator<Item = (&Address, Typed<'_, R>)> {
        let of_kind = self.nodes.iter().filter(|(_, node)| node.kind == R::KIND);
        of_kind.map(|(address, node)| (address, node.desired.typed::<R>()))
    }

    fn insert<R: Resource>(
        &mut self,
        address: &str,
        named: Option<String>,
        desired: R,
    ) -> Handle<R> {
        let address: Address = address.parse().expect("an address is spelt by the driver");
        let after = references(&desired);
        for of in &after {
            assert!(
                self.nodes.contains_key(of),
                "{address} refers to {of}, which is not in the graph"
            );
        }
        let node = Node {
            kind: R::KIND.to_owned(),
            named,
            after,
            desired: Fields::new(desired),
        };
        let former = self.nodes.insert(address.clone(), node);
        assert!(former.is_none(), "{address} is in the graph already");
        Handle {
            address,
            resource: PhantomData,
        }
    }
}

/// The nodes that fields refer to: every [`NODE`] in their JSON. A quote inside of a text has a
/// backslash before it, so that no text can look like a key.
fn references(fields: &impl Serialize) -> BTreeSet<Address> {
    let mut json = Vec::with_capacity(FIELDS_BYTES);
    serde_json::to_writer(&mut json, fields).expect("desired fields are plain data");
    let json = std::str::from_utf8(&json).expect("JSON is text");
    let after_keys = json.split(KEY).skip(1);
    let addresses = after_keys.filter_map(|rest| rest.split('"').next());
    addresses.filter_map(|text| text.parse().ok()).collect()
}

impl<R> Handle<R> {
    /// The node's name.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The same reference without the type.
    pub fn edge(&self) -> Edge {
        Edge(self.address.clone())
    }
}

impl Edge {
    /// The node's name.
    pub fn address(&self) -> &Address {
        &self.0
    }
}

// By hand: a derive would ask the same of `R`, which a reference does not need.
impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self {
            address: self.address.clone(),
            resource: PhantomData,
        }
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.address)
    }
}

impl<R> PartialEq for Handle<R> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl<R> Eq for Handle<R> {}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "$node")]
    node: Address,
}

fn write<S: Serializer>(address: &Address, to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry(NODE, address)?;
    map.end()
}

impl<R> Serialize for Handle<R> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        write(&self.address, to)
    }
}

impl<'de, R> Deserialize<'de> for Handle<R> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Reference::deserialize(from).map(|r| Self {
            address: r.node,
            resource: PhantomData,
        })
    }
}

impl Serialize for Edge {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        write(&self.0, to)
    }
}

impl<'de> Deserialize<'de> for Edge {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Reference::deserialize(from).map(|r| Self(r.node))
    }
}
