//! Golden files: what a user reads, over the mock cloud, in virtual time.
//!
//! Each test is a transcript: command lines and what they print, kept in `tests/snapshots`. Ids come
//! from the mock's seed and times from a clock that stands still, so the same release prints the
//! same text. After a change that is meant, `INSTA_UPDATE=always cargo test -p golden` writes the
//! files again; read the difference before it is committed. `--no-default-features` leaves out what
//! needs the SDKs of AWS and Azure.

mod examples;
mod transcript;

pub use examples::{
    AWS, AWS_SEED, AZURE, AZURE_SEED, BYO, BYO_SEED, DIGITALOCEAN, DIGITALOCEAN_SEED, EQUINIX,
    EQUINIX_SEED, GCP, GCP_SEED, HETZNER, HETZNER_SEED, OPENSTACK, OPENSTACK_SEED, VSPHERE,
    VSPHERE_SEED, cluster, documents, example, files,
};
pub use transcript::{FILES, Transcript};
