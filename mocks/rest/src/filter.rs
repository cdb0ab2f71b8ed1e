use serde_json::Value;

/// Whether a value is what a filter of a listing wants. A list fits where one of its values does;
/// `null` fits the empty text.
pub fn fits(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => wanted.is_empty(),
        Value::Bool(value) => match wanted.to_lowercase().as_str() {
            "true" | "1" => *value,
            "false" | "0" => !*value,
            _ => false,
        },
        Value::String(value) => value == wanted,
        Value::Array(items) => items.iter().any(|item| fits(item, wanted)),
        Value::Number(value) => wanted
            .parse::<serde_json::Number>()
            .is_ok_and(|own| own == *value),
        Value::Object(_) => false,
    }
}
