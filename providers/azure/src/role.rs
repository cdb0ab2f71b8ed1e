//! Least-privilege custom roles, made from the table of operations.

use std::collections::BTreeSet;

use groundwork_provider::{ApiOperation, Listing, Use};
use serde_json::{Value, json};

use crate::{
    machines,
    object::{LoadBalancer, Location, Subscription},
    operations::{USAGES, operations},
};

/// What somebody may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Look, and prove that a network is fit.
    Verify,
    /// That, and make and change what is ours.
    Provision,
    /// Look, and remove what is ours.
    Destroy,
}

impl Role {
    /// All, with the names of their files.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Verify, "azure-verify.json"),
        (Self::Provision, "azure-provision.json"),
        (Self::Destroy, "azure-destroy.json"),
    ];

    fn has(self, operation: &ApiOperation) -> bool {
        // What is asked before a change: permissions and quotas.
        let is_of_no_kind = operation.kind.is_empty();
        match (self, operation.used_for) {
            (Self::Verify, Use::List) => !is_of_no_kind,
            (Self::Provision, Use::List | Use::Connect | Use::Create | Use::Update) => true,
            // A range that goes is a write of its network.
            (Self::Provision, Use::Delete) => !is_removal(operation),
            (Self::Destroy, Use::List) => !is_of_survey(operation),
            (Self::Destroy, Use::Connect) => true,
            (Self::Destroy, Use::Delete) => is_removal(operation),
            (Self::Verify, _) | (Self::Destroy, Use::Create | Use::Update) => false,
        }
    }

    /// What it may do.
    #[must_use]
    pub fn actions(self) -> BTreeSet<&'static str> {
        let of = operations().iter().filter(|one| self.has(one));
        let actions = of.map(|one| one.permission);
        actions.filter(|action| !action.is_empty()).collect()
    }

    /// The role as `az role definition create --role-definition` takes it.
    #[must_use]
    pub fn document(self) -> Value {
        let (name, what) = match self {
            Self::Verify => (
                "Groundwork, verify",
                "Look at networks, and prove that they are fit",
            ),
            Self::Provision => (
                "Groundwork, provision",
                "Make networks of clusters, and change them",
            ),
            Self::Destroy => ("Groundwork, destroy", "Remove networks of clusters"),
        };
        json!({
            "Name": name,
            "IsCustom": true,
            "Description": what,
            "Actions": self.actions(),
            "NotActions": [],
            "AssignableScopes": ["/subscriptions/SUBSCRIPTION"],
        })
    }

    /// The file of the first role that has an action.
    pub(crate) fn with(action: &str) -> Option<&'static str> {
        let found = Self::ALL
            .into_iter()
            .find(|(role, _)| role.actions().contains(action));
        found.map(|(_, file)| file)
    }
}

/// What only whoever has a document looks at.
fn is_of_survey(operation: &ApiOperation) -> bool {
    let kinds = [
        Subscription::KIND,
        Location::KIND,
        LoadBalancer::KIND,
        machines::KIND,
    ];
    kinds.contains(&operation.kind) || operation.permission == USAGES
}

fn is_removal(operation: &ApiOperation) -> bool {
    operation.name.starts_with("DELETE ") || operation.permission.ends_with("/read")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn who_verifies_changes_nothing_and_who_provisions_removes_nothing() {
        let verify = Role::Verify.actions();
        assert!(
            verify.iter().all(|one| one.ends_with("/read")),
            "{verify:?}"
        );
        let provision = Role::Provision.actions();
        assert!(
            !provision.iter().any(|one| one.ends_with("/delete")),
            "{provision:?}"
        );
        let destroy = Role::Destroy.actions();
        assert!(
            !destroy.iter().any(|one| one.ends_with("/write")),
            "{destroy:?}"
        );
        assert!(destroy.contains("Microsoft.Network/virtualNetworks/delete"));
    }

    /// Run with `UPDATE_POLICIES=1` to write them anew.
    #[test]
    fn the_committed_roles_are_these() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
        for (role, name) in Role::ALL {
            let text = serde_json::to_string_pretty(&role.document()).unwrap() + "\n";
            let path = folder.join(name);
            if std::env::var_os("UPDATE_POLICIES").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
        }
    }

    #[test]
    fn an_action_that_is_missing_is_found_in_a_file() {
        for (action, file) in [
            (
                "Microsoft.Network/virtualNetworks/read",
                "azure-verify.json",
            ),
            (
                "Microsoft.Network/networkSecurityGroups/join/action",
                "azure-provision.json",
            ),
            ("Microsoft.Network/routeTables/delete", "azure-destroy.json"),
        ] {
            assert_eq!(Role::with(action), Some(file));
        }
    }
}
