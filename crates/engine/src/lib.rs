//! Look, plan, run and journal: the Groundwork engine and the facade that controllers call.
//!
//! A controller makes an [`Engine`] once, asks it for a [`Session`] per cluster, looks at the
//! [`plan`](Session::plan), [runs](Session::run) it, and writes the [`Network`] back into its
//! document. Everything a caller needs is here at the top; [`run`] and [`plan`] are the pure
//! halves, public so that they can be proven.
//!
//! [`Network`]: groundwork_provider::Network

mod claims;
pub mod codes;
mod engine;
mod entry;
mod inventory;
pub mod journal;
mod limits;
mod namesakes;
mod observe;
pub mod plan;
mod reached;
mod reading;
mod recall;
mod registry;
pub mod run;
mod said;
mod session;
mod shell;
mod sweep;
mod swept_account;
mod system;
pub mod trace;
mod trouble;
mod turns;

pub use engine::{Engine, Parts, Request};
pub use entry::{Entry, Event, Fact, Failure, Finish, Reason, Verb};
pub use inventory::{Inventory, InventoryCluster, InventoryObject};
pub use journal::{Fence, Journal, JournalError, MemoryJournal, SqliteJournal};
pub use limits::Limits;
pub use observe::{Observation, Purpose, Seen, Whose, observe};
pub use recall::{Gone, Intent, Made, OpenOperation, Recall};
pub use registry::Registry;
pub use said::Said;
pub use session::{Applied, Patience, Planned, Session};
pub use sweep::Swept;
pub use system::{SeededRandom, SystemClock, system_world};
pub use trouble::Trouble;
