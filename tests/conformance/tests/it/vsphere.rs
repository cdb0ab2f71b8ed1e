//! The suite over vSphere.

use conformance::subjects::VsphereSubject;

conformance::mount!(VsphereSubject::default());
