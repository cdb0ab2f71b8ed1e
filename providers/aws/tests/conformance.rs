//! The suite over AWS.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use support::AwsSubject;

conformance::mount!(AwsSubject::default());
