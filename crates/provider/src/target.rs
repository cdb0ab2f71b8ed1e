//! What a driver gets: one cluster in one datacenter, and the way to its account.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::Arc,
};

use groundwork_model::{
    Address, Addressing, Cluster, ClusterKey, Datacenter, InstallationId, Secret,
};
use groundwork_transport::Connector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::World;

/// One cluster in one datacenter. `S` is the driver's `spec.cloud.<name>`, `D` the datacenter's.
#[derive(Clone, Debug)]
pub struct Target<S, D> {
    /// Whose label its objects carry.
    pub installation: InstallationId,
    /// The cluster's document.
    pub cluster: Arc<Cluster>,
    /// Its pods, services and node ports, defaulted and checked.
    pub addressing: Arc<Addressing>,
    /// The datacenter's document.
    pub datacenter: Arc<Datacenter>,
    /// The cluster's section for this cloud.
    pub spec: S,
    /// The datacenter's section for this cloud.
    pub cloud: D,
    /// What the caller allowed.
    pub options: Options,
}

impl<S, D> Target<S, D> {
    /// Which cluster.
    pub fn key(&self) -> ClusterKey {
        self.cluster.key()
    }

    /// The cluster's name, as the cloud's object names have it.
    pub fn name(&self) -> &str {
        &self.cluster.metadata.name
    }

    /// What the reference system calls the objects that it makes for the cluster.
    pub fn object_name(&self) -> String {
        format!("kubernetes-{}", self.name())
    }

    /// Whether the cluster has addresses of both families.
    pub fn is_dual_stack(&self) -> bool {
        self.addressing.family.is_dual_stack()
    }
}

/// What the caller allowed beyond the usual.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Options {
    /// Objects without our label, but with the reference system's names, may be taken over; and
    /// so may labelled ones that this journal has never seen.
    pub adopt: bool,
    /// Objects that the state knows, and that the cloud does not show, were deleted by somebody.
    pub gone: bool,
    /// A change may reach ports of others on a network that they use too.
    pub allow_shared_network: bool,
    /// Addresses that may be replaced, or deleted with the workloads that they hold.
    pub replace: BTreeSet<Address>,
    /// Fields of ours that a document may have lost since the last run, by their full paths or their
    /// names.
    pub lost: BTreeSet<String>,
}

/// How to reach an account: what the documents say, and the world around.
#[derive(Clone)]
pub struct Access<S, D> {
    /// The cluster's section for this cloud; a destroy without a document has none.
    pub spec: Option<S>,
    /// The datacenter's section for this cloud.
    pub cloud: Option<D>,
    /// The keys of the Secret that `credentialsReference` names.
    pub secrets: BTreeMap<String, Secret>,
    /// The account that the cluster was applied to, if the journal knows it. It replaces an address or
    /// a region that neither documents nor environment give; never credentials.
    pub account: Option<Account>,
    /// Environment variables and files.
    pub environment: Environment,
    /// Opens connections.
    pub connector: Arc<dyn Connector>,
    /// Clock and randomness.
    pub world: World,
}

/// The environment, injected: variables, and files that a cloud's own conventions name.
#[derive(Clone, Default)]
pub struct Environment {
    variables: Arc<BTreeMap<String, Secret>>,
    is_ambient: bool,
}

impl Environment {
    /// The largest file that is read, in bytes.
    pub const FILE_BYTES_MAX: u64 = 1 << 20;

    /// An environment of these variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            variables: Arc::new(
                variables
                    .into_iter()
                    .map(|(k, v)| (k, Secret::new(v)))
                    .collect(),
            ),
            is_ambient: false,
        }
    }

    /// The environment of this very process, with its variables: a cloud's library may act as
    /// whomever it finds there by its own ways (profiles in the home folder, the machine's role).
    /// Not for whoever serves many tenants, since one that brings no credentials would act as him.
    pub fn of_process(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            is_ambient: true,
            ..Self::new(variables)
        }
    }

    /// Whether a cloud's library may look for credentials by its own ways.
    pub fn is_ambient(&self) -> bool {
        self.is_ambient
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&Secret> {
        self.variables.get(name).filter(|value| !value.is_empty())
    }

    /// A file's content, up to a bound.
    pub fn file(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        use std::io::{Error, Read};
        let mut content = Vec::new();
        let file = std::fs::File::open(path)?;
        file.take(Self::FILE_BYTES_MAX + 1)
            .read_to_end(&mut content)?;
        if content.len() as u64 > Self::FILE_BYTES_MAX {
            return Err(Error::other(format!(
                "{} is larger than 1 MiB",
                path.display()
            )));
        }
        Ok(content)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// Whose cloud: recorded in plan and journal, compared before the first mutating call.
#[derive(
    Clone, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Account {
    /// The driver.
    pub provider: String,
    /// The cloud's address: an authentication URL, a partition.
    pub endpoint: String,
    /// Account, project or subscription: its id. `None` where the cloud does not say which one a
    /// token belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Region, or empty.
    pub region: String,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            endpoint,
            project,
            region,
        } = self;
        write!(f, "{provider}")?;
        if let Some(project) = project {
            write!(f, " {project}")?;
        }
        if !region.is_empty() {
            write!(f, " in {region}")?;
        }
        write!(f, " at {endpoint}")
    }
}
