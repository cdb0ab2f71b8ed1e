//! A mock API server of Kubernetes, as far as a cluster's network is read.
//!
//! [`Apiserver`] answers `GET /version`, and for nodes, services, their ranges, pods, config maps, events,
//! DaemonSets, Deployments and namespaces: listings with `limit`, `continue` and selectors, one object by its
//! name, whole or its metadata alone, watches with bookmarks, creating, replacing and deleting. Every change has
//! a revision, whoever has made it. A new service gets addresses by its policy. It refuses who is not known (401)
//! and who may not (403), a `continue` (410) and a watch (an event) that are older than its history. Ranges of
//! services exist from 1.33 on. Replies are those of kube-apiserver 1.36, in JSON alone. It is driven through [`mock_cloud::Mock`].
//!
//! What a plugin defines is there once its CustomResourceDefinition is.
//!
//! Left out: everything else; no controller runs, and kubelets only where a test has [`kubelets`] look. Objects are made by hand ([`Apiserver::join`],
//! [`Apiserver::furnish`]), as kubelets and controllers would leave them. A [`scene`] is a cluster as data.
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
mod collections;
mod config;
mod form;
mod history;
pub mod kubelets;
mod listing;
mod node;
pub mod scene;
mod selector;
mod services;
mod status;
mod watch;

pub use apiserver::Apiserver;
pub use config::{Config, Token};
pub use node::Joined;
