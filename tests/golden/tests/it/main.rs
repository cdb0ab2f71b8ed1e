//! What people read, as text.

mod aws;
mod pages;
mod pictures;
mod rooms;
mod transcripts;
