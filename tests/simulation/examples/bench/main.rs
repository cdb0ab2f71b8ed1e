//! Calls and wall time of one cluster's life, beside what its graph allows; and what a sweep of
//! many clusters costs each. `cargo xtask bench` runs it.
//!
//! The mocks answer in this process, after a fixed time on the real clock. Authentication and the
//! discovery of extensions happen once a process and are counted apart. Of AWS and Azure, long operations
//! end at once, so that what is measured is ours and not theirs.

#![allow(clippy::unwrap_used, reason = "a benchmark may")]

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod cloud;
mod digitalocean;
mod equinix;
mod gcp;
mod hetzner;
mod life;
mod openstack;
mod subject;
mod sweep;
mod vsphere;

use std::time::Duration;

use subject::Subject;

/// How long each call takes.
const LATENCY: Duration = Duration::from_millis(50);
/// How many clusters are looked at in one sweep.
const SWEEPS: [usize; 3] = [1, 100, 1_000];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wanted = std::env::args().nth(1);
    let is_wanted = |subject: &dyn Subject| {
        let name = wanted.as_deref();
        name.is_none_or(|name| subject.name().to_lowercase().starts_with(name))
    };
    let lives: &[&dyn Subject] = &[
        &openstack::OpenStack,
        #[cfg(feature = "aws")]
        &aws::Aws::PUBLIC,
        #[cfg(feature = "aws")]
        &aws::Aws::PRIVATE,
        #[cfg(feature = "azure")]
        &azure::Azure,
        &digitalocean::DigitalOcean,
        &gcp::Gcp,
        &hetzner::Hetzner,
        &vsphere::Vsphere,
    ];
    for &subject in lives {
        if !is_wanted(subject) {
            continue;
        }
        println!("{}, {} ms a call", subject.name(), LATENCY.as_millis());
        life::measure(subject).await;
        println!();
    }
    let sweeps: &[&dyn Subject] = &[
        &openstack::OpenStack,
        #[cfg(feature = "aws")]
        &aws::Aws::PUBLIC,
        #[cfg(feature = "azure")]
        &azure::Azure,
        &digitalocean::DigitalOcean,
        &equinix::Equinix,
        &gcp::Gcp,
        &hetzner::Hetzner,
        &vsphere::Vsphere,
    ];
    for &subject in sweeps {
        if !is_wanted(subject) {
            continue;
        }
        println!("{}: drift of every cluster of one account", subject.name());
        println!("{:>9} {:>9} {:>15}", "clusters", "calls", "calls/cluster");
        for clusters in SWEEPS {
            sweep::measure(subject, clusters).await;
        }
        println!();
    }
}
