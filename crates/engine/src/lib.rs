//! Look, plan, run and journal: the Groundwork engine and the facade that controllers call.

pub mod codes;
mod claims;
mod entry;
pub mod journal;
mod limits;
mod observe;
pub mod plan;
mod recall;
pub mod run;
mod shell;

pub use entry::{Entry, Event, Fact, Failure, Finish, Reason, Verb};
pub use journal::{Fence, Journal, JournalError, MemoryJournal, SqliteJournal};
pub use limits::Limits;
pub use observe::{Observation, Seen, Whose, observe};
pub use recall::{Intent, Made, OpenOperation, Recall};
