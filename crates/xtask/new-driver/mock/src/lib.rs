//! A mock Acorn on the wire: [`Acorn`] is one account behind the API, made from a [`Config`] and
//! driven through [`mock_cloud::Mock`].

mod cloud;
mod config;
mod objects;
mod refused;
mod tables;

pub use cloud::Acorn;
pub use config::Config;
