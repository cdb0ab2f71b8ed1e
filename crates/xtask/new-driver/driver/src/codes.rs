//! What this driver has to say, by code.

groundwork_model::codes! {
    /// The range cannot be a network's.
    pub RANGE = "ACORN-RANGE", "The range cannot be a network's", "";
}
