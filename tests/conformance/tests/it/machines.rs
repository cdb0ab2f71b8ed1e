//! The machines of an account with their addresses, as a cluster that runs is compared with them: in few listings.

use conformance::{
    Lab, Subject, Variant, done, own,
    subjects::{DigitalOceanSubject, EquinixSubject, GcpSubject, OpenStackSubject, VsphereSubject},
};
use groundwork_provider::{Machine, Machines, Unknown};
use mock_cloud::Mock;
use mock_openstack::OpenStack;
use mock_vsphere::{Kind, Vsphere};
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
async fn devices_have_all_their_addresses() {
    let (machines, calls) = told(&EquinixSubject::default(), |_| {}).await;
    let all: Vec<_> = machines.all.iter().map(of_families).collect();
    assert_eq!((all, calls), (vec![(2, 1)], 1));
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

/// What VMware Tools say is what is known: not of machines that are off, nor where the Tools do not run.
#[tokio::test(start_paused = true)]
async fn machines_of_vsphere_have_what_their_tools_say() {
    let subject = VsphereSubject::default();
    let machine = |name: &str, power: &str, tools: &str, ips: &[&str]| {
        json!({
            "name": name,
            "config": { "uuid": format!("4201-{name}") },
            "runtime": { "powerState": power, "connectionState": "connected" },
            "guest": { "toolsRunningStatus": tools, "net": [
                { "network": "nodes", "connected": true, "deviceConfigId": 4000, "macAddress": "00:50:56:00:00:01", "ipAddress": ips },
                { "network": "", "connected": true, "deviceConfigId": -1, "macAddress": "00:50:56:00:00:02", "ipAddress": ["172.25.0.1", "fd01::1"] },
            ] },
        })
    };
    let put = |mock: &Mock| {
        mock.with(|cloud: &mut Vsphere| {
            let room = cloud.find("/dc-1/vm").expect("every datacenter has one");
            let mut make = |body: Value| cloud.make(Kind::Machine, &room, body);
            let (on, off) = ("poweredOn", "poweredOff");
            let (runs, not) = ("guestToolsRunning", "guestToolsNotRunning");
            make(machine(
                "on",
                on,
                runs,
                &["10.0.0.5", "fe80::5", "2001:db8::5"],
            ));
            make(machine("off", off, not, &[]));
            make(machine("mute", on, not, &["10.0.0.6"]));
            make(machine("empty", on, runs, &[]));
            let template = json!({ "name": "t", "config": { "template": true, "uuid": "4201-t" } });
            make(template);
        });
    };
    let (machines, calls) = told(&subject, put).await;
    // The view, and what is in it.
    assert_eq!(calls, 2);
    let of = |name: &str| {
        let id = format!("4201-{name}");
        machines.all.iter().find(|one| one.id == id)
    };
    let on = of("on").expect("it is there");
    assert_eq!((of_families(on), on.unknown), ((1, 1), None));
    assert_eq!(of("off").unwrap().unknown, Some(Unknown::Off));
    for (name, why) in [
        ("mute", "VMware Tools do not run"),
        ("empty", "VMware Tools tell no address"),
    ] {
        let Some(Unknown::Silent { why: told, .. }) = of(name).unwrap().unknown else {
            panic!("{name}: {machines:?}");
        };
        assert_eq!(told, why);
    }
    assert!(of("t").is_none(), "{machines:?}");
}
