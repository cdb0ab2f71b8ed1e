use mock_cloud::Body;
use serde_json::Value;

use crate::attribute::{Attribute, Default};
use crate::form::Form;

/// What is wrong with the body of a request. `R` is a value's refusal, in the words of the cloud.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Problem<R> {
    /// A create request has to say it.
    Missing(&'static str),
    /// A create request cannot say it.
    NotOnCreate(&'static str),
    /// It cannot be changed.
    ReadOnly(&'static str),
    /// The resource has no such attributes, in the order of their names.
    Unknown(Vec<String>),
    /// A value is not taken.
    Value(R),
}

/// The body of a request as an object; `None` where it is none. An empty body is an empty object.
pub fn object(bytes: &[u8]) -> Option<Body> {
    if bytes.is_empty() {
        return Some(Body::new());
    }
    serde_json::from_slice(bytes).ok()
}

/// Reads a create request: every value in its stored form, and defaults where nothing was said.
///
/// # Errors
/// Everything that is wrong with it: names that are unknown, attributes that are missing or not
/// allowed in the order of the table, then values.
pub fn created<F: Form>(
    known: &[&Attribute<F>],
    asked: Body,
) -> Result<Body, Vec<Problem<F::Refused>>> {
    let mut problems = unknown(known, &asked);
    for attribute in known {
        let is_given = asked.contains_key(attribute.name);
        match attribute.post {
            Some(Default::Required) if !is_given => problems.push(Problem::Missing(attribute.name)),
            None if is_given => problems.push(Problem::NotOnCreate(attribute.name)),
            Some(_) | None => {}
        }
    }
    let mut body = accepted(known, asked, problems)?;
    for attribute in known {
        if let Some(default) = attribute.post.and_then(Default::value) {
            body.entry(attribute.name).or_insert(default);
        }
    }
    Ok(body)
}

/// Reads an update request: only what is to change, in its stored form.
///
/// # Errors
/// Everything that is wrong with it, as [`created`] says it.
pub fn updated<F: Form>(
    known: &[&Attribute<F>],
    asked: Body,
) -> Result<Body, Vec<Problem<F::Refused>>> {
    let mut problems = unknown(known, &asked);
    let fixed = known
        .iter()
        .filter(|attribute| !attribute.put && asked.contains_key(attribute.name));
    problems.extend(fixed.map(|attribute| Problem::ReadOnly(attribute.name)));
    accepted(known, asked, problems)
}

fn unknown<F, R>(known: &[&Attribute<F>], asked: &Body) -> Vec<Problem<R>> {
    let is_known = |name: &str| known.iter().any(|attribute| attribute.name == name);
    let names: Vec<String> = asked
        .keys()
        .filter(|name| !is_known(name))
        .cloned()
        .collect();
    match names.is_empty() {
        true => Vec::new(),
        false => vec![Problem::Unknown(names)],
    }
}

fn accepted<F: Form>(
    known: &[&Attribute<F>],
    mut asked: Body,
    mut problems: Vec<Problem<F::Refused>>,
) -> Result<Body, Vec<Problem<F::Refused>>> {
    let mut body = Body::new();
    for attribute in known {
        let Some(value) = asked.remove(attribute.name) else {
            continue;
        };
        match attribute.form.accept(attribute.name, value) {
            Ok(value) => drop::<Option<Value>>(body.insert(attribute.name.to_owned(), value)),
            Err(refused) => problems.push(Problem::Value(refused)),
        }
    }
    match problems.is_empty() {
        true => Ok(body),
        false => Err(problems),
    }
}
