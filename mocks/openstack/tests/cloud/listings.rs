use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, text};

fn names(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text(&item["name"])).collect()
}

#[test]
fn filters_sorts_and_fields() {
    let client = Client::new(Config::default());
    for name in ["b", "a", "c"] {
        client.network(name);
    }
    let list = |query: &str| client.list("networks", query);
    assert_eq!(
        names(&list("name=a&name=c&sort_key=name&sort_dir=desc")),
        ["c", "a"]
    );
    assert_eq!(list("name=a&fields=name"), [json!({ "name": "a" })]);
    assert_eq!(list("admin_state_up=False"), [] as [Value; 0]);
    assert_eq!(names(&list("router:external=True")), ["public"]);
    for query in [
        "colour=red",
        "sort_key=colour&sort_dir=asc",
        "sort_key=name",
        "limit=x",
    ] {
        let (status, _) = client.call("GET", &format!("networks?{query}"), &Value::Null);
        assert_eq!(status, 400, "{query}");
    }
    let lost = client.call("GET", "networks?limit=1&marker=lost", &Value::Null);
    refused(&lost, 404, "NetworkNotFound");
}

/// Follows the links to the end.
fn pages(client: &Client, first: &str) -> Vec<Vec<String>> {
    let mut path = first.to_owned();
    let mut pages = Vec::new();
    loop {
        let (status, body) = client.call("GET", &path, &Value::Null);
        assert_eq!(status, 200, "{body}");
        let items = names(body["networks"].as_array().unwrap());
        let links = body["networks_links"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if !items.is_empty() {
            pages.push(items);
        }
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
            return pages;
        };
        let href = text(&next["href"]);
        path = href
            .strip_prefix("http://cloud.example/networking/v2.0/")
            .unwrap()
            .to_owned();
    }
}

#[test]
fn a_listing_comes_in_pages_that_the_client_or_the_cloud_cuts() {
    let client = Client::new(Config::default());
    for name in ["a", "b", "c", "d", "e"] {
        client.network(name);
    }
    let query = "networks?router:external=false&sort_key=name&sort_dir=asc";
    let cut = [vec!["a", "b"], vec!["c", "d"], vec!["e"]];
    assert_eq!(pages(&client, &format!("{query}&limit=2")), cut);
    assert_eq!(pages(&client, query).len(), 1);
    client.mock.with(|cloud: &mut mock_openstack::OpenStack| {
        cloud.config.page_limit_max = Some(2);
    });
    assert_eq!(pages(&client, query), cut);
    assert_eq!(pages(&client, &format!("{query}&limit=4")), cut);
}
