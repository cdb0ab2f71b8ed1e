//! The conformance suite over Provider, and the toy provider.
//!
//! [`toy`] is a whole driver and its cloud: `docs/writing-a-driver.md` walks through it. A
//! [`Subject`] is a driver over its mock; [`suite`] holds what every one of them has to do, and
//! [`mount!`] makes tests of it.

mod clock;
mod dying;
mod halved;
mod lab;
mod odd;
mod overtaken;
mod subject;
pub mod subjects;
pub mod suite;
pub mod toy;
mod twice;

pub use clock::VirtualClock;
pub use dying::{Death, Dying};
pub use halved::Halved;
pub use lab::{Lab, Process, Ran, Shape, done, label, own, request, shape_of};
pub use mock_in_process::InProcess;
pub use odd::Odd;
pub use overtaken::Overtaken;
pub use subject::{
    Drift, Existing, Failing, Overtake, Stranger, Subject, Twins, Variant, Violation,
    dual_stack_network, merged,
};
pub use twice::Twice;
