//! Seeded simulation: faults, crashes, two writers.
