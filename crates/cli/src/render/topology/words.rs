//! What a topology says in words: on its cards, and for whoever does not see the picture.

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    topology::{Gateway, Part, Subnet, Via, Way},
};

use crate::clean;

/// What becomes of a family that leaves a subnet.
#[derive(Clone, Debug)]
pub(crate) struct WayOut {
    /// The number of the gateway in the picture.
    pub(crate) gateway: Option<usize>,
    /// In words.
    pub(crate) text: String,
    /// Whether there is none where there should be one.
    pub(crate) bad: bool,
}

/// What becomes of a family that leaves a subnet; nothing where it is not there.
pub(crate) fn way(topology: &Topology, subnet: &Subnet, family: Family) -> Option<WayOut> {
    if !subnet.has(family) {
        return None;
    }
    let said = |text: String, bad| {
        let gateway = None;
        Some(WayOut { gateway, text, bad })
    };
    match subnet.way_out(family).map(|route| &route.via) {
        None if has_another(topology, subnet, family) => said("stays inside".to_owned(), false),
        None => said("no way out".to_owned(), true),
        Some(Via::Inside) => said("stays inside".to_owned(), false),
        Some(Via::Nowhere(why)) => said(format!("leads nowhere: {}", clean::text(why)), true),
        Some(Via::Unseen(what)) => said(format!("by {}", clean::text(what)), false),
        Some(Via::Gateway(key)) => {
            let gateway = topology
                .gateways
                .iter()
                .position(|one| one.part.key == *key);
            let found = gateway.map(|place| &topology.gateways[place]);
            let what = found.map_or_else(|| clean::text(key), |one| clean::text(&one.part.what));
            let does = found.and_then(|one| one.ways.get(&family));
            let is_reached = does == Some(&Way::Translated) || subnet.public.contains(&family);
            let text = match (found.map(|one| one.shut.is_some()), does, is_reached) {
                (Some(true), ..) => format!("{what}, which is shut"),
                (Some(false), None, _) => format!("{what}, which does not carry it"),
                (Some(false), Some(_), false) => format!("{what}, but no public address"),
                (Some(false), Some(_), true) | (None, ..) => what.clone(),
            };
            Some(WayOut {
                gateway: gateway.map(|place| place + 1),
                bad: text != what,
                text,
            })
        }
    }
}

/// Whether the same nodes have a way out by another subnet.
fn has_another(topology: &Topology, subnet: &Subnet, family: Family) -> bool {
    let others = topology.subnets.iter().filter(|other| *other != subnet);
    let mut others = others.filter(|other| other.all_nodes && subnet.all_nodes);
    others.any(|other| other.has(family) && other.way_out(family).is_some())
}

/// What a gateway does with a family.
pub(crate) fn does(gateway: &Gateway, family: Family) -> Option<&'static str> {
    gateway.ways.get(&family).map(|way| match way {
        Way::Routed => "in and out, untranslated",
        Way::Translated => "out, translated",
        Way::Outward => "out only, untranslated",
    })
}

/// What a part is called: its name, else its address.
pub(crate) fn name(part: &Part) -> String {
    let told = part.told();
    let name = told.strip_prefix(&part.what).unwrap_or(&told).trim();
    let name = name.split(" (").next().unwrap_or_default();
    clean::text(name)
}

/// The whole in sentences.
pub(crate) fn described(topology: &Topology) -> String {
    let mut text = String::new();
    if let Some(network) = &topology.network {
        let ranges: Vec<String> = network.cidrs.iter().map(ToString::to_string).collect();
        text += &format!("{}{}. ", clean::text(&network.part.told()), with(&ranges));
    }
    for subnet in &topology.subnets {
        let ranges: Vec<String> = subnet.cidrs.iter().map(ToString::to_string).collect();
        let zone = subnet
            .zone
            .as_deref()
            .map(|zone| format!(" in zone {}", clean::text(zone)));
        let told = clean::text(&subnet.part.told());
        text += &format!("{told}{}{}", zone.unwrap_or_default(), with(&ranges));
        for family in Family::BOTH {
            if let Some(way) = way(topology, subnet, family) {
                let number = way.gateway.map(|number| format!(" {number}"));
                text += &format!("; {family}: {}{}", way.text, number.unwrap_or_default());
            }
        }
        text += ". ";
    }
    for (place, gateway) in topology.gateways.iter().enumerate() {
        text += &format!(
            "Gateway {}: {}",
            place + 1,
            clean::text(&gateway.part.told())
        );
        for family in Family::BOTH {
            if let Some(does) = does(gateway, family) {
                text += &format!("; {family} {does}");
            }
        }
        let shut = gateway.shut.as_deref().map(clean::text);
        text += &shut.map_or_else(String::new, |why| format!("; it {why}"));
        text += ". ";
    }
    text.trim_end().to_owned()
}

fn with(ranges: &[String]) -> String {
    match ranges {
        [] => String::new(),
        ranges => format!(" ({})", ranges.join(", ")),
    }
}
