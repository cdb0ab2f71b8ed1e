//! A destination outside of the cluster, as a user names it.

use std::{fmt, net::IpAddr, str::FromStr};

use groundwork_model::Family;

use super::script::Way;

/// The port that is tried where none is named: HTTPS.
const PORT: u16 = 443;
/// The longest name (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 253;

/// A server outside of the cluster: an address or a name, and a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outside {
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

impl Outside {
    /// How it is tried over a family; none where its address is of the other one.
    pub(super) fn way(&self, family: Family) -> Option<Way> {
        match (&self.host, family) {
            (Host::Address(own), _) => {
                (Family::of_address(own) == family).then_some(Way::Opened(*own))
            }
            (Host::Name(name), Family::V4) => Some(Way::NamedV4(name.clone())),
            (Host::Name(name), Family::V6) => Some(Way::NamedV6(name.clone())),
        }
    }

    /// Its port.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.port;
        match &self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]:{port}"),
            Host::Address(IpAddr::V4(address)) => write!(f, "{address}:{port}"),
            Host::Name(name) => write!(f, "{name}:{port}"),
        }
    }
}

impl FromStr for Outside {
    type Err = String;

    /// Reads `example.org`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:443`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = parts(text);
        let port = match port {
            None => PORT,
            Some(port) => {
                let number = port.parse().ok().filter(|number| *number > 0);
                number.ok_or_else(|| format!("{port:?} is no port: one is 1 to 65535"))?
            }
        };
        if let Ok(address) = host.parse() {
            let host = Host::Address(address);
            return Ok(Self { host, port });
        }
        let host = Host::Name(name(host)?);
        Ok(Self { host, port })
    }
}

/// Host and port. An IPv6 address stands in brackets where a port follows.
fn parts(text: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

/// A name of letters, digits, hyphens and dots, without the dot at its end.
fn name(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let fits = |label: &str| {
        let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '-';
        !label.is_empty() && !label.starts_with('-') && label.chars().all(is_plain)
    };
    match name.len() <= NAME_MAX && name.split('.').all(fits) {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "{text:?} is neither an address nor a host's name; one is 192.0.2.1:53, [2001:db8::1]:443 or \
             example.org"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_name_with_or_without_a_port_is_read() {
        for (text, read) in [
            ("192.0.2.1", "192.0.2.1:443"),
            ("192.0.2.1:53", "192.0.2.1:53"),
            ("2001:db8::1", "[2001:db8::1]:443"),
            ("[2001:db8::1]:80", "[2001:db8::1]:80"),
            ("[2001:db8::1]", "[2001:db8::1]:443"),
            ("example.org", "example.org:443"),
            ("example.org.:80", "example.org:80"),
        ] {
            let outside: Outside = text.parse().expect(text);
            assert_eq!(outside.to_string(), read);
        }
    }

    /// The pods' script gets the text as words.
    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            "a b",
            "$(id)",
            "example.org:0",
            "example.org:http",
            "a..b",
            "-e",
            "https://example.org",
            "1;2",
        ] {
            assert!(text.parse::<Outside>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_tried_in_its_family_and_a_name_in_both() {
        let ways = |text: &str| {
            let outside: Outside = text.parse().expect(text);
            Family::BOTH.map(|family| outside.way(family).is_some())
        };
        assert_eq!(ways("192.0.2.1"), [true, false]);
        assert_eq!(ways("2001:db8::1"), [false, true]);
        assert_eq!(ways("example.org"), [true, true]);
    }
}
