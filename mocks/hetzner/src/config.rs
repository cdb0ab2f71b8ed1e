use std::collections::BTreeMap;
use std::time::Duration;

use mock_cloud::{Calendar, Rate};

/// What opens the project.
#[derive(Clone, Debug)]
pub struct Token {
    /// In clear: it opens nothing but this mock.
    pub text: String,
    /// Whether it only reads.
    pub is_read_only: bool,
}

/// A place where servers run.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// `fsn1`
    pub name: &'static str,
    /// The zone in which its networks are: `eu-central`.
    pub network_zone: &'static str,
    /// The city, and the country in two letters.
    pub place: (&'static str, &'static str),
}

/// What the mock cloud is like before anybody has done anything.
///
/// The default is an empty project with one token that may do everything, the locations of today,
/// 3600 requests an hour, the usual limits, and actions that take two seconds.
#[derive(Clone, Debug)]
pub struct Config {
    /// Addresses are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// What opens the project. The first is the one of
    /// [`Mock::environment`](mock_cloud::Mock::environment).
    pub tokens: Vec<Token>,
    /// Where servers run.
    pub locations: Vec<Location>,
    /// How many requests an hour are served.
    pub requests_per_hour: u32,
    /// How long an action runs.
    pub action_delay: Duration,
    /// Commands of actions that end with an error, with its code (`add_subnet`).
    pub failing_actions: BTreeMap<String, String>,
    /// The most objects of a kind in the project, by the name of its collection.
    pub limits: BTreeMap<String, usize>,
    /// The most objects of a page, whatever is asked for.
    pub page_max: usize,
    /// Whether objects of different kinds have the same ids: each kind counts from 1.
    pub ids_repeat: bool,
}

impl Default for Config {
    fn default() -> Self {
        let limits = [
            ("firewalls", 50),
            ("networks", 50),
            ("primary_ips", 50),
            ("servers", 50),
        ];
        let limit = |(kind, most): (&str, usize)| (kind.to_owned(), most);
        Self {
            seed: 0,
            calendar: Calendar::default(),
            tokens: vec![Token {
                text: "mock-token-of-a-project".to_owned(),
                is_read_only: false,
            }],
            locations: LOCATIONS.to_vec(),
            requests_per_hour: 3600,
            action_delay: Duration::from_secs(2),
            failing_actions: BTreeMap::new(),
            limits: limits.map(limit).into(),
            page_max: 50,
            ids_repeat: false,
        }
    }
}

impl Config {
    /// The bucket of requests: it holds those of an hour, and fills steadily.
    pub(crate) fn rate(&self) -> Rate {
        Rate {
            burst: self.requests_per_hour,
            refill_milli: self.requests_per_hour * 10 / 36,
        }
    }
}

const LOCATIONS: [Location; 6] = [
    location("fsn1", "eu-central", ("Falkenstein", "DE")),
    location("nbg1", "eu-central", ("Nuremberg", "DE")),
    location("hel1", "eu-central", ("Helsinki", "FI")),
    location("ash", "us-east", ("Ashburn, VA", "US")),
    location("hil", "us-west", ("Hillsboro, OR", "US")),
    location("sin", "ap-southeast", ("Singapore", "SG")),
];

const fn location(
    name: &'static str,
    network_zone: &'static str,
    place: (&'static str, &'static str),
) -> Location {
    Location {
        name,
        network_zone,
        place,
    }
}
