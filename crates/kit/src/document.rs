//! Reading a driver's own section of a document, and telling what it may name.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// A text of a document that is given: not left out, and not empty. Spaces around it do not count.
pub fn given(text: &Option<String>) -> Option<&str> {
    let text = text.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

/// Whether a range is inside of those for private networks (RFC 1918 section 3).
pub fn is_private(net: &Ipv4Net) -> bool {
    const PRIVATE: [Ipv4Net; 3] = [
        Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
        Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
        Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    ];
    PRIVATE.iter().any(|private| private.contains(net))
}

/// Several names as people read them: `a, b`, or `none`.
pub fn listed(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", "),
    }
}
