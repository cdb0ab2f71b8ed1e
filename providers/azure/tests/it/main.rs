//! The driver over its mock.

mod conformance;
