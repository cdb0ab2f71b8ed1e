//! What people read, as text.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod bad;
mod byo;
mod digitalocean;
mod equinix;
mod gcp;
mod hetzner;
mod knowledge;
mod pages;
mod pictures;
mod rendered;
mod reports;
mod rooms;
mod topologies;
mod transcripts;
mod verify_cluster;
mod vsphere;
