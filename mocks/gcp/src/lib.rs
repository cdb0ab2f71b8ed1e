//! A mock Google Cloud on the wire.
//!
//! [`Gcp`] is one project behind the Compute API of version 1, with the token endpoint and the
//! Resource Manager's question for permissions, made from a [`Config`] and driven through
//! [`mock_cloud::Mock`]. It holds networks, subnetworks, routers with NAT, firewall rules, routes,
//! addresses and machines; names, ranges, fingerprints, request ids, quotas, errors, pages and the
//! forms of links are those of the API in late 2026 (discovery document, revision 20261106).
//!
//! What takes its time on the real cloud does so here: a request begins an [operation](Config),
//! which waits, runs, and can end with an error that is answered with 200. An object can be seen
//! once its operation runs, and used once it has ended; a subnetwork's IPv6 prefix comes a little
//! later still.
//!
//! Another project can share its networks with it ([`Gcp::attach_to`]): they are read there, and whatever
//! is made on them is made there.
//!
//! Left out: filters with regular expressions, load balancers, VPNs, machines in shared networks, and
//! everything that is not in the way of a network.
//!
//! ```
//! use mock_cloud::{Mock, Options};
//! use mock_gcp::{Config, Gcp};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Gcp::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut Gcp| {
//!     cloud.make("networks", json!({ "name": "a-colleagues", "autoCreateSubnetworks": false }))
//! });
//! assert_eq!(id, "projects/mock-project/global/networks/a-colleagues");
//! assert!(mock.inventory().objects["networks"].contains_key(&id));
//! ```

mod api;
mod auth;
mod cloud;
mod collection;
mod config;
mod filter;
mod firewalls;
mod hand;
mod instances;
mod links;
mod listing;
mod networks;
mod objects;
mod operations;
mod prefixes;
mod project;
mod refused;
mod routers;
mod routes;
mod subnetworks;
mod tables;

pub use cloud::Gcp;
pub use config::{Config, Failure, Region};
