use mock_azure::Azure;
use serde_json::{Value, json};

use crate::client::{Client, inside, named, network, network_body, refusal};

#[test]
fn a_group_is_made_at_once_and_deleted_in_time() {
    let mut client = Client::new();
    let made = client.begin(
        "PUT",
        "resourceGroups/g",
        &json!({ "location": "West Europe" }),
    );
    assert_eq!(
        (made.status, &made.body["location"]),
        (201, &json!("westeurope"))
    );
    let body = json!({ "location": "westeurope", "tags": { "a": "b" } });
    assert_eq!(client.begin("PUT", "resourceGroups/G", &body).status, 200);
    assert_eq!(client.get("resourceGroups/g")["tags"], json!({ "a": "b" }));
    client.done("PUT", &network("n"), &network_body(json!([named("a", 1)])));
    let begun = client.begin("DELETE", "resourceGroups/g", &Value::Null);
    assert_eq!(begun.status, 202);
    assert_eq!(
        client.get("resourceGroups/g")["properties"]["provisioningState"],
        "Deleting"
    );
    let refused = client.refused("PUT", &network("m"), &network_body(json!([])));
    assert_eq!(refused, refusal(409, "ResourceGroupBeingDeleted"));
    let poll = |client: &Client| client.send("GET", begun.header("location"), String::new(), &[]);
    assert_eq!(poll(&client).status, 202);
    client.pass(4);
    assert_eq!(poll(&client).status, 200);
    assert_eq!(
        client.ask("HEAD", "resourceGroups/g", &Value::Null).status,
        404
    );
    let gone = client.refused("GET", &network("n"), &Value::Null);
    assert_eq!(gone, refusal(404, "ResourceGroupNotFound"));
}

#[test]
fn a_group_stays_where_it_is() {
    let client = Client::with_group();
    for (path, location, code) in [
        (
            "resourceGroups/g",
            "germanywestcentral",
            refusal(409, "InvalidResourceGroupLocation"),
        ),
        (
            "resourceGroups/h",
            "mars",
            refusal(400, "LocationNotAvailableForResourceGroup"),
        ),
        (
            "resourceGroups/h.",
            "westeurope",
            refusal(400, "InvalidResourceGroup"),
        ),
    ] {
        assert_eq!(
            client.refused("PUT", path, &json!({ "location": location })),
            code
        );
    }
    let nowhere = client.refused("PUT", "resourceGroups/h", &json!({}));
    assert_eq!(nowhere, refusal(400, "LocationRequired"));
}

#[test]
fn what_others_use_keeps_a_group() {
    let mut client = Client::with_group();
    let group = client.mock.with(|cloud: &mut Azure| {
        cloud.make(
            "resourceGroups",
            "theirs",
            json!({ "location": "westeurope" }),
        );
        let group = cloud.make(
            "networkSecurityGroups",
            "g/s",
            json!({ "location": "westeurope" }),
        );
        cloud.make("virtualNetworks", "theirs/n", network_body(json!([])));
        let properties =
            json!({ "addressPrefix": "10.0.1.0/24", "networkSecurityGroup": { "id": group } });
        cloud.make("subnets", "theirs/n/a", json!({ "properties": properties }));
        group
    });
    let refused = client.ask("DELETE", "resourceGroups/g", &Value::Null);
    assert_eq!(refused.code(), (409, "ResourceGroupDeletionBlocked"));
    let below = &refused.body["error"]["details"][0];
    assert_eq!(below["code"], "InUseNetworkSecurityGroupCannotBeDeleted");
    assert!(
        below["message"]
            .as_str()
            .unwrap()
            .contains("resourceGroups/theirs")
    );
    client.pass(4);
    let path = inside("networkSecurityGroups/s");
    assert_eq!(client.get(&path)["id"], json!(group));
}

#[test]
fn tags_find_groups_and_resources() {
    let client = Client::new();
    client.mock.with(|cloud: &mut Azure| {
        for (name, owner) in [("a", "us"), ("b", "them")] {
            let body = json!({ "location": "westeurope", "tags": { "owner": owner } });
            cloud.make("resourceGroups", name, body.clone());
            cloud.make("routeTables", &format!("{name}/t"), body);
        }
    });
    let names = |path: &str| -> Value {
        let page = client.get(path);
        page["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].clone())
            .collect()
    };
    let filter = "$filter=tagName%20eq%20'owner'%20and%20tagValue%20eq%20'us'";
    assert_eq!(names(&format!("resourcegroups?{filter}")), json!(["a"]));
    let found = client.get(&format!("resources?{filter}"));
    assert_eq!(found["value"][0]["type"], "Microsoft.Network/routeTables");
    assert!(found["value"][0]["properties"].is_null());
    assert_eq!(names("resourceGroups/b/resources"), json!(["t"]));
    let wrong = client.refused(
        "GET",
        "resources?$filter=startswith(name,'a')",
        &Value::Null,
    );
    assert_eq!(wrong, refusal(400, "InvalidFilterInQueryString"));
}
