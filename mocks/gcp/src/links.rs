//! How objects name one another.

use std::fmt;

use crate::config::Config;

/// What links in replies begin with, whatever host was asked.
const OWN: &str = "https://www.googleapis.com/compute/v1/";
/// What links in requests may begin with.
const HOSTS: [&str; 2] = [OWN, "https://compute.googleapis.com/compute/v1/"];

/// Where an object is.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Scope {
    Global,
    Region(String),
    Zone(String),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global"),
            Self::Region(name) => write!(f, "regions/{name}"),
            Self::Zone(name) => write!(f, "zones/{name}"),
        }
    }
}

/// The whole link to a path: `projects/p/global/networks/n`.
pub(crate) fn url(path: &str) -> String {
    format!("{OWN}{path}")
}

/// The path of a link that was stored; as it is where it is none.
pub(crate) fn path(url: &str) -> &str {
    url.strip_prefix(OWN).unwrap_or(url)
}

/// The path that a request means: a whole link, one from the project on, or one from the scope on.
pub(crate) fn meant(config: &Config, text: &str) -> Option<String> {
    let rest = HOSTS.iter().find_map(|host| text.strip_prefix(host));
    let rest = rest.unwrap_or(text);
    if rest.contains("://") {
        return None;
    }
    let number = format!("projects/{}/", config.project_number);
    if let Some(rest) = rest.strip_prefix(&number) {
        return Some(format!("projects/{}/{rest}", config.project));
    }
    match rest.split('/').next() {
        Some("projects") => Some(rest.to_owned()),
        Some("global" | "regions" | "zones") => Some(format!("projects/{}/{rest}", config.project)),
        _ => None,
    }
}

/// The kind of an object in the singular, and its name, of a path.
pub(crate) fn kind_and_name(path: &str) -> (&str, &str) {
    let (front, name) = path.rsplit_once('/').unwrap_or(("", path));
    let plural = front.rsplit('/').next().unwrap_or_default();
    let singular = plural
        .strip_suffix("es")
        .filter(|short| short.ends_with("ss"));
    (
        singular.or(plural.strip_suffix('s')).unwrap_or(plural),
        name,
    )
}
