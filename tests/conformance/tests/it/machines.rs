//! The machines of an account with their addresses, as a cluster that runs is compared with them: in few listings.

use conformance::{
    Lab, Subject, Variant, done, own,
    subjects::{DigitalOceanSubject, GcpSubject, OpenStackSubject},
};
use groundwork_provider::{Machine, Machines};
use mock_cloud::Mock;
use mock_openstack::OpenStack;
use serde_json::{Value, json};

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
    let v4 = machine.addresses().filter(|one| one.addr().is_ipv4());
    let v4 = v4.count();
    (v4, machine.addresses().count() - v4)
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
    assert_eq!((of_families(instance), calls), ((1, 0), 3));
    assert_eq!(instance.interfaces[0].mtu, Some(1460));
}

/// Neutron's own ports are no server's. A floating IP is the server's whose port it leads to.
#[tokio::test(start_paused = true)]
async fn servers_have_what_their_ports_have_and_what_leads_to_them() {
    let subject = OpenStackSubject::default();
    const SERVER: &str = "5e7f0a11-0000-4000-8000-000000000001";
    let mut floating = Vec::new();
    let put = |mock: &Mock| {
        let network = own(mock, "networks");
        let port = json!({
            "network_id": network.id, "device_owner": "compute:nova", "device_id": SERVER,
        });
        let (port, external) = mock.with(|cloud: &mut OpenStack| {
            let port = cloud.make("demo", "ports", port);
            (port, external(cloud))
        });
        for port in [json!(port), Value::Null] {
            let asked = json!({ "floating_network_id": external, "port_id": port });
            floating.push(mock.with(|cloud: &mut OpenStack| {
                let id = cloud.make("demo", "floatingips", asked);
                text(cloud, "floatingips", &id, "floating_ip_address")
            }));
        }
    };
    let (machines, calls) = told(&subject, put).await;
    let ids: Vec<&str> = machines.all.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((ids, calls), (vec![SERVER], 3));
    let server = &machines.all[0];
    let has = |ip: &String| server.addresses().any(|own| own.addr().to_string() == *ip);
    assert!(
        has(&floating[0]) && !has(&floating[1]),
        "{server:?} {floating:?}"
    );
    assert_eq!(server.interfaces[0].mtu, Some(1450));
}

fn external(cloud: &OpenStack) -> String {
    let mut networks = mock_cloud::Cloud::store(cloud).list("networks");
    let found = networks.find(|one| one.body["router:external"] == true);
    found.expect("there is one").id.clone()
}

fn text(cloud: &OpenStack, kind: &str, id: &str, field: &str) -> String {
    let found = mock_cloud::Cloud::store(cloud).find(kind, id);
    found.expect("it was made").text(field).to_owned()
}
