//! Filters of listings, in the two forms that the API's description has: comparisons after AIP-160, and
//! regular expressions. One request has one form.
//!
//! Names of fields are not checked: a field that nothing has is absent everywhere. What the description
//! does not name (`NOT`) is refused.

mod compare;
mod read;

use regex_lite::Regex;
use serde_json::Value;

pub(crate) use read::read;

/// What a listing is filtered by.
#[derive(Debug)]
pub(crate) enum Filter {
    /// By comparisons.
    Comparisons(Expression),
    /// By regular expressions: all of them have to hold.
    Patterns(Vec<Pattern>),
}

#[derive(Debug)]
pub(crate) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    One(Comparison),
}

/// `name != n1`
#[derive(Debug)]
pub(crate) struct Comparison {
    field: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Has,
}

/// `name ne n.*`
#[derive(Debug)]
pub(crate) struct Pattern {
    field: String,
    is_unequal: bool,
    literal: String,
    /// Matches the whole text.
    regex: Regex,
}

/// A comparison with a value that the field cannot have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mismatch;

impl Filter {
    /// Whether an object is shown.
    ///
    /// # Errors
    /// A number or a switch is compared with something else.
    pub(crate) fn fits(&self, object: &Value) -> Result<bool, Mismatch> {
        match self {
            Self::Comparisons(expression) => expression.holds(object),
            Self::Patterns(patterns) => {
                let all = patterns.iter().map(|pattern| pattern.holds(object));
                Ok(all
                    .collect::<Result<Vec<bool>, _>>()?
                    .into_iter()
                    .all(|one| one))
            }
        }
    }
}

impl Expression {
    fn holds(&self, object: &Value) -> Result<bool, Mismatch> {
        let each = |list: &[Self]| -> Result<Vec<bool>, Mismatch> {
            list.iter().map(|one| one.holds(object)).collect()
        };
        Ok(match self {
            Self::All(list) => each(list)?.into_iter().all(|one| one),
            Self::Any(list) => each(list)?.into_iter().any(|one| one),
            Self::One(comparison) => comparison.holds(of(object, &comparison.field))?,
        })
    }
}

/// A field, also of an object inside.
fn of<'v>(object: &'v Value, field: &str) -> &'v Value {
    field.split('.').fold(object, |value, name| &value[name])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object() -> Value {
        json!({
            "name": "n1", "description": "a (b) OR c", "mtu": 1460, "autoCreateSubnetworks": false,
            "bgp": { "asn": 64512 }, "tags": ["node", "edge"], "labels": { "owner": "net" },
            "creationTimestamp": "2026-11-29T10:00:00.000-08:00",
        })
    }

    fn fits(text: &str) -> Option<bool> {
        read(text)?.fits(&object()).ok()
    }

    #[test]
    fn comparisons() {
        for text in [
            "name = n1",
            "name=\"n1\"",
            "name = 'n1'",
            "name != n2",
            "missing != n2",
            "mtu >= 1460",
            "mtu < 1500",
            "bgp.asn = 64512",
            "autoCreateSubnetworks = false",
            "labels.owner:*",
            "tags:edge",
            "creationTimestamp > \"2026-11-01\"",
            "description = \"a (b) OR c\"",
        ] {
            assert_eq!(fits(text), Some(true), "{text}");
        }
        for text in [
            "name = n",
            "missing:*",
            "mtu > 1460",
            "labels.other:*",
            "missing = n",
        ] {
            assert_eq!(fits(text), Some(false), "{text}");
        }
    }

    /// `OR` binds more closely than `AND`, which need not be written between parentheses.
    #[test]
    fn expressions_are_joined() {
        for (text, holds) in [
            ("(name = n1) (mtu = 1460)", true),
            ("(name = n1) (mtu = 1)", false),
            ("(name = n2) OR (mtu = 1460)", true),
            ("(name = n1) OR (name = n2) AND (mtu = 1)", false),
            ("name = n1 AND labels.owner:*", true),
            ("((name = n2) OR (name = n1)) AND (mtu = 1460)", true),
        ] {
            assert_eq!(fits(text), Some(holds), "{text}");
        }
    }

    #[test]
    fn regular_expressions_match_whole_fields() {
        for (text, holds) in [
            ("name eq n.", true),
            ("name eq n", false),
            ("name eq \"n[0-9]+\"", true),
            ("name eq 'n1|n2'", true),
            ("name ne .*2", true),
            ("name ne .*1", false),
            ("description eq a (b) OR c", false),
            ("description eq \"a .b. OR c\"", true),
            ("mtu eq 1460", true),
            ("autoCreateSubnetworks ne true", true),
            ("(name eq n.*) (mtu ne 1500)", true),
            ("missing eq .*", false),
            ("missing ne n", true),
        ] {
            assert_eq!(fits(text), Some(holds), "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "name",
            "name =",
            "= n1",
            "name ~ n1",
            "name = n1 mtu = 1460",
            "(name = n1",
            "name = n1)",
            "name = \"n1",
            "NOT name = n1",
            "name eq n[",
            "name eq",
            "(name eq n1) (mtu = 1460)",
            "(name eq n1) OR (name eq n2)",
            "name = n1 AND",
            "mtu = many",
            "mtu eq many",
            "autoCreateSubnetworks = perhaps",
            "mtu > many",
            "na me = n1",
            "()",
        ] {
            assert_eq!(fits(text), None, "{text}");
        }
    }
}
