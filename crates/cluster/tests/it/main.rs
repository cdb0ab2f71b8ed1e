//! Clusters, read from the mock API server and judged.

mod cases;
mod common;
mod probing;
mod probing_pods;
mod reading;
mod watching;
