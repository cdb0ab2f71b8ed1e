//! Something that EC2 is still making, or removing, and how often it has been asked about.

use std::time::Duration;

use groundwork_provider::{Error, ErrorKind, Operation, Progress, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest pause before it is asked about again.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// How often something is asked about that EC2 has not heard of: for half a minute, no less.
const UNHEARD_MAX: u32 = 12;
/// The shortest.
const PAUSE_MIN: Duration = Duration::from_millis(200);

/// Something that EC2 is still at work on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Pending {
    /// Its id.
    pub(crate) id: String,
    /// How often it was asked about.
    asked: u32,
    /// Whether it is to go.
    #[serde(default)]
    pub(crate) goes: bool,
}

impl Pending {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
    }

    /// The same of something that is to go.
    pub(crate) fn going(id: &str) -> Self {
        Self {
            goes: true,
            ..Self::new(id)
        }
    }

    /// From what was handed to the engine.
    pub(crate) fn of(operation: &Operation) -> Self {
        serde_json::from_value(operation.0.clone()).unwrap_or_default()
    }

    /// Whether it is asked about for the first time.
    pub(crate) fn begins(&self) -> bool {
        self.asked <= 1
    }

    pub(crate) fn operation(&self) -> Operation {
        Operation(json!(self))
    }

    /// EC2 does not list it. What was just made is not heard of yet; what else may be there under its
    /// label, another writer's, is not what came of our create.
    pub(crate) fn unheard<S>(self, operation: &str) -> Result<Progress<S>> {
        match self.goes || self.asked > UNHEARD_MAX {
            true => Err(Error::new(
                ErrorKind::Conflict,
                operation,
                "it is not there",
            )),
            false => Ok(self.progress()),
        }
    }

    /// It is to be asked about again: the first time at once, since the quickest have ended by
    /// then; then after ever longer pauses.
    pub(crate) fn progress<S>(self) -> Progress<S> {
        let poll_after = match self.asked {
            0 => Duration::ZERO,
            asked => (PAUSE_MIN * 2_u32.saturating_pow(asked - 1)).min(PAUSE_MAX),
        };
        let next = Self {
            asked: self.asked.saturating_add(1),
            ..self
        };
        Progress::Pending {
            operation: next.operation(),
            poll_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let mut pending = Pending::new("nat-1");
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let Progress::Pending {
                operation,
                poll_after,
            } = pending.progress::<()>()
            else {
                panic!("it is pending");
            };
            pauses.push(poll_after.as_millis());
            pending = Pending::of(&operation);
        }
        assert_eq!(pauses, [0, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(pending.id, "nat-1");
    }

    #[test]
    fn what_is_not_heard_of_is_given_up_on_in_the_end() {
        let mut pending = Pending::new("nat-1");
        let mut waited = Duration::ZERO;
        let error = loop {
            match pending.unheard::<()>("DescribeNatGateways") {
                Ok(Progress::Pending {
                    operation,
                    poll_after,
                }) => {
                    waited += poll_after;
                    pending = Pending::of(&operation);
                }
                Ok(_) => panic!("it is pending"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind, ErrorKind::Conflict);
        assert!((30..60).contains(&waited.as_secs()), "{waited:?}");
        assert!(Pending::going("nat-1").unheard::<()>("x").is_err());
    }
}
