//! What to do about each finding, in general: data, beside what is known.

use std::{collections::BTreeMap, sync::OnceLock};

const TEXT: &str = include_str!("remedies.yaml");

/// By code.
pub(crate) fn all() -> &'static BTreeMap<String, String> {
    static ALL: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    ALL.get_or_init(|| serde_saphyr::from_str(TEXT).expect("a test reads it"))
}
