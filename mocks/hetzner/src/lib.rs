//! A mock Hetzner Cloud on the wire.
//!
//! [`Hetzner`] is one project behind the API of version 1, made from a [`Config`] and driven through
//! [`mock_cloud::Mock`]. It holds networks with their subnets, routes and members, firewalls with
//! label selectors, servers, primary IPs, locations and actions that take their time; names, ranges,
//! limits, codes of errors, pages and rate-limit headers are those of the API in late 2026: no
//! datacenters (410 since October 2026), and no primary IP is deleted while it is assigned.
//!
//! Left out: images, volumes, certificates, floating IPs, DNS; load balancers exist only where
//! somebody else has made them.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_hetzner::{Config, Hetzner};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Hetzner::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut Hetzner| {
//!     cloud.make("networks", json!({ "name": "a colleague's", "ip_range": "10.0.0.0/16" }))
//! });
//! assert!(mock.inventory().objects["networks"].contains_key(&id));
//! ```

mod actions;
mod api;
mod cloud;
mod config;
mod firewalls;
mod hand;
mod labels;
mod listing;
mod networks;
mod primary_ips;
mod refused;
mod render;
mod resource;
mod routes;
mod servers;
mod subnets;
mod tables;

pub use cloud::Hetzner;
pub use config::{Config, Location, Token};
