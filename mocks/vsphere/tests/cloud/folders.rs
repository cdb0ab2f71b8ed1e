use mock_vsphere::{Kind, Vsphere};
use serde_json::json;

use crate::client::{Client, inside, of_object};

impl Client {
    fn create(&self, parent: &str, name: &str) -> String {
        self.returned("CreateFolder", parent, &format!("<name>{name}</name>"))
    }

    fn refuse(&self, parent: &str, name: &str) -> String {
        self.fault("CreateFolder", parent, &format!("<name>{name}</name>"))
    }

    fn info(&self, task: &str) -> String {
        let filter = of_object(task, "Task", &["info"]);
        self.returned("RetrievePropertiesEx", "propertyCollector", &filter)
    }
}

#[test]
fn a_name_is_kept_escaped_and_found_by_its_path() {
    let client = Client::new();
    let room = client.find("/dc-1/vm");
    let id = client.create(&room, "a/b %");
    let filter = of_object(&id, "Folder", &["name", "parent"]);
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &filter);
    assert!(
        told.contains(r#"<val xsi:type="xsd:string">a%2fb %25</val>"#),
        "{told}"
    );
    assert!(
        told.contains(&format!(
            r#"<val type="Folder" xsi:type="ManagedObjectReference">{room}</val>"#
        )),
        "{told}"
    );
    let path = "<inventoryPath>dc-1/vm/a%2fb %25</inventoryPath>";
    assert_eq!(
        client.returned("FindByInventoryPath", "SearchIndex", path),
        id
    );
    let none = "<inventoryPath>/dc-1/vm/other</inventoryPath>";
    assert_eq!(
        client.returned("FindByInventoryPath", "SearchIndex", none),
        ""
    );
}

#[test]
fn a_name_is_given_once_whatever_its_case_and_has_at_most_80_characters() {
    let client = Client::new();
    let room = client.find("/dc-1/vm");
    let id = client.create(&room, "Übung");
    let (_, text) = client.call("CreateFolder", &room, "<name>ÜBUNG</name>");
    let fault = inside(&text, "detail");
    assert!(
        fault.contains(r#"xmlns="urn:vim25" xsi:type="DuplicateName""#),
        "{fault}"
    );
    assert!(
        fault.contains(&format!(r#"<object type="Folder">{id}</object>"#)),
        "{fault}"
    );
    assert_eq!(client.refuse(&room, &"x".repeat(81)), "InvalidName");
    assert_eq!(client.refuse(&room, ""), "InvalidName");
    client.create(&room, &"x".repeat(80));
    assert_eq!(client.refuse("group-v9999", "x"), "ManagedObjectNotFound");
    assert_eq!(client.refuse(&client.find("/dc-1"), "x"), "MethodNotFound");
}

#[test]
fn a_folder_goes_with_its_task_and_takes_along_what_is_inside() {
    let mut client = Client::new();
    let folder = client.create(&client.find("/dc-1/vm"), "a");
    client.create(&folder, "b");
    client.make(Kind::Machine, &folder, json!({ "name": "somebody's" }));
    let task = client.returned("Destroy_Task", &folder, "");
    assert!(client.info(&task).contains("<state>queued</state>"));
    client.wait(1);
    assert!(client.info(&task).contains("<state>running</state>"));
    assert_eq!(client.find("/dc-1/vm/a/b").len(), folder.len());
    client.wait(1);
    assert!(
        client.info(&task).contains("<state>success</state>"),
        "{}",
        client.info(&task)
    );
    let gone = client
        .mock
        .with(|cloud: &mut Vsphere| cloud.find("/dc-1/vm/a"));
    assert_eq!(gone, None);
    // The machine was somebody else's.
    assert_eq!(client.mock.violations().len(), 1);
    assert_eq!(
        client.fault("Destroy_Task", &folder, ""),
        "ManagedObjectNotFound"
    );
}

#[test]
fn a_machine_that_runs_stops_it_and_the_task_says_so() {
    let mut client = Client::new();
    let folder = client.create(&client.find("/dc-1/vm"), "a");
    let runs = json!({ "name": "m", "runtime": { "powerState": "poweredOn" } });
    client.make(Kind::Machine, &folder, runs);
    let task = client.returned("Destroy_Task", &folder, "");
    client.wait(2);
    let info = client.info(&task);
    assert!(info.contains("<state>error</state>"), "{info}");
    assert!(
        info.contains(r#"<fault xsi:type="InvalidPowerState">"#),
        "{info}"
    );
    assert_eq!(client.find("/dc-1/vm/a"), folder);
}

#[test]
fn of_two_tasks_for_one_folder_the_second_finds_nothing() {
    let mut client = Client::new();
    let folder = client.create(&client.find("/dc-1/vm"), "a");
    client.returned("Destroy_Task", &folder, "");
    let second = client.returned("Destroy_Task", &folder, "");
    client.wait(2);
    assert!(
        client
            .info(&second)
            .contains(r#"xsi:type="ManagedObjectNotFound""#)
    );
}

#[test]
fn a_name_that_is_taken_is_told_when_the_task_ends() {
    let mut client = Client::new();
    let room = client.find("/dc-1/vm");
    let folder = client.create(&room, "a");
    client.create(&room, "b");
    let task = client.returned("Rename_Task", &folder, "<newName>B</newName>");
    client.wait(2);
    assert!(client.info(&task).contains(r#"xsi:type="DuplicateName""#));
    let task = client.returned("Rename_Task", &folder, "<newName>A</newName>");
    client.wait(2);
    assert!(client.info(&task).contains("<state>success</state>"));
    assert_eq!(client.find("/dc-1/vm/A"), folder);
}

#[test]
fn the_folders_of_a_datacenter_stay() {
    let client = Client::new();
    let room = client.find("/dc-1/vm");
    assert_eq!(client.fault("Destroy_Task", &room, ""), "NotSupported");
}

#[test]
fn a_custom_attribute_is_for_a_type_and_its_value_is_shown() {
    let client = Client::new();
    let room = client.find("/dc-1/vm");
    let define = "<name>owner</name><moType>Folder</moType>";
    let defined = client.returned("AddCustomFieldDef", "CustomFieldsManager", define);
    let key = inside(&defined, "key");
    assert_eq!(
        client.fault("AddCustomFieldDef", "CustomFieldsManager", define),
        "DuplicateName"
    );
    client.call(
        "setCustomValue",
        &room,
        "<key>owner</key><value>us &amp; them</value>",
    );
    let filter = of_object(&room, "Folder", &["customValue", "availableField"]);
    let told = client.returned("RetrievePropertiesEx", "propertyCollector", &filter);
    let value = format!(
        r#"<CustomFieldValue xsi:type="CustomFieldStringValue"><key>{key}</key><value>us &amp; them</value></CustomFieldValue>"#
    );
    assert!(told.contains(&value), "{told}");
    assert!(
        told.contains("<managedObjectType>Folder</managedObjectType>"),
        "{told}"
    );
    let other = "<key>nobody</key><value>x</value>";
    assert_eq!(
        client.fault("setCustomValue", &room, other),
        "InvalidArgument"
    );
    let machine = client.find("/dc-1/vm/debian-13");
    let set = format!("<entity>{machine}</entity><key>{key}</key><value>x</value>");
    assert_eq!(
        client.fault("SetField", "CustomFieldsManager", &set),
        "InvalidArgument"
    );
    // The folder was there before.
    assert_eq!(client.mock.violations().len(), 1);
}
