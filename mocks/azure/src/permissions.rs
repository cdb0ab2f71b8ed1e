//! What the application may do.

use mock_rest::Query;
use serde_json::json;

use crate::cloud::Azure;
use crate::config::Config;
use crate::refused::{Answer, Refused};
use crate::said::Said;

impl Azure {
    /// Somebody else may do everything.
    pub(crate) fn is_allowed(&self, action: &str) -> bool {
        let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
        let Config {
            actions,
            not_actions,
            denied,
            ..
        } = &self.config;
        self.is_hand || (among(actions) && !among(not_actions) && !among(denied))
    }

    pub(crate) fn may(&self, action: &str, id: &str) -> Answer<()> {
        if self.is_allowed(action) {
            return Ok(());
        }
        let who = &self.config.client_id;
        let message = format!(
            "The client '{who}' with object id '{who}' does not have authorization to perform action \
             '{action}' over scope '{id}' or the scope is invalid. If access was recently granted, please \
             refresh your credentials."
        );
        Err(Refused::front(403, "AuthorizationFailed", message))
    }

    /// `…/providers/Microsoft.Authorization/permissions`: one entry a role. Deny assignments are not shown.
    pub(crate) fn permissions(&self, at: &str, query: &Query) -> Answer<Said> {
        self.may("Microsoft.Authorization/permissions/read", at)?;
        self.version("Microsoft.Authorization", query)?;
        let role = json!({
            "actions": self.config.actions, "notActions": self.config.not_actions,
            "dataActions": [], "notDataActions": [],
        });
        Ok(Said::new(200, json!({ "value": [role] })))
    }
}

/// Whether a pattern with `*` for any text covers an action. Case means nothing.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = action.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, inner)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in inner {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, action, is_covered) in [
            ("*", "Microsoft.Network/virtualNetworks/read", true),
            ("*/read", "Microsoft.Network/virtualNetworks/read", true),
            ("*/read", "Microsoft.Network/virtualNetworks/write", false),
            (
                "microsoft.network/*/Read",
                "Microsoft.Network/virtualNetworks/subnets/read",
                true,
            ),
            (
                "Microsoft.Network/virtualNetworks/read",
                "Microsoft.Network/virtualNetworks/read",
                true,
            ),
            (
                "Microsoft.Network/virtualNetworks",
                "Microsoft.Network/virtualNetworks/read",
                false,
            ),
            (
                "Microsoft.Compute/*",
                "Microsoft.Network/virtualNetworks/read",
                false,
            ),
        ] {
            assert_eq!(matches(pattern, action), is_covered, "{pattern} {action}");
        }
    }
}
