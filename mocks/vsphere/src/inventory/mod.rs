//! What there is: kinds of objects, where they are, and what they show of themselves.

mod derived;
mod furnished;
mod kind;
mod path;
mod tree;

pub use kind::Kind;
