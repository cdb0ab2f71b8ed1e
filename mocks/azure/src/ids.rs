//! Ids of resources. Case means nothing in them.

use std::sync::Arc;

use mock_cloud::Object;
use mock_rest::segments;

use crate::cloud::Azure;
use crate::kind::Kind;

/// What a path below a subscription means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// All of a kind that is inside something with this id.
    All(Kind, String),
    /// The resource with this id.
    One(Kind, String),
}

/// What an id is found by.
pub(crate) fn key(id: &str) -> String {
    id.to_lowercase()
}

/// The id of what a resource is inside of; that of its subscription for a resource group.
pub(crate) fn outer(kind: Kind, id: &str) -> String {
    let parts = match (kind, kind.parent()) {
        (Kind::ResourceGroup, _) | (_, Some(_)) => 2,
        (_, None) => 4,
    };
    let mut outer = id;
    for _ in 0..parts {
        outer = outer.rsplit_once('/').map_or("", |(front, _)| front);
    }
    outer.to_owned()
}

/// The last part of an id.
pub(crate) fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// The id of the resource group that an id is in.
pub(crate) fn group_of(id: &str) -> String {
    let parts: Vec<&str> = id.splitn(6, '/').take(5).collect();
    parts.join("/")
}

impl Azure {
    /// The id of the subscription as a resource.
    pub(crate) fn subscription_id(&self) -> String {
        format!("/subscriptions/{}", self.config.subscription)
    }

    /// What the parts of a path behind the subscription mean. What exists keeps the spelling of who
    /// made it.
    pub(crate) fn target(&self, parts: &[&str]) -> Option<Target> {
        let subscription = self.subscription_id();
        match parts {
            [groups] if is(groups, "resourceGroups") => {
                Some(Target::All(Kind::ResourceGroup, subscription))
            }
            [groups, name] if is(groups, "resourceGroups") => {
                let id = format!("{subscription}/resourceGroups/{name}");
                Some(Target::One(
                    Kind::ResourceGroup,
                    self.spelled(Kind::ResourceGroup, id),
                ))
            }
            [providers, provider, plural] if is(providers, "providers") => {
                let kind = top(provider, plural)?;
                Some(Target::All(kind, subscription))
            }
            [groups, name, providers, provider, plural, rest @ ..]
                if is(groups, "resourceGroups") && is(providers, "providers") =>
            {
                let group = format!("{subscription}/resourceGroups/{name}");
                let group = self.spelled(Kind::ResourceGroup, group);
                self.inside(group, top(provider, plural)?, rest)
            }
            _ => None,
        }
    }

    fn inside(&self, group: String, kind: Kind, rest: &[&str]) -> Option<Target> {
        let [name, rest @ ..] = rest else {
            return Some(Target::All(kind, group));
        };
        let id = format!(
            "{group}/providers/{}/{}/{name}",
            kind.provider(),
            kind.plural()
        );
        let id = self.spelled(kind, id);
        let [plural, rest @ ..] = rest else {
            return Some(Target::One(kind, id));
        };
        let part = Kind::by_plural(plural).filter(|part| part.parent() == Some(kind))?;
        match rest {
            [] => Some(Target::All(part, id)),
            [name] => {
                let id = format!("{id}/{}/{name}", part.plural());
                Some(Target::One(part, self.spelled(part, id)))
            }
            _ => None,
        }
    }

    fn spelled(&self, kind: Kind, id: String) -> String {
        match self.find(kind, &id) {
            Some(found) => found.id.clone(),
            None => id,
        }
    }

    /// The resource that a whole id means.
    pub(crate) fn meant(&self, id: &str) -> Option<(Kind, String)> {
        let parts = segments(id);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let ["subscriptions", subscription, rest @ ..] = parts.as_slice() else {
            return None;
        };
        if !id.starts_with('/') || !is(subscription, &self.config.subscription) {
            return None;
        }
        match self.target(rest)? {
            Target::One(kind, id) => Some((kind, id)),
            Target::All(..) => None,
        }
    }

    /// The resource with an id, however it is spelled.
    pub(crate) fn find(&self, kind: Kind, id: &str) -> Option<Arc<Object>> {
        self.store
            .by(kind.plural(), "_key", &key(id))
            .next()
            .cloned()
    }

    /// The resources of a kind that are directly inside of something.
    pub(crate) fn within(&self, kind: Kind, outer: &str) -> Vec<Arc<Object>> {
        let outer = key(outer);
        let inside = self.store.by(kind.plural(), "_outer", &outer);
        inside.cloned().collect()
    }
}

fn top(provider: &str, plural: &str) -> Option<Kind> {
    let kind = Kind::by_plural(plural)?;
    (kind.parent().is_none() && kind != Kind::ResourceGroup && is(provider, kind.provider()))
        .then_some(kind)
}

fn is(part: &str, wanted: &str) -> bool {
    part.eq_ignore_ascii_case(wanted)
}
