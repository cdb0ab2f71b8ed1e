//! What a benchmark has to know of a cloud.

use std::time::Duration;

use groundwork_engine::Registry;
use groundwork_provider::{Environment, Item};
use mock_cloud::{Call, Mock};
use serde_json::Value;

/// A driver over its mock.
pub(crate) trait Subject {
    /// As it is told.
    fn name(&self) -> &'static str;

    /// The driver.
    fn registry(&self) -> Registry;

    /// A new cloud.
    fn mock(&self, latency: Duration) -> Mock;

    /// Variables around the process.
    fn environment(&self) -> Environment {
        Environment::default()
    }

    /// `spec.cloud` of a cluster, but for its datacenter.
    fn cluster(&self) -> Value;

    /// `spec.cloud` of the Network beside a cluster: fields of ours that it cannot do without.
    fn beside(&self) -> Option<Value> {
        None
    }

    /// `spec` of the datacenter.
    fn datacenter(&self) -> Value;

    /// Whether a call asks beforehand: for a quota, a permission.
    fn is_check(&self, call: &Call) -> bool;

    /// Whether it belongs to connecting.
    fn is_login(&self, call: &Call) -> bool;

    /// How many levels the listings have: those that need another's ids come after it.
    fn look_levels(&self, exists: bool) -> u32;

    /// Levels more where something is to go: what others have inside it.
    fn levels_inside(&self) -> u32 {
        0
    }

    /// Calls on one object that others wait for.
    fn calls(&self, item: &Item) -> u32 {
        let _ = item;
        1
    }

    /// Calls on a new object afterwards that nobody waits for but the run.
    fn touches(&self, item: &Item) -> u32 {
        let _ = item;
        0
    }

    /// Puts copies of the objects that `is_new` into the cloud, as clusters 2 to `clusters` would
    /// have them: what a sweep costs does not depend on who made them.
    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize);

    /// The ids of all that there is.
    fn ids(&self, mock: &Mock) -> Vec<String>;
}

/// The name of a cluster.
pub(crate) fn name(number: usize) -> String {
    format!("c{number:04}")
}

/// Its uid.
pub(crate) fn uid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// The text of an object of cluster 1 as cluster `number` would have it; `id` changes an id.
pub(crate) fn copied<'a>(
    text: &str,
    ids: impl Iterator<Item = &'a str>,
    id: impl Fn(&str) -> String,
    number: usize,
) -> String {
    let mut text = text.to_owned();
    for other in ids {
        text = text.replace(other, &id(other));
    }
    text.replace(&name(1), &name(number))
        .replace(&uid(1), &uid(number))
}
