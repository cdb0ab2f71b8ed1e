//! The stateful core of every mock cloud: objects, virtual clock, seeded faults, call log, checker.
//!
//! A cloud is a plain value behind [`Cloud`]: it takes a request and the time, and returns a
//! response. It opens no socket and reads no clock, so the same seed and the same requests give the
//! same replies. [`Mock`] puts the [faults](mod@faults), the call log and the [checker](Violation)
//! in front of it; [`serve`](fn@serve) puts a port in front of that.
//!
//! What clouds have in common is here for those who write one: things that time does ([`Schedule`],
//! [`Calendar`]), limits ([`Buckets`]), [idempotency tokens](Idempotency), [replies](mod@reply), and
//! what somebody else does ([`Hand`]).

mod buckets;
mod calendar;
mod calls;
mod checker;
mod cloud;
pub mod faults;
mod follow;
mod hand;
mod idempotency;
mod injector;
mod inventory;
mod mock;
mod processors;
pub mod reply;
mod request;
mod schedule;
mod serve;
mod store;
mod swarm;
mod undo;

pub use buckets::{Buckets, Level, Rate};
pub use calendar::Calendar;
pub use calls::Call;
pub use checker::{Breach, Violation};
pub use cloud::{Cloud, Description, Refusal, Request, Response};
pub use faults::{Effect, Fault, Faults, Match, Rule};
pub use follow::{Follow, GLANCE, Next};
pub use hand::Hand;
pub use idempotency::{Idempotency, Repeat};
pub use inventory::{Entry, Inventory};
pub use mock::{Mock, Options, Outcome, Reply, first_half};
pub use processors::Processors;
pub use request::{Requests, base_url, header};
pub use schedule::Schedule;
pub use serve::{serve, serve_at_pace};
pub use store::{Author, Body, Object, Store, Touch, Verb};
pub use swarm::Bounds;
