//! What people see of an object.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What people see of an object, besides its address and id.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// Its name at the cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its ranges, IPv4 first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub cidrs: Vec<IpNet>,
    /// What else distinguishes it, in the cloud's words: the device that a port is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How somebody else gets it out of the way, where removing or detaching it does not work. Not
    /// written down.
    #[serde(skip)]
    #[schemars(skip)]
    pub remedy: Option<&'static str>,
}

impl Told {
    /// A name, if it is not empty.
    pub fn named(name: &str) -> Self {
        Self::default().with_name(name)
    }

    /// Ranges alone.
    pub fn ranges(cidrs: impl IntoIterator<Item = IpNet>) -> Self {
        Self::default().with_ranges(cidrs)
    }

    /// The same with a name, if it is not empty.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        let name = (!name.is_empty()).then(|| name.to_owned());
        Self { name, ..self }
    }

    /// The same with ranges; one that is told twice counts once.
    #[must_use]
    pub fn with_ranges(mut self, cidrs: impl IntoIterator<Item = IpNet>) -> Self {
        for cidr in cidrs {
            if !self.cidrs.contains(&cidr) {
                self.cidrs.push(cidr);
            }
        }
        self
    }

    /// The same with a detail, if it is not empty.
    #[must_use]
    pub fn with_detail(self, detail: &str) -> Self {
        let detail = (!detail.is_empty()).then(|| detail.to_owned());
        Self { detail, ..self }
    }

    /// The same with what gets it out of the way.
    #[must_use]
    pub fn with_remedy(self, remedy: &'static str) -> Self {
        let remedy = Some(remedy);
        Self { remedy, ..self }
    }

    /// Each field of this one, or of the other one where this has none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let cidrs = match self.cidrs.is_empty() {
            true => other.cidrs,
            false => self.cidrs,
        };
        Self {
            name: self.name.or(other.name),
            cidrs,
            detail: self.detail.or(other.detail),
            remedy: self.remedy.or(other.remedy),
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
