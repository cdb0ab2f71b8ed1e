//! Every exchange, held against Google's own description of the API (`discovery.json`).

use std::sync::LazyLock;

use mock_cloud::{Request, Response};
use serde_json::Value;

static DESCRIBED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../discovery.json")).unwrap());

/// Fails where a request that was taken, or a reply that says yes, is not as described.
pub(crate) fn check(request: &Request, response: &Response) {
    let path = request.uri().path().trim_start_matches('/');
    if path == "token" || !response.status().is_success() {
        return;
    }
    let line = format!("{} {path}", request.method());
    let method = method(&line).unwrap_or_else(|| panic!("{line} is not described"));
    for (name, _) in mock_rest::Query::of(request).pairs() {
        // The description is of the latest version, which this parameter is not in any more.
        let is_old = name == "returnPartialSuccess" && line.contains("/aggregated/");
        let known = method["parameters"].as_array().unwrap();
        assert!(
            is_old || known.iter().any(|own| own == name),
            "{line}: {name} is no parameter"
        );
    }
    if !request.body().is_empty() {
        let asked = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(
            wrong("", &asked, &method["request"]),
            None,
            "{line}: {asked}"
        );
    }
    let said = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(wrong("", &said, &method["reply"]), None, "{line}: {said}");
}

fn method(line: &str) -> Option<&'static Value> {
    let parts: Vec<&str> = line.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        let part = |(own, part): (&&str, &&str)| match own.strip_prefix('{') {
            Some(rest) => rest
                .split_once('}')
                .is_some_and(|(_, end)| part.ends_with(end)),
            None => own == part,
        };
        template.len() == parts.len() && template.iter().zip(&parts).all(part)
    };
    let mut all = DESCRIBED["methods"].as_object()?.iter();
    all.find(|(template, _)| fits(template))
        .map(|(_, method)| method)
}

/// What is not as a schema has it, with its place.
fn wrong(at: &str, value: &Value, schema: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = DESCRIBED.pointer(name.trim_start_matches('#')).unwrap();
        return wrong(at, value, schema);
    }
    let text = || value.as_str();
    let fits = match schema["type"].as_str() {
        Some("array") => return every(at, value, &schema["items"]),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("object") => return members(at, value, schema),
        Some("string") if schema["format"] == "uint64" => {
            text().is_some_and(|text| text.parse::<u64>().is_ok())
        }
        Some("string") => match schema["enum"].as_array() {
            Some(words) => words.contains(value),
            None => text().is_some(),
        },
        Some(_) | None => true,
    };
    (!fits).then(|| format!("{at}: {value} is not {schema}"))
}

fn every(at: &str, value: &Value, items: &Value) -> Option<String> {
    let Some(all) = value.as_array() else {
        return Some(format!("{at}: {value} is no list"));
    };
    let mut all = all.iter().enumerate();
    all.find_map(|(index, item)| wrong(&format!("{at}[{index}]"), item, items))
}

fn members(at: &str, value: &Value, schema: &Value) -> Option<String> {
    let Some(all) = value.as_object() else {
        return Some(format!("{at}: {value} is no object"));
    };
    all.iter().find_map(|(name, value)| {
        let at = format!("{at}.{name}");
        match (
            schema["properties"].get(name),
            &schema["additionalProperties"],
        ) {
            // What a patch takes away.
            (Some(_), _) if value.is_null() => None,
            (Some(own), _) => wrong(&at, value, own),
            (None, Value::Object(_)) => wrong(&at, value, &schema["additionalProperties"]),
            (None, _) => Some(format!("{at} is not described")),
        }
    })
}

#[test]
fn what_is_not_described_is_noticed() {
    let network = |body: Value| {
        wrong(
            "",
            &body,
            &serde_json::json!({ "$ref": "#/schemas/Network" }),
        )
    };
    assert_eq!(network(serde_json::json!({ "name": "n", "id": "7" })), None);
    for body in [
        serde_json::json!({ "id": 7 }),
        serde_json::json!({ "id": "x" }),
        serde_json::json!({ "labels": {} }),
        serde_json::json!({ "mtu": "1500" }),
        serde_json::json!({ "routingConfig": { "routingMode": "LOCAL" } }),
        serde_json::json!({ "peerings": [{ "unknown": 1 }] }),
    ] {
        assert!(network(body.clone()).is_some(), "{body}");
    }
}
