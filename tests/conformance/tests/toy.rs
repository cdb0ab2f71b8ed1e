//! The suite over the toy.

use conformance::subjects::ToySubject;

conformance::mount!(ToySubject::default());
