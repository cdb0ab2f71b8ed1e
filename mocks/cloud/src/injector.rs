use std::collections::BTreeMap;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::faults::{Fault, Faults, Match, Rule};

/// What a rule looks at of a call.
pub(crate) struct Incoming<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) mutating: bool,
}

/// Decides for each call, in order, what goes wrong with it.
#[derive(Debug)]
pub(crate) struct Injector {
    faults: Faults,
    rng: SmallRng,
    /// Per rule: how many calls matched, how many were struck.
    counts: Vec<Counts>,
    /// Per method and path: how many in a row were harmed.
    harmed: BTreeMap<(String, String), u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    matched: u64,
    struck: u64,
}

impl Injector {
    pub(crate) fn new(seed: u64, faults: Faults) -> Self {
        let counts = vec![Counts::default(); faults.rules.len()];
        Self {
            faults,
            rng: SmallRng::seed_from_u64(seed),
            counts,
            harmed: BTreeMap::new(),
        }
    }

    /// The fault of this call. Every rule counts and draws on every call, whichever strikes.
    pub(crate) fn strike(&mut self, call: &Incoming<'_>) -> Option<Fault> {
        let mut chosen: Option<(usize, &Rule)> = None;
        for (index, rule) in self.faults.rules.iter().enumerate() {
            if !matches(&rule.calls, call) {
                continue;
            }
            let counts = &mut self.counts[index];
            counts.matched += 1;
            let nth = rule.calls.nth_call.is_none_or(|nth| nth == counts.matched);
            let share = rule.calls.probability.unwrap_or(1.0).clamp(0.0, 1.0);
            let drawn = share >= 1.0 || self.rng.random_bool(share);
            let left = rule.times.is_none_or(|times| counts.struck < times);
            if nth && drawn && left && chosen.is_none() {
                chosen = Some((index, rule));
            }
        }
        let fault = chosen.map(|(index, rule)| (index, rule.calls.nth_call, rule.fault));
        self.bounded(call, fault)
    }

    /// Lets a call through that would be one harmed call too many in a row.
    fn bounded(
        &mut self,
        call: &Incoming<'_>,
        fault: Option<(usize, Option<u64>, Fault)>,
    ) -> Option<Fault> {
        let key = (call.method.to_owned(), call.path.to_owned());
        let in_a_row = self.harmed.entry(key).or_default();
        let Some((index, counted, fault)) = fault else {
            *in_a_row = 0;
            return None;
        };
        let too_many = fault.harms() && *in_a_row >= self.faults.consecutive_max;
        if too_many && counted.is_none() {
            *in_a_row = 0;
            return None;
        }
        *in_a_row = if fault.harms() { *in_a_row + 1 } else { 0 };
        self.counts[index].struck += 1;
        Some(fault)
    }
}

fn matches(rule: &Match, call: &Incoming<'_>) -> bool {
    let method = rule.method.as_ref();
    method.is_none_or(|method| method.eq_ignore_ascii_case(call.method))
        && rule
            .path_contains
            .as_ref()
            .is_none_or(|part| call.path.contains(part.as_str()))
        && rule
            .mutating
            .is_none_or(|mutating| mutating == call.mutating)
}
