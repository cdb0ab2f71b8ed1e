use jiff::Timestamp;

/// As EC2 writes times: milliseconds.
pub(crate) fn ec2(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// As STS writes times: whole seconds.
pub(crate) fn sts(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As a signature carries it (`20260101T000000Z`).
pub(crate) fn signed(text: &str) -> Option<Timestamp> {
    let form = "%Y%m%dT%H%M%SZ";
    let parsed = jiff::civil::DateTime::strptime(form, text).ok()?;
    let zoned = parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}
