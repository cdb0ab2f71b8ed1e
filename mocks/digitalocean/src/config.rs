use std::time::Duration;

use mock_cloud::{Calendar, Rate};

/// What opens the account.
#[derive(Clone, Debug)]
pub struct Token {
    /// In clear: it opens nothing but this mock.
    pub text: String,
    /// Whether it only reads.
    pub is_read_only: bool,
}

/// What the mock cloud is like before anybody has done anything.
///
/// The default is an account with one token that may do everything, and a default VPC in `fra1`, as
/// an account has in every region where it has been at work.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids and addresses are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// What opens the account. The first is the one of
    /// [`Mock::environment`](mock_cloud::Mock::environment).
    pub tokens: Vec<Token>,
    /// Whether every token opens the account.
    pub is_open: bool,
    /// Where droplets run.
    pub regions: Vec<&'static str>,
    /// The regions in which there is a default VPC.
    pub default_vpcs: Vec<&'static str>,
    /// How many requests are served within an hour.
    pub requests_per_hour: u32,
    /// How many requests are served within a minute.
    pub requests_per_minute: u32,
    /// How long peerings, NAT gateways and the rules of droplets take.
    pub delay: Duration,
    /// How long a droplet that was deleted is still a member of its VPC.
    pub member_delay: Duration,
    /// The status with which a VPC with members refuses to go: 403 in the reference, 409 seen since
    /// 2024.
    pub members_refusal: u16,
    /// The most objects of a page, whatever a client asks for.
    pub page_max: usize,
    /// What links begin with, where a proxy hides how clients call the mock: `https://127.0.0.1:8443`.
    pub base_url: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            calendar: Calendar::default(),
            tokens: vec![Token {
                text: "mock-token-of-an-account".to_owned(),
                is_read_only: false,
            }],
            is_open: false,
            regions: REGIONS.to_vec(),
            default_vpcs: vec!["fra1"],
            requests_per_hour: 5000,
            requests_per_minute: 250,
            delay: Duration::from_secs(2),
            member_delay: Duration::from_secs(5),
            members_refusal: 403,
            page_max: 200,
            base_url: None,
        }
    }
}

impl Config {
    /// The bucket of requests: it holds those of an hour, and fills steadily.
    pub(crate) fn hourly(&self) -> Rate {
        Rate {
            burst: self.requests_per_hour,
            refill_milli: (self.requests_per_hour * 1000).div_ceil(3600),
        }
    }

    /// The bucket of requests in a burst.
    pub(crate) fn burst(&self) -> Rate {
        Rate {
            burst: self.requests_per_minute,
            refill_milli: (self.requests_per_minute * 1000).div_ceil(60),
        }
    }
}

const REGIONS: [&str; 15] = [
    "ams2", "ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo1", "sfo2", "sfo3",
    "sgp1", "syd1", "tor1",
];
