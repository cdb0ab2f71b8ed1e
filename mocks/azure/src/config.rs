use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mock_cloud::{Calendar, Rate};

/// A place with zones.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// `westeurope`
    pub name: &'static str,
    /// `West Europe`
    pub display: &'static str,
    /// `1`, `2`, `3`; none where the region has no zones.
    pub zones: &'static [&'static str],
    /// Whether NAT gateways and public addresses of the SKU StandardV2 are there.
    pub has_standard_v2: bool,
}

/// How an operation ends that was begun without a complaint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// `InternalServerError`
    pub code: String,
    /// For a person.
    pub message: String,
    /// What is below it, code and message each.
    pub details: Vec<(String, String)>,
}

/// What the subscription is like before anybody has done anything.
///
/// The default has three regions and nothing else: one application that may do everything, operations
/// of four seconds that are kept for an hour, and the limits of a new subscription.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids and etags are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// The id of the subscription.
    pub subscription: String,
    /// `Enabled`, `Disabled`, `PastDue`, `Warned`: a disabled one can only be read.
    pub subscription_state: String,
    /// The tenant of the subscription.
    pub tenant: String,
    /// Other tenants in which the application is: their tokens open nothing here.
    pub other_tenants: BTreeSet<String>,
    /// The application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Whether the secret has expired.
    pub is_secret_expired: bool,
    /// Whose tokens the application trusts, issuer and subject each.
    pub federated: BTreeSet<(String, String)>,
    /// Whether anybody may enter, whatever token is shown.
    pub is_open: bool,
    /// How long an access token lasts.
    pub token_lifetime: Duration,
    /// What the application may do (`Microsoft.Network/*/read`, `*`).
    pub actions: Vec<String>,
    /// What of that it may not do.
    pub not_actions: Vec<String>,
    /// What a deny assignment takes from it: nothing shows it but a refusal.
    pub denied: Vec<String>,
    /// Locks, by the id that each is on.
    pub locks: BTreeMap<String, Lock>,
    /// The policy that forbids a type of resource (`Microsoft.Network/routeTables`).
    pub policies: BTreeMap<String, String>,
    /// Resource providers that are not registered (`Microsoft.Network`).
    pub unregistered: BTreeSet<String>,
    /// Where everything is.
    pub regions: Vec<Region>,
    /// The versions of `Microsoft.Network` that are served.
    pub api_versions: Vec<String>,
    /// The version from which the subnets of a new network have no way out by default.
    pub private_since: String,
    /// How long an operation runs.
    pub operation_delay: Duration,
    /// What `Retry-After` says of an operation, in seconds; nothing where it is absent.
    pub retry_after_s: Option<u64>,
    /// How long an operation that has ended can be asked for.
    pub operations_kept: Duration,
    /// Operations that end with an error, by collection and method (`virtualNetworks.PUT`).
    pub failing_operations: BTreeMap<String, Failure>,
    /// The most objects of a region, by the name of its usage (`VirtualNetworks`).
    pub quotas: BTreeMap<String, usize>,
    /// The most objects of a page.
    pub page_max: usize,
    /// How often may be read, written and deleted.
    pub rates: Rates,
}

/// What a lock forbids.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lock {
    /// That something is deleted.
    CanNotDelete,
    /// That something is changed or deleted.
    ReadOnly,
}

/// How often a subscription may be asked.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// GET and HEAD.
    pub reads: Rate,
    /// PUT, PATCH and POST.
    pub writes: Rate,
    /// DELETE.
    pub deletes: Rate,
}

impl Default for Config {
    fn default() -> Self {
        let quota = |(name, most): (&str, usize)| (name.to_owned(), most);
        Self {
            seed: 0,
            calendar: Calendar::default(),
            subscription: "5ab5c419-7b10-4000-8000-0000000000aa".to_owned(),
            subscription_state: "Enabled".to_owned(),
            tenant: "7e4a4700-7b10-4000-8000-0000000000bb".to_owned(),
            other_tenants: BTreeSet::new(),
            client_id: "c11e4700-7b10-4000-8000-0000000000cc".to_owned(),
            client_secret: "mock~secret~of~the~application".to_owned(),
            is_secret_expired: false,
            federated: BTreeSet::new(),
            is_open: false,
            token_lifetime: Duration::from_secs(3599),
            actions: vec!["*".to_owned()],
            not_actions: Vec::new(),
            denied: Vec::new(),
            locks: BTreeMap::new(),
            policies: BTreeMap::new(),
            unregistered: BTreeSet::new(),
            regions: REGIONS.to_vec(),
            api_versions: VERSIONS
                .iter()
                .map(|version| (*version).to_owned())
                .collect(),
            private_since: "2026-04-01".to_owned(),
            operation_delay: Duration::from_secs(4),
            retry_after_s: Some(2),
            operations_kept: Duration::from_secs(3600),
            failing_operations: BTreeMap::new(),
            quotas: QUOTAS.map(quota).into(),
            page_max: 1000,
            rates: Rates {
                reads: Rate {
                    burst: 250,
                    refill_milli: 25_000,
                },
                writes: Rate {
                    burst: 200,
                    refill_milli: 10_000,
                },
                deletes: Rate {
                    burst: 200,
                    refill_milli: 10_000,
                },
            },
        }
    }
}

const REGIONS: [Region; 4] = [
    Region {
        name: "westeurope",
        display: "West Europe",
        zones: &["1", "2", "3"],
        has_standard_v2: true,
    },
    Region {
        name: "germanywestcentral",
        display: "Germany West Central",
        zones: &["1", "2", "3"],
        has_standard_v2: true,
    },
    Region {
        name: "canadaeast",
        display: "Canada East",
        zones: &[],
        has_standard_v2: false,
    },
    Region {
        name: "qatarcentral",
        display: "Qatar Central",
        zones: &["1", "2", "3"],
        has_standard_v2: false,
    },
];

/// Those that clients of the last years name.
const VERSIONS: [&str; 22] = [
    "2020-11-01",
    "2021-08-01",
    "2022-07-01",
    "2022-11-01",
    "2023-02-01",
    "2023-04-01",
    "2023-05-01",
    "2023-06-01",
    "2023-09-01",
    "2023-11-01",
    "2024-01-01",
    "2024-03-01",
    "2024-05-01",
    "2024-07-01",
    "2024-10-01",
    "2025-01-01",
    "2025-03-01",
    "2025-05-01",
    "2025-07-01",
    "2025-09-01",
    "2026-01-01",
    "2026-03-01",
];

const QUOTAS: [(&str, usize); 9] = [
    ("LoadBalancers", 1000),
    ("NatGateways", 100),
    ("NetworkInterfaces", 65_536),
    ("NetworkSecurityGroups", 5000),
    ("PublicIPAddresses", 1000),
    ("PublicIpPrefixes", 100),
    ("RouteTables", 200),
    ("VirtualMachines", 25_000),
    ("VirtualNetworks", 1000),
];
