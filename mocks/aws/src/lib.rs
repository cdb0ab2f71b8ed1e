//! A mock AWS: EC2, STS and Service Quotas on the wire.
//!
//! [`Aws`] is made from a [`Config`] and driven through [`mock_cloud::Mock`]. Requests are held
//! against the published model of EC2 (`models/`), and every response is written by it, so that a
//! client which is made from that model can read all of it. Signatures, policies, idempotency
//! tokens, dry runs, filters, pages, quotas, token buckets and delays are those of EC2.
//!
//! Left out: instances, load balancers, regional NAT gateways, Outposts, IPAM for IPv4, VPN.
//!
//! ```
//! use mock_aws::{Aws, Config};
//! use mock_cloud::{Mock, Options};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Aws::new(Config::default())), Options::default());
//! let made = mock.with(|cloud: &mut Aws| {
//!     cloud.call("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16" }))
//! });
//! let id = made["Vpc"]["VpcId"].as_str().unwrap();
//! assert!(mock.inventory().objects["vpc"].contains_key(id));
//! ```

mod clock;
mod cloud;
mod config;
mod ec2;
mod form;
mod furnished;
mod hand;
mod identity;
mod model;
mod pending;
mod policy;
mod quotas;
mod refused;
mod sigv4;
mod sts;
mod xml;

pub use cloud::Aws;
pub use config::{
    AccountEncryption, Config, Encryption, IpamPool, Ipv6Pool, Key, Role, Throttling, Zone,
    ZoneKind, all_allowed,
};
pub use mock_cloud::Rate;
