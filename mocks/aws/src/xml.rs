//! From a value with the names of the model to the XML of a response.

use serde_json::Value;

use crate::model::{Member, Model, Shape, Type};

/// What EC2 sends although its model does not name it: clients have to bear that.
const UNNAMED: [(&str, &str); 2] = [
    ("AttachmentStatus", "available"),
    ("NetworkInterfaceType", "nat_gateway"),
];

/// A word that EC2 does not have yet: whatever has words may say it, once another hand has put it there.
const UNHEARD_OF: &str = "unheard-of";

/// The members of `value` as the structure `shape` shows them. Names that begin with `_` are the
/// mock's own and are left out.
///
/// # Panics
/// If a member is unknown to the structure, or a value has the wrong form: no client could read it.
pub(crate) fn members(model: &Model, shape: &str, value: &Value, out: &mut String) {
    structure(model, shape, model.members(shape), value, out);
}

/// Text between elements.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(letter),
        }
    }
    out
}

fn structure(model: &Model, name: &str, members: &[Member], value: &Value, out: &mut String) {
    let body = value
        .as_object()
        .unwrap_or_else(|| panic!("{name} is a structure, not {value}"));
    for key in body.keys().filter(|key| !key.starts_with('_')) {
        let known = members.iter().any(|member| member.name == key);
        assert!(known, "{name} has no member {key}");
    }
    for member in members {
        if let Some(value) = body.get(member.name).filter(|value| !value.is_null()) {
            element(model, member.shown, member.of, value, out);
        }
    }
}

fn element(model: &Model, name: &str, of: Type, value: &Value, out: &mut String) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(model, name, of, value, out);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn content(model: &Model, name: &str, of: Type, value: &Value, out: &mut String) {
    let shape = match of {
        Type::Shape(shape) => shape,
        Type::Text | Type::Time => {
            let text = value.as_str();
            let text = text.unwrap_or_else(|| panic!("{name} is a text, not {value}"));
            return out.push_str(&escaped(text));
        }
        Type::Flag => {
            assert!(value.is_boolean(), "{name} is true or false, not {value}");
            return out.push_str(&value.to_string());
        }
        Type::Number(_) | Type::Float => {
            assert!(value.is_number(), "{name} is a number, not {value}");
            return out.push_str(&value.to_string());
        }
    };
    match model.shape(shape) {
        Shape::Struct(members) => structure(model, shape, members, value, out),
        Shape::List { shown, of, .. } => {
            let items = value.as_array();
            let items = items.unwrap_or_else(|| panic!("{name} is a list, not {value}"));
            for item in items {
                element(model, shown, *of, item, out);
            }
        }
        Shape::Enum(values) => {
            let text = value.as_str().unwrap_or_default();
            let unnamed = UNNAMED.contains(&(shape, text)) || text == UNHEARD_OF;
            let known = values.contains(&text) || unnamed;
            assert!(known, "{name} of {shape} cannot be {value}");
            out.push_str(&escaped(text));
        }
    }
}
