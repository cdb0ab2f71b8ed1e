//! From a value to the XML of a response, by the schema.

use serde_json::Value;

use super::schema::{Type, members};
use super::target;
use super::xml::escaped;

/// An element with a value of this type. `is_any` where the schema allows any type there, so that
/// the value has to say which it is of.
pub(crate) fn write(out: &mut String, name: &str, of: Type, value: &Value, is_any: bool) {
    let data = value.get("_type").and_then(Value::as_str);
    out.push('<');
    out.push_str(name);
    if let (Type::Ref, Some(id)) = (of, value.as_str()) {
        out.push_str(&format!(r#" type="{}""#, target::type_of(id)));
    }
    if is_any || data.is_some() {
        out.push_str(&format!(
            r#" xsi:type="{}""#,
            data.map_or_else(|| wire(of), str::to_owned)
        ));
    }
    out.push('>');
    content(out, of, value, data);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// The elements of a return value: one, or one for each of a list; none where it is not set.
pub(crate) fn returned(out: &mut String, name: &str, of: Type, value: &Value, is_any: bool) {
    match (of, value) {
        (_, Value::Null) => {}
        (Type::List(of), Value::Array(items)) => {
            for item in items {
                write(out, name, *of, item, is_any);
            }
        }
        _ => write(out, name, of, value, is_any),
    }
}

fn content(out: &mut String, of: Type, value: &Value, data: Option<&str>) {
    match (of, value) {
        (Type::Data(declared), Value::Object(_)) => structure(out, data.unwrap_or(declared), value),
        (Type::List(item), Value::Array(items)) => {
            for one in items {
                write(out, plain(*item), *item, one, false);
            }
        }
        (_, Value::String(text)) => out.push_str(&escaped(text)),
        _ => out.push_str(&value.to_string()),
    }
}

fn structure(out: &mut String, data: &str, value: &Value) {
    for (name, of) in members(data) {
        returned(out, name, *of, &value[*name], false);
    }
}

/// What a type is called in `xsi:type`.
fn wire(of: Type) -> String {
    match of {
        Type::Data(name) | Type::Enum(name) => name.to_owned(),
        Type::Flag => "xsd:boolean".to_owned(),
        Type::Int => "xsd:int".to_owned(),
        Type::List(item) => {
            let (first, rest) = plain(*item).split_at(1);
            format!("ArrayOf{}{rest}", first.to_uppercase())
        }
        Type::Long => "xsd:long".to_owned(),
        Type::Ref => "ManagedObjectReference".to_owned(),
        Type::Text => "xsd:string".to_owned(),
        Type::Time => "xsd:dateTime".to_owned(),
    }
}

/// The name of an element in a list of this type.
fn plain(of: Type) -> &'static str {
    match of {
        Type::Data(name) | Type::Enum(name) => name,
        Type::Flag => "boolean",
        Type::Int => "int",
        Type::List(item) => plain(*item),
        Type::Long => "long",
        Type::Ref => "ManagedObjectReference",
        Type::Text => "string",
        Type::Time => "dateTime",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(of: Type, value: Value) -> String {
        let mut out = String::new();
        write(&mut out, "val", of, &value, true);
        out
    }

    #[test]
    fn a_value_says_its_type_and_what_is_inside_has_the_order_of_the_schema() {
        assert_eq!(
            written(Type::Text, json!("a<b")),
            r#"<val xsi:type="xsd:string">a&lt;b</val>"#
        );
        assert_eq!(
            written(Type::List(&Type::Ref), json!(["vm-1001"])),
            r#"<val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="VirtualMachine">vm-1001</ManagedObjectReference></val>"#
        );
        let nic = json!([{ "deviceConfigId": 4000, "connected": true, "ipAddress": ["fd00::1", "10.0.0.1"] }]);
        assert_eq!(
            written(Type::List(&Type::Data("GuestNicInfo")), nic),
            r#"<val xsi:type="ArrayOfGuestNicInfo"><GuestNicInfo><ipAddress>fd00::1</ipAddress><ipAddress>10.0.0.1</ipAddress><connected>true</connected><deviceConfigId>4000</deviceConfigId></GuestNicInfo></val>"#
        );
        assert_eq!(
            written(Type::List(&Type::Text), json!([])),
            r#"<val xsi:type="ArrayOfString"></val>"#
        );
    }
}
