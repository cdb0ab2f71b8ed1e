//! A mock Azure on the wire.
//!
//! [`Azure`] is one subscription behind Azure Resource Manager, with the token endpoint of its
//! tenant, made from a [`Config`] and driven through [`mock_cloud::Mock`]. It holds resource groups
//! and what `Microsoft.Network` makes in them; names, ranges, etags, links between objects, api
//! versions, permissions, quotas, errors and pages are those of the API in late 2026
//! (`azure-mgmt-network` 33.1.0).
//!
//! What takes its time on the real cloud does so here: a PUT or a DELETE begins an
//! [operation](Config), which is asked for at the address of its `Azure-AsyncOperation`, and can end
//! with an error in a reply that says 200. The object is there meanwhile, as `Updating`, and nobody
//! else can change it.
//!
//! ```
//! use mock_azure::{Azure, Config};
//! use mock_cloud::{Mock, Options};
//! use serde_json::json;
//!
//! let mock = Mock::new(Box::new(Azure::new(Config::default())), Options::default());
//! let id = mock.with(|cloud: &mut Azure| {
//!     cloud.make("resourceGroups", "theirs", json!({ "location": "westeurope" }));
//!     cloud.make("routeTables", "theirs/hub", json!({ "location": "westeurope" }))
//! });
//! assert!(id.ends_with("/resourceGroups/theirs/providers/Microsoft.Network/routeTables/hub"));
//! assert!(mock.inventory().objects["routeTables"].contains_key(&id));
//! ```

mod addresses;
mod api;
mod assertions;
mod auth;
mod balancers;
mod changes;
mod cloud;
mod config;
mod groups;
mod guards;
mod hand;
mod ids;
mod interfaces;
mod kind;
mod links;
mod listing;
mod nat_gateways;
mod objects;
mod operations;
mod peerings;
mod permissions;
mod prefixes;
mod refused;
mod routes;
mod rules;
mod said;
mod shown;
mod subnets;
mod subscription;
mod tables;
mod usage;
mod versions;
mod virtual_networks;

pub use cloud::Azure;
pub use config::{Config, Failure, Lock, Rates, Region};
