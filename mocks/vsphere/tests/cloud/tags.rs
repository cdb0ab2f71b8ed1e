use mock_vsphere::{Tagging, Vsphere};
use serde_json::{Value, json};

use crate::client::Client;

impl Client {
    fn category(&self, name: &str, cardinality: &str, types: &[&str]) -> String {
        let spec = json!({
            "name": name, "description": "", "cardinality": cardinality, "associable_types": types,
        });
        let id = self.tagging("POST", "category", &json!({ "create_spec": spec }));
        id.as_str().unwrap().to_owned()
    }

    fn tag(&self, name: &str, category: &str) -> String {
        let spec = json!({ "name": name, "description": "ours", "category_id": category });
        let id = self.tagging("POST", "tag", &json!({ "create_spec": spec }));
        id.as_str().unwrap().to_owned()
    }

    fn object(&self, path: &str, of: &str) -> Value {
        json!({ "object_id": { "id": self.find(path), "type": of } })
    }
}

fn attach(tag: &str) -> String {
    format!("tag-association/id:{tag}?~action=attach")
}

#[test]
fn a_tag_is_attached_and_told_from_both_sides() {
    let client = Client::new();
    let category = client.category("env", "MULTIPLE", &["Folder"]);
    let tag = client.tag("prod", &category);
    let folder = client.object("/dc-1/vm", "Folder");
    client.tagging("POST", &attach(&tag), &folder);
    client.tagging("POST", &attach(&tag), &folder);
    let action = "tag-association?~action=list-attached-tags";
    assert_eq!(client.tagging("POST", action, &folder), json!([tag]));
    let of_tag = format!("tag-association/id:{tag}?~action=list-attached-objects");
    assert_eq!(
        client.tagging("POST", &of_tag, &json!({})),
        json!([folder["object_id"]])
    );
    let many = json!({ "object_ids": [folder["object_id"], client.object("/dc-1", "Datacenter")["object_id"]] });
    let action = "tag-association?~action=list-attached-tags-on-objects";
    let told = client.tagging("POST", action, &many);
    assert_eq!(
        told,
        json!([{ "object_id": folder["object_id"], "tag_ids": [tag] }])
    );
    let in_category = format!("tag/id:{category}?~action=list-tags-for-category");
    assert_eq!(
        client.tagging("POST", &in_category, &json!({})),
        json!([tag])
    );
    let shown = client.tagging("GET", &format!("tag/id:{tag}"), &Value::Null);
    assert_eq!(
        (&shown["name"], &shown["category_id"]),
        (&json!("prod"), &json!(category))
    );
    let detach = format!("tag-association/id:{tag}?~action=detach");
    client.tagging("POST", &detach, &folder);
    assert_eq!(client.tagging("POST", &of_tag, &json!({})), json!([]));
    // Nobody else's folder has changed.
    assert!(client.mock.violations().is_empty());
}

#[test]
fn the_other_tree_does_the_same_in_its_own_words() {
    let client = Client::new();
    let spec = json!({ "name": "env", "description": "", "cardinality": "SINGLE", "associable_types": [] });
    let (status, category) = client.rest("POST", "/api/cis/tagging/category", &spec);
    assert_eq!(status, 201);
    let spec = json!({ "name": "prod", "description": "", "category_id": category });
    let (_, tag) = client.rest("POST", "/api/cis/tagging/tag", &spec);
    let tag = tag.as_str().unwrap();
    let path = format!("/api/cis/tagging/tag-association/{tag}?action=attach");
    assert_eq!(
        client
            .rest("POST", &path, &client.object("/dc-1", "Datacenter"))
            .0,
        204
    );
    let asked = json!({ "category_id": category });
    let path = "/api/cis/tagging/tag?action=list-tags-for-category";
    assert_eq!(client.rest("POST", path, &asked), (200, json!([tag])));
    let tag = format!("/api/cis/tagging/tag/{tag}");
    assert_eq!(
        client.rest("PATCH", &tag, &json!({ "name": "test" })).0,
        204
    );
    assert_eq!(client.rest("GET", &tag, &Value::Null).1["name"], "test");
    assert_eq!(client.rest("DELETE", &tag, &Value::Null).0, 204);
    assert_eq!(client.rest("GET", &tag, &Value::Null).0, 404);
}

#[test]
fn a_category_says_how_many_of_its_tags_an_object_has_and_which_objects() {
    let client = Client::new();
    let category = client.category("env", "SINGLE", &["Folder"]);
    let (one, two) = (client.tag("one", &category), client.tag("two", &category));
    let folder = client.object("/dc-1/vm", "Folder");
    client.tagging("POST", &attach(&one), &folder);
    assert_eq!(
        client.refused("POST", &attach(&two), &folder),
        "invalid_argument"
    );
    let datacenter = client.object("/dc-1", "Datacenter");
    assert_eq!(
        client.refused("POST", &attach(&one), &datacenter),
        "invalid_argument"
    );
    let gone = json!({ "object_id": { "id": "group-v9999", "type": "Folder" } });
    assert_eq!(client.refused("POST", &attach(&one), &gone), "not_found");
    let many = json!({ "object_id": folder["object_id"], "tag_ids": [one, two] });
    let action = "tag-association?~action=attach-multiple-tags-to-object";
    let told = client.tagging("POST", action, &many);
    assert_eq!(told["success"], false);
    assert_eq!(told["error_messages"].as_array().unwrap().len(), 1);
}

#[test]
fn names_are_given_once_and_everything_that_is_wrong_is_told() {
    let client = Client::new();
    let category = client.category("env", "SINGLE", &[]);
    let same = json!({ "create_spec": { "name": "env", "description": "", "cardinality": "SINGLE", "associable_types": [] } });
    assert_eq!(client.refused("POST", "category", &same), "already_exists");
    client.tag("prod", &category);
    let same =
        json!({ "create_spec": { "name": "prod", "description": "", "category_id": category } });
    assert_eq!(client.refused("POST", "tag", &same), "already_exists");
    let wrong = json!({ "create_spec": { "name": "", "colour": "red", "cardinality": "MANY" } });
    let path = "/rest/com/vmware/cis/tagging/category";
    let (_, error) = client.rest("POST", path, &wrong);
    let message = error["value"]["messages"][0]["default_message"]
        .as_str()
        .unwrap();
    for part in [
        "colour is not known",
        "description is missing",
        "cardinality is not one of",
        "name is shorter",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let nowhere =
        json!({ "create_spec": { "name": "a", "description": "", "category_id": "urn:none" } });
    assert_eq!(client.refused("POST", "tag", &nowhere), "not_found");
    assert_eq!(client.rest("POST", path, &same).0, 400);
}

#[test]
fn what_is_deleted_takes_along_what_hangs_on_it() {
    let mut client = Client::new();
    let category = client.category("env", "SINGLE", &[]);
    let tag = client.tag("prod", &category);
    let room = client.find("/dc-1/vm");
    let folder = client.returned("CreateFolder", &room, "<name>a</name>");
    let object = json!({ "object_id": { "id": folder, "type": "Folder" } });
    client.tagging("POST", &attach(&tag), &object);
    client.returned("Destroy_Task", &folder, "");
    client.wait(2);
    let of_tag = format!("tag-association/id:{tag}?~action=list-attached-objects");
    assert_eq!(client.tagging("POST", &of_tag, &json!({})), json!([]));
    client.tagging("DELETE", &format!("category/id:{category}"), &Value::Null);
    assert_eq!(
        client.refused("GET", &format!("tag/id:{tag}"), &Value::Null),
        "not_found"
    );
}

#[test]
fn somebody_elses_tags_are_seen_to_be_deleted() {
    let client = Client::new();
    let tag = client.mock.with(|cloud: &mut Vsphere| {
        let spec = json!({ "name": "env", "description": "", "cardinality": "SINGLE", "associable_types": [] });
        let category = cloud.make_tagging(Tagging::Category, spec);
        let spec = json!({ "name": "prod", "description": "", "category_id": category });
        let tag = cloud.make_tagging(Tagging::Tag, spec);
        let room = cloud.find("/dc-1/vm").unwrap();
        cloud.attach(&tag, &room);
        tag
    });
    client.tagging("DELETE", &format!("tag/id:{tag}"), &Value::Null);
    assert_eq!(client.mock.violations().len(), 2);
}
