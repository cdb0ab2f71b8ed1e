//! The stateful core of every mock cloud: objects, virtual clock, seeded faults, call log.
