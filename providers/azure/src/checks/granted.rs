//! What roles grant: patterns of actions, less others
//! (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions>). Pure.

use serde::Deserialize;

/// What one role of the account grants at a place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Granted {
    actions: Vec<String>,
    not_actions: Vec<String>,
}

/// Whether one of the roles grants an action. What one role leaves out, another one may grant.
pub(super) fn allows(roles: &[Granted], action: &str) -> bool {
    let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
    roles
        .iter()
        .any(|role| among(&role.actions) && !among(&role.not_actions))
}

/// Whether a pattern is about an action; `*` is any text, and case means nothing.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = action.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, inner)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in inner {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: &str = "Microsoft.Network/virtualNetworks/write";

    fn role(actions: &[&str], not_actions: &[&str]) -> Granted {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        Granted {
            actions: texts(actions),
            not_actions: texts(not_actions),
        }
    }

    #[test]
    fn patterns_are_for_any_text() {
        for (pattern, expected) in [
            ("*", true),
            ("*/write", true),
            ("*/read", false),
            ("microsoft.network/*", true),
            ("Microsoft.Network/*/write", true),
            ("Microsoft.Network/virtualNetworks", false),
            ("Microsoft.Network/virtualNetworks/write", true),
            ("Microsoft.Network/virtualNetworks/write/more", false),
            ("Microsoft.Network/*/*/write", false),
        ] {
            assert_eq!(
                allows(&[role(&[pattern], &[])], WRITE),
                expected,
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_one_role_leaves_out_another_may_grant() {
        let most = role(&["*"], &["Microsoft.Network/*/write"]);
        assert!(!allows(std::slice::from_ref(&most), WRITE));
        assert!(allows(&[most, role(&[WRITE], &[])], WRITE));
        assert!(!allows(&[], WRITE));
    }
}
