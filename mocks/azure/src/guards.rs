//! Who else has a say: locks on resources, and policies.

use crate::cloud::Azure;
use crate::config::Lock;
use crate::ids::key;
use crate::kind::Kind;
use crate::operations::Verb;
use crate::refused::{Answer, Refused};

impl Azure {
    /// No lock keeps a resource from being changed, and no policy from being made.
    pub(crate) fn guarded(&self, kind: Kind, id: &str, verb: Verb) -> Answer<()> {
        if self.is_hand {
            return Ok(());
        }
        let mut locks = self.config.locks.iter();
        let locked = locks.find(|(scope, lock)| {
            let holds = verb == Verb::Delete || **lock == Lock::ReadOnly;
            // A lock holds all that is inside; and what it is inside of cannot be deleted whole.
            let (scope, own) = (key(scope), key(id));
            let is_inside = own == scope || own.starts_with(&format!("{scope}/"));
            let is_around = verb == Verb::Delete && scope.starts_with(&format!("{own}/"));
            holds && (is_inside || is_around)
        });
        if let Some((scope, _)) = locked {
            let message = format!(
                "The scope '{id}' cannot perform {} operation because following scope(s) are locked: \
                 '{scope}'. Please remove the lock and try again.",
                verb.action()
            );
            return Err(Refused::front(409, "ScopeLocked", message));
        }
        let policy = self.config.policies.get(&kind.type_name());
        match policy.filter(|_| verb == Verb::Put) {
            None => Ok(()),
            Some(policy) => {
                let message = format!(
                    "Resource '{}' was disallowed by policy. Policy identifiers: \
                     '[{{\"policyAssignment\":{{\"name\":\"{policy}\"}}}}]'.",
                    crate::ids::name_of(id)
                );
                Err(Refused::front(403, "RequestDisallowedByPolicy", message))
            }
        }
    }
}
