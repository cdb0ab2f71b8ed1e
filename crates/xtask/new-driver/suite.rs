//! The suite over Acorn.

use conformance::subjects::AcornSubject;

conformance::mount!(AcornSubject::default());
