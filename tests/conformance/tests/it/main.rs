//! The suite over DigitalOcean, Equinix Metal, Google Cloud, OpenStack, vSphere and the toy, and what
//! holds whatever the driver.

mod account;
mod byo;
mod controller;
mod digitalocean;
mod engine_session;
mod equinix;
mod gcp;
mod gcp_cases;
mod invariants;
mod machines;
mod open_operations;
mod openstack;
mod openstack_cases;
mod slow_journal;
mod toy;
mod vsphere;
mod vsphere_cases;
mod walk_through;
