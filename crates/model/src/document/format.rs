//! Formats of texts, as JSON Schema names them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::KubernetesVersion;

/// `id:vpc-` is the format of ids that begin so and end with 8 or 17 hexadecimal digits. Spaces around
/// one are dropped by who reads it.
const ID: &str = "id:";

fn check_id(prefix: &str, text: &str) -> Result<(), String> {
    let is_hex = |c: u8| c.is_ascii_digit() || matches!(c, b'a'..=b'f');
    let digits = text.trim().strip_prefix(prefix).unwrap_or_default();
    if matches!(digits.len(), 8 | 17) && digits.bytes().all(is_hex) {
        return Ok(());
    }
    let like = format!("{prefix}0a1b2c3d4e5f60718");
    Err(format!("{text:?} is not an id such as {like}"))
}

/// Whether a text has a format, or what it should look like. An unknown format allows all texts,
/// and so does the empty text, which KKP writes for "not set".
pub(super) fn check(format: &str, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let (fits, like) = match format {
        "date-time" => (
            text.parse::<jiff::Timestamp>().is_ok(),
            "a time such as 2024-05-01T12:00:00Z",
        ),
        "date" => (
            text.parse::<jiff::civil::Date>().is_ok(),
            "a day such as 2024-05-01",
        ),
        "ip" => (text.parse::<IpAddr>().is_ok(), "an IP address"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        id if id.starts_with(ID) => return check_id(&id[ID.len()..], text),
        KubernetesVersion::FORMAT => (
            text.parse::<KubernetesVersion>().is_ok(),
            "a version such as 1.30.2",
        ),
        _ => (true, ""),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{text:?} is not {like}"))
    }
}
