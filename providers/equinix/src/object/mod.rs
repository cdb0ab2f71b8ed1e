//! What a cluster's network consists of here. All of it is somebody else's, and is verified.

mod project;
mod reservation;
mod vlan;

pub use project::{Project, ProjectState};
pub(crate) use reservation::PUBLIC_IPV6;
pub use reservation::{Reservation, ReservationState};
pub use vlan::{Vlan, VlanState};
