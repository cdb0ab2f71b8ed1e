//! A mock vCenter on the wire.
//!
//! [`Vsphere`] is one vCenter, made from a [`Config`] and driven through [`mock_cloud::Mock`]. It
//! speaks SOAP at `/sdk` (sessions, property collector, container views, folders, tasks, custom
//! attributes, privileges, IP pools) and REST for tags, below `/rest/com/vmware/cis` and below
//! `/api`. It is strict where govmomi's simulator is not: permissions of each object, cardinality
//! and types of tag categories, names of up to 80 characters that are compared without case, folders
//! that take everything inside with them, and nothing at all without a session.
//!
//! Left out: making machines, hosts, networks and datastores through the API (somebody else has made
//! them), property filters that wait for updates, events, performance counters, and every other
//! service below `/api`.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_vsphere::{Config, Kind, Vsphere};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Vsphere::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut Vsphere| {
//!     let parent = cloud.find("/dc-1/vm").unwrap();
//!     cloud.make(Kind::Folder, &parent, json!({ "name": "a colleague's" }))
//! });
//! assert!(mock.inventory().objects["Folder"].contains_key(&id));
//! ```

mod cloud;
mod config;
mod hand;
mod inventory;
mod names;
mod permissions;
mod rest;
mod sessions;
mod soap;
mod tasks;

pub use cloud::Vsphere;
pub use config::{Config, User};
pub use inventory::Kind;
pub use rest::Tagging;
