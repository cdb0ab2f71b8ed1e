use mock_vsphere::Vsphere;
use serde_json::{Value, json};

use crate::client::{Client, GUEST, inside, of_object};

impl Client {
    fn permit(&self, path: &str, privileges: &[&str], propagates: bool) {
        let id = self.find(path);
        self.mock
            .with(|cloud: &mut Vsphere| cloud.permit(GUEST, &id, privileges, propagates));
    }
}

#[test]
fn who_has_no_permission_sees_nothing() {
    let client = Client::guest();
    let root = client.find("");
    let view = format!("<container>{root}</container><recursive>true</recursive>");
    let view = client.returned("CreateContainerView", "ViewManager", &view);
    let told = client.call(
        "RetrievePropertiesEx",
        "propertyCollector",
        &crate::client::through_view(&view, "ManagedEntity", &["name"], 10),
    );
    assert!(!told.1.contains("<returnval>"), "{}", told.1);
    let named = of_object(&root, "Folder", &["name"]);
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &named);
    assert!(
        told.contains(r#"<missingSet><path>name</path><fault><fault xsi:type="NoPermission">"#),
        "{told}"
    );
}

#[test]
fn who_only_reads_cannot_make_anything_and_is_told_what_is_missing() {
    let client = Client::guest();
    client.permit("", &["System.Read"], true);
    let room = client.find("/dc-1/vm");
    let (_, text) = client.call("CreateFolder", &room, "<name>a</name>");
    let fault = inside(&text, "detail");
    assert!(
        fault.contains("<privilegeId>Folder.Create</privilegeId>"),
        "{fault}"
    );
    assert_eq!(
        client.fault("setCustomValue", &room, "<key>a</key><value>b</value>"),
        "InvalidArgument"
    );
    let body = json!({ "create_spec": { "name": "a", "description": "", "cardinality": "SINGLE", "associable_types": [] } });
    assert_eq!(client.refused("POST", "category", &body), "unauthorized");
    assert_eq!(client.tagging("GET", "category", &Value::Null), json!([]));
}

#[test]
fn the_nearest_permission_counts() {
    let client = Client::guest();
    client.permit("", &["Folder.Create"], true);
    client.permit("/dc-1/vm", &[], true);
    let room = client.find("/dc-1/vm");
    assert_eq!(
        client.fault("CreateFolder", &room, "<name>a</name>"),
        "NoPermission"
    );
    let hosts = client.find("/dc-1/host");
    client.returned("CreateFolder", &hosts, "<name>a</name>");
    client.permit("/dc-1", &["Folder.Delete"], false);
    client.permit("/dc-1/host", &["System.Read"], false);
    assert_eq!(
        client.fault("CreateFolder", &hosts, "<name>b</name>"),
        "NoPermission"
    );
}

#[test]
fn destroying_asks_for_the_place_too() {
    let client = Client::guest();
    client.permit("", &["Folder.Create"], true);
    let folder = client.returned("CreateFolder", &client.find("/dc-1/vm"), "<name>a</name>");
    client.permit("/dc-1/vm/a", &["Folder.Delete"], true);
    let (_, text) = client.call("Destroy_Task", &folder, "");
    assert!(text.contains(&client.find("/dc-1/vm")), "{text}");
}

#[test]
fn privileges_are_told_for_each_object() {
    let client = Client::guest();
    client.permit("", &["System.Read"], true);
    client.permit("/dc-1/vm", &["Folder.Create"], true);
    let session = of_object("SessionManager", "SessionManager", &["currentSession"]);
    let session = client.returned("RetrievePropertiesEx", "propertyCollector", &session);
    let key = inside(&session, "key");
    let (room, hosts) = (client.find("/dc-1/vm"), client.find("/dc-1/host"));
    let asked = format!(
        "<entity>{room}</entity><entity>{hosts}</entity><sessionId>{key}</sessionId><privId>Folder.Create</privId>"
    );
    let told = client.returned("HasPrivilegeOnEntities", "AuthorizationManager", &asked);
    let granted: Vec<&str> = told
        .split("<isGranted>")
        .skip(1)
        .map(|rest| &rest[..4])
        .collect();
    assert_eq!(granted, ["true", "fals"]);
    let asked = format!("<entities>{room}</entities><userName>{GUEST}</userName>");
    let told = client.returned(
        "FetchUserPrivilegeOnEntities",
        "AuthorizationManager",
        &asked,
    );
    assert!(
        told.contains("<privileges>Folder.Create</privileges>"),
        "{told}"
    );
    assert!(!told.contains("Folder.Delete"), "{told}");
}
