use std::time::Duration;

use mock_cloud::Calendar;

/// As Neutron writes times: whole seconds.
pub(crate) fn neutron(now: Duration) -> String {
    Calendar::default().seconds(now)
}

/// As Keystone writes times: microseconds, always zero.
pub(crate) fn keystone(now: Duration) -> String {
    let at = Calendar::default().at(now);
    at.strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string()
}
