//! The answer as text: ids and CIDRs.

use std::collections::BTreeMap;

use groundwork_provider::Network;
use serde_json::Value;

use super::{
    style,
    table::{Fit, fitting},
};
use crate::{Page, clean::cleaned};

/// Objects, subnets with their prefixes, and the patch for the document.
pub(crate) fn network(network: &Network, page: Page) -> String {
    let network = &cleaned(network);
    let prefixes: BTreeMap<&str, String> = network
        .subnets
        .iter()
        .map(|subnet| {
            let words: Vec<String> = subnet.cidrs.iter().map(ToString::to_string).collect();
            (subnet.id.as_str(), words.join("  "))
        })
        .collect();
    // An id that is made of other ids is no use to anybody.
    let objects = network
        .objects
        .iter()
        .filter(|object| !object.id.contains('/'));
    let rows: Vec<Vec<String>> = objects
        .map(|object| {
            let whose = if object.managed { "" } else { "external" };
            let prefix = prefixes
                .get(object.id.as_str())
                .cloned()
                .unwrap_or_default();
            vec![
                object.address.to_string(),
                object.id.clone(),
                prefix,
                style::quiet(whose),
                object.name.clone(),
            ]
        })
        .collect();
    let heading = style::strong(format!(
        "Network of {} ({})",
        network.cluster, network.provider
    ));
    let ranges: Vec<String> = network.cidrs.iter().map(ToString::to_string).collect();
    let ranges = match ranges.as_slice() {
        [] => String::new(),
        ranges => format!("{}\n", ranges.join("  ")),
    };
    // Ids and prefixes are what one asks for.
    let fit = Fit {
        width: page.table(),
        keep: 3,
        cut: None,
    };
    format!("{heading}\n{ranges}\n{}", fitting("  ", &rows, fit))
}

/// The patch as YAML.
pub(crate) fn patch(patch: &Value) -> String {
    serde_saphyr::to_string(&cleaned(patch)).expect("a patch is plain data with text as keys")
}
