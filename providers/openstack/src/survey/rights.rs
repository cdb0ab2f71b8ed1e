//! What a token may do, as far as it can be known before it is tried.

use std::collections::BTreeSet;

use groundwork_model::{Finding, Severity};
use serde::{Deserialize, Serialize};

use crate::{codes, object::Object};

/// Came with the releases that enforce Keystone's default roles, and that let a network's owner alone
/// put subnets in it.
pub(crate) const STRICT_SINCE: &str = "subnet-external-network";

/// The project of the token, its roles, and how strict the cloud is by its extensions. An operator can
/// loosen or tighten every policy; this is what Neutron does by itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Rights {
    pub project: String,
    /// The names of the token's roles in it.
    pub roles: BTreeSet<String>,
    /// Whether the default roles are enforced.
    pub strict: bool,
}

impl Rights {
    /// Whether an object belongs to a project in which this token has no say.
    pub(crate) fn is_guest_of(&self, object: &impl Object) -> bool {
        object.project_id() != self.project && !self.roles.contains("admin")
    }

    /// How bad it is what the cloud refuses if it is strict, and what may be refused otherwise.
    pub(crate) fn severity(&self) -> Severity {
        match self.strict {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }

    /// A token that may look and not touch. Roles of the cloud's own making may allow anything.
    pub(crate) fn reader(&self) -> Option<Finding> {
        let reads = self.roles.len() == 1 && self.roles.contains("reader");
        reads.then(|| {
            let message = "the token has the role reader alone, which may look at the project's network \
                           and not change it";
            Finding::new(self.severity(), codes::ROLE, message)
                .about(format!("project {}", self.project))
                .remedy("give the user the member role in the project, or use another user")
        })
    }
}
