//! The zones of a network that is made. Pure.

use std::collections::BTreeSet;

use groundwork_model::{Finding, Label};

use crate::{codes, compile::Draft, spec::field, watched::zone::is_name};

/// Zones that a new network is made in, where the document names none.
const ZONES: usize = 3;

impl Draft<'_> {
    /// The document's zones; else those that the cluster has subnets in, filled up with the first
    /// ones of the region.
    pub(crate) fn zones(&mut self) -> Vec<String> {
        let ordinary = self.survey.zones.iter().filter(|zone| zone.is_ordinary());
        let available = ordinary
            .filter(|zone| zone.available)
            .map(|zone| zone.name.clone());
        if let Some(asked) = self
            .target
            .spec
            .zones
            .as_ref()
            .filter(|zones| !zones.is_empty())
        {
            let mut zones: Vec<String> = Vec::new();
            for (index, name) in asked.iter().enumerate() {
                match self.unfit_zone(name, index) {
                    Some(finding) => self.findings.push(finding),
                    None if zones.contains(name) => {}
                    None => zones.push(name.clone()),
                }
            }
            return zones;
        }
        let ours = self.survey.our_subnets.iter();
        let labelled = ours.filter(|subnet| {
            let address = subnet.common.tags.get(Label::ADDRESS);
            address.is_some_and(|address| address.starts_with("subnet/public/"))
                && is_name(&subnet.zone)
        });
        let used = labelled.map(|subnet| subnet.zone.clone()).collect();
        let zones = filled_up(used, available);
        if zones.is_empty() {
            let finding = Finding::error(codes::ZONE, "the region has no zone that can be used");
            self.findings
                .push(finding.remedy("check the datacenter's region"));
        }
        zones
    }

    fn unfit_zone(&self, name: &str, index: usize) -> Option<Finding> {
        let zone = self.survey.zones.iter().find(|zone| zone.name == name);
        let why = match zone {
            Some(zone) if zone.is_ordinary() => return None,
            // There an address of the region is none (the NAT gateway's neither), and wavelength
            // zones have gateways of their own.
            Some(zone) => format!(
                "is a {}, where public addresses, gateways and IPv6 are not the region's",
                zone.kind
            ),
            None => {
                "does not exist in the region, or the account has not opted in to it".to_owned()
            }
        };
        let fit = self.survey.zones.iter().filter(|zone| zone.is_ordinary());
        let fit: Vec<&str> = fit.map(|zone| zone.name.as_str()).collect();
        let told = if name.is_empty() { "\"\"" } else { name };
        let finding = Finding::error(codes::ZONE, format!("zone {told} {why}"));
        let finding = finding.at(field(&format!("zones[{index}]")));
        Some(finding.remedy(format!("choose among {}", fit.join(", "))))
    }
}

/// The zones that are used stay, whatever else there is. Three are wanted: a run that was
/// interrupted, or somebody who deleted a subnet, may have left fewer.
fn filled_up(used: BTreeSet<String>, available: impl Iterator<Item = String>) -> Vec<String> {
    let fresh = available.filter(|zone| !used.contains(zone));
    let fresh: Vec<String> = fresh.take(ZONES.saturating_sub(used.len())).collect();
    let mut zones: Vec<String> = used.into_iter().chain(fresh).collect();
    zones.sort();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_that_are_used_stay_and_others_fill_up() {
        let of = |used: &[&str], available: &[&str]| {
            let owned = |zones: &[&str]| -> Vec<String> {
                zones.iter().map(|zone| (*zone).to_owned()).collect()
            };
            filled_up(
                owned(used).into_iter().collect(),
                owned(available).into_iter(),
            )
        };
        assert_eq!(of(&[], &["a", "b", "c", "d"]), ["a", "b", "c"]);
        // A run that was interrupted has made these.
        assert_eq!(of(&["b", "c"], &["a", "b", "c", "d"]), ["a", "b", "c"]);
        // A zone that is out of order now, and one that has come.
        assert_eq!(of(&["b", "c", "d"], &["a", "b", "c"]), ["b", "c", "d"]);
        assert_eq!(of(&["a", "b", "c", "d"], &["e"]), ["a", "b", "c", "d"]);
    }
}
