//! A driver over its mock, as the suite sees it.

use bytes::Bytes;
use groundwork_engine::Registry;
use groundwork_provider::{Environment, rule::Traffic};
use http::Request;
use mock_cloud::{Call, Mock};
use serde_json::{Value, json};

/// Which document of a subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
    /// Both families, everything made: the usual one.
    DualStack,
    /// IPv4 alone.
    Ipv4,
    /// [`Variant::DualStack`] without `metadata.uid`: only the state file proves whose it is.
    WithoutUid,
    /// [`Variant::DualStack`] after an edit that changes what is wanted.
    Edited,
}

/// What another hand changed, and how a plan has to call it.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The node.
    pub address: &'static str,
    /// Its field.
    pub field: &'static str,
}

/// Two objects under one label.
#[derive(Clone, Debug)]
pub struct Twins {
    /// The node.
    pub address: &'static str,
    /// The object that was there first, and the other.
    pub ids: [String; 2],
}

/// Something that somebody else has inside our network: one for each kind that can be there, and
/// one for each list inside a body.
#[derive(Clone, Copy)]
pub struct Stranger {
    /// What it is, for people.
    pub what: &'static str,
    /// Puts it there. Answers with what tells it apart from all else in the inventory: its id.
    pub put: fn(&Mock) -> String,
    /// Whether it keeps something of ours from being deleted. What goes with its whole does not: a
    /// rule in a group of ours.
    pub blocks: bool,
}

/// Makes an object of somebody else's under the name that a request is about to give to one of ours; its
/// id, if the request makes one.
pub type Overtake = fn(&Mock, &Request<Bytes>) -> Option<String>;

/// A cloud in which something of ours that takes time fails in the end.
#[derive(Clone, Debug)]
pub struct Failing {
    /// The cloud.
    pub mock: Mock,
    /// What it says of the failure.
    pub says: &'static str,
}

/// A network of somebody else, which a document names.
#[derive(Clone, Debug)]
pub struct Existing {
    /// The cluster's document. Nothing of the network is as our defaults are, and all of it is fit.
    pub document: Value,
    /// The ids of all that it names.
    pub ids: Vec<String>,
}

/// One way in which an existing network can be unfit.
#[derive(Clone, Copy)]
pub struct Violation {
    /// What is wrong, for people.
    pub what: &'static str,
    /// Makes it so.
    pub make: fn(&Mock, &Existing),
    /// The id, or the word, that a finding has to name.
    pub names: &'static str,
}

/// What a driver that creates nothing cannot be asked for.
const NOTHING: &str = "the driver creates nothing: this promise is left out";

/// A driver over its mock. What another hand does to objects that the driver made, the subject of a
/// driver that creates nothing does not say.
pub trait Subject: Sync {
    /// The driver.
    fn registry(&self) -> Registry;

    /// A new cloud, the same each time, with things of others in it.
    fn mock(&self) -> Mock;

    /// The same cloud with at most so many objects on a page of a listing. With none on it, no page
    /// is the last one.
    fn paged(&self, objects: usize) -> Mock {
        let _ = objects;
        self.mock()
    }

    /// The same cloud, in which something of ours that takes time fails in the end; `None` where nothing
    /// does.
    fn failing(&self) -> Option<Failing> {
        None
    }

    /// The same with something that is removed: it is still there in the end.
    fn failing_removal(&self) -> Option<Failing> {
        None
    }

    /// Where the cloud says it is, in the documents.
    fn endpoint(&self) -> &str;

    /// Variables around the process.
    fn environment(&self) -> Environment {
        Environment::default()
    }

    /// The cluster's document.
    fn cluster(&self, variant: Variant) -> Value;

    /// The Seed with the datacenter that the cluster names.
    fn seed(&self) -> Value;

    /// Another hand changes a field of an object that the driver made.
    fn drift(&self, mock: &Mock) -> Drift {
        let _ = mock;
        panic!("{NOTHING}")
    }

    /// Another hand changes something of ours in each list that others may have something in as well, so
    /// that a repair writes all of them.
    fn drift_in_lists(&self, mock: &Mock) {
        self.drift(mock);
    }

    /// Another hand hangs something on an object that the driver made; its id.
    fn obstruct(&self, mock: &Mock) -> String {
        let _ = mock;
        panic!("{NOTHING}")
    }

    /// How somebody takes an object of ours away and makes one of theirs under its name, which keeps our
    /// network from being deleted; answers as [`Stranger::put`]. `None` where calls do not go by names.
    fn replace(&self) -> Option<fn(&Mock) -> String> {
        None
    }

    /// How somebody takes a name that we are about to give. `None` where names are not unique, or tell
    /// whose an object is.
    fn overtake(&self) -> Option<Overtake> {
        None
    }

    /// Whether a change writes a list as a whole, and the cloud does not ask which list it rests on: what
    /// somebody has put into it a moment ago is lost, and no driver can help it.
    fn overwrites(&self, call: &Call) -> bool {
        let _ = call;
        false
    }

    /// Whether no rule of this cloud can let such traffic in over IPv6.
    fn is_unsayable(&self, traffic: &Traffic) -> bool {
        let _ = traffic;
        false
    }

    /// What others may have inside our network, once the driver has made it.
    fn strangers(&self) -> Vec<Stranger> {
        Vec::new()
    }

    /// Makes a network of somebody else that is fit.
    fn existing(&self, mock: &Mock) -> Existing;

    /// How that network can be unfit.
    fn violations(&self) -> Vec<Violation>;

    /// Somebody else makes objects with the names that ours will have, before there is anything.
    fn namesakes(&self, mock: &Mock) {
        let _ = mock;
    }

    /// Somebody else makes objects that `--adopt` may take over, as the reference system would have;
    /// the document of their cluster.
    fn adoptable(&self, mock: &Mock) -> Value {
        self.namesakes(mock);
        self.cluster(Variant::DualStack)
    }

    /// The fields of a body that differ from one making to the next, removed.
    fn comparable(&self, body: Value) -> Value {
        body
    }

    /// Whether a call is of an operation, as the driver's table names it: `GET /networks/{id}`.
    fn is_of(&self, call: &Call, operation: &str) -> bool {
        let Some((method, path)) = operation.split_once(' ') else {
            return false;
        };
        let segments = |path: &str| -> Vec<String> {
            let segments = path.split('/').filter(|segment| !segment.is_empty());
            segments.map(str::to_owned).collect()
        };
        let (called, named) = (segments(&call.path), segments(path));
        // A cloud may be served under a prefix.
        let skipped = called.len().saturating_sub(named.len());
        let same = |(called, named): (&String, &String)| named.starts_with('{') || called == named;
        call.method == method
            && called.len() >= named.len()
            && called[skipped..].iter().zip(&named).all(same)
    }

    /// What a change is made of, where the cloud cannot handle two changes of it at once: the path of a
    /// network, whose subnets are created one after the other.
    fn turns_at(&self, call: &Call) -> Option<String> {
        let _ = call;
        None
    }

    /// Makes a twin of an object, with its label; both in use, or the twin not.
    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let _ = (mock, used);
        panic!("{NOTHING}")
    }

    /// Whether a call is one of those that a process makes once: authentication and discovery.
    fn is_overhead(&self, call: &Call) -> bool {
        let _ = call;
        false
    }

    /// The listing that a call begins; `None` for a further page, or another call.
    fn listing(&self, call: &Call) -> Option<String>;

    /// Texts that must not be seen anywhere.
    fn secrets(&self) -> Vec<String>;
}

/// `spec.clusterNetwork` of a dual-stack cluster.
#[must_use]
pub fn dual_stack_network() -> Value {
    json!({ "ipFamily": "IPv4+IPv6" })
}

/// A document with a patch in it, by the rules of JSON merge patch.
#[must_use]
pub fn merged(mut document: Value, patch: &Value) -> Value {
    merge(&mut document, patch);
    document
}

fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    let Some(target) = into.as_object_mut() else {
        return;
    };
    for (field, value) in fields {
        if value.is_null() {
            target.remove(field);
        } else {
            merge(target.entry(field.clone()).or_insert(Value::Null), value);
        }
    }
}
