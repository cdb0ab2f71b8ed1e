//! Filters of listings, in the form of AIP-160. Regular expressions (`eq`, `ne`) are left out.

use serde_json::Value;

/// What a listing is filtered by: one of these has to hold all of its comparisons.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Filter(Vec<Vec<Comparison>>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Comparison {
    field: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operator {
    Equal,
    Has,
    Unequal,
}

impl Filter {
    /// Reads `(name = "a") OR (description : b)`; nothing where it is something else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let either = outside(text, " OR ");
        let all = either.iter().map(|text| {
            let both = outside(text, " AND ");
            let both = both.iter().flat_map(|text| parenthesised(text));
            both.map(|text| comparison(&text)).collect()
        });
        all.collect::<Option<Vec<_>>>().map(Self)
    }

    pub(crate) fn fits(&self, object: &Value) -> bool {
        let holds = |all: &Vec<Comparison>| all.iter().all(|one| one.holds(object));
        self.0.is_empty() || self.0.iter().any(holds)
    }
}

impl Comparison {
    fn holds(&self, object: &Value) -> bool {
        let value = self
            .field
            .split('.')
            .fold(object, |value, name| &value[name]);
        match self.operator {
            Operator::Equal => equal(value, &self.value),
            Operator::Unequal => !equal(value, &self.value),
            Operator::Has => has(value, &self.value),
        }
    }
}

fn equal(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Null => wanted.is_empty(),
        Value::Array(items) => items.iter().any(|item| equal(item, wanted)),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => is_written(value, wanted),
    }
}

fn has(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => false,
        _ if wanted == "*" => true,
        Value::String(text) => text.contains(wanted.trim_matches('*')),
        Value::Array(items) => items.iter().any(|item| has(item, wanted)),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => is_written(value, wanted),
    }
}

fn is_written(value: &Value, wanted: &str) -> bool {
    let written = value.to_string();
    written == wanted
}

fn comparison(text: &str) -> Option<Comparison> {
    for (sign, operator) in [
        ("!=", Operator::Unequal),
        ("=", Operator::Equal),
        (":", Operator::Has),
    ] {
        let Some((field, value)) = text.split_once(sign) else {
            continue;
        };
        let (field, value) = (field.trim(), value.trim().trim_matches('"'));
        let is_field = |char: char| char.is_ascii_alphanumeric() || char == '.' || char == '_';
        let is_read = !field.is_empty() && field.chars().all(is_field);
        if is_read {
            let (field, value) = (field.to_owned(), value.to_owned());
            return Some(Comparison {
                field,
                operator,
                value,
            });
        }
    }
    None
}

/// The parts between the separators that stand in no quotes.
fn outside(text: &str, separator: &str) -> Vec<String> {
    let (mut parts, mut part, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        is_quoted ^= char == '"';
        if !is_quoted && rest.starts_with(separator) {
            parts.push(std::mem::take(&mut part));
            rest = &rest[separator.len()..];
            continue;
        }
        part.push(char);
        rest = &rest[char.len_utf8()..];
    }
    parts.push(part);
    parts
}

/// `(a = b) (c = d)` are two; what stands in no parentheses is one.
fn parenthesised(text: &str) -> Vec<String> {
    let text = text.trim();
    if !text.starts_with('(') {
        return vec![text.to_owned()];
    }
    let parts = outside(text, ")");
    let parts = parts
        .iter()
        .map(|part| part.trim().trim_start_matches('(').trim());
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn comparisons_are_joined_as_the_reference_says() {
        let object = json!({ "name": "n", "description": "a (b) OR c", "bgp": { "asn": 64512 } });
        let fits = |text: &str| Filter::read(text).map(|filter| filter.fits(&object));
        for text in [
            "name = n",
            "name=\"n\"",
            "name != m",
            "description = \"a (b) OR c\"",
            "(name = n) (bgp.asn = 64512)",
            "(name = m) OR (description:OR)",
            "name = n AND description:*",
        ] {
            assert_eq!(fits(text), Some(true), "{text}");
        }
        for text in ["name = m", "missing:*", "(name = n) (name = m)"] {
            assert_eq!(fits(text), Some(false), "{text}");
        }
        assert_eq!(fits("name eq n.*"), None);
    }
}
