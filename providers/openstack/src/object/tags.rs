//! The tags of an object.

use groundwork_model::{ClusterKey, Label};
use serde::{Deserialize, Deserializer, Serialize};

use super::word::Word;

/// The longest tag that every release of Neutron takes.
const LENGTH_MAX: usize = 60;

/// The tag of everything that we make.
pub(crate) const TAG: &str = "groundwork";
/// What the tag of a cluster begins with.
const CLUSTER: &str = "groundwork-cluster=";

/// Tags in their order, each once. A listing keeps them, so they are exactly as large as they are.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Tags(Box<[Word]>);

impl Tags {
    /// The tags of the objects of one cluster: for people and their tools; we go by the label.
    pub(crate) fn of(label: &Label) -> Self {
        let tags = [TAG.to_owned(), format!("{CLUSTER}{}", label.cluster)];
        tags.into_iter()
            .filter(|tag| tag.len() <= LENGTH_MAX)
            .map(|tag| Word::from(&*tag))
            .collect()
    }

    /// The tags.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|tag| &**tag)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a tag is there.
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.iter().any(|is| is == tag)
    }

    /// Whether the tag of a cluster is there.
    pub(crate) fn has_cluster(&self, cluster: &ClusterKey) -> bool {
        let mut clusters = self.iter().filter_map(|tag| tag.strip_prefix(CLUSTER));
        clusters.any(|key| key == cluster.as_str())
    }

    /// Those of others that are not there.
    pub(crate) fn lacks<'o>(&self, others: &'o Self) -> impl Iterator<Item = &'o str> {
        others.iter().filter(|tag| !self.has(tag))
    }

    /// These and others.
    pub(crate) fn with(&self, others: &Self) -> Self {
        self.0.iter().chain(&others.0).cloned().collect()
    }
}

impl FromIterator<Word> for Tags {
    fn from_iter<I: IntoIterator<Item = Word>>(tags: I) -> Self {
        let mut tags: Vec<Word> = tags.into_iter().collect();
        tags.sort_unstable_by(|a, b| (**a).cmp(b));
        tags.dedup();
        Self(tags.into_boxed_slice())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Vec::<Word>::deserialize(from).map(Self::from_iter)
    }
}
