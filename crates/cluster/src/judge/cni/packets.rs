//! The size of pods' packets: large enough for IPv6, and small enough for the network below the overlay.

use groundwork_kit::existing::IPV6_MIN;
use groundwork_model::Finding;

use super::{Scene, told, wants_v6, warned};

/// The size that a plugin is configured to. One that it finds out by itself is not judged.
pub(super) struct Sizes {
    /// The plugin's name.
    pub(super) plugin: &'static str,
    /// What configures it: `veth_mtu is 1480`.
    pub(super) said: String,
    /// The largest packet of a pod, in bytes.
    pub(super) inner: u32,
    /// What the overlay adds to it, in bytes.
    pub(super) overhead: u32,
    /// How to have the right size.
    pub(super) remedy: &'static str,
}

/// A size in a configuration; none where the plugin finds it out, which 0 and an empty text mean.
pub(super) fn configured(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|size| *size > 0)
}

pub(super) fn judge(sizes: &Sizes, scene: &Scene<'_>) -> Option<Finding> {
    let Sizes {
        plugin,
        said,
        inner,
        overhead,
        remedy,
    } = sizes;
    if wants_v6(scene) && *inner < IPV6_MIN {
        let message = format!(
            "{said}: packets of pods have {inner} bytes at most, and IPv6 needs {IPV6_MIN}: pods get no IPv6"
        );
        return Some(told(plugin, message, *remedy));
    }
    let (network, of) = scene.packets()?;
    let outer = inner.saturating_add(*overhead);
    if outer <= network {
        return None;
    }
    let message = format!(
        "{said}: packets of pods have {outer} bytes with the {overhead} of the overlay, and {of} carries \
         {network}: connections open, and stop when the first large packet is lost"
    );
    Some(warned(plugin, message, *remedy))
}
