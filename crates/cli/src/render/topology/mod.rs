//! The network drawn as packets see it: network, zones and subnets inside each other, and the way out
//! of each family.

mod layout;
mod svg;
mod words;

use groundwork_provider::Topology;
use maud::{Markup, PreEscaped, html};

pub(crate) use svg::figure;
pub(crate) use words::described;

/// The colours of a picture, in light and in dark. Pages have it once.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The picture as a file of its own.
pub(crate) fn file(title: &str, topology: &Topology) -> String {
    let picture: Markup = figure(title, topology, html! { style { (PreEscaped(STYLE)) } });
    picture.into_string() + "\n"
}
