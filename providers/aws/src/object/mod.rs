//! What all of EC2's objects have in common: tags, and the label in them.

pub(crate) mod address;
pub(crate) mod egress_only_gateway;
pub(crate) mod internet_gateway;
pub(crate) mod nat_gateway;
pub(crate) mod pending;
pub(crate) mod ranges;
pub(crate) mod route;
pub(crate) mod route_table;
pub(crate) mod route_table_association;
pub(crate) mod rules;
pub(crate) mod security_group;
pub(crate) mod shared_tag;
pub(crate) mod subnet;
pub(crate) mod vpc;
pub(crate) mod vpc_attributes;
pub(crate) mod vpc_ipv6;

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Facts, Found, ObjectRef, Owners, Phase, Result, Scope, Told, Want,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// When it was made: EC2 says that of almost nothing, and of two writers the first one stays.
pub(crate) const CREATED: &str = "groundwork.io/created";

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// What every taggable object has.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Common {
    /// Its id.
    pub id: String,
    /// Its tag `Name`.
    #[serde(default)]
    pub name: String,
    /// All its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Common {
    pub(crate) fn new(id: Option<&str>, tags: Tags) -> Self {
        Self {
            id: id.unwrap_or_default().to_owned(),
            name: tags.get("Name").cloned().unwrap_or_default(),
            tags,
        }
    }

    /// The label in its tags, if all four are there and whole.
    pub fn label(&self) -> Option<Label> {
        Label::from_tags(|key| self.tags.get(key).map(String::as_str))
    }

    /// A finding of a listing.
    pub(crate) fn found<S>(
        &self,
        joins: impl IntoIterator<Item = ObjectRef>,
        phase: Phase,
        state: S,
    ) -> Found<S> {
        Found::labelled(&self.id, self.label(), state)
            .joining(joins)
            .in_phase(phase)
            .made_at(self.tags.get(CREATED).and_then(|text| text.parse().ok()))
    }

    /// As people are told of it.
    pub(crate) fn told(&self, what: &str) -> String {
        match self.name.is_empty() {
            true => format!("{what} {}", self.id),
            false => format!("{what} {} ({})", self.name, self.id),
        }
    }
}

/// The tags that a create carries: label, time, and what the object is to have besides.
pub(crate) fn birth_tags(label: &Label, now: Timestamp, tags: &Want<Tags>) -> Tags {
    let mut all = timeless_tags(label, tags);
    all.insert(CREATED.to_owned(), now.to_string());
    all
}

/// The same for what EC2 itself tells the time of: a request that is sent twice, with one token, is
/// the same request.
pub(crate) fn timeless_tags(label: &Label, tags: &Want<Tags>) -> Tags {
    let mut all = label_tags(label);
    all.extend(tags.value().clone());
    all
}

pub(crate) fn label_tags(label: &Label) -> Tags {
    let tags = label.tags().into_iter();
    tags.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What people are told of an object before it exists: its tag `Name`.
pub(crate) fn asked_name(tags: &Want<Tags>) -> Told {
    let name = tags.value().get("Name");
    Told::named(name.map_or("", String::as_str))
}

/// The change that adds the tags which are missing; tags of others stay.
pub(crate) fn missing_tags(wanted: &Want<Tags>, is: &Common) -> Option<Change> {
    let missing: Tags = wanted
        .asked()?
        .iter()
        .filter(|(key, value)| is.tags.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let former: Tags = missing
        .keys()
        .filter_map(|key| Some((key.clone(), is.tags.get(key)?.clone())))
        .collect();
    (!missing.is_empty()).then(|| Change {
        field: TAGS.to_owned(),
        from: serde_json::to_value(former).unwrap_or_default(),
        to: serde_json::to_value(missing).unwrap_or_default(),
    })
}

/// The field under which missing tags are reported.
pub(crate) const TAGS: &str = "tags";

/// The tags that changes ask for: the label's, and those that are missing.
pub(crate) fn changed_tags(facts: &Facts<'_>, changes: &[Change]) -> Tags {
    let mut tags = Tags::new();
    for change in changes {
        if change.is_label() {
            tags.extend(label_tags(facts.label()));
        } else if change.field == TAGS {
            tags.extend(serde_json::from_value::<Tags>(change.to.clone()).unwrap_or_default());
        }
    }
    tags
}

/// Writes the tags that changes ask for, if they ask for any.
pub(crate) async fn tagged(
    cx: &Cx<'_, Api>,
    common: &Common,
    changes: &[Change],
) -> Result<Common> {
    let tags = changed_tags(cx, changes);
    if tags.is_empty() {
        return Ok(common.clone());
    }
    cx.api.create_tags(&common.id, &tags).await?;
    let mut all = common.tags.clone();
    all.extend(tags);
    let name = common.name.clone();
    Ok(Common {
        name,
        ..Common::new(Some(&common.id), all)
    })
}

/// Values that one filter takes.
const FILTER_VALUES_MAX: usize = 200;

/// One filter of a listing: its name as EC2 spells it, and any of these values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<String>,
}

impl Filter {
    /// Objects by their ids.
    pub(crate) fn any(name: &'static str, ids: Vec<String>) -> Self {
        Self { name, values: ids }
    }

    /// One object by its id.
    pub(crate) fn by_id(name: &'static str, id: &str) -> Self {
        Self {
            name,
            values: vec![id.to_owned()],
        }
    }
}

/// The requests that show a scope: everything of the account and region, or else what is named and
/// what is within. `None` stands for no filter.
pub(crate) fn selections(
    scope: &Scope,
    by_id: &'static str,
    within: Option<&'static str>,
) -> Vec<Option<Filter>> {
    if scope.owners != Owners::Nobody {
        return vec![None];
    }
    let mut selections = filters(by_id, &scope.ids);
    selections.extend(
        within
            .into_iter()
            .flat_map(|name| filters(name, &scope.within)),
    );
    selections.into_iter().map(Some).collect()
}

fn filters(name: &'static str, values: &BTreeSet<String>) -> Vec<Filter> {
    let values: Vec<String> = values.iter().cloned().collect();
    values
        .chunks(FILTER_VALUES_MAX)
        .map(|some| Filter {
            name,
            values: some.to_vec(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        Label {
            installation: "groundwork".parse().unwrap(),
            cluster: "b1f2".parse().unwrap(),
            address: "subnet/public/eu-central-1a".parse().unwrap(),
            incarnation: 2,
        }
    }

    #[test]
    fn a_label_is_read_back_from_tags() {
        let wanted = Want::Asked(Tags::from([("Name".to_owned(), "x".to_owned())]));
        let tags = birth_tags(&label(), Timestamp::UNIX_EPOCH, &wanted);
        let common = Common::new(Some("subnet-1"), tags);
        assert_eq!(common.label(), Some(label()));
        assert_eq!(common.name, "x");
    }

    #[test]
    fn half_a_label_is_none() {
        let mut tags = label_tags(&label());
        tags.remove(Label::INCARNATION);
        let common = Common::new(Some("vpc-1"), tags);
        assert_eq!(common.label(), None);
        assert_eq!(
            common.found([], Phase::Ready, ()).owner,
            groundwork_provider::Owner::Foreign
        );
    }

    #[test]
    fn tags_of_others_stay_and_missing_ones_are_named() {
        let is = Common::new(
            Some("vpc-1"),
            Tags::from([("team".to_owned(), "a".to_owned())]),
        );
        let wanted = Want::Asked(Tags::from([("Name".to_owned(), "x".to_owned())]));
        let change = missing_tags(&wanted, &is).unwrap();
        assert_eq!(change.to, serde_json::json!({ "Name": "x" }));
        assert_eq!(
            missing_tags(&Want::Chosen(wanted.value().clone()), &is),
            None
        );
    }

    #[test]
    fn a_look_at_everything_is_one_request() {
        let mut scope = Scope::installation(&"groundwork".parse().unwrap());
        scope.ids.insert("vpc-1".to_owned());
        assert_eq!(selections(&scope, "vpc-id", None), vec![None]);
        let scope = Scope::ids((0..201).map(|n| format!("vpc-{n}")));
        assert_eq!(selections(&scope, "vpc-id", None).len(), 2);
    }
}
