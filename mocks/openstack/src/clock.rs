use std::time::Duration;

use jiff::Timestamp;

/// What the virtual time zero is on the calendar of the mock: 2026-01-01T00:00:00Z.
const EPOCH_S: i64 = 1_767_225_600;

fn at(now: Duration) -> Timestamp {
    let seconds = i64::try_from(now.as_secs())
        .unwrap_or(i64::MAX)
        .saturating_add(EPOCH_S);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// As Neutron writes times: whole seconds.
pub(crate) fn neutron(now: Duration) -> String {
    at(now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As Keystone writes times: microseconds, always zero.
pub(crate) fn keystone(now: Duration) -> String {
    at(now).strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string()
}
