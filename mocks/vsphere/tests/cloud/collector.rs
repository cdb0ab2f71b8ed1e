use mock_vsphere::Kind;
use serde_json::json;

use crate::client::{Client, inside, of_object, through_view};

fn names(text: &str) -> Vec<String> {
    let values = text.split(r#"<val xsi:type="xsd:string">"#).skip(1);
    values
        .map(|rest| rest.split("</val>").next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_view_of_networks_has_every_kind_of_them() {
    let client = Client::new();
    let (_, text) = client.view("Network", &["name"], 100);
    let expected = [
        "VM Network",
        "segment-opaque",
        "switch-1-DVUplinks",
        "nodes",
        "segment-web",
    ];
    assert_eq!(names(&text), expected);
    assert!(!text.contains("<token>"));
}

#[test]
fn pages_have_as_many_objects_as_were_asked_for_and_a_token_is_good_once() {
    let client = Client::new();
    let (_, first) = client.view("Network", &["name"], 2);
    assert_eq!(names(&first).len(), 2);
    let token = inside(&first, "token");
    let inner = format!("<token>{token}</token>");
    let (_, second) = client.call("ContinueRetrievePropertiesEx", "propertyCollector", &inner);
    assert_eq!(names(&second).len(), 2);
    let again = client.fault("ContinueRetrievePropertiesEx", "propertyCollector", &inner);
    assert_eq!(again, "InvalidArgument");
    let inner = format!("<token>{}</token>", inside(&second, "token"));
    let (_, last) = client.call("ContinueRetrievePropertiesEx", "propertyCollector", &inner);
    assert_eq!((names(&last).len(), last.contains("<token>")), (1, false));
    let (_, first) = client.view("Network", &["name"], 2);
    let inner = format!("<token>{}</token>", inside(&first, "token"));
    assert_eq!(
        client
            .call("CancelRetrievePropertiesEx", "propertyCollector", &inner)
            .0,
        200
    );
    let gone = client.fault("ContinueRetrievePropertiesEx", "propertyCollector", &inner);
    assert_eq!(gone, "InvalidArgument");
}

#[test]
fn a_path_that_a_type_has_not_and_an_object_that_is_gone_fail_the_whole_call() {
    let client = Client::new();
    let root = client.find("");
    let ask = |filter: &str| client.fault("RetrievePropertiesEx", "propertyCollector", filter);
    assert_eq!(
        ask(&of_object(&root, "Folder", &["name", "nonsense"])),
        "InvalidProperty"
    );
    assert_eq!(
        ask(&of_object(&root, "Folder", &["name.first"])),
        "InvalidProperty"
    );
    assert_eq!(
        ask(&of_object("vm-9999", "VirtualMachine", &["name"])),
        "ManagedObjectNotFound"
    );
    assert_eq!(
        ask(&of_object(&root, "Nonsense", &["name"])),
        "InvalidArgument"
    );
    let gone = through_view("session[x]y", "Network", &["name"], 1);
    assert_eq!(ask(&gone), "ManagedObjectNotFound");
}

#[test]
fn a_view_that_holds_nothing_returns_nothing() {
    let client = Client::new();
    let folder = client.make(
        Kind::Folder,
        &client.find("/dc-1/vm"),
        json!({ "name": "empty" }),
    );
    let inner = format!("<container>{folder}</container><recursive>true</recursive>");
    let view = client.returned("CreateContainerView", "ViewManager", &inner);
    let filter = through_view(&view, "ManagedEntity", &["name"], 10);
    let (status, text) = client.call("RetrievePropertiesEx", "propertyCollector", &filter);
    assert_eq!((status, text.contains("<returnval>")), (200, false));
    client.call("DestroyView", &view, "");
    let gone = client.fault("RetrievePropertiesEx", "propertyCollector", &filter);
    assert_eq!(gone, "ManagedObjectNotFound");
}

#[test]
fn selections_lead_through_the_tree_by_name() {
    let client = Client::new();
    let root = client.find("");
    let filter = format!(
        r#"<specSet><propSet><type>VirtualMachine</type><pathSet>name</pathSet><pathSet>config.template</pathSet></propSet><objectSet><obj>{root}</obj><selectSet xsi:type="TraversalSpec"><name>down</name><type>Folder</type><path>childEntity</path><selectSet><name>down</name></selectSet><selectSet xsi:type="TraversalSpec"><type>Datacenter</type><path>vmFolder</path><selectSet><name>down</name></selectSet></selectSet></selectSet></objectSet></specSet>"#
    );
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &filter);
    assert_eq!(names(&told), ["debian-13"]);
    assert!(told.contains(r#"<name>config.template</name><val xsi:type="xsd:boolean">true</val>"#));
}

#[test]
fn guests_tell_their_addresses_and_groups_of_nsx_their_ranges() {
    let client = Client::new();
    let network = client.find("/dc-1/network/nodes");
    let room = client.find("/dc-1/vm");
    let nic = json!({
        "network": "nodes", "connected": true, "deviceConfigId": 4000, "macAddress": "00:50:56:00:00:01",
        "ipAddress": ["10.0.0.5", "2001:db8::5"],
        "ipConfig": { "ipAddress": [{ "ipAddress": "2001:db8::5", "prefixLength": 64 }] },
    });
    let body = json!({ "name": "m", "network": [network], "guest": { "net": [nic] } });
    let machine = client.make(Kind::Machine, &room, body);
    let filter = of_object(&machine, "VirtualMachine", &["guest.net", "network"]);
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &filter);
    assert!(
        told.contains(
            r#"<val xsi:type="ArrayOfGuestNicInfo"><GuestNicInfo><network>nodes</network>"#
        )
    );
    assert!(told.contains("<prefixLength>64</prefixLength>"), "{told}");
    let vms = of_object(&network, "Network", &["vm"]);
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &vms);
    assert!(told.contains(&machine), "{told}");
    let group = client.make(Kind::Portgroup, &client.find("/dc-1/network"), json!({
        "name": "g", "config": { "nsxConfig": { "subnetAddresses": { "cidr": ["2001:db8::1/64"] } } },
    }));
    let path = "config.nsxConfig.subnetAddresses.cidr";
    let told = client.returned(
        "RetrievePropertiesEx",
        "propertyCollector",
        &of_object(&group, "DistributedVirtualPortgroup", &[path]),
    );
    assert!(
        told.contains(r#"<val xsi:type="ArrayOfString"><string>2001:db8::1/64</string></val>"#),
        "{told}"
    );
}

#[test]
fn five_thousand_machines_come_in_pages() {
    let client = Client::new();
    let room = client.find("/dc-1/vm");
    for number in 0..5000 {
        client.make(
            Kind::Machine,
            &room,
            json!({ "name": format!("m-{number}") }),
        );
    }
    let (_, mut text) = client.view("VirtualMachine", &["name"], 5000);
    let (mut count, mut pages) = (names(&text).len(), 1);
    while text.contains("<token>") {
        let inner = format!("<token>{}</token>", inside(&text, "token"));
        text = client
            .call("ContinueRetrievePropertiesEx", "propertyCollector", &inner)
            .1;
        count += names(&text).len();
        pages += 1;
    }
    assert_eq!((count, pages), (5001, 6));
}
