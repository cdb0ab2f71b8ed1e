//! The drivers, each over its mock.

mod toy;

pub use toy::ToySubject;
