//! The suite over OpenStack.

use conformance::subjects::OpenStackSubject;

conformance::mount!(OpenStackSubject::default());
