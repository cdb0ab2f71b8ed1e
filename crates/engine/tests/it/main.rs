//! The engine over drivers that are made of data.

mod exhaustive;
mod formats;
mod journal;
mod meet;
mod plan;
mod play;
mod run;
mod run_replaced;
mod run_unhappy;
mod whole;
