//! The suite over AWS, with `--features suite` until every promise holds: the driver is in the
//! making, and in no binary.

#![cfg(feature = "suite")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use support::AwsSubject;

conformance::mount!(AwsSubject::default());
