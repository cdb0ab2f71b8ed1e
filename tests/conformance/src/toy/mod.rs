//! The toy: a whole driver for a cloud that does not exist, and that cloud.
//!
//! It has what real clouds are difficult for, each once: long operations that the cloud forgets
//! ([`Network`]), an attribute that comes late (its prefix), children that live inside their parent
//! and are replaced with it ([`Subnet`]), a listing that lags ([`Gateway`]), and a kind without
//! labels ([`Attachment`]). `docs/writing-a-driver.md` walks through it.

mod api;
mod assess;
mod attachment;
mod capabilities;
pub mod cloud;
pub mod codes;
mod compile;
mod credentials;
mod gateway;
mod network;
mod operations;
mod provider;
mod spec;
mod subnet;
mod zone;

pub use api::Api;
pub use attachment::{Attachment, AttachmentState};
pub use gateway::{Gateway, GatewayId, GatewayState};
pub use network::{Network, NetworkId, NetworkState};
pub use provider::{Survey, Toy};
pub use spec::{Datacenter, Spec};
pub use subnet::{Subnet, SubnetState};
pub use zone::{Zone, ZoneState};
