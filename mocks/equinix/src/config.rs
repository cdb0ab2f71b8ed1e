use std::time::Duration;

use mock_cloud::Calendar;

/// What opens the API: a user's key, or one of a project.
#[derive(Clone, Debug)]
pub struct Token {
    /// In clear: it opens nothing but this mock.
    pub text: String,
    /// Whether it only reads.
    pub is_read_only: bool,
    /// The one project that it opens; every project where it is a user's.
    pub project: Option<String>,
}

/// A place where servers run.
#[derive(Clone, Debug)]
pub struct Metro {
    /// Its id.
    pub id: String,
    /// `da`
    pub code: String,
    /// The city.
    pub name: String,
    /// The country in two letters.
    pub country: String,
}

/// A project that exists from the beginning.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What the mock cloud is like before anybody has done anything.
///
/// The default is one empty project, a user's key that may do everything, four metros, and devices
/// that are ready after five minutes.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// What opens the API. The first is the one of
    /// [`Mock::environment`](mock_cloud::Mock::environment).
    pub tokens: Vec<Token>,
    /// The project that is there.
    pub project: Project,
    /// Where servers run.
    pub metros: Vec<Metro>,
    /// How long a device is on its way.
    pub provisioning: Duration,
    /// How many elastic IPv4 addresses a project may have before somebody has to approve.
    pub addresses: u64,
    /// The most objects of a page, however many are asked for: to make listings of several pages.
    pub page: Option<usize>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            calendar: Calendar::default(),
            tokens: vec![Token {
                text: "mock-key-of-a-user".to_owned(),
                is_read_only: false,
                project: None,
            }],
            project: Project {
                id: "2d1c3f4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f".to_owned(),
                name: "mock".to_owned(),
            },
            metros: METROS.map(metro).into(),
            provisioning: Duration::from_secs(300),
            addresses: 256,
            page: None,
        }
    }
}

/// Id, code, city and country.
const METROS: [[&str; 4]; 4] = [
    ["d3d6b29f-042d-43b7-b3ce-0bf53d5754ca", "da", "Dallas", "US"],
    [
        "108b2cfb-246b-45e3-885a-bf3e82fce1a0",
        "am",
        "Amsterdam",
        "NL",
    ],
    [
        "932eecda-6808-44b9-a3be-3abef49796ef",
        "ny",
        "New York",
        "US",
    ],
    [
        "d2a8e94f-2b42-4440-9c8e-8ef01defcd27",
        "sg",
        "Singapore",
        "SG",
    ],
];

fn metro(of: [&str; 4]) -> Metro {
    let [id, code, name, country] = of.map(str::to_owned);
    Metro {
        id,
        code,
        name,
        country,
    }
}
