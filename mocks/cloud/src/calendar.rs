use std::time::Duration;

use jiff::Timestamp;

/// What the virtual time of a mock is on the calendar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Calendar {
    /// The virtual time zero.
    pub epoch: Timestamp,
}

/// 2026-01-01T00:00:00Z.
const EPOCH_S: i64 = 1_767_225_600;

impl Default for Calendar {
    /// Begins on 2026-01-01T00:00:00Z.
    fn default() -> Self {
        let epoch = Timestamp::from_second(EPOCH_S).expect("2026-01-01 is a day");
        Self { epoch }
    }
}

impl Calendar {
    /// The calendar's time at the virtual time `now`.
    pub fn at(self, now: Duration) -> Timestamp {
        self.epoch.checked_add(now).unwrap_or(Timestamp::MAX)
    }

    /// The same as RFC 3339 in UTC, in whole seconds: `2026-01-01T00:00:00Z`.
    pub fn seconds(self, now: Duration) -> String {
        self.at(now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}
