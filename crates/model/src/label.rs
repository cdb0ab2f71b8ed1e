//! Whose an object is, written on the object itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Address, ClusterKey, InstallationId};

/// Whose a cloud object is. Objects are matched without the incarnation.
///
/// Written as one line, `groundwork/1 installation=I cluster=C address=A incarnation=N`, in the
/// field of the cloud that takes free text (OpenStack: `description`, 255 characters). Clouds
/// with key-value tags write the same four values as [four tags](Self::tags), and clouds with room in
/// a name alone write them at [its end](Self::suffix).
///
/// Labels are read strictly: a text that this release would never write is no label, so that an
/// object which somebody marks by hand is not taken for ours.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Label {
    /// Which installation made it.
    pub installation: InstallationId,
    /// For which cluster.
    pub cluster: ClusterKey,
    /// As which node of that cluster's graph.
    pub address: Address,
    /// Counts the objects at that address, from 1: 1 + the highest seen, once absence is confirmed.
    pub incarnation: u32,
}

/// The version of the one-line form. A reader accepts every version ever written.
const PREFIX: &str = "groundwork/1 ";

/// What a label at the end of a name begins with.
const MARK: &str = "..groundwork-1";
/// Characters of a label that a host name does not have, or that separate values there.
const ESCAPES: [(char, char); 4] = [('.', 'd'), ('_', 'u'), (':', 'c'), ('/', 's')];

impl Label {
    /// The tag of the installation; the prefix of the four keys is ours alone.
    pub const INSTALLATION: &'static str = "groundwork.io/installation";
    /// The tag of the cluster.
    pub const CLUSTER: &'static str = "groundwork.io/cluster";
    /// The tag of the node's address.
    pub const ADDRESS: &'static str = "groundwork.io/address";
    /// The tag of the incarnation.
    pub const INCARNATION: &'static str = "groundwork.io/incarnation";
    /// All four.
    pub const KEYS: [&'static str; 4] = [
        Self::INSTALLATION,
        Self::CLUSTER,
        Self::ADDRESS,
        Self::INCARNATION,
    ];

    /// Reads the one-line form; `None` for a text that is not a label, or one that is damaged.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_prefix(PREFIX)?.split(' ');
        let mut word = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=');
        let label = Self {
            installation: word("installation")?.parse().ok()?,
            cluster: word("cluster")?.parse().ok()?,
            address: word("address")?.parse().ok()?,
            incarnation: incarnation(word("incarnation")?)?,
        };
        words.next().is_none().then_some(label)
    }

    /// The label as four tags, in the order of [`Self::KEYS`].
    pub fn tags(&self) -> [(&'static str, String); 4] {
        let Self {
            installation,
            cluster,
            address,
            incarnation,
        } = self;
        [
            (Self::INSTALLATION, installation.to_string()),
            (Self::CLUSTER, cluster.to_string()),
            (Self::ADDRESS, address.to_string()),
            (Self::INCARNATION, incarnation.to_string()),
        ]
    }

    /// Reads the four tags; `tag` answers with the value of a key. `None` if one of them is missing
    /// or damaged.
    pub fn from_tags<'a>(tag: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        Some(Self {
            installation: tag(Self::INSTALLATION)?.parse().ok()?,
            cluster: tag(Self::CLUSTER)?.parse().ok()?,
            address: tag(Self::ADDRESS)?.parse().ok()?,
            incarnation: incarnation(tag(Self::INCARNATION)?)?,
        })
    }

    /// The label as the end of a name, for objects that have room nowhere else: letters, digits,
    /// dashes and periods, as host names have them. Two periods stand before each value; a period, and
    /// one of `_:/`, is written as a period and a letter.
    pub fn suffix(&self) -> String {
        let [installation, cluster, address, incarnation] = self.tags().map(|(_, value)| value);
        let values = [installation, cluster, address, incarnation];
        let mut text = MARK.to_owned();
        for value in values {
            text.push_str("..");
            for c in value.chars() {
                match ESCAPES.iter().find(|(own, _)| *own == c) {
                    Some((_, letter)) => text.extend(['.', *letter]),
                    None => text.push(c),
                }
            }
        }
        text
    }

    /// Reads the label at the end of a name, whatever stands before it. `None` where there is none, or
    /// where it is damaged.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, text) = name.split_once(MARK)?;
        let mut values = vec![String::new()];
        let mut rest = text.strip_prefix("..")?.chars();
        while let Some(c) = rest.next() {
            let value = values.last_mut()?;
            if c != '.' {
                value.push(c);
                continue;
            }
            match rest.next()? {
                '.' => values.push(String::new()),
                letter => value.push(ESCAPES.iter().find(|(_, own)| *own == letter)?.0),
            }
        }
        let [installation, cluster, address, number] = values.as_slice() else {
            return None;
        };
        Some(Self {
            installation: installation.parse().ok()?,
            cluster: cluster.parse().ok()?,
            address: address.parse().ok()?,
            incarnation: incarnation(number)?,
        })
    }

    /// What stands before the label in a name; all of a name without one.
    pub fn before(name: &str) -> &str {
        name.split(MARK).next().unwrap_or(name)
    }

    /// Whether both label the same node of the same cluster, whatever the incarnation.
    pub fn matches(&self, other: &Self) -> bool {
        self.installation == other.installation
            && self.cluster == other.cluster
            && self.address == other.address
    }
}

/// As we write it: digits alone, and no zero in front.
fn incarnation(text: &str) -> Option<u32> {
    let ours = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| ours)
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
    fn what_we_would_never_write_is_no_label() {
        let with = |incarnation: &str| {
            format!("groundwork/1 installation=a cluster=b address=c incarnation={incarnation}")
        };
        for damaged in ["+1", "01", "0", "-1", "1 ", "", "4294967296", "\u{661}"] {
            assert_eq!(Label::parse(&with(damaged)), None, "{damaged:?}");
        }
        assert!(Label::parse(&with("4294967295")).is_some());
    }

    #[test]
    fn tags_are_read_back_and_only_whole() {
        let tags = label().tags();
        assert_eq!(tags.each_ref().map(|(key, _)| *key), Label::KEYS);
        let read = |left_out: &str| {
            Label::from_tags(|key| {
                let mut of_key = tags
                    .iter()
                    .filter(|(own, _)| *own == key && key != left_out);
                of_key.next().map(|(_, value)| value.as_str())
            })
        };
        assert_eq!(read(""), Some(label()));
        for key in Label::KEYS {
            assert_eq!(read(key), None, "without {key}");
        }
    }

    #[test]
    fn a_name_ends_with_a_label_that_is_read_back() {
        let name = format!("kubernetes-a{}", label().suffix());
        let text = "kubernetes-a..groundwork-1..groundwork..b1f2..subnet.sipv6..2";
        assert_eq!(name, text);
        assert_eq!(Label::of_name(&name), Some(label()));
        assert_eq!(
            (Label::before(&name), Label::before("b")),
            ("kubernetes-a", "b")
        );
        let odd = Label {
            installation: InstallationId::new(".a_b.").unwrap(),
            cluster: ClusterKey::new("c:d.").unwrap(),
            ..label()
        };
        assert_eq!(Label::of_name(&odd.suffix()), Some(odd));
        for other in [
            "",
            "kubernetes-a",
            "..groundwork-1",
            "..groundwork-1..a..b..c..01",
            "..groundwork-1..a..b..c.x..1",
        ] {
            assert_eq!(Label::of_name(other), None, "{other}");
        }
        assert_eq!(Label::of_name(&format!("{name}..1")), None);
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
