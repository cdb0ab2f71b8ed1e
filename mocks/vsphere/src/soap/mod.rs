//! The SOAP service at `/sdk`.

mod collector;
mod dispatch;
mod envelope;
mod fault;
mod fields;
mod folders;
mod pools;
mod privileges;
mod schema;
mod selection;
mod session;
mod target;
mod value;
mod views;
mod xml;

use mock_cloud::Response;

pub(crate) use dispatch::{is_listing, is_mutating};
pub(crate) use envelope::{is_soap, method, parameters};
pub(crate) use fault::{Answer, Fault};

/// Too many objects: an answer to a request that would make one more.
pub(crate) fn over_limit() -> Response {
    Fault::over_limit().response()
}

/// Another writer was faster.
pub(crate) fn concurrent_access() -> Response {
    Fault::concurrent_access().response()
}

/// An error of the server's own.
pub(crate) fn system_error() -> Response {
    Fault::system().response()
}
