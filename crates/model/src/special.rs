//! Ranges that are set aside, so that no node, pod or service can have an address there.

use std::fmt;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

macro_rules! special {
    ($($name:ident, $net:expr, $title:literal, $reference:literal;)*) => {
        /// A range that is set aside, with its title.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Special {
            $(#[doc = $title] $name,)*
        }

        impl Special {
            /// All of them; the more specific one stands before the one that it is a part of.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The range.
            pub const fn net(self) -> IpNet {
                match self {
                    $(Self::$name => $net,)*
                }
            }

            /// The RFC that sets it aside.
            pub const fn reference(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("https://www.rfc-editor.org/rfc/rfc", $reference),)*
                }
            }

            const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }
        }
    };
}

const fn v4(a: u8, b: u8, c: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), length))
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(
        Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0),
        length,
    ))
}

const MAPPED: IpNet = IpNet::V6(Ipv6Net::new_assert(
    Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0),
    96,
));

special! {
    ThisNetwork, v4(0, 0, 0, 8), "addresses of \"this network\"", "1122";
    Loopback4, v4(127, 0, 0, 8), "loopback", "1122";
    LinkLocal4, v4(169, 254, 0, 16), "link-local", "3927";
    Protocols, v4(192, 0, 0, 24), "protocol assignments", "6890";
    Documentation1, v4(192, 0, 2, 24), "documentation", "5737";
    Documentation2, v4(198, 51, 100, 24), "documentation", "5737";
    Documentation3, v4(203, 0, 113, 24), "documentation", "5737";
    Relay6to4, v4(192, 88, 99, 24), "6to4 relays, deprecated", "7526";
    Multicast4, v4(224, 0, 0, 4), "multicast", "5771";
    Reserved4, v4(240, 0, 0, 4), "reserved, and the broadcast address", "1112";
    Ipv4Mapped, MAPPED, "IPv4-mapped", "4291#section-2.5.5.2";
    Ipv4Compatible, v6(0, 0, 0, 96), "IPv4-compatible, loopback and the unspecified address", "4291#section-2.5";
    Translation, v6(0x64, 0xff9b, 0, 96), "IPv4/IPv6 translation", "6052";
    TranslationLocal, v6(0x64, 0xff9b, 1, 48), "local IPv4/IPv6 translation", "8215";
    Discard, v6(0x100, 0, 0, 64), "discard only", "6666";
    Teredo, v6(0x2001, 0, 0, 32), "Teredo", "4380";
    Documentation6, v6(0x2001, 0xdb8, 0, 32), "documentation", "3849";
    Documentation6Wide, v6(0x3fff, 0, 0, 20), "documentation", "9637";
    Tunnel6to4, v6(0x2002, 0, 0, 16), "6to4, deprecated", "7526";
    LinkLocal6, v6(0xfe80, 0, 0, 10), "link-local", "4291#section-2.5.6";
    SiteLocal, v6(0xfec0, 0, 0, 10), "site-local, deprecated", "3879";
    Multicast6, v6(0xff00, 0, 0, 8), "multicast", "4291#section-2.7";
}

impl Special {
    /// The first special range that a network lies in or reaches over. Private and unique local
    /// ranges are not special: clusters are made of them.
    pub fn of(net: &IpNet) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|special| crate::cidr::overlap(&special.net(), net))
    }
}

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}
