//! The Equinix Metal driver: it verifies, and makes nothing.
//!
//! The service ended on 30 June 2026. What is left are installations that speak its API, which the
//! document names; what is verified there stands in `docs/equinix.md`.

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
mod provider;
mod spec;
mod sunset;
mod survey;
mod topology;
mod watched;

pub use api::Api;

pub use object::{Project, ProjectState, Reservation, ReservationState, Vlan, VlanState};
pub use provider::Equinix;
pub use spec::{Datacenter, Spec};
pub use survey::{Block, Survey};
pub use watched::{Metro, MetroState};
