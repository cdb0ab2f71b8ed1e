//! Where a cluster may run, and what is allowed there.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    CloudSection, Finding, Location, Sections,
    document::{Places, append},
};

/// One datacenter of a Seed (`spec.datacenters.<name>`), read and well formed.
#[derive(Clone, Debug)]
pub struct Datacenter {
    /// Its name, unique over all Seeds.
    pub name: String,
    /// The Seed that has it.
    pub seed: String,
    /// The country, as two letters.
    pub country: String,
    /// Where exactly.
    pub location: String,
    /// The clouds.
    pub spec: DatacenterSpec,
    places: Arc<Places>,
}

/// `spec` of a datacenter, as far as it is used. The rest of KKP's fields is accepted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DatacenterSpec {
    /// The sections, by the name of their cloud.
    pub clouds: Sections,
}

/// `spec` of a Seed, as far as it is used.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SeedSpec {
    /// The datacenters, by name.
    pub(crate) datacenters: BTreeMap<String, RawDatacenter>,
}

/// One datacenter, as it stands in the document.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "Datacenter")]
pub(crate) struct RawDatacenter {
    /// The country, as two letters.
    country: String,
    /// Where exactly.
    location: String,
    /// The cloud, and what is allowed there.
    spec: RawDatacenterSpec,
}

/// The cloud of a datacenter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "DatacenterSpec")]
struct RawDatacenterSpec {
    /// The sections, by the name of their cloud.
    #[serde(flatten)]
    fields: BTreeMap<String, CloudSectionOrField>,
}

/// A section, or one of KKP's fields that stand beside the sections.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct CloudSectionOrField(CloudSection);

impl Datacenter {
    const FIELDS: &str = "spec.datacenters";

    pub(crate) fn new(
        name: String,
        seed: &str,
        raw: RawDatacenter,
        unused: &[&str],
        places: &Arc<Places>,
    ) -> Self {
        let RawDatacenter {
            country,
            location,
            spec,
        } = raw;
        let sections = spec
            .fields
            .into_iter()
            .filter(|(key, _)| !unused.contains(&key.as_str()));
        let clouds = sections
            .map(|(key, CloudSectionOrField(section))| (key, section))
            .collect();
        let spec = DatacenterSpec { clouds };
        Self {
            name,
            seed: seed.to_owned(),
            country,
            location,
            spec,
            places: Arc::clone(places),
        }
    }

    /// The full path of one of its fields, for findings: `spec.openstack.ipv6Enabled` is
    /// `spec.datacenters.<name>.spec.openstack.ipv6Enabled` in the Seed.
    pub fn field(&self, field: &str) -> String {
        let mut path = Self::FIELDS.to_owned();
        append(&mut path, &self.name);
        path + "." + field
    }

    /// Whether a path is one of a Seed's datacenters.
    pub fn has_field(path: &str) -> bool {
        path.strip_prefix(Self::FIELDS)
            .is_some_and(|rest| rest.starts_with(['.', '[']))
    }

    /// Where a field stands, by its full path (see [`field`](Self::field)).
    pub fn locate(&self, field: &str) -> Option<Location> {
        Self::has_field(field).then(|| self.places.locate(field))?
    }

    /// Gives each finding about a datacenter's field that has no location its location.
    pub fn place(&self, findings: &mut [Finding]) {
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.location.is_none())
        {
            finding.location = finding
                .field
                .as_deref()
                .and_then(|field| self.locate(field));
        }
    }
}
