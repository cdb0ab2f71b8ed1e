//! Who may do what: identity policies, as IAM evaluates them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ec2::like;

/// What a request does something with: an ARN, and what conditions may ask about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    pub(crate) arn: String,
    /// Keys in lower case, as IAM compares them.
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

impl Target {
    pub(crate) fn of(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            context: BTreeMap::new(),
        }
    }

    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        let values = self.context.entry(key.to_lowercase()).or_default();
        values.push(value.to_owned());
        self
    }
}

/// Whether some statement allows an action on a target and none denies it.
pub(crate) fn allows(policies: &[Value], action: &str, target: &Target) -> bool {
    says("Allow", policies, action, target) && !denies(policies, action, target)
}

/// Whether some statement denies an action on a target, whatever others allow.
pub(crate) fn denies(policies: &[Value], action: &str, target: &Target) -> bool {
    says("Deny", policies, action, target)
}

fn says(effect: &str, policies: &[Value], action: &str, target: &Target) -> bool {
    let mut statements = policies
        .iter()
        .flat_map(|policy| many(&policy["Statement"]));
    statements.any(|statement| statement["Effect"] == effect && concerns(statement, action, target))
}

fn concerns(statement: &Value, action: &str, target: &Target) -> bool {
    let named = |name: &str, text: &str, lower: bool| {
        texts(&statement[name]).iter().any(|pattern| match lower {
            true => like(&pattern.to_lowercase(), &text.to_lowercase()),
            false => like(pattern, text),
        })
    };
    let acted = match statement.get("NotAction") {
        Some(_) => !named("NotAction", action, true),
        None => named("Action", action, true),
    };
    let on = match statement.get("NotResource") {
        Some(_) => !named("NotResource", &target.arn, false),
        None => named("Resource", &target.arn, false),
    };
    acted && on && conditions(&statement["Condition"], target)
}

fn conditions(conditions: &Value, target: &Target) -> bool {
    let Some(operators) = conditions.as_object() else {
        return true;
    };
    operators.iter().all(|(operator, keys)| {
        let keys = keys.as_object();
        keys.is_none_or(|keys| {
            keys.iter()
                .all(|(key, wanted)| holds(operator, key, wanted, target))
        })
    })
}

fn holds(operator: &str, key: &str, wanted: &Value, target: &Target) -> bool {
    let wanted = texts(wanted);
    let values = target.context.get(&key.to_lowercase());
    if operator == "Null" {
        return wanted
            .iter()
            .any(|wanted| (wanted == "true") == values.is_none());
    }
    let (all, operator) = match operator.strip_prefix("ForAllValues:") {
        Some(operator) => (true, operator),
        None => (
            false,
            operator.strip_prefix("ForAnyValue:").unwrap_or(operator),
        ),
    };
    let (if_exists, operator) = match operator.strip_suffix("IfExists") {
        Some(operator) => (true, operator),
        None => (false, operator),
    };
    let Some(values) = values else {
        return all || if_exists || operator.contains("Not");
    };
    let fits = |value: &String| wanted.iter().any(|wanted| compare(operator, wanted, value));
    let negated = operator.contains("Not");
    match (all, negated) {
        (true, false) => values.iter().all(fits),
        (true, true) => !values.iter().any(fits),
        (false, false) => values.iter().any(fits),
        (false, true) => !values.iter().all(fits),
    }
}

fn compare(operator: &str, wanted: &str, value: &str) -> bool {
    match operator {
        "StringEquals" | "StringNotEquals" | "ArnEquals" | "Bool" => wanted == value,
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            wanted.eq_ignore_ascii_case(value)
        }
        "StringLike" | "StringNotLike" | "ArnLike" | "ArnNotLike" => like(wanted, value),
        // What the mock cannot evaluate must not open anything.
        _ => false,
    }
}

fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![value],
    }
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    many(value).into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(statement: Value) -> Vec<Value> {
        vec![json!({ "Statement": statement })]
    }

    #[test]
    fn nothing_is_allowed_that_no_statement_names() {
        let target = Target::of("arn:aws:ec2:r:a:vpc/vpc-1");
        let all = policy(json!({ "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" }));
        assert!(allows(&all, "ec2:DescribeVpcs", &target));
        assert!(allows(&all, "EC2:describevpcs", &target));
        assert!(!allows(&all, "ec2:CreateVpc", &target));
    }

    #[test]
    fn a_denial_wins() {
        let target = Target::of("arn:aws:ec2:r:a:vpc/vpc-1");
        let both = policy(json!([
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "ec2:DeleteVpc", "Resource": "arn:aws:ec2:*:*:vpc/*" },
        ]));
        assert!(allows(&both, "ec2:CreateVpc", &target));
        assert!(!allows(&both, "ec2:DeleteVpc", &target));
    }

    #[test]
    fn a_condition_on_a_tag_is_held_against_the_target() {
        let tagged = Target::of("*").with("aws:ResourceTag/owner", "us");
        let only_ours = policy(json!({
            "Effect": "Allow", "Action": "ec2:*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/Owner": "us" } },
        }));
        assert!(allows(&only_ours, "ec2:DeleteVpc", &tagged));
        assert!(!allows(&only_ours, "ec2:DeleteVpc", &Target::of("*")));
    }

    #[test]
    fn all_values_or_none() {
        let target = Target::of("*")
            .with("aws:TagKeys", "a")
            .with("aws:TagKeys", "b");
        let keys = |names: Value| {
            policy(json!({
                "Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": { "ForAllValues:StringEquals": { "aws:TagKeys": names } },
            }))
        };
        assert!(allows(
            &keys(json!(["a", "b", "c"])),
            "ec2:CreateTags",
            &target
        ));
        assert!(!allows(&keys(json!(["a"])), "ec2:CreateTags", &target));
    }
}
