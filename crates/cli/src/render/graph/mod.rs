//! Pictures of a network, its CIDRs and what would change.

mod dot;
mod layout;
mod mermaid;
mod picture;
mod svg;

pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;
pub(crate) use picture::Picture;
pub(crate) use svg::svg;
