//! A driver without a cloud: three kinds whose objects a test puts there, so that plans can be
//! made of anything that may be found.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use groundwork_engine::{
    Observation, Purpose, Recall, Whose, observe,
    plan::{Basis, plan, teardown},
};
use groundwork_model::{Address, ClusterKey, Finding, InstallationId, Label};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Change, Cx, Diff, Environment, Error, ErrorKind,
    Facts, Found, Graph, Handle, Key, Kinds, Later, Listing, Look, LookCache, Network, ObjectRef,
    Options, Owner, Owners, Phase, Plan, Progress, Provider, Resource, Result, Scope, States,
    Target,
    erased::{AnyAccess, AnyProvider, Erased},
};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Everything that is there, by kind.
pub(crate) type Cloud = BTreeMap<&'static str, Vec<Found<Value>>>;

/// A network: `size` can be changed in place, `shape` cannot.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Net {
    pub name: String,
    pub size: u32,
    pub shape: u32,
}

/// A subnet, which takes its shape from its network.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Sub {
    pub net: Handle<Net>,
}

/// What joins a subnet and a network, and carries no label.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Join {
    pub sub: Handle<Sub>,
    pub net: Handle<Net>,
}

fn there(api: &Cloud, kind: &str) -> Vec<Found<Value>> {
    api.get(kind).cloned().unwrap_or_default()
}

fn id_of(state: &Value) -> String {
    state["id"].as_str().unwrap_or_default().to_owned()
}

fn not_called<T>() -> Result<T> {
    Err(Error::new(
        ErrorKind::Unexpected,
        "plan",
        "plans call nothing",
    ))
}

fn number(state: &Value, field: &str, wanted: u32) -> Option<Change> {
    Change::between(field, &state[field], &json!(wanted))
}

macro_rules! kind {
    ($kind:ident, $name:literal $(with $whole:literal)?, $key:item, $diff:item, $adopts:item) => {
        #[async_trait]
        impl Listing for $kind {
            const KIND: &'static str = $name;
            type Api = Cloud;
            type State = Value;
            async fn list(api: &Cloud, _: &Scope) -> Result<Vec<Found<Value>>> {
                Ok(there(api, $name))
            }
        }
        #[async_trait]
        impl Resource for $kind {
            $(const GOES_WITH: Option<&'static str> = Some($whole);)?

            fn id(state: &Value) -> String {
                id_of(state)
            }
            $key
            $diff
            $adopts
            async fn create(&self, _: &Cx<'_, Cloud>) -> Result<Progress<Value>> {
                not_called()
            }
            async fn update(
                &self,
                _: &Cx<'_, Cloud>,
                _: &Value,
                _: &[Change],
            ) -> Result<Progress<Value>> {
                not_called()
            }
            async fn delete(_: &Cx<'_, Cloud>, _: &Value) -> Result<Progress<Value>> {
                not_called()
            }
        }
    };
}

kind!(
    Net,
    "t.net/1",
    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(facts.label_key())
    },
    fn diff(&self, _: &Facts<'_>, state: &Value) -> Result<Diff, Later> {
        let in_place = number(state, "size", self.size);
        Ok(Diff::of(in_place, number(state, "shape", self.shape)))
    },
    fn adopts(&self, _: &Facts<'_>, found: &Found<Value>) -> bool {
        found.state["name"] == self.name.as_str()
    }
);

kind!(
    Sub,
    "t.sub/1" with "t.net/1",
    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(facts.label_key())
    },
    fn diff(&self, facts: &Facts<'_>, state: &Value) -> Result<Diff, Later> {
        let net = facts.state(&self.net)?;
        let change = Change::between("size", &state["size"], &net["size"]);
        Ok(Diff::of(change, None))
    },
    fn adopts(&self, _: &Facts<'_>, _: &Found<Value>) -> bool {
        false
    }
);

kind!(
    Join,
    "t.join/1",
    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let (sub, net) = (facts.id(&self.sub.edge())?, facts.id(&self.net.edge())?);
        Ok(Key::Natural(format!("{sub} {net}")))
    },
    fn diff(&self, _: &Facts<'_>, _: &Value) -> Result<Diff, Later> {
        Ok(Diff::Same)
    },
    fn adopts(&self, _: &Facts<'_>, _: &Found<Value>) -> bool {
        false
    }
);

/// The driver: its account is what the test put there.
struct Driver(Cloud);

#[derive(Clone, Default, Deserialize, JsonSchema)]
struct Nothing {}

#[async_trait]
impl Provider for Driver {
    const NAME: &'static str = "t";
    type Api = Cloud;
    type Spec = Nothing;
    type Datacenter = Nothing;
    type Survey = ();

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities { features: &[] }
    }
    fn operations(&self) -> &'static [ApiOperation] {
        &[]
    }
    fn kinds(&self) -> Kinds<Cloud> {
        Kinds::new().with::<Net>().with::<Sub>().with::<Join>()
    }
    async fn connect(&self, _: &Access<Nothing, Nothing>) -> Result<(Account, Cloud)> {
        Ok((account(), self.0.clone()))
    }
    async fn survey(&self, _: &Look<'_, Cloud>, _: &Target<Nothing, Nothing>) -> Result<()> {
        not_called()
    }
    fn compile(&self, _: &Target<Nothing, Nothing>, (): &()) -> Result<Graph, Vec<Finding>> {
        Ok(Graph::default())
    }
    fn assess(&self, _: &Target<Nothing, Nothing>, (): &(), _: &States) -> Vec<Finding> {
        Vec::new()
    }
    async fn checks(&self, _: &Look<'_, Cloud>, _: &Plan) -> Vec<Finding> {
        Vec::new()
    }
    fn network(&self, _: &Target<Nothing, Nothing>, _: &States) -> Result<Network> {
        not_called()
    }
}

struct NoWay;

impl Connector for NoWay {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        unreachable!("nothing is connected to")
    }
}

fn account() -> Account {
    Account {
        provider: "t".to_owned(),
        endpoint: "https://t".to_owned(),
        project: Some("p".to_owned()),
        region: String::new(),
    }
}

fn cluster() -> ClusterKey {
    ClusterKey::new("c").unwrap()
}

/// An object that is as it should be, if nobody says otherwise.
pub(crate) fn object(id: &str, owner: Owner, joins: &[&str]) -> Found<Value> {
    let key = match &owner {
        Owner::Label(label) => Key::from(label),
        Owner::Unlabelled | Owner::Within | Owner::Part => Key::Natural(joins.join(" ")),
        Owner::Foreign => Key::Id(id.to_owned()),
    };
    Found {
        id: id.to_owned(),
        key,
        owner,
        joins: joins.iter().map(|join| refer(join)).collect(),
        phase: Phase::Ready,
        created: None,
        shared: None,
        state: json!({ "id": id, "name": "n", "size": 1, "shape": 1 }),
    }
}

/// The object with an id; those of subnets begin with an S.
pub(crate) fn refer(id: &str) -> ObjectRef {
    let kind = match id.starts_with('S') {
        true => "t.sub/1",
        false => "t.net/1",
    };
    ObjectRef::new(kind, id)
}

/// An object with our label.
pub(crate) fn ours(id: &str, address: &str, joins: &[&str]) -> Found<Value> {
    let label = Label {
        installation: InstallationId::default(),
        cluster: cluster(),
        address: address.parse().unwrap(),
        incarnation: 1,
    };
    object(id, Owner::Label(label), joins)
}

/// An object of somebody else.
pub(crate) fn foreign(id: &str, joins: &[&str]) -> Found<Value> {
    object(id, Owner::Foreign, joins)
}

/// What to plan: what is wanted, what is there, what is remembered and allowed.
pub(crate) struct Case {
    pub graph: Graph,
    pub cloud: Cloud,
    pub recall: Recall,
    pub options: Options,
    pub has_uid: bool,
    pub still_since: Timestamp,
}

impl Case {
    /// Nothing wanted, nothing there; a document with a uid.
    pub(crate) fn new() -> Self {
        Self {
            graph: Graph::default(),
            cloud: Cloud::default(),
            recall: Recall::default(),
            options: Options::default(),
            has_uid: true,
            still_since: Timestamp::UNIX_EPOCH,
        }
    }

    /// Wants a network, by the id that the document names, if it does.
    pub(crate) fn net(&mut self, named: Option<&str>) -> Handle<Net> {
        let net = Net {
            name: "n".to_owned(),
            size: 1,
            shape: 1,
        };
        match named {
            Some(id) => self.graph.add_named("net", id, net),
            None => self.graph.add("net", net),
        }
    }

    /// Wants a network, its subnet and what joins both.
    pub(crate) fn all(&mut self) {
        let net = self.net(None);
        let sub = self.graph.add("sub", Sub { net: net.clone() });
        self.graph.add("join", Join { sub, net });
    }

    /// Puts an object there.
    pub(crate) fn put(&mut self, kind: &'static str, found: Found<Value>) {
        self.cloud.entry(kind).or_default().push(found);
    }

    /// Puts a network, its subnet and what joins both there, all ours.
    pub(crate) fn put_all(&mut self) {
        self.put("t.net/1", ours("N", "net", &[]));
        self.put("t.sub/1", ours("S", "sub", &["N"]));
        self.put("t.join/1", object("J", Owner::Within, &["S", "N"]));
    }

    /// Allows an address to be replaced.
    pub(crate) fn allow(&mut self, address: &str) {
        self.options.replace.insert(address.parse().unwrap());
    }

    async fn based<T>(&self, make: impl FnOnce(Basis<'_>) -> T) -> T {
        let provider: Arc<dyn AnyProvider> = Arc::new(Erased::new(Driver(self.cloud.clone())));
        let account = provider.connect(&access()).await.unwrap();
        let (installation, cluster) = (InstallationId::default(), cluster());
        let whose = Whose {
            installation: &installation,
            cluster: &cluster,
            recall: &self.recall,
        };
        let look = LookCache::new(Owners::Cluster(cluster.clone()));
        let kinds = provider.kinds();
        let observation: Observation = observe(
            &*account,
            &look,
            (&kinds, Purpose::Compare),
            whose,
            Some(&self.graph),
        )
        .await
        .unwrap();
        make(Basis {
            provider: &*provider,
            account: account.account(),
            installation: &installation,
            cluster: &cluster,
            has_uid: self.has_uid,
            observation: &observation,
            recall: &self.recall,
            options: &self.options,
            still_since: self.still_since,
        })
    }

    /// The plan.
    pub(crate) async fn plan(&self) -> Plan {
        self.based(|basis| plan(basis, &self.graph).0).await
    }

    /// The plan of a destroy.
    pub(crate) async fn teardown(&self) -> Plan {
        self.based(teardown).await
    }
}

fn access() -> AnyAccess {
    let clock = Arc::new(groundwork_engine::SystemClock);
    AnyAccess {
        cluster: None,
        datacenter: None,
        secrets: BTreeMap::new(),
        account: None,
        environment: Environment::default(),
        connector: Arc::new(NoWay),
        world: groundwork_provider::World::new(clock, groundwork_engine::SeededRandom::new(1)),
    }
}

/// Each item in a line: action, address, object.
pub(crate) fn lines(plan: &Plan) -> Vec<String> {
    let line = |item: &groundwork_provider::Item| {
        let id = item.found.as_ref().map_or("", |found| &found.id);
        format!("{} {} {id}", item.action, item.address)
            .trim_end()
            .to_owned()
    };
    plan.items.iter().map(line).collect()
}

/// The codes of its findings.
pub(crate) fn codes(plan: &Plan) -> Vec<String> {
    plan.findings.iter().map(|f| f.code.to_string()).collect()
}

/// What the journal remembers: a cluster that was seen, and the objects that it made.
pub(crate) fn made(objects: &[(&str, &str)]) -> Recall {
    use groundwork_engine::{Entry, Fact};
    let entry = |fact: Fact| Entry {
        version: Entry::VERSION,
        at: jiff::Timestamp::from_second(1_800_000_000).unwrap(),
        cluster: cluster(),
        run: groundwork_model::RunId::new("r").unwrap(),
        fact,
    };
    let started = Fact::RunStarted {
        goal: groundwork_provider::Goal::Apply,
        name: "c".to_owned(),
        account: account(),
        plan: String::new(),
        steps: 0,
        said: None,
    };
    let created = objects.iter().map(|(address, id)| Fact::Created {
        address: address.parse::<Address>().unwrap(),
        kind: "t.net/1".to_owned(),
        id: (*id).to_owned(),
        incarnation: 1,
    });
    let entries: Vec<Entry> = std::iter::once(started).chain(created).map(entry).collect();
    Recall::of(&entries)
}
