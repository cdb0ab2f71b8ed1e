//! The sections of clouds that a document has. Nearly always it is one, and a fleet has many documents:
//! they take no more room than they need.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::CloudSection;

/// Sections, by the name of their cloud, in the order of the names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sections(Box<[(Box<str>, CloudSection)]>);

impl Sections {
    /// The section of a cloud.
    pub fn get(&self, cloud: &str) -> Option<&CloudSection> {
        let mut all = self.iter();
        all.find_map(|(name, section)| (name == cloud).then_some(section))
    }

    /// The same, to change it.
    pub(crate) fn get_mut(&mut self, cloud: &str) -> Option<&mut CloudSection> {
        let mut all = self.0.iter_mut();
        all.find_map(|(name, section)| (**name == *cloud).then_some(section))
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &CloudSection)> {
        self.0.iter().map(|(name, section)| (&**name, section))
    }

    /// The names of their clouds.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// Shares with others the sections that both have alike, as documents of a fleet often do.
    pub(crate) fn share(&mut self, others: &Self) {
        for (cloud, section) in &mut self.0 {
            if let Some(same) = others.get(cloud).filter(|other| *other == section) {
                section.clone_from(same);
            }
        }
    }

    /// Those that stand for something.
    pub(crate) fn only(self, is: impl Fn(&CloudSection) -> bool) -> Self {
        let all = self.0.into_iter();
        Self(all.filter(|(_, section)| is(section)).collect())
    }
}

impl FromIterator<(String, CloudSection)> for Sections {
    fn from_iter<I: IntoIterator<Item = (String, CloudSection)>>(all: I) -> Self {
        let sorted: BTreeMap<String, CloudSection> = all.into_iter().collect();
        let all = sorted.into_iter();
        Self(all.map(|(name, section)| (name.into(), section)).collect())
    }
}

impl<'de> Deserialize<'de> for Sections {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeMap::<String, CloudSection>::deserialize(from).map(Self::from_iter)
    }
}
