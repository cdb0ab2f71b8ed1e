//! How long a reply asks to wait.

use std::time::Duration;

use http::{HeaderMap, header::RETRY_AFTER};
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};

/// `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3). A date that has passed means
/// now. `None` where the header is missing or cannot be read.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(text: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        retry_after(&headers, "1994-11-06T08:49:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(waits("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            waits("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::from_secs(37))
        );
    }

    #[test]
    fn a_date_that_has_passed_means_now() {
        assert_eq!(waits("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn anything_else_is_as_if_it_were_not_there() {
        for text in ["soon", "-1", "1.5", ""] {
            assert_eq!(waits(text), None, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }
}
