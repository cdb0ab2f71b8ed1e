//! Inventory paths: names with slashes between them, as `SearchIndex` reads them.

use crate::cloud::Vsphere;
use crate::names::decoded;

impl Vsphere {
    /// What is at a path (`dc-1/vm/folder`, with or without a slash at its beginning). Slashes in
    /// names are escaped (`%2f`).
    pub(crate) fn at_path(&self, path: &str) -> Option<String> {
        let names = path.split('/').filter(|name| !name.is_empty());
        let mut at = self.root.clone();
        for name in names {
            let children = self.children(&at);
            let child = children
                .iter()
                .find(|child| decoded(child.text("name")) == decoded(name));
            at = child?.id.clone();
        }
        Some(at)
    }
}
