use std::collections::BTreeMap;
use std::time::Duration;

/// What time does by itself: steps that a cloud takes once their time has come.
///
/// A request that is refused half-way through takes its steps back: [`Schedule::mark`] before,
/// [`Schedule::roll_back`] after.
#[derive(Clone, Debug)]
pub struct Schedule<S> {
    /// By the time at which it is due, then in the order of planning.
    steps: BTreeMap<(Duration, u64), S>,
    planned: u64,
}

impl<S> Default for Schedule<S> {
    fn default() -> Self {
        Self {
            steps: BTreeMap::new(),
            planned: 0,
        }
    }
}

impl<S> Schedule<S> {
    /// Plans a step for the virtual time `due`.
    pub fn plan(&mut self, due: Duration, step: S) {
        self.steps.insert((due, self.planned), step);
        self.planned += 1;
    }

    /// Takes out the next step that is due by `now`, with the time at which it was due. Steps come
    /// in the order of their times; those of one time in the order in which they were planned.
    pub fn pop_due(&mut self, now: Duration) -> Option<(Duration, S)> {
        let first = self.steps.first_entry()?;
        if first.key().0 > now {
            return None;
        }
        let ((due, _), step) = first.remove_entry();
        Some((due, step))
    }

    /// A point to which [`Schedule::roll_back`] can return.
    pub fn mark(&self) -> u64 {
        self.planned
    }

    /// Forgets every step that was planned since `mark`.
    pub fn roll_back(&mut self, mark: u64) {
        if self.planned > mark {
            self.steps.retain(|(_, number), _| *number < mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn steps_come_in_the_order_of_their_times_and_then_of_planning() {
        let mut schedule = Schedule::default();
        for (due, step) in [(3, "c"), (1, "a"), (3, "d"), (2, "b"), (9, "later")] {
            schedule.plan(s(due), step);
        }
        let mut taken = Vec::new();
        while let Some((due, step)) = schedule.pop_due(s(3)) {
            taken.push((due.as_secs(), step));
        }
        assert_eq!(taken, [(1, "a"), (2, "b"), (3, "c"), (3, "d")]);
        assert_eq!(schedule.pop_due(s(9)), Some((s(9), "later")));
    }

    #[test]
    fn what_a_refused_request_planned_does_not_happen() {
        let mut schedule = Schedule::default();
        schedule.plan(s(5), "stays");
        let mark = schedule.mark();
        schedule.plan(s(1), "of the refused request");
        schedule.roll_back(mark);
        schedule.roll_back(mark);
        assert_eq!(schedule.pop_due(s(9)), Some((s(5), "stays")));
        assert_eq!(schedule.pop_due(s(9)), None);
    }
}
