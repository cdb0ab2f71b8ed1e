//! A mock API server of Kubernetes, as far as nodes are read.
//!
//! [`Apiserver`] answers `GET /version` and `GET /api/v1/nodes` with `limit` and `continue`, and one
//! node by its name; it refuses who is not known (401) and who may not (403), and a `continue` that is
//! older than its history (410). Replies are those of kube-apiserver 1.36, in JSON alone. It is driven
//! through [`mock_cloud::Mock`].
//!
//! Left out: everything else. Nodes are made by hand, as kubelets would join.
//!
//! ```
//! use mock_byo::{Apiserver, Config, Joined};
//! use mock_cloud::{Mock, Options};
//!
//! let mock = Mock::new(Box::new(Apiserver::new(Config::default())), Options::default());
//! mock.with(|cloud: &mut Apiserver| {
//!     cloud.join("a", &Joined::new(["10.0.0.5", "fd00::5"], ["172.25.0.0/24", "fd01::/64"]))
//! });
//! assert!(mock.inventory().objects["nodes"].contains_key("a"));
//! ```

mod apiserver;
mod config;
mod listing;
mod node;
mod status;

pub use apiserver::Apiserver;
pub use config::{Config, Token};
pub use node::Joined;
