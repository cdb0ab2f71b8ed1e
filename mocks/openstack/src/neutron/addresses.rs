//! Arithmetic on addresses of both families, as numbers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde_json::{Value, json};

/// Addresses of one family from one to another, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) v6: bool,
    pub(super) first: u128,
    pub(super) last: u128,
}

impl Span {
    pub(super) fn of(net: IpNet) -> Self {
        let (first, last) = (net.network(), net.broadcast());
        Self {
            v6: first.is_ipv6(),
            first: number(first),
            last: number(last),
        }
    }

    pub(super) fn between(start: IpAddr, end: IpAddr) -> Option<Self> {
        let span = Self {
            v6: start.is_ipv6(),
            first: number(start),
            last: number(end),
        };
        (start.is_ipv6() == end.is_ipv6() && span.first <= span.last).then_some(span)
    }

    pub(super) fn contains(self, address: IpAddr) -> bool {
        self.v6 == address.is_ipv6() && (self.first..=self.last).contains(&number(address))
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.last && other.first <= self.last
    }

    /// What is left of it without another one: nothing, one span or two.
    pub(super) fn without(self, other: Self) -> Vec<Self> {
        if !self.overlaps(other) {
            return vec![self];
        }
        let mut left = Vec::new();
        if self.first < other.first {
            left.push(Self {
                last: other.first - 1,
                ..self
            });
        }
        if self.last > other.last {
            left.push(Self {
                first: other.last + 1,
                ..self
            });
        }
        left
    }

    /// The largest aligned prefixes that make it up, lowest first.
    pub(super) fn prefixes(self) -> Vec<IpNet> {
        let bits: u32 = if self.v6 { 128 } else { 32 };
        let mut prefixes = Vec::new();
        let mut first = self.first;
        loop {
            let aligned = first.trailing_zeros().min(bits);
            let fitting = (0..=aligned)
                .rev()
                .find(|size| last_of(first, *size) <= self.last);
            let size = fitting.expect("a single address always fits");
            let length = u8::try_from(bits - size).expect("at most 128");
            prefixes.push(IpNet::new(address(first, self.v6), length).expect("within the family"));
            match last_of(first, size).checked_add(1) {
                Some(next) if next <= self.last => first = next,
                Some(_) | None => return prefixes,
            }
        }
    }

    pub(super) fn json(self) -> Value {
        let text = |number| address(number, self.v6).to_string();
        json!({ "start": text(self.first), "end": text(self.last) })
    }
}

fn last_of(first: u128, size: u32) -> u128 {
    match 1u128.checked_shl(size) {
        Some(count) => first + (count - 1),
        None => u128::MAX,
    }
}

pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The contrary of [`number`].
pub(super) fn address(number: u128, v6: bool) -> IpAddr {
    if v6 {
        return IpAddr::V6(Ipv6Addr::from(number));
    }
    IpAddr::V4(Ipv4Addr::from(
        u32::try_from(number).expect("numbers of IPv4 addresses"),
    ))
}

/// The addresses of a subnet that ports may have: without network and broadcast address.
pub(super) fn usable(net: IpNet) -> Span {
    let span = Span::of(net);
    if span.first == span.last {
        return span;
    }
    match span.v6 {
        true => Span {
            first: span.first + 1,
            ..span
        },
        false if net.prefix_len() <= 30 => Span {
            first: span.first + 1,
            last: span.last - 1,
            ..span
        },
        false => span,
    }
}

/// The allocation pools of a subnet that asks for none: all but the gateway.
pub(super) fn pools_around(net: IpNet, gateway: Option<IpAddr>) -> Vec<Span> {
    let all = usable(net);
    match gateway.and_then(|gateway| Span::between(gateway, gateway)) {
        Some(gateway) if Span::of(net).first != Span::of(net).last => all.without(gateway),
        Some(_) | None => vec![all],
    }
}

/// The address that a host with this MAC gives itself in a /64.
pub(super) fn eui64(net: IpNet, mac: &str) -> IpAddr {
    let bytes: Vec<u128> = mac
        .split(':')
        .filter_map(|part| u128::from_str_radix(part, 16).ok())
        .collect();
    let host = match bytes.as_slice() {
        [a, b, c, d, e, f] => {
            ((a ^ 2) << 56) | (b << 48) | (c << 40) | (0xff_fe << 24) | (d << 16) | (e << 8) | f
        }
        _ => 1,
    };
    address(number(net.network()) | host, true)
}

/// The network of a stored subnet.
pub(super) fn net_of(cidr: &str) -> IpNet {
    cidr.parse()
        .expect("stored CIDRs were checked on the way in")
}
