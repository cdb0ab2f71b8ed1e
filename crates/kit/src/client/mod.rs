//! The HTTP client of a REST cloud: sessions, paging, meaning of failures, rate limits.
//!
//! The client sends each request once. Retries are the engine's: an [`Error`](groundwork_provider::Error)
//! says when to try again, and whether the request may have had its effect.

mod address;
mod budget;
mod call;
mod exchange;
mod extent;
mod failure;
mod in_flight;
mod lines;
mod operation;
mod pace;
mod page;
mod pages;
mod session;
mod static_token;

pub use address::{base_address, path_segment};

pub use budget::{RateLimit, Reset};
pub use call::{Call, Client};
pub use exchange::{Reply, Wire};
pub use extent::Extent;
pub use failure::{Failures, Reach, Refusal, Said, is_too_large};
pub use lines::Lines;
pub use operation::{Answer, Pending};
pub use pages::{Listed, Pages, Paging};
pub use session::Authenticate;
pub use static_token::{StaticToken, secret_header};
