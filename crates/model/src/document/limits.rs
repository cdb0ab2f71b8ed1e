//! How much is read. Every limit has a test.

/// Most bytes of one source.
pub const SOURCE_BYTES_MAX: usize = 16 << 20;
/// Most bytes of one document; each item of a `List` is a document.
pub const DOCUMENT_BYTES_MAX: usize = 1 << 20;
/// Most documents of all sources together, items of a `List` included: a fleet of 10,000 clusters, each with
/// a Network and a Secret beside it, and room for Seeds and Presets.
pub const DOCUMENTS_MAX: usize = 40_000;
/// Most levels of lists and objects.
pub const DEPTH_MAX: usize = 64;
/// Most values of one source: what the parser keeps in memory at once.
pub const VALUES_MAX: usize = 1_000_000;
/// Most values that anchors and aliases may add to one source.
pub const ALIAS_VALUES_MAX: usize = 100_000;
/// Most findings of one document; how many more there are is said.
pub const FINDINGS_MAX: usize = 200;
