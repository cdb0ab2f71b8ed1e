//! The replies of every cloud, as its driver decodes them.

use conformance::{
    Subject,
    subjects::{
        ByoSubject, DigitalOceanSubject, EquinixSubject, GcpSubject, HetznerSubject,
        OpenStackSubject, VsphereSubject,
    },
};
use fuzz::{fuzz, replies};

/// Which reply, and what of it: each of the first twelve, at places that are far apart.
fn seeds() -> Vec<Vec<u8>> {
    let seed = |nth: u8| vec![nth, 0, nth, nth, 1, 7, nth.wrapping_mul(5)];
    (0..12).map(seed).collect()
}

fn run(name: &str, subject: &dyn Subject) {
    let seeds = seeds();
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    fuzz(name, &seeds, 60, |input| replies(subject, input));
}

#[cfg(feature = "aws")]
#[test]
fn of_aws() {
    run("aws", &conformance::subjects::AwsSubject::default());
}

#[test]
fn of_an_api_server() {
    run("byo", &ByoSubject::default());
}

#[test]
fn of_digitalocean() {
    run("digitalocean", &DigitalOceanSubject::default());
}

#[test]
fn of_equinix() {
    run("equinix", &EquinixSubject::default());
}

#[test]
fn of_gcp() {
    run("gcp", &GcpSubject::default());
}

#[test]
fn of_hetzner() {
    run("hetzner", &HetznerSubject::default());
}

#[test]
fn of_openstack() {
    run("openstack", &OpenStackSubject::default());
}

#[test]
fn of_vsphere() {
    run("vsphere", &VsphereSubject::default());
}
