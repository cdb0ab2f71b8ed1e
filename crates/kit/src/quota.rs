//! Whether a limit of the account has room for what a plan makes.

use std::collections::BTreeMap;

use groundwork_model::{Code, Finding};
use groundwork_provider::{Item, Plan};

/// What a plan makes, by the limits that count it; a kind may count in several. What is replaced makes room
/// for itself.
pub fn needed(plan: &Plan, limits: &[(&str, &'static str)]) -> BTreeMap<&'static str, u64> {
    let is_new = |item: &&Item| item.action.creates() && !item.action.deletes();
    let mut needed = BTreeMap::new();
    for item in plan.items.iter().filter(is_new) {
        for (_, limit) in limits.iter().filter(|(kind, _)| *kind == item.kind) {
            *needed.entry(*limit).or_default() += 1;
        }
    }
    needed
}

/// What a plan needs of one limit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Demand {
    /// The limit, as the cloud and its users call it: `quota network`.
    pub limit: String,
    /// How many there may be; `None`: as many as one likes.
    pub max: Option<u64>,
    /// How many there are.
    pub used: u64,
    /// How many more the plan makes.
    pub needed: u64,
}

impl Demand {
    /// How many there are after the plan.
    pub fn after(&self) -> u64 {
        self.used.saturating_add(self.needed)
    }

    /// What people read: `quota network: 9 of 10 used, 2 more needed`.
    pub fn message(&self) -> String {
        let Self {
            limit,
            max,
            used,
            needed,
        } = self;
        match max {
            Some(max) => format!("{limit}: {used} of {max} used, {needed} more needed"),
            None => format!("{limit}: {used} used, {needed} more needed"),
        }
    }

    /// The error of a limit that the plan goes beyond.
    pub fn shortage(&self, code: Code, remedy: impl Into<String>) -> Option<Finding> {
        let short = self.needed > 0 && self.max.is_some_and(|max| self.after() > max);
        short.then(|| {
            let finding = Finding::error(code, self.message());
            finding.about(self.limit.clone()).remedy(remedy)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    groundwork_model::codes! {
        /// For the tests.
        pub QUOTA = "TEST-QUOTA", "The quota is used up", "";
    }

    fn finding(max: Option<u64>, used: u64, needed: u64) -> Option<String> {
        let limit = "quota network".to_owned();
        let demand = Demand {
            limit,
            max,
            used,
            needed,
        };
        demand.shortage(QUOTA, "have it raised").map(|f| f.message)
    }

    #[test]
    fn a_limit_is_an_error_only_where_the_plan_goes_beyond_it() {
        let told = finding(Some(10), 9, 2);
        assert_eq!(
            told.as_deref(),
            Some("quota network: 9 of 10 used, 2 more needed")
        );
        for enough in [
            finding(Some(10), 8, 2),
            finding(None, 500, 2),
            finding(Some(10), 12, 0),
        ] {
            assert_eq!(enough, None);
        }
        assert!(finding(Some(u64::MAX), u64::MAX, 1).is_none());
    }
}
