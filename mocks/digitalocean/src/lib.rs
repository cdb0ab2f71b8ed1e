//! A mock DigitalOcean on the wire.
//!
//! [`DigitalOcean`] is one team's account behind version 2 of the API, made from a [`Config`] and
//! driven through [`mock_cloud::Mock`]. It holds VPCs with their subnets, members and peerings, cloud
//! firewalls, tags, droplets, VPC NAT gateways and load balancers; names, ranges, limits, errors,
//! pages and rate-limit headers are those of the API in late 2026: a region's first VPC becomes its
//! default, which is never deleted, and names of VPCs and firewalls are given once.
//!
//! Left out: images, sizes, volumes, databases, Kubernetes, projects, actions of droplets.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_digitalocean::{Config, DigitalOcean};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(DigitalOcean::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut DigitalOcean| {
//!     cloud.make("vpcs", json!({ "name": "a-colleagues", "region": "fra1" }))
//! });
//! assert!(mock.inventory().objects["vpcs"].contains_key(&id));
//! ```

mod api;
mod cloud;
mod config;
mod droplets;
mod firewalls;
mod gateways;
mod hand;
mod limits;
mod listing;
mod members;
mod peerings;
mod ranges;
mod refused;
mod render;
mod resource;
mod rules;
mod subnets;
mod tables;
mod tags;
mod vpcs;

pub use cloud::DigitalOcean;
pub use config::{Config, Token};
