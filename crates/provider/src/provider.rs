//! One cloud.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Access, Account, ApiOperation, Capabilities, Graph, Listing, Look, Machines, Network, Plan,
    Reach, Resource, Result, States, Target, Topology,
    erased::{AnyKind, AnyListing, KindOf, ListingOf},
};

/// One cloud: how a cluster becomes a graph there.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The key under `spec.cloud`, and under a datacenter's `spec`.
    const NAME: &'static str;
    /// How long after a request without a reply its effect may still appear. The engine looks for the
    /// object of a create that long before it sends the create again.
    const QUIET_WINDOW: Duration = Duration::from_secs(60);
    /// A connected account.
    type Api: Send + Sync + 'static;
    /// `spec.cloud.<name>` of a cluster.
    type Spec: Clone + DeserializeOwned + JsonSchema + Send + Sync + 'static;
    /// `spec.<name>` of a datacenter.
    type Datacenter: Clone + Default + DeserializeOwned + JsonSchema + Send + Sync + 'static;
    /// The facts of the cloud that decide which nodes the graph has.
    type Survey: DeserializeOwned + Send + Serialize + Sync;

    /// What this cloud can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// The operations that this driver uses.
    fn operations(&self) -> &'static [ApiOperation];

    /// The kinds of objects, parents before children.
    fn kinds(&self) -> Kinds<Self::Api>;

    /// Pure. Whether this cloud can hold a label on its objects: lengths, characters. The engine
    /// asks for each node before anything is sent.
    ///
    /// # Errors
    /// Why not, as the rest of a sentence: "a label's value is longer than 63 characters".
    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        let _ = label;
        Ok(())
    }

    /// A text that says which account is reached, and as whom. Clusters with equal texts share one
    /// connection and one look; those with `None` share nothing. The engine hashes the text, and never
    /// stores it.
    fn identity(&self, access: &Access<Self::Spec, Self::Datacenter>) -> Option<Secret> {
        let _ = access;
        None
    }

    /// Pure. Checks the documents without a cloud: values that are never valid, fields that contradict
    /// each other. Reports every violation, not the first, with the field's full path.
    ///
    /// # Guarantees
    /// The engine does not compile while one of the findings is an error, so `compile` need not report
    /// it again. The engine asks even if the addresses are unfit: `target.addressing` then holds the
    /// ranges that could be read.
    fn check(&self, target: &Target<Self::Spec, Self::Datacenter>) -> Vec<Finding> {
        let _ = target;
        Vec::new()
    }

    /// Authenticates, and returns the account that it reached.
    async fn connect(
        &self,
        access: &Access<Self::Spec, Self::Datacenter>,
    ) -> Result<(Account, Self::Api)>;

    /// Ends what connecting began: sessions that the cloud counts, and keeps until they time out.
    /// Whoever calls the cloud after that logs in again.
    ///
    /// # Guarantees
    /// The engine calls it once for each connection, after the last other call, whatever that came
    /// to. It waits for a few seconds at most, and an error changes nothing of a run.
    async fn leave(&self, api: &Self::Api) -> Result<()> {
        let _ = api;
        Ok(())
    }

    /// Reads what decides the graph (default subnet pools, zones, external networks) through the
    /// look, which makes each listing once.
    async fn survey(
        &self,
        look: &Look<'_, Self::Api>,
        target: &Target<Self::Spec, Self::Datacenter>,
    ) -> Result<Self::Survey>;

    /// Pure. Returns the graph, or every violation that [`check`](Self::check) could not see.
    fn compile(
        &self,
        target: &Target<Self::Spec, Self::Datacenter>,
        survey: &Self::Survey,
    ) -> Result<Graph, Vec<Finding>>;

    /// Pure. Judges the network as a whole, as far as it exists: whether packets get through, whether
    /// ranges overlap. Single fields are compared by [`Resource::diff`].
    fn assess(
        &self,
        target: &Target<Self::Spec, Self::Datacenter>,
        survey: &Self::Survey,
        states: &States,
    ) -> Vec<Finding>;

    /// Pure. The network as packets see it: of each node what exists, else what is asked for. Without it
    /// pictures show what [`network`](Self::network) answers, and no packet can be followed.
    fn topology(
        &self,
        target: &Target<Self::Spec, Self::Datacenter>,
        survey: &Self::Survey,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        let _ = (target, survey, graph, states);
        Topology::default()
    }

    /// Checks permissions for the plan's operations, and quotas, before anything is created. Reads
    /// only. Many a cloud tells neither.
    async fn checks(&self, look: &Look<'_, Self::Api>, plan: &Plan) -> Vec<Finding> {
        let _ = (look, plan);
        Vec::new()
    }

    /// The machines of the account with the addresses that the cloud has for them, in as few listings as the cloud
    /// allows. Reads only. `None` where this driver cannot ask for them.
    async fn machines(&self, api: &Self::Api) -> Result<Option<Machines>> {
        let _ = api;
        Ok(None)
    }

    /// Pure. Ids and ranges in the form that all clouds share, and the patch that writes the ids back
    /// into the document.
    fn network(
        &self,
        target: &Target<Self::Spec, Self::Datacenter>,
        states: &States,
    ) -> Result<Network>;
}

/// The kinds of a driver, in the order in which they are listed.
pub struct Kinds<A> {
    pub(crate) listed: Vec<Box<dyn AnyListing<A>>>,
    pub(crate) made: BTreeMap<&'static str, Box<dyn AnyKind<A>>>,
}

impl<A: Send + Sync + 'static> Kinds<A> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            listed: Vec::new(),
            made: BTreeMap::new(),
        }
    }

    /// Adds a kind of objects that we create, or only verify ([`External`](crate::External)). Parents
    /// come before children.
    #[must_use]
    pub fn with<R: Resource<Api = A>>(mut self) -> Self {
        self.list(ListingOf::<R>::made::<R>());
        self.made.insert(R::KIND, Box::new(KindOf::<R>::default()));
        self
    }

    /// Adds a kind of objects that somebody else creates and that use ours: a machine's interface. They
    /// are never changed. They are listed only if something is to be deleted, so that the plan can name
    /// what is in its way.
    #[must_use]
    pub fn watching<L: Listing<Api = A>>(mut self) -> Self {
        self.list(ListingOf::<L>::watched());
        self
    }

    fn list<L: Listing<Api = A>>(&mut self, listing: ListingOf<L>) {
        let there = |kind: &str| {
            let mut before = self.listed.iter().map(|other| other.info());
            before.find(|other| other.name == kind)
        };
        for parent in L::PARENTS {
            let reach = there(parent).map(|parent| parent.reach);
            let is_fit = reach.is_some_and(|reach| reach != Reach::Object);
            assert!(is_fit, "{} is listed after and within {parent}", L::KIND);
        }
        assert!(there(L::KIND).is_none(), "{} is there already", L::KIND);
        self.listed.push(Box::new(listing));
    }
}

impl<A: Send + Sync + 'static> Default for Kinds<A> {
    fn default() -> Self {
        Self::new()
    }
}
