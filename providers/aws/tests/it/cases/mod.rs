//! AWS through the engine, over its mock: networks that exist, and what the reference system does
//! wrong with those that it makes.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod acls;
mod addresses;
mod anew;
mod blocked;
mod bounds;
mod encrypted;
mod groups;
mod healthy;
mod in_the_way;
mod kept;
mod made;
mod meanwhile;
mod named;
mod nat;
mod owner;
mod parts;
mod peers;
mod pools;
mod record;
mod site;
mod sweeps;
mod tags;
mod traps;
mod twins;
mod ways;
