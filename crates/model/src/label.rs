//! Whose an object is, written on the object itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Address, ClusterKey, InstallationId};

/// Whose a cloud object is. Objects are matched without the incarnation.
///
/// Written as one line, `groundwork/1 installation=I cluster=C address=A incarnation=N`, in the
/// field of the cloud that takes free text (OpenStack: `description`, 255 characters). Clouds
/// with key-value tags write the same four values as four tags.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Label {
    /// Which installation made it.
    pub installation: InstallationId,
    /// For which cluster.
    pub cluster: ClusterKey,
    /// As which node of that cluster's graph.
    pub address: Address,
    /// The how-manieth object at that address: 1 + the highest seen, once absence is confirmed.
    pub incarnation: u32,
}

/// The version of the one-line form. A reader accepts every version ever written.
const PREFIX: &str = "groundwork/1 ";

impl Label {
    /// Reads the one-line form; `None` for a text that is not a label, or one that is damaged.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_prefix(PREFIX)?.split(' ');
        let mut word = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=');
        let label = Self {
            installation: word("installation")?.parse().ok()?,
            cluster: word("cluster")?.parse().ok()?,
            address: word("address")?.parse().ok()?,
            incarnation: word("incarnation")?.parse().ok()?,
        };
        words.next().is_none().then_some(label)
    }

    /// Whether both label the same node of the same cluster, whatever the incarnation.
    pub fn matches(&self, other: &Self) -> bool {
        self.installation == other.installation
            && self.cluster == other.cluster
            && self.address == other.address
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            installation,
            cluster,
            address,
            incarnation,
        } = self;
        write!(
            f,
            "{PREFIX}installation={installation} cluster={cluster} address={address} \
             incarnation={incarnation}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        Label {
            installation: InstallationId::default(),
            cluster: ClusterKey::new("b1f2").unwrap(),
            address: Address::new("subnet/ipv6").unwrap(),
            incarnation: 2,
        }
    }

    #[test]
    fn the_one_line_form_is_read_back() {
        let text =
            "groundwork/1 installation=groundwork cluster=b1f2 address=subnet/ipv6 incarnation=2";
        assert_eq!(label().to_string(), text);
        assert_eq!(Label::parse(text), Some(label()));
    }

    #[test]
    fn other_texts_are_not_labels() {
        for text in [
            "",
            "my network",
            "groundwork/1 installation=a",
            "groundwork/2 x",
        ] {
            assert_eq!(Label::parse(text), None, "{text}");
        }
        assert_eq!(Label::parse(&format!("{} more=1", label())), None);
    }

    #[test]
    fn the_longest_label_fits_a_description() {
        let longest = Label {
            installation: InstallationId::new("i".repeat(InstallationId::LENGTH_MAX)).unwrap(),
            cluster: ClusterKey::new("c".repeat(ClusterKey::LENGTH_MAX)).unwrap(),
            address: Address::new("a".repeat(Address::LENGTH_MAX)).unwrap(),
            incarnation: u32::MAX,
        };
        assert!(
            longest.to_string().len() <= 255,
            "{}",
            longest.to_string().len()
        );
    }
}
