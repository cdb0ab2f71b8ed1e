//! A mock OpenStack: Keystone and Neutron on the wire.
//!
//! [`OpenStack`] is made from a [`Config`] and driven through [`mock_cloud::Mock`]. It answers as
//! Neutron 21 (Zed) does, or another [`Release`]: the same paths, status codes, error types and fields. Keystone lies under
//! `/identity` (and bare `/v3`), Neutron under `/networking` (and bare `/v2.0`); the catalogue names
//! the prefixed ones, so that a client which drops the path of an endpoint is found out.
//!
//! Compute and load balancers are in the catalogue too; their lists are empty.
//!
//! Left out: port forwarding, RBAC policies beyond `shared`, segments, trunks, QoS, agents.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_openstack::{Config, OpenStack};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(OpenStack::new(Config::default())), Options::default());
//! let network = mock.with(|cloud: &mut OpenStack| {
//!     cloud.make("demo", "networks", json!({ "name": "made by a colleague" }))
//! });
//! assert!(mock.inventory().objects["networks"].contains_key(&network));
//! ```

mod clock;
mod cloud;
mod config;
mod hand;
mod keystone;
mod neutron;
mod others;
mod refused;
mod release;

pub use cloud::OpenStack;
pub use config::{ApplicationCredential, Config, ExternalNetwork, Project, Role, SubnetPool, User};
pub use release::{Release, UnknownRelease};
