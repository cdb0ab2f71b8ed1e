use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use mock_cloud::{Calendar, Rate};
use serde_json::{Value, json};

/// What kind of place a zone is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ZoneKind {
    /// An ordinary one.
    AvailabilityZone,
    /// Near a city, with its own border group.
    LocalZone,
    /// In a telephone network; has no IPv6.
    WavelengthZone,
}

/// A zone of the region.
#[derive(Clone, Debug)]
pub struct Zone {
    /// `eu-central-1a`
    pub name: String,
    /// `euc1-az2`
    pub id: String,
    /// What kind of place it is.
    pub kind: ZoneKind,
    /// Whether the account may use it; always so for ordinary ones.
    pub opted_in: bool,
}

/// A user with an access key.
#[derive(Clone, Debug)]
pub struct Key {
    /// `AKIA…`
    pub id: String,
    /// In clear: it opens nothing but this mock.
    pub secret: String,
    /// The name of the user whose it is.
    pub user: String,
    /// Identity policies in IAM's own JSON; what none of them allows is refused.
    pub policies: Vec<Value>,
}

/// A role that can be assumed.
#[derive(Clone, Debug)]
pub struct Role {
    /// The name, without the ARN around it.
    pub name: String,
    /// Identity policies in IAM's own JSON.
    pub policies: Vec<Value>,
    /// What whoever assumes it has to say; nothing where absent.
    pub external_id: Option<String>,
    /// The token with which a workload may assume it; only users where absent.
    pub web_identity_token: Option<String>,
}

/// A pool of IPAM.
#[derive(Clone, Debug)]
pub struct IpamPool {
    /// `ipam-pool-…`
    pub id: String,
    /// What is in it; blocks of one family.
    pub cidrs: Vec<String>,
    /// The netmask of an allocation that asks for none.
    pub default_netmask: Option<u8>,
    /// The region in which it may be used; all where absent.
    pub locale: Option<String>,
}

/// IPv6 that somebody brought along.
#[derive(Clone, Debug)]
pub struct Ipv6Pool {
    /// `ipv6pool-ec2-…`
    pub id: String,
    /// What is in it.
    pub cidrs: Vec<String>,
}

/// VPC encryption controls.
#[derive(Clone, Debug)]
pub struct Encryption {
    /// `monitor` or `enforce`.
    pub mode: String,
    /// What may be there all the same, as EC2 names it in `ResourceExclusions`: `InternetGateway`,
    /// `EgressOnlyInternetGateway`, `NatGateway`.
    pub excluded: BTreeSet<String>,
}

/// What an account asks of all of its VPCs.
#[derive(Clone, Debug)]
pub struct AccountEncryption {
    /// `attempt-monitor` or `attempt-enforce`.
    pub mode: String,
    /// As of a single VPC.
    pub excluded: BTreeSet<String>,
    /// `account` or `declarative-policy`.
    pub managed_by: String,
}

/// What the token buckets hold; each API has its own.
#[derive(Clone, Debug, Default)]
pub enum Throttling {
    /// No limit.
    #[default]
    Off,
    /// What AWS has published, and these instead for single APIs.
    Published(BTreeMap<String, Rate>),
}

impl Throttling {
    /// The rate of an API; none where there is no limit. `is_plain`: a listing without filter and
    /// without pages, which costs more.
    pub(crate) fn rate(&self, action: &str, is_plain: bool) -> Option<Rate> {
        match self {
            Self::Off => None,
            Self::Published(own) => {
                let own = own.get(action).copied();
                Some(own.unwrap_or_else(|| published(action, is_plain)))
            }
        }
    }
}

fn published(action: &str, is_plain: bool) -> Rate {
    let rate = |burst, refill_milli| Rate {
        burst,
        refill_milli,
    };
    match action {
        "CreateNatGateway" => rate(10, 1000),
        "CreateTags" => rate(100, 10_000),
        "CreateVpcEndpoint" => rate(4, 300),
        _ if action.starts_with("Describe") && is_plain => rate(50, 10_000),
        _ if action.starts_with("Describe") => rate(100, 20_000),
        _ => rate(50, 5000),
    }
}

/// What the mock cloud is like before anybody has done anything.
///
/// The default is an account in `eu-central-1` with three ordinary zones, a local one and a
/// wavelength one, the default VPC, one key that may do everything, AWS's own default quotas, no
/// pools, no throttling, no delay before what was made is found, and two seconds for associations.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids and addresses are drawn from it.
    pub seed: u64,
    /// What the virtual time zero is on the calendar. Signatures are held against it.
    pub epoch: Timestamp,
    /// Twelve digits.
    pub account: String,
    /// The one region of which the mock holds anything.
    pub region: String,
    /// All regions that the account sees.
    pub regions: Vec<String>,
    /// The zones of the region.
    pub zones: Vec<Zone>,
    /// Who may come. The first is the one of [`Mock::environment`](mock_cloud::Mock::environment).
    pub keys: Vec<Key>,
    /// Whether whoever comes is the first key's user, with whatever key, signature or none.
    pub open: bool,
    /// What may be assumed.
    pub roles: Vec<Role>,
    /// Whether there is a default VPC with a subnet in each ordinary zone.
    pub default_vpc: bool,
    /// Limits by the code of Service Quotas (`L-F678F1CE`: VPCs); the published ones where absent.
    pub quotas: BTreeMap<String, u32>,
    /// Codes of limits that there are, and that Service Quotas has nothing to say about.
    pub untold_quotas: BTreeSet<String>,
    /// Codes of limits that have no applied value: they are listed among the defaults alone.
    pub unapplied_quotas: BTreeSet<String>,
    /// Pools of IPAM.
    pub ipam_pools: Vec<IpamPool>,
    /// The ids of pools of IPAM's private scope: what they give is announced nowhere.
    pub private_pools: BTreeSet<String>,
    /// Pools of IPv6 that were brought along.
    pub ipv6_pools: Vec<Ipv6Pool>,
    /// VPC Block Public Access: `off`, `block-bidirectional` or `block-ingress`.
    pub block_public_access: String,
    /// The encryption control of every VPC; none of them has one where absent.
    pub encryption: Option<Encryption>,
    /// The account's encryption control; it is unmanaged where absent. What it does to a VPC is not
    /// established, so here it does nothing.
    pub account_encryption: Option<AccountEncryption>,
    /// How long `associating`, `pending` and their like last.
    pub association_delay: Duration,
    /// How long a NAT gateway takes to come or go.
    pub nat_delay: Duration,
    /// Why EC2 gives up on every NAT gateway that is made; it does not, where there is nothing.
    pub nat_failure: Option<String>,
    /// Zones, by name, in which no NAT gateway can be made.
    pub zones_without_nat: BTreeSet<String>,
    /// How long what was made is not found, in any request.
    pub consistency_delay: Duration,
    /// How often one may ask.
    pub throttling: Throttling,
    /// The most objects of one page of a listing.
    pub page_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            epoch: Calendar::default().epoch,
            account: "123456789012".to_owned(),
            region: "eu-central-1".to_owned(),
            regions: ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]
                .map(str::to_owned)
                .to_vec(),
            zones: default_zones(),
            keys: vec![Key {
                id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
                user: "demo".to_owned(),
                policies: vec![all_allowed()],
            }],
            open: false,
            roles: Vec::new(),
            default_vpc: true,
            quotas: BTreeMap::new(),
            untold_quotas: BTreeSet::new(),
            unapplied_quotas: BTreeSet::new(),
            ipam_pools: Vec::new(),
            private_pools: BTreeSet::new(),
            ipv6_pools: Vec::new(),
            block_public_access: "off".to_owned(),
            encryption: None,
            account_encryption: None,
            association_delay: Duration::from_secs(2),
            nat_delay: Duration::from_secs(5),
            nat_failure: None,
            zones_without_nat: BTreeSet::new(),
            consistency_delay: Duration::ZERO,
            throttling: Throttling::Off,
            page_max: 1000,
        }
    }
}

impl Config {
    /// What the virtual time is on the calendar.
    pub(crate) fn calendar(&self) -> Calendar {
        Calendar { epoch: self.epoch }
    }

    /// The same account in another region, with three ordinary zones there.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        if region == self.region {
            return self;
        }
        let zone = |(letter, number): (char, u8)| Zone {
            name: format!("{region}{letter}"),
            id: format!("{}-az{number}", region.replace('-', "")),
            kind: ZoneKind::AvailabilityZone,
            opted_in: true,
        };
        let mut regions = self.regions;
        regions.push(region.to_owned());
        regions.sort();
        regions.dedup();
        Self {
            region: region.to_owned(),
            regions,
            zones: [('a', 1), ('b', 2), ('c', 3)].map(zone).to_vec(),
            ..self
        }
    }
}

/// The policy of an administrator.
pub fn all_allowed() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }],
    })
}

fn default_zones() -> Vec<Zone> {
    let zone = |name: &str, id: &str, kind| Zone {
        name: name.to_owned(),
        id: id.to_owned(),
        kind,
        opted_in: kind == ZoneKind::AvailabilityZone,
    };
    vec![
        zone("eu-central-1a", "euc1-az2", ZoneKind::AvailabilityZone),
        zone("eu-central-1b", "euc1-az3", ZoneKind::AvailabilityZone),
        zone("eu-central-1c", "euc1-az1", ZoneKind::AvailabilityZone),
        zone("eu-central-1-ham-1a", "euc1-ham1-az1", ZoneKind::LocalZone),
        zone(
            "eu-central-1-wl1-ber-wlz-1",
            "euc1-wl1-ber-wlz1",
            ZoneKind::WavelengthZone,
        ),
    ]
}

impl Zone {
    /// The group that is opted into, which is the network border group too.
    pub(crate) fn group(&self, region: &str) -> String {
        match self.kind {
            ZoneKind::AvailabilityZone => region.to_owned(),
            // Without the letter: eu-central-1-ham-1a is of eu-central-1-ham-1.
            ZoneKind::LocalZone => self.name[..self.name.len() - 1].to_owned(),
            ZoneKind::WavelengthZone => {
                let group = self.name.split("-wlz").next().unwrap_or_default();
                group.to_owned()
            }
        }
    }
}
