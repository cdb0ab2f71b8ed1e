//! Formats of texts, as JSON Schema names them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::KubernetesVersion;

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
        "ip" => (text.parse::<IpAddr>().is_ok(), "an IP address"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
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
