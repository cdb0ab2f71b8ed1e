//! From the flat form of the Query protocol to a value with the names of the model.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::{Member, Model, Shape, Type};
use crate::refused::{Answer, Refused};

/// A form as a tree: `Filter.1.Name=vpc-id` lies at `Filter`, `1`, `Name`.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Node>,
}

/// The parameters of a form, in order.
pub(crate) fn pairs(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// One parameter of a form that has no structure.
pub(crate) fn value(body: &[u8], name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(body);
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The parameters as the input structure of an operation.
///
/// # Errors
/// What is unknown, missing or of the wrong form, in EC2's words.
pub(crate) fn read(model: &Model, input: Option<&str>, body: &[u8]) -> Answer<Value> {
    let mut root = Node::default();
    for (name, value) in pairs(body) {
        if name != "Action" && name != "Version" {
            root.insert(&name, value);
        }
    }
    match input {
        Some(shape) => model_struct(model, model.members(shape), &root, ""),
        None => match root.children.keys().next() {
            Some(name) => Err(Refused::unknown_parameter(name)),
            None => Ok(json!({})),
        },
    }
}

impl Node {
    fn insert(&mut self, path: &str, value: String) {
        let mut node = self;
        for part in path.split('.') {
            node = node.children.entry(part.to_owned()).or_default();
        }
        node.value = Some(value);
    }
}

fn model_struct(model: &Model, members: &[Member], node: &Node, path: &str) -> Answer<Value> {
    let mut body = Map::new();
    for (name, child) in &node.children {
        let path = joined(path, name);
        let member = members.iter().find(|member| member.asked == name);
        let member = member.ok_or_else(|| Refused::unknown_parameter(&path))?;
        let value = model_value(model, member.of, child, &path)?;
        body.insert(member.name.to_owned(), value);
    }
    let missing = |member: &&Member| member.required && !body.contains_key(member.name);
    match members.iter().find(missing) {
        Some(member) => Err(Refused::missing_parameter(&joined(path, member.asked))),
        None => Ok(Value::Object(body)),
    }
}

fn model_value(model: &Model, of: Type, node: &Node, path: &str) -> Answer<Value> {
    let Type::Shape(name) = of else {
        return plain(of, text(node, path)?, path);
    };
    match model.shape(name) {
        Shape::Struct(members) => model_struct(model, members, node, path),
        Shape::List { asked, of, .. } => {
            let node = match asked {
                Some(asked) => node.children.get(*asked).unwrap_or(node),
                None => node,
            };
            model_list(model, *of, node, path)
        }
        Shape::Enum(values) => {
            let value = text(node, path)?;
            match values.contains(&value) {
                true => Ok(json!(value)),
                false => Err(Refused::value(path, value, "")),
            }
        }
    }
}

fn model_list(model: &Model, of: Type, node: &Node, path: &str) -> Answer<Value> {
    let mut numbered = Vec::new();
    for (name, child) in &node.children {
        let number: u32 = name
            .parse()
            .map_err(|_| Refused::unknown_parameter(&joined(path, name)))?;
        numbered.push((number, child));
    }
    numbered.sort_by_key(|(number, _)| *number);
    let items = numbered
        .into_iter()
        .map(|(number, child)| model_value(model, of, child, &joined(path, &number.to_string())));
    items.collect::<Answer<Vec<Value>>>().map(Value::Array)
}

fn text<'a>(node: &'a Node, path: &str) -> Answer<&'a str> {
    if let Some(name) = node.children.keys().next() {
        return Err(Refused::unknown_parameter(&joined(path, name)));
    }
    Ok(node.value.as_deref().unwrap_or_default())
}

fn plain(of: Type, text: &str, path: &str) -> Answer<Value> {
    match of {
        Type::Flag => match text.to_lowercase().as_str() {
            "true" | "1" => Ok(json!(true)),
            "false" | "0" => Ok(json!(false)),
            _ => Err(Refused::value(path, text, " Expecting a boolean value.")),
        },
        Type::Number(_) => match text.parse::<i64>() {
            Ok(number) => Ok(json!(number)),
            Err(_) => Err(Refused::value(path, text, " Expecting an integer value.")),
        },
        Type::Float => match text.parse::<f64>() {
            Ok(number) => Ok(json!(number)),
            Err(_) => Err(Refused::value(path, text, "")),
        },
        Type::Text | Type::Time | Type::Shape(_) => Ok(json!(text)),
    }
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}
