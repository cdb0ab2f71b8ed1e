//! Whether packets are large enough for IPv6 inside an overlay. Pure.

use groundwork_model::{CniKind, Finding, Severity};

use crate::codes;

/// The smallest packet that every IPv6 link has to carry, in bytes (RFC 8200 section 5).
pub const IPV6_MIN: u32 = 1280;
/// The header of IP in IP, in bytes (RFC 2003 section 3).
pub const IPIP: u32 = 20;
/// The header of VXLAN over IPv4, in bytes (RFC 7348 section 5).
pub const VXLAN: u32 = 50;
/// The header of VXLAN over IPv6, in bytes: IPv6's own is 20 bytes longer (RFC 8200 section 3).
pub const VXLAN_OVER_IPV6: u32 = 70;
/// The header of WireGuard over IPv6, in bytes (<https://www.wireguard.com/protocol/>): 40 of IPv6,
/// 8 of UDP, 32 of WireGuard.
pub const WIREGUARD: u32 = 80;

/// Judges the largest packet of a dual-stack cluster's network, in bytes: IPv6 has to fit into the
/// overlay of the document's network plugin, or pods get no IPv6 at all. Which overlay a plugin of
/// one's own has is not known, and neither is whether it encrypts: these are warnings.
pub fn packets(cni: CniKind, told: &str, mtu: u32) -> Option<Finding> {
    let (overlay, name) = match cni {
        CniKind::Canal => (VXLAN, "Canal's VXLAN"),
        CniKind::Cilium => (VXLAN, "Cilium's VXLAN"),
        CniKind::None => (0, "a network plugin without overlay"),
    };
    let (severity, without) = if mtu < IPV6_MIN {
        (Severity::Error, "and IPv6 needs 1280".to_owned())
    } else if mtu < IPV6_MIN + overlay {
        let needs = IPV6_MIN + overlay;
        let text = format!("and IPv6 of pods needs {needs} inside {name}: pods get no IPv6");
        (Severity::Error, text)
    } else if mtu < IPV6_MIN + VXLAN {
        let needs = IPV6_MIN + VXLAN;
        let text = format!("and IPv6 of pods needs {needs} where the network plugin uses VXLAN");
        (Severity::Warning, text)
    } else if mtu < IPV6_MIN + WIREGUARD {
        let needs = IPV6_MIN + WIREGUARD;
        let text =
            format!("and IPv6 of pods needs {needs} where the network plugin uses WireGuard");
        (Severity::Warning, text)
    } else {
        return None;
    };
    let message = format!("packets of {told} have {mtu} bytes at most, {without}");
    let finding = Finding::new(severity, codes::PACKET_SIZE, message).about(told);
    Some(finding.remedy("have the network's MTU raised, or use another network"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(cni: CniKind, mtu: u32) -> Option<Severity> {
        packets(cni, "network n", mtu).map(|finding| finding.severity)
    }

    #[test]
    fn ipv6_has_to_fit_into_the_overlay() {
        for (cni, mtu, expected) in [
            (CniKind::Canal, 1279, Some(Severity::Error)),
            (CniKind::Canal, 1300, Some(Severity::Error)),
            (CniKind::Canal, 1329, Some(Severity::Error)),
            (CniKind::Canal, 1330, Some(Severity::Warning)),
            (CniKind::Cilium, 1359, Some(Severity::Warning)),
            (CniKind::Cilium, 1360, None),
            (CniKind::None, 1279, Some(Severity::Error)),
            (CniKind::None, 1300, Some(Severity::Warning)),
            (CniKind::None, 1359, Some(Severity::Warning)),
            (CniKind::None, 1500, None),
        ] {
            assert_eq!(judged(cni, mtu), expected, "{cni:?} with {mtu}");
        }
    }
}
