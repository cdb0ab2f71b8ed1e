//! Labels, and the language in which objects are chosen by them.

use std::collections::BTreeSet;

use serde_json::Value;

const NAME_MAX: usize = 63;
const PREFIX_MAX: usize = 253;
const RESERVED: &str = "hetzner.cloud";

/// Labels as they are stored, or why they are not taken.
pub(crate) fn accept(value: &Value) -> Result<Value, String> {
    let labels = value.as_object().ok_or("is not an object")?;
    for (key, value) in labels {
        check_key(key)?;
        let text = value.as_str().ok_or("has a value that is not a text")?;
        if !text.is_empty() && !is_name(text) {
            return Err(format!("has an invalid value: '{text}'"));
        }
    }
    Ok(value.clone())
}

fn check_key(key: &str) -> Result<(), String> {
    let invalid = || format!("has an invalid key: '{key}'");
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_fine = prefix.is_none_or(|prefix| is_domain(prefix) && prefix != RESERVED);
    match is_fine && is_name(name) {
        true => Ok(()),
        false => Err(invalid()),
    }
}

fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= NAME_MAX
        && text.chars().all(inner)
        && edge(text.chars().next())
        && edge(text.chars().last())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty()
            && label.len() <= NAME_MAX
            && label.chars().all(fine)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= PREFIX_MAX && text.split('.').all(is_label)
}

/// Chooses objects by their labels: `env=production,type!=database`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Selector(Vec<Term>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Term {
    Has(String),
    In(String, BTreeSet<String>),
    Lacks(String),
    NotIn(String, BTreeSet<String>),
}

/// A selector as a firewall stores it.
pub(crate) fn accept_selector(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    Selector::read(text)?;
    Ok(value.clone())
}

impl Selector {
    /// # Errors
    /// What is no selector.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let terms: Result<Vec<Term>, String> =
            parts(text).map(|part| Term::read(part.trim())).collect();
        terms.map(Self)
    }

    /// Whether labels are chosen.
    pub(crate) fn fits(&self, labels: &Value) -> bool {
        self.0.iter().all(|term| term.fits(labels))
    }
}

/// The terms: commas inside parentheses belong to a list of values.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
}

impl Term {
    fn read(text: &str) -> Result<Self, String> {
        let invalid = || format!("is not a label selector: '{text}'");
        let key = |key: &str| {
            let key = key.trim();
            check_key(key)
                .map(|()| key.to_owned())
                .map_err(|_| invalid())
        };
        let value = |text: &str| {
            let text = text.trim();
            let is_fine = text.is_empty() || is_name(text);
            is_fine.then(|| text.to_owned()).ok_or_else(invalid)
        };
        let list = |text: &str| -> Result<BTreeSet<String>, String> {
            let inner = text
                .trim()
                .strip_prefix('(')
                .and_then(|text| text.strip_suffix(')'));
            inner.ok_or_else(invalid)?.split(',').map(value).collect()
        };
        if let Some(absent) = text.strip_prefix('!') {
            return Ok(Self::Lacks(key(absent)?));
        }
        if let Some((left, right)) = text.split_once("!=") {
            return Ok(Self::NotIn(key(left)?, BTreeSet::from([value(right)?])));
        }
        if let Some((left, right)) = text.split_once("==").or_else(|| text.split_once('=')) {
            return Ok(Self::In(key(left)?, BTreeSet::from([value(right)?])));
        }
        if let Some((left, right)) = text.split_once(" notin ") {
            return Ok(Self::NotIn(key(left)?, list(right)?));
        }
        if let Some((left, right)) = text.split_once(" in ") {
            return Ok(Self::In(key(left)?, list(right)?));
        }
        Ok(Self::Has(key(text)?))
    }

    fn fits(&self, labels: &Value) -> bool {
        let value = |key: &String| labels.get(key).and_then(Value::as_str);
        match self {
            Self::Has(key) => value(key).is_some(),
            Self::In(key, values) => value(key).is_some_and(|value| values.contains(value)),
            Self::Lacks(key) => value(key).is_none(),
            Self::NotIn(key, values) => value(key).is_none_or(|value| !values.contains(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_choose_as_the_reference_says() {
        let labels = json!({ "env": "testing", "k8s.io/cluster": "a", "empty": "" });
        for (text, is_chosen) in [
            ("env", true),
            ("!env", false),
            ("env=testing", true),
            ("env==testing,!type", true),
            ("env!=testing", false),
            ("type!=database", true),
            ("env in (testing, staging)", true),
            ("env notin (testing,staging)", false),
            ("k8s.io/cluster==a,env in (testing,b),empty=", true),
        ] {
            let selector = Selector::read(text).unwrap();
            assert_eq!(selector.fits(&labels), is_chosen, "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for text in ["", "a b", "=x", "env in testing", "-a", "env==b c"] {
            assert!(Selector::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn labels_have_the_form_of_the_reference() {
        let long = "a".repeat(64);
        for (labels, is_taken) in [
            (json!({ "a": "", "example.com/b_c": "x-Y.z" }), true),
            (json!({ "hetzner.cloud/a": "b" }), false),
            (json!({ "a": "v1:b" }), false),
            (json!({ "a": 1 }), false),
            (json!({ "-a": "b" }), false),
            (json!({ "a": long }), false),
            (json!({ "Example.com/a": "b" }), false),
            (json!(["a"]), false),
        ] {
            assert_eq!(accept(&labels).is_ok(), is_taken, "{labels}");
        }
    }
}
