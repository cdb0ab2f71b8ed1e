use mock_vsphere::Vsphere;
use serde_json::{Value, json};

use crate::client::{Client, GUEST, of_object};

#[test]
fn nothing_is_told_without_a_session_but_what_there_is_to_log_in_with() {
    let mut client = Client::new();
    client.cookie.clear();
    let content = client.returned("RetrieveServiceContent", "ServiceInstance", "");
    assert!(
        content
            .contains(r#"<sessionManager type="SessionManager">SessionManager</sessionManager>"#)
    );
    assert!(content.contains("<apiVersion>9.1.0.0</apiVersion>"));
    let filter = of_object(&client.find(""), "Folder", &["name"]);
    let fault = client.fault("RetrievePropertiesEx", "propertyCollector", &filter);
    assert_eq!(fault, "NotAuthenticated");
    client.session.clear();
    assert_eq!(
        client.refused("GET", "tag", &Value::Null),
        "unauthenticated"
    );
}

#[test]
fn a_wrong_password_a_second_login_and_the_other_door_are_refused() {
    let mut client = Client::new();
    let login = format!("<userName>{GUEST}</userName><password>guest</password>");
    assert_eq!(
        client.fault("Login", "SessionManager", &login),
        "InvalidLogin"
    );
    client.session = client
        .cookie
        .rsplit('=')
        .next()
        .unwrap()
        .trim_matches('"')
        .to_owned();
    assert_eq!(
        client.refused("GET", "tag", &Value::Null),
        "unauthenticated"
    );
    client.cookie.clear();
    let wrong = format!("<userName>{GUEST}</userName><password>other</password>");
    assert_eq!(
        client.fault("Login", "SessionManager", &wrong),
        "InvalidLogin"
    );
}

#[test]
fn a_session_ends_when_nobody_has_used_it_for_half_an_hour_and_its_views_with_it() {
    let mut client = Client::new();
    for _ in 0..3 {
        client.wait(29 * 60);
        client.returned("CurrentTime", "ServiceInstance", "");
    }
    client.wait(30 * 60);
    assert_eq!(
        client.fault("CurrentTime", "ServiceInstance", ""),
        "NotAuthenticated"
    );
    assert_eq!(
        client.refused("GET", "tag", &Value::Null),
        "unauthenticated"
    );
    assert_eq!(
        client
            .mock
            .with(|cloud: &mut Vsphere| cloud.open_sessions()),
        0
    );
}

#[test]
fn who_logs_out_is_out() {
    let client = Client::new();
    client.call("Logout", "SessionManager", "");
    assert_eq!(
        client.fault("CurrentTime", "ServiceInstance", ""),
        "NotAuthenticated"
    );
    let path = "/rest/com/vmware/cis/session";
    assert_eq!(client.rest("DELETE", path, &Value::Null).0, 200);
    assert_eq!(client.rest("GET", path, &Value::Null).0, 401);
    assert_eq!(
        client
            .mock
            .with(|cloud: &mut Vsphere| cloud.open_sessions()),
        0
    );
}

#[test]
fn both_trees_have_one_session_and_each_its_own_envelope() {
    let mut client = Client::new();
    let login = json!(["administrator@vsphere.local", "mock-password-of-a-vcenter"]);
    let (status, id) = client.rest("POST", "/api/session", &login);
    assert_eq!(status, 201);
    client.session = id.as_str().unwrap().to_owned();
    assert_eq!(
        client.rest("GET", "/api/cis/tagging/tag", &Value::Null),
        (200, json!([]))
    );
    assert_eq!(client.tagging("GET", "tag", &Value::Null), json!([]));
    let (status, error) = client.rest("GET", "/api/cis/tagging/tag/none", &Value::Null);
    assert_eq!((status, &error["error_type"]), (404, &json!("NOT_FOUND")));
}
