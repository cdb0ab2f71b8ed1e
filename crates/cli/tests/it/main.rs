//! The program as its users see it: what it reads, prints and ends with.

mod against_the_cloud;
mod aws;
mod azure;
mod byo;
mod capabilities;
mod common;
mod documents;
mod equinix;
mod gcp;
mod hetzner;
mod interrupt;
mod kkp;
mod knowledge;
mod leased;
mod life;
mod lost_fields;
mod plan_files;
mod presets;
mod secrets;
mod usage;
mod vsphere;
mod which_cluster;
mod without_documents;
