//! The API of a Kubernetes cluster: a kubeconfig or a service account opens it, and the kit's client
//! reads it. `docs/decisions/0033` says why it is not a client of others.

mod api;
mod bearer;
mod kubeconfig;
mod service_account;
mod waiting;
mod watch;

pub use api::{connect, listing, selected};
pub use bearer::Bearer;
pub use kubeconfig::{Entrance, Text, Token, entrance, texts};
pub use service_account::service_account;
pub use waiting::{Cause, Reporter, outdated, waits};
pub use watch::{News, Selection, Watch};
