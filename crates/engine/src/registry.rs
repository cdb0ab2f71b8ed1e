//! The drivers of a binary.

use std::{collections::BTreeMap, sync::Arc};

use groundwork_model::Schemas;
use groundwork_provider::{
    Provider,
    erased::{AnyProvider, Erased},
};

/// The drivers of a binary, by name.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<&'static str, Arc<dyn AnyProvider>>);

impl Registry {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a driver.
    #[must_use]
    pub fn with<P: Provider>(mut self, provider: P) -> Self {
        self.0.insert(P::NAME, Arc::new(Erased::new(provider)));
        self
    }

    /// A driver by its name.
    pub fn of(&self, name: &str) -> Option<&Arc<dyn AnyProvider>> {
        self.0.get(name)
    }

    /// All drivers, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn AnyProvider>> {
        self.0.values()
    }

    /// The schemas of the drivers' sections, for the document parser.
    pub fn schemas(&self) -> Schemas {
        let mut schemas = Schemas::default();
        for provider in self.iter() {
            let (cloud, datacenter) = provider.schemas();
            schemas.cloud.insert(provider.name().to_owned(), cloud);
            schemas
                .datacenter
                .insert(provider.name().to_owned(), datacenter);
        }
        schemas
    }
}
