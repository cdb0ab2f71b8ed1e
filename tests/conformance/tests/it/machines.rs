//! The machines of an account with their addresses, as a cluster that runs is compared with them: one listing.

use conformance::{
    Lab, Subject, Variant, done, own,
    subjects::{DigitalOceanSubject, GcpSubject, OpenStackSubject},
};
use groundwork_provider::{Machine, Machines};
use mock_cloud::Mock;
use mock_openstack::OpenStack;
use serde_json::json;

/// What is told once a machine stands in our network, and how many requests that takes.
async fn told(subject: &dyn Subject, put: impl FnOnce(&Mock)) -> (Machines, usize) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    put(&lab.mock);
    lab.quiet().await;
    let session = process.session(&request).await.expect("it connects");
    lab.mock.clear_calls();
    let machines = session.machines().await.expect("the cloud answers");
    assert_eq!(lab.mock.mutating_calls(), []);
    (machines.expect("it can be asked"), lab.mock.calls().len())
}

fn of_families(machine: &Machine) -> (usize, usize) {
    let v4 = machine.addresses.iter().filter(|one| one.addr().is_ipv4());
    let v4 = v4.count();
    (v4, machine.addresses.len() - v4)
}

#[tokio::test(start_paused = true)]
async fn droplets_have_their_public_and_private_addresses() {
    let subject = DigitalOceanSubject::default();
    let mut id = String::new();
    let (machines, calls) = told(&subject, |mock| id = subject.obstruct(mock)).await;
    let mut all = machines.all.iter();
    let droplet = all.find(|machine| machine.id == id).expect("it is listed");
    assert_eq!((of_families(droplet), calls), ((2, 0), 1));
}

#[tokio::test(start_paused = true)]
async fn instances_of_every_zone_have_their_addresses() {
    let subject = GcpSubject::default();
    let (machines, calls) = told(&subject, |mock| drop(subject.obstruct(mock))).await;
    let mut all = machines.all.iter();
    let instance = all
        .find(|machine| machine.id.ends_with("/printer"))
        .expect("it is listed");
    assert_eq!((of_families(instance), calls), ((1, 0), 2));
}

/// Neutron's own ports are no server's.
#[tokio::test(start_paused = true)]
async fn servers_have_what_their_ports_have() {
    let subject = OpenStackSubject::default();
    const SERVER: &str = "5e7f0a11-0000-4000-8000-000000000001";
    let put = |mock: &Mock| {
        let network = own(mock, "networks");
        let port = json!({
            "network_id": network.id, "device_owner": "compute:nova", "device_id": SERVER,
        });
        mock.with(|cloud: &mut OpenStack| cloud.make("demo", "ports", port));
    };
    let (machines, calls) = told(&subject, put).await;
    let ids: Vec<&str> = machines.all.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((ids, machines.has_public, calls), (vec![SERVER], false, 1));
    assert!(of_families(&machines.all[0]).0 >= 1, "{machines:?}");
}
