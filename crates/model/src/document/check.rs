//! Holds a located tree against a JSON Schema: wrong types, missing and unknown fields, all of them.

use serde_json::Value;

use super::{
    nearest::nearest,
    places::{append, append_index, field_place, location},
    shape::{Fields, Meaning, Shape, is_type},
    sink::Sink,
    tree::{Content, Entry, Place, Tree},
};
use crate::{Finding, codes};

/// One check of one document.
pub(super) struct Check<'a, 's> {
    pub(super) source: &'s str,
    /// The schema as a whole.
    pub(super) shape: &'s Shape<'a>,
    /// Whether an unknown field is an error.
    pub(super) strict: bool,
    pub(super) findings: &'s mut Sink,
}

/// The types of JSON Schema, and how they are called in a sentence.
const TYPES: [(&str, &str); 7] = [
    ("object", "an object"),
    ("array", "a list"),
    ("string", "text"),
    ("integer", "a whole number"),
    ("number", "a number"),
    ("boolean", "true or false"),
    ("null", "nothing"),
];

impl<'a> Check<'a, '_> {
    /// Checks a value that is not a field of an object, and everything in it.
    pub(super) fn value(&mut self, tree: &Tree, schema: &'a Value, path: &mut String) {
        self.at_place(tree, schema, path, tree.place);
    }

    fn at_place(&mut self, tree: &Tree, schema: &'a Value, path: &mut String, place: Place) {
        let meaning = self.shape.variant(tree, self.shape.meaning(schema));
        let schema = meaning.schema;
        let Meaning {
            choices,
            types,
            fields,
            ..
        } = &*meaning;
        if tree.is_null() || schema.as_bool() == Some(true) {
            return;
        }
        if let Some(values) = choices {
            return self.choice(tree, values, path, place);
        }
        if !types.is_empty() && !types.iter().any(|name| is_type(tree, name)) {
            return self.wrong_type(tree, types, schema, path, place);
        }
        if let Some(otherwise) = tree.otherwise.filter(|_| !types.is_empty()) {
            self.otherwise(tree, otherwise, schema, path, place);
        }
        match &tree.content {
            Content::Object(entries) => self.object(entries, fields, path, place),
            Content::List(items) => self.list(items, schema, path),
            Content::Text(text) => self.format(text, schema, path, place),
            Content::Number(number, _) => self.bounds(number.as_f64(), schema, path, place),
            Content::NotFinite => self.not_finite(path, place),
            Content::Bool(_) | Content::Null => {}
        }
    }

    fn object(&mut self, entries: &[Entry], fields: &Fields<'a>, path: &mut String, place: Place) {
        let length = path.len();
        for entry in entries {
            append(path, &entry.key);
            let place = field_place(entry.place, &entry.value);
            match (fields.known.get(entry.key.as_str()), fields.others) {
                (Some(known), _) => self.at_place(&entry.value, known, path, place),
                (None, Some(others)) if others.get(CLOUD).is_some() => {
                    self.cloud(entry, others, fields, path);
                }
                (None, Some(others)) if others.as_bool() != Some(false) => {
                    self.at_place(&entry.value, others, path, place);
                }
                (None, _) if fields.known.is_empty() && fields.others.is_none() => {}
                (None, _) => self.unknown(entry, fields, path),
            }
            path.truncate(length);
        }
        let given = |name: &str| entries.iter().any(|e| e.key == name && !e.value.is_null());
        if !fields.one_of.is_empty() {
            self.one_of(entries, &fields.one_of, path, place);
        }
        for name in fields.required.iter().filter(|name| !given(name)) {
            append(path, name);
            let message = format!("{name} is missing");
            self.push(
                Finding::error(codes::DOCUMENT_MISSING, message),
                path,
                place,
            );
            path.truncate(length);
        }
    }

    /// Exactly one field is expected of several: no other one, and no second one.
    fn one_of(&mut self, entries: &[Entry], one_of: &[&str], path: &str, place: Place) {
        let given = entries.iter().filter(|entry| !entry.value.is_null());
        let given: Vec<&str> = given.map(|entry| entry.key.as_str()).collect();
        let message = match given.as_slice() {
            [only] if one_of.contains(only) => return,
            [] => "nothing is chosen".to_owned(),
            [other] => format!("{other:?} is none of what can be chosen"),
            several => format!("{} are given, and only one can be", several.join(" and ")),
        };
        let finding = Finding::error(codes::DOCUMENT_TYPE, message);
        let remedy = format!("write one field of these: {}", one_of.join(", "));
        self.push(finding.remedy(remedy), path, place);
    }

    fn list(&mut self, items: &[Tree], schema: &'a Value, path: &mut String) {
        let Some(item) = schema.get("items") else {
            return;
        };
        let length = path.len();
        for (index, tree) in items.iter().enumerate() {
            append_index(path, index);
            match tree.content {
                Content::Null => {
                    let types = &self.shape.meaning(item).types;
                    if !types.is_empty() && !types.contains(&"null") {
                        self.wrong_type(tree, types, item, path, tree.place);
                    }
                }
                Content::Bool(_)
                | Content::Number(..)
                | Content::NotFinite
                | Content::Text(_)
                | Content::List(_)
                | Content::Object(_) => self.value(tree, item, path),
            }
            path.truncate(length);
        }
    }

    fn unknown(&mut self, entry: &Entry, fields: &Fields<'a>, path: &str) {
        let message = format!("there is no field {:?} here", entry.key);
        let severity = if self.strict {
            crate::Severity::Error
        } else {
            crate::Severity::Warning
        };
        let mut finding = Finding::new(severity, codes::DOCUMENT_UNKNOWN_FIELD, message);
        finding = match nearest(&entry.key, fields.known.keys().copied()) {
            Some(name) if name.eq_ignore_ascii_case(&entry.key) => {
                finding.remedy(format!("names are case-sensitive: write {name}"))
            }
            Some(name) => finding.remedy(format!("did you mean {name}?")),
            None => finding.remedy("remove it"),
        };
        self.push(finding, path, entry.place);
    }

    /// A cloud that no driver describes is accepted, unless it is a misspelt one.
    fn cloud(&mut self, entry: &Entry, others: &'a Value, fields: &Fields<'a>, path: &str) {
        let is_object = matches!(entry.value.content, Content::Object(_) | Content::Null);
        let misspelt = nearest(&entry.key, fields.known.keys().copied())
            .is_some_and(|name| name.eq_ignore_ascii_case(&entry.key) || entry.key.len() >= 5);
        if !is_object || misspelt {
            self.unknown(entry, fields, path);
        } else if others[CLOUD] == "said" && !entry.value.is_null() {
            let message = format!(
                "there is no driver for the cloud {:?}: its section is not checked",
                entry.key
            );
            self.push(
                Finding::note(codes::DOCUMENT_UNKNOWN_CLOUD, message),
                path,
                entry.place,
            );
        }
    }

    fn choice(&mut self, tree: &Tree, values: &[&str], path: &str, place: Place) {
        let found = match tree.text() {
            Some(text) if values.contains(&text) => return,
            Some(text) => format!("{text:?}"),
            None => tree.noun().to_owned(),
        };
        let allowed = values
            .iter()
            .map(|value| format!("{value:?}"))
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!("{found} is not one of {allowed}");
        let mut finding = Finding::error(codes::DOCUMENT_TYPE, message);
        if let Some(name) = tree.text().and_then(|text| meant(text, values)) {
            finding = finding.remedy(format!("did you mean {name}?"));
        }
        self.push(finding, path, place);
    }

    fn wrong_type(
        &mut self,
        tree: &Tree,
        types: &[&str],
        schema: &Value,
        path: &str,
        place: Place,
    ) {
        let nouns = TYPES
            .iter()
            .filter(|(name, _)| types.contains(name) && *name != "null");
        let expected = nouns
            .map(|(_, noun)| *noun)
            .collect::<Vec<_>>()
            .join(" or ");
        let found = match types.contains(&"integer") {
            true => tree.noun_beside_whole(),
            false => tree.noun(),
        };
        let message = format!("expected {expected}, found {found}");
        let finding = Finding::error(codes::DOCUMENT_TYPE, message);
        let finding = match remedy(tree, types, is_hidden(schema)) {
            Some(remedy) => finding.remedy(remedy),
            None => finding,
        };
        self.push(finding, path, place);
    }

    /// A value that kubectl, which reads YAML 1.1, takes for another one.
    fn otherwise(
        &mut self,
        tree: &Tree,
        otherwise: &str,
        schema: &Value,
        path: &str,
        place: Place,
    ) {
        let (found, remedy) = match &tree.content {
            _ if is_hidden(schema) => ("the value".to_owned(), "write it in quotes".to_owned()),
            Content::Text(text) => (
                format!("{text} without quotes"),
                format!("write it in quotes: \"{text}\""),
            ),
            Content::Number(number, written) => (written.clone(), format!("write {number}")),
            Content::Null
            | Content::Bool(_)
            | Content::NotFinite
            | Content::List(_)
            | Content::Object(_) => return,
        };
        let message = format!(
            "{found} is {} here, and {otherwise} to kubectl, which reads YAML 1.1",
            tree.noun()
        );
        let finding = Finding::warning(codes::DOCUMENT_YAML_VERSION, message).remedy(remedy);
        self.push(finding, path, place);
    }

    fn format(&mut self, text: &str, schema: &Value, path: &str, place: Place) {
        let Some(format) = schema.get("format").and_then(Value::as_str) else {
            return;
        };
        let Err(fault) = super::format::check(format, text) else {
            return;
        };
        self.push(Finding::error(codes::DOCUMENT_TYPE, fault), path, place);
    }

    fn bounds(&mut self, number: Option<f64>, schema: &Value, path: &str, place: Place) {
        let Some(number) = number else { return };
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let message = match (bound("minimum"), bound("maximum")) {
            (Some(minimum), _) if number < minimum => {
                format!("expected at least {minimum}, found {number}")
            }
            (_, Some(maximum)) if number > maximum => {
                format!("expected at most {maximum}, found {number}")
            }
            (_, _) => return,
        };
        self.push(Finding::error(codes::DOCUMENT_TYPE, message), path, place);
    }

    fn not_finite(&mut self, path: &str, place: Place) {
        let message = "the number is not finite, and JSON has no such number";
        self.push(Finding::error(codes::DOCUMENT_TYPE, message), path, place);
    }

    fn push(&mut self, finding: Finding, path: &str, place: Place) {
        let mut finding = if path.is_empty() {
            finding
        } else {
            finding.at(path)
        };
        finding.location = Some(location(self.source, place));
        self.findings.push(finding);
    }
}

/// The allowed value that was meant: in other letters, as a part (IPv6 of IPv4+IPv6), misspelt.
fn meant<'a>(text: &str, values: &[&'a str]) -> Option<&'a str> {
    let find = |is: &dyn Fn(&str) -> bool| values.iter().copied().find(|value| is(value));
    find(&|value| value.eq_ignore_ascii_case(text))
        .or_else(|| find(&|value| !text.is_empty() && value.contains(text)))
        .or_else(|| nearest(text, values.iter().copied()))
}

/// Marks, in a composed schema, the place where sections of clouds stand.
pub(super) const CLOUD: &str = "x-groundwork-cloud";

fn is_hidden(schema: &Value) -> bool {
    schema.get("writeOnly").and_then(Value::as_bool) == Some(true)
}

/// What to write instead, where the mistake is one of those that YAML invites.
fn remedy(tree: &Tree, types: &[&str], hidden: bool) -> Option<String> {
    let wants = |name| types.contains(&name);
    match &tree.content {
        Content::Number(..) | Content::Bool(_) if wants("string") && hidden => {
            Some("write it in quotes".to_owned())
        }
        Content::Number(_, written) if wants("string") => {
            Some(format!("write it in quotes: \"{written}\""))
        }
        Content::Bool(value) if wants("string") => Some(format!("write it in quotes: \"{value}\"")),
        Content::Text(_) if wants("array") => {
            Some("write it as a list, with \"- \" before it".to_owned())
        }
        Content::Text(text) if wants("boolean") => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => Some("write true".to_owned()),
            "no" | "off" | "n" | "false" => Some("write false".to_owned()),
            _ => None,
        },
        Content::Text(text) if wants("integer") && text.parse::<i64>().is_ok() => {
            Some("write it without quotes and without leading zeros".to_owned())
        }
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_)
        | Content::List(_)
        | Content::Object(_) => None,
    }
}
