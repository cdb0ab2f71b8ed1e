//! What the pods run, and what they say in the end.
//!
//! `busybox` with its `sh`, `nc`, `nslookup` and `timeout` is all that an image needs. The images `busybox`,
//! `alpine` and `agnhost` have it, each from 2018 on.

use std::{collections::BTreeMap, net::IpAddr};

/// The port that the pods listen on, and the port of the services before them.
pub(super) const PORT: u16 = 8080;
/// What a server runs; it listens on [`PORT`].
const SERVE: &str = include_str!("serve.sh");
/// What a client runs.
const TRY: &str = include_str!("try.sh");

/// The command of a server.
pub(super) fn serve() -> [&'static str; 4] {
    ["busybox", "sh", "-c", SERVE]
}

/// The command of a client, before its destinations.
pub(super) fn client() -> [&'static str; 5] {
    // The last one is the name of the script, and no destination.
    ["busybox", "sh", "-c", TRY, "probe"]
}

/// How a destination is tried.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// A server of the probe: everything that it sends has to arrive.
    Served(IpAddr),
    /// Somebody else's server: a connection is enough.
    Opened(IpAddr),
    /// The server of that name: its first IPv4 address.
    NamedV4(String),
    /// The server of that name: its first IPv6 address.
    NamedV6(String),
}

/// A destination as the script reads it.
pub(super) fn argument(number: usize, way: &Way, port: u16) -> String {
    match way {
        Way::Served(address) => format!("{number} served {address} {port}"),
        Way::Opened(address) => format!("{number} opened {address} {port}"),
        Way::NamedV4(name) => format!("{number} a {name} {port}"),
        Way::NamedV6(name) => format!("{number} aaaa {name} {port}"),
    }
}

/// What became of a destination.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Outcome {
    /// Everything arrived.
    Whole,
    /// A connection was made, and only small packets arrived.
    Part,
    /// Somebody refused the connection.
    Refused,
    /// A router or the node said that there is no way.
    Unreachable,
    /// Nobody answered.
    Silent,
    /// The name has no address of the family.
    Nameless,
    /// No name server answered.
    Mute,
}

impl Outcome {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "whole" => Self::Whole,
            "part" => Self::Part,
            "refused" => Self::Refused,
            "unreachable" => Self::Unreachable,
            "silent" => Self::Silent,
            "nameless" => Self::Nameless,
            "mute" => Self::Mute,
            _ => return None,
        })
    }

    /// As people are told of it.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Whole => "it arrives",
            Self::Part => "small packets arrive, and large ones do not",
            Self::Refused => "the connection is refused",
            Self::Unreachable => "there is no route",
            Self::Silent => "nobody answers",
            Self::Nameless => "the name has no address of this family",
            Self::Mute => "no name server answers",
        }
    }
}

/// What a client said of each destination, by its number. Lines that it cannot have written are left out.
pub(super) fn said(message: &str) -> BTreeMap<usize, Outcome> {
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next()?.parse().ok()?;
        Some((number, Outcome::of(words.next()?)?))
    };
    message.lines().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_no_client_writes_is_left_out() {
        let all = said(
            "0 whole\n1 silent 2001:db8::1\nx whole\n2\n3 \u{1b}[31mred\n-1 whole\n\n4 refused",
        );
        let wanted = [
            (0, Outcome::Whole),
            (1, Outcome::Silent),
            (4, Outcome::Refused),
        ];
        assert_eq!(all, wanted.into());
    }
}
