//! Least-privilege custom roles, made from the table of operations.

use std::collections::BTreeSet;

use groundwork_provider::Use;
use serde_json::{Value, json};

use crate::operations::OPERATIONS;

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
        (Self::Verify, "gcp-verify.json"),
        (Self::Provision, "gcp-provision.json"),
        (Self::Destroy, "gcp-destroy.json"),
    ];

    fn uses(self) -> &'static [Use] {
        match self {
            Self::Verify => &[Use::List],
            Self::Provision => &[Use::Connect, Use::List, Use::Create, Use::Update],
            Self::Destroy => &[Use::Connect, Use::List, Use::Delete],
        }
    }

    /// The role as `gcloud iam roles create --file` takes it.
    #[must_use]
    pub fn document(self) -> Value {
        let (title, what) = match self {
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
            "title": title,
            "description": what,
            "stage": "GA",
            "includedPermissions": permissions(self.uses()),
        })
    }

    /// The file of the first role that has a permission.
    pub(crate) fn with(permission: &str) -> Option<&'static str> {
        let has = |role: Self| permissions(role.uses()).contains(permission);
        let found = Self::ALL.into_iter().find(|(role, _)| has(*role));
        found.map(|(_, file)| file)
    }
}

fn permissions(uses: &[Use]) -> BTreeSet<&'static str> {
    let of = OPERATIONS.iter().filter(|one| uses.contains(&one.used_for));
    let permissions = of.map(|one| one.permission);
    permissions
        .filter(|permission| !permission.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn of(role: Role) -> BTreeSet<&'static str> {
        permissions(role.uses())
    }

    #[test]
    fn who_verifies_changes_nothing_and_who_provisions_removes_nothing() {
        let looks = |permission: &&str| {
            [".get", ".list", ".getRegionEffectiveFirewalls"]
                .iter()
                .any(|end| permission.ends_with(end))
        };
        assert!(of(Role::Verify).iter().all(looks), "{:?}", of(Role::Verify));
        assert!(
            !of(Role::Provision)
                .iter()
                .any(|one| one.ends_with(".delete"))
        );
        assert!(of(Role::Destroy).contains("compute.networks.delete"));
        assert!(!of(Role::Destroy).contains("compute.networks.create"));
        let waits = "compute.regionOperations.get";
        assert!(of(Role::Provision).contains(waits) && of(Role::Destroy).contains(waits));
    }

    /// Run with `UPDATE_POLICIES=1` to write them anew.
    #[test]
    #[allow(clippy::unwrap_used, reason = "a test may")]
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
    fn a_permission_that_is_missing_is_found_in_a_file() {
        assert_eq!(Role::with("compute.networks.list"), Some("gcp-verify.json"));
        assert_eq!(
            Role::with("compute.firewalls.create"),
            Some("gcp-provision.json")
        );
        assert_eq!(
            Role::with("compute.routers.delete"),
            Some("gcp-destroy.json")
        );
    }
}
