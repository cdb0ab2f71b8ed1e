use std::time::Duration;

use mock_azure::Failure;
use serde_json::{Value, json};

use crate::client::{Client, network, network_body, refusal, subnet_body};

#[test]
fn an_operation_is_asked_for_where_the_reply_says() {
    let mut client = Client::with_group();
    let begun = client.begin("PUT", &network("n"), &network_body(json!([])));
    assert_eq!(begun.header("retry-after"), "2");
    let said = client.poll(&begun);
    assert_eq!(
        (&said.body, said.header("retry-after")),
        (&json!({ "status": "InProgress" }), "2")
    );
    client.pass(4);
    let said = client.poll(&begun);
    assert_eq!(
        (&said.body, said.header("retry-after")),
        (&json!({ "status": "Succeeded" }), "")
    );
    let begun = client.begin("DELETE", &network("n"), &Value::Null);
    let result = |client: &Client| client.send("GET", begun.header("location"), String::new(), &[]);
    assert_eq!((begun.status, result(&client).status), (202, 202));
    let going = client.get(&network("n"));
    assert_eq!(going["properties"]["provisioningState"], "Deleting");
    client.pass(4);
    assert_eq!(client.poll(&begun).body, json!({ "status": "Succeeded" }));
    assert_eq!(result(&client).status, 204);
    let gone = client.refused("GET", &network("n"), &Value::Null);
    assert_eq!(gone, refusal(404, "ResourceNotFound"));
}

#[test]
fn a_failure_is_answered_with_200_and_stays_on_the_resource() {
    let mut client = Client::with_group();
    let failure = Failure {
        code: "InternalServerError".to_owned(),
        message: "An error occurred.".to_owned(),
        details: vec![("Full".to_owned(), "There is no room.".to_owned())],
    };
    client.config(|config| {
        config
            .failing_operations
            .insert("virtualNetworks.PUT".to_owned(), failure);
    });
    let begun = client.begin("PUT", &network("n"), &network_body(json!([])));
    client.pass(4);
    let said = client.poll(&begun);
    assert_eq!((said.status, &said.body["status"]), (200, &json!("Failed")));
    assert_eq!(said.body["error"]["details"][0]["code"], "Full");
    assert_eq!(
        client.get(&network("n"))["properties"]["provisioningState"],
        "Failed"
    );
    let mut far = network_body(json!([]));
    far["properties"]["addressSpace"]["addressPrefixes"] = json!(["10.9.0.0/16"]);
    client.config(|config| config.failing_operations.clear());
    client.done("PUT", &network("m"), &far);
    let id = format!("{}/{}", client.subscription(), network("n"));
    let peering = json!({ "properties": { "remoteVirtualNetwork": { "id": id } } });
    let refused = client.refused("PUT", &network("m/virtualNetworkPeerings/p"), &peering);
    assert_eq!(refused, refusal(400, "ReferencedResourceNotProvisioned"));
    client.done("PUT", &network("n"), &network_body(json!([])));
    assert_eq!(
        client.get(&network("n"))["properties"]["provisioningState"],
        "Succeeded"
    );
}

#[test]
fn one_works_on_a_network_at_a_time() {
    let mut client = Client::with_network();
    let begun = client.begin("PUT", &network("n/subnets/a"), &subnet_body(1));
    for (method, path, body) in [
        ("PUT", network("n/subnets/b"), subnet_body(2)),
        ("PUT", network("n"), network_body(json!([]))),
        ("PATCH", network("n"), json!({ "tags": {} })),
        ("DELETE", network("n"), Value::Null),
        ("DELETE", network("n/subnets/a"), Value::Null),
    ] {
        let refused = client.ask(method, &path, &body);
        assert_eq!(
            refused.code(),
            (409, "AnotherOperationInProgress"),
            "{method} {path}"
        );
        let name = begun
            .header("azure-asyncoperation")
            .split(['/', '?'])
            .nth(9)
            .unwrap();
        assert!(refused.message().contains(name), "{}", refused.message());
    }
    client.pass(4);
    client.done("PUT", &network("n/subnets/b"), &subnet_body(2));
}

#[test]
fn an_etag_tells_that_somebody_else_was_there() {
    let mut client = Client::with_network();
    let etag = client.get(&network("n"))["etag"]
        .as_str()
        .unwrap()
        .to_owned();
    let put = |client: &Client, name: &str, value: &str| {
        client.ask_if(
            "PUT",
            &network("n"),
            &network_body(json!([])),
            &[(name, value)],
        )
    };
    assert_eq!(
        put(&client, "if-none-match", "*").code(),
        (412, "PreconditionFailed")
    );
    client.done("PUT", &network("n/subnets/a"), &subnet_body(1));
    assert_eq!(
        put(&client, "if-match", &etag).code(),
        (412, "PreconditionFailed")
    );
    let etag = client.get(&network("n"))["etag"]
        .as_str()
        .unwrap()
        .to_owned();
    let delete = |etag: &str| {
        client.ask_if(
            "DELETE",
            &network("n/subnets/a"),
            &Value::Null,
            &[("if-match", etag)],
        )
    };
    assert_eq!(delete("W/\"x\"").code(), (412, "PreconditionFailed"));
    assert_eq!(put(&client, "if-match", &etag).status, 200);
    let none = client.ask_if(
        "PUT",
        &network("m"),
        &network_body(json!([])),
        &[("if-match", "*")],
    );
    assert_eq!(none.code(), (412, "PreconditionFailed"));
}

#[test]
fn an_operation_is_forgotten() {
    let mut client = Client::with_group();
    client.config(|config| config.operations_kept = Duration::from_secs(10));
    let begun = client.begin("PUT", &network("n"), &network_body(json!([])));
    client.pass(13);
    assert_eq!(client.poll(&begun).status, 200);
    client.pass(1);
    assert_eq!(client.poll(&begun).code(), (404, "OperationNotFound"));
    assert_eq!(
        client.get(&network("n"))["properties"]["provisioningState"],
        "Succeeded"
    );
}
