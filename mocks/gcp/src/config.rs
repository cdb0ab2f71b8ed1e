use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mock_cloud::Calendar;

/// A place with zones: `europe-west3` with `a`, `b`, `c`.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// `europe-west3`
    pub name: &'static str,
    /// The letters behind its name.
    pub zones: &'static [&'static str],
}

/// How an operation ends that was begun without a complaint.
#[derive(Clone, Debug)]
pub struct Failure {
    /// `RESOURCE_EXHAUSTED`, as the operation's `error` has it.
    pub code: String,
    /// The status that the operation names, though it is answered with 200; 0 where it names none.
    pub status: u16,
    /// For a person.
    pub message: String,
}

/// What the project is like before anybody has done anything.
///
/// The default has three regions, the network `default` that every new project gets, one service
/// account that may do everything, operations of four seconds that are kept for two weeks, and the
/// quotas of a young project.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids and prefixes are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// The id of the project.
    pub project: String,
    /// Its number.
    pub project_number: u64,
    /// The service account that enters it.
    pub account: String,
    /// Permissions that the account lacks (`compute.networks.create`).
    pub denied: BTreeSet<String>,
    /// Whether anybody may enter, whatever key signs and whatever token is shown.
    pub is_open: bool,
    /// How long an access token lasts.
    pub token_lifetime: Duration,
    /// Where everything is.
    pub regions: Vec<Region>,
    /// Regions that do not answer to listings of a whole project.
    pub unreachable: BTreeSet<String>,
    /// How long an operation runs.
    pub operation_delay: Duration,
    /// The longest that a question about an operation is held: it is answered sooner where the server
    /// has too much to do.
    pub wait_max: Duration,
    /// How long after its operation a subnetwork gets its IPv6 prefix.
    pub prefix_delay: Duration,
    /// How long an operation that has ended can be asked for.
    pub operations_kept: Duration,
    /// Operations that end with an error, by collection and type (`subnetworks.insert`).
    pub failing_operations: BTreeMap<String, Failure>,
    /// The most objects of the project, by metric (`NETWORKS`).
    pub quotas: BTreeMap<String, usize>,
    /// The most objects of a page, whatever is asked for.
    pub page_max: usize,
    /// APIs that are not enabled (`compute.googleapis.com`).
    pub disabled_apis: BTreeSet<String>,
    /// Whether nobody pays.
    pub is_unpaid: bool,
    /// Constraints of the organisation that hold (`constraints/compute.disableVpcExternalIpv6`).
    pub constraints: BTreeSet<String>,
    /// Whether the project has the network `default`, in auto mode.
    pub has_default_network: bool,
}

impl Config {
    /// Whether the project has that name, or that number.
    pub(crate) fn is_called(&self, project: &str) -> bool {
        project == self.project || project == self.project_number.to_string()
    }
}

impl Default for Config {
    fn default() -> Self {
        let quota = |(metric, most): (&str, usize)| (metric.to_owned(), most);
        Self {
            seed: 0,
            calendar: Calendar::default(),
            project: "mock-project".to_owned(),
            project_number: 415_104_041_262,
            account: "groundwork@mock-project.iam.gserviceaccount.com".to_owned(),
            denied: BTreeSet::new(),
            is_open: false,
            token_lifetime: Duration::from_secs(3600),
            regions: REGIONS.to_vec(),
            unreachable: BTreeSet::new(),
            operation_delay: Duration::from_secs(4),
            wait_max: Duration::from_secs(120),
            prefix_delay: Duration::from_secs(1),
            operations_kept: Duration::from_secs(14 * 24 * 3600),
            failing_operations: BTreeMap::new(),
            quotas: QUOTAS.map(quota).into(),
            page_max: 500,
            disabled_apis: BTreeSet::new(),
            is_unpaid: false,
            constraints: BTreeSet::new(),
            has_default_network: true,
        }
    }
}

const REGIONS: [Region; 3] = [
    Region {
        name: "europe-west1",
        zones: &["b", "c", "d"],
    },
    Region {
        name: "europe-west3",
        zones: &["a", "b", "c"],
    },
    Region {
        name: "us-central1",
        zones: &["a", "b", "c", "f"],
    },
];

const QUOTAS: [(&str, usize); 6] = [
    ("FIREWALLS", 100),
    ("INSTANCES", 24),
    ("NETWORKS", 5),
    ("ROUTERS", 10),
    ("STATIC_ADDRESSES", 8),
    ("SUBNETWORKS", 100),
];
