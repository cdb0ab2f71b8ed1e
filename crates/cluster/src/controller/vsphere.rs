//! vsphere-cloud-controller-manager 1.36.

use groundwork_kit::kubernetes::Cause;
use groundwork_model::Family;

use super::{Balances, Kind, Settings, ini};
use crate::facts::{Facts, Value, Workload};

const VARIABLE: &str = "ENABLE_ALPHA_DUAL_STACK";

pub(super) const KIND: Kind = Kind {
    title: "vSphere",
    provider: "vsphere",
    scheme: "vsphere://",
    part: "vsphere-cloud-controller-manager",
    read,
    explain: |_, _| None,
    likely: &[
        "ip-family of the controller's configuration does not name the family (ipv4 is the default)",
        "the machine's guest tools report one family alone: under a dual setting the node gets no \
         address at all until they report both",
        "node-ip names an address that is not the first of its family on its interface",
        "the node's name is not the guest's host name",
    ],
    switch: "set ipFamily to [ipv4, ipv6] (ip-family = \"ipv4,ipv6\" in the INI form, without a \
             blank) in the controller's configuration, and the variable ENABLE_ALPHA_DUAL_STACK to \
             true",
    has_internal: true,
    has_two_v4: false,
    balances: Balances::Nothing,
    packets: |_| None,
};

fn read(workload: &Workload, facts: &Facts) -> Settings {
    let mut texts = facts.mounted(workload);
    let Some(text) = texts.find(|text| is_its_own(text)) else {
        return Settings::hidden();
    };
    let values = match of_yaml(text) {
        Some(values) => values,
        None => of_ini(text),
    };
    let said = format!("ip-family is {}", values.join(","));
    let read = |value: &String| match value.as_str() {
        "ipv4" => Some(Family::V4),
        "ipv6" => Some(Family::V6),
        _ => None,
    };
    let families: Vec<Family> = values.iter().filter_map(read).collect();
    if values.is_empty() {
        return Settings::of(&[Family::V4], "ip-family is not set, which means ipv4");
    }
    if families.len() < values.len() {
        let why = format!(
            "{said:?}: a blank or a capital letter is taken without a word, and matches no family"
        );
        return Settings {
            mistake: Some(Cause::new(why, KIND.switch)),
            ..Settings::of(&families, said)
        };
    }
    let is_off = workload.variable(VARIABLE) == Value::Unset;
    if families.len() > 1 && is_off {
        let why = format!("{said}, and {VARIABLE} is not set: the controller ends at once");
        return Settings {
            mistake: Some(Cause::new(why, KIND.switch)),
            ..Settings::hidden()
        };
    }
    Settings::of(&families, said)
}

fn is_its_own(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["[global]", "[virtualcenter", "vcenter:", "global:"]
        .iter()
        .any(|part| lower.contains(part))
}

/// The families of the YAML form; none where the text has another form. Its key is `ipFamily`;
/// `ip-family` has no effect there.
fn of_yaml(text: &str) -> Option<Vec<String>> {
    if text.trim_start().starts_with('[') {
        return None;
    }
    let tree: serde_json::Value = serde_saphyr::from_str(text).ok()?;
    let of = |value: &serde_json::Value| -> Vec<String> {
        let list = value["ipFamily"].as_array();
        let texts = list.into_iter().flatten().filter_map(|one| one.as_str());
        texts.map(str::to_owned).collect()
    };
    let vcenters = tree["vcenter"].as_object();
    let vcenters = vcenters.into_iter().flat_map(|all| all.values());
    let mut all: Vec<Vec<String>> = [of(&tree["global"])].into();
    all.extend(vcenters.map(of));
    all.sort_by_key(|one| std::cmp::Reverse(one.len()));
    tree.is_object().then(|| all.swap_remove(0))
}

fn of_ini(text: &str) -> Vec<String> {
    let last = ini::values(text, "ip-family").pop().unwrap_or_default();
    let parts = last.split(',').filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
