//! The vSphere driver: what machines need is verified; a folder for them, and its tags, are made.
//!
//! A network of vSphere is a wire without addresses. That it exists, that machines can use it, and what
//! shows that they have IPv6 there is verified; the rest is a matter of its router.

mod answer;
mod api;
mod assess;
mod capabilities;
mod check;
pub mod codes;
mod compile;
mod credentials;
mod machines;
mod object;
mod operations;
mod path;
mod privileges;
mod provider;
mod spec;
mod survey;
mod topology;

pub use api::Api;
pub use object::{
    Attachment, AttachmentState, Category, CategoryState, Compute, Datastore, DatastoreCluster,
    EntityState, Folder, IpPoolState, Machine, MachineState, Network, ResourcePool, Tag, TagState,
};
pub use provider::Vsphere;
pub use spec::{Account, Datacenter, Spec, Tags};
pub use survey::{Evidence, Survey};
