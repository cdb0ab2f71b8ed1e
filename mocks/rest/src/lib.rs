//! What mock clouds with a JSON API share.
//!
//! A cloud describes each of its resources as a table of [`Attribute`]s; requests are checked
//! against it by [`created`] and [`updated`], and what is wrong comes back as [`Problem`]s, all at
//! once, for the cloud to put into its own words. [`Plain`] has the forms of values that most JSON
//! APIs know; a cloud with ways of its own implements [`Form`].
//!
//! Where a vendor publishes what requests and replies look like, [`Described`] holds exchanges against it.
//!
//! Listings: [`Query`] reads the query, [`fits`] filters, [`sort`] sorts, and [`pages`] cuts.

mod attribute;
mod described;
mod filter;
mod form;
mod intake;
pub mod pages;
mod plain;
mod query;
mod route;
mod sorting;

pub use attribute::{Attribute, Default};
pub use described::Described;
pub use filter::fits;
pub use form::Form;
pub use intake::{Problem, created, object, updated};
pub use plain::{Plain, Wrong};
pub use query::Query;
pub use route::segments;
pub use sorting::{SortKey, sort};
