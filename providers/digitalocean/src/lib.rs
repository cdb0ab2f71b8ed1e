//! The DigitalOcean driver: VPCs, and cloud firewalls of both families.
//!
//! Networks are IPv4 alone here; IPv6 belongs to the droplet. What is made, what is checked, and what
//! this cloud cannot do stands in `docs/digitalocean.md`.

mod answer;
mod api;
mod assess;
mod capabilities;
mod check;
pub mod codes;
mod compile;
mod machines;
mod object;
mod operations;
mod provider;
mod spec;
mod survey;
mod topology;
mod watched;

pub use api::Api;
pub use object::firewall::{Firewall, FirewallState};
pub use object::rules::{Peers, RuleState};
pub use object::subnet::{Subnet, SubnetState};
pub use object::vpc::{Vpc, VpcState};
pub use provider::DigitalOcean;
pub use spec::{Datacenter, Spec, SubnetSpec};
pub use survey::Survey;
pub use watched::applied::{Applied, AppliedState};
pub use watched::droplet::{Droplet, DropletState};
pub use watched::gateway::{Gateway, GatewayState};
pub use watched::member::{Member, MemberState};
pub use watched::peering::{Peering, PeeringState};
pub use watched::region::{Region, RegionState};
