//! The plan of a destroy: no graph, no document. All that is ours goes.

use std::collections::BTreeSet;

use groundwork_provider::{Goal, Plan};

use super::{
    Basis,
    findings::{unknown_objects, unseen},
    removal,
    turns::take_turns,
    whole::take_along,
};

/// Plans the removal of everything that is ours. What is in the way is an error, so that nothing
/// is changed before it is gone.
pub fn teardown(basis: Basis<'_>) -> Plan {
    let all = basis.observation.mine().iter().collect();
    let mut items = removal::items(basis, all, &BTreeSet::new(), None);
    take_turns(basis, &mut items);
    take_along(basis, &mut items);
    removal::sort(&mut items);
    let mut findings = removal::in_the_way(basis, &items);
    findings.extend(unknown_objects(basis));
    findings.extend(unseen(basis));
    Plan {
        version: Plan::VERSION,
        goal: Goal::Destroy,
        account: basis.account.clone(),
        installation: basis.installation.clone(),
        cluster: basis.cluster.clone(),
        items,
        findings,
        hash: String::new(),
    }
}
