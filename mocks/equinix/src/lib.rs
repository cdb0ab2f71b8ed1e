//! A mock Equinix Metal on the wire.
//!
//! [`Equinix`] is an installation of the Metal API, version 1, as its description last stood: the
//! service itself ended on 30 June 2026. It is made from a [`Config`] and driven through
//! [`mock_cloud::Mock`]. It holds projects, metros, IP reservations, VLANs ("virtual networks") and
//! devices, which bring a project its IPv6 block in their metro; names, ranges, errors and pages
//! are those of the description.
//!
//! Left out: organizations, memberships, SSH keys, hardware reservations, VRFs, Metal Gateways,
//! interconnections, and ports of devices. Facilities are refused, as they have been since 2024.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_equinix::{Config, Equinix};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Equinix::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut Equinix| {
//!     let project = cloud.config.project.id.clone();
//!     cloud.make(&project, "virtual-networks", json!({ "metro": "da", "vxlan": 1000 }))
//! });
//! assert!(mock.inventory().objects["virtual-networks"].contains_key(&id));
//! ```

mod api;
mod cloud;
mod config;
mod devices;
mod hand;
mod listing;
mod projects;
mod refused;
mod render;
mod reservations;
mod resource;
mod tables;
mod vlans;

pub use cloud::Equinix;
pub use config::{Config, Metro, Project, Token};
