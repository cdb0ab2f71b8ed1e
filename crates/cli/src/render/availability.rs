//! What a datacenter offers, as text.

use groundwork_model::IpFamily;

use super::{explain::paragraph, findings, style, table::table};
use crate::{
    availability::{Defaults, FamilyDefaults, Offer},
    clean,
    clouds::title,
};

/// One datacenter: what it offers, or why it does not; defaults; how much fits.
pub(crate) fn offer(offer: &Offer, width: usize) -> String {
    let Offer {
        name,
        seed,
        country,
        location,
        provider,
        ip_families,
        because,
        defaults,
    } = offer;
    let provider = provider.as_deref().map(title).unwrap_or_default();
    let place = [provider, location, country].map(clean::text);
    let place = place.into_iter().filter(|part| !part.is_empty());
    let place: Vec<String> = place
        .chain([format!("seed {}", clean::text(seed))])
        .collect();
    let heading = format!(
        "{}  {}",
        style::strong(clean::text(name)),
        style::quiet(place.join(", "))
    );
    let mut rows = vec![row("offers", offered(ip_families))];
    if let Some(defaults) = defaults {
        rows.extend(rows_of(defaults));
    }
    let mut text = format!("{heading}\n{}", table("  ", &rows));
    if !because.is_empty() {
        let what = match ip_families.is_empty() {
            true => "Why no cluster can be made:",
            false => "Why IPv4 and IPv6 is not offered:",
        };
        text += &paragraph(what, "  ", width);
        text += &findings::findings(because, width);
    }
    text
}

fn offered(families: &[IpFamily]) -> String {
    let names: Vec<String> = families
        .iter()
        .map(|family| match family {
            IpFamily::Ipv4 => style::good("IPv4"),
            IpFamily::DualStack => style::good("IPv4 and IPv6"),
        })
        .collect();
    match names.is_empty() {
        true => style::bad("nothing"),
        false => names.join("; "),
    }
}

fn rows_of(defaults: &Defaults) -> Vec<Vec<String>> {
    let Defaults {
        families,
        proxy_mode,
        node_ports,
        nodes,
        services,
    } = defaults;
    let of = |one: &FamilyDefaults| {
        let FamilyDefaults {
            family,
            pods,
            services,
            node_cidr_mask_size,
            nodes,
        } = one;
        let text = format!(
            "pods {pods}, a /{node_cidr_mask_size} for each of {nodes} nodes; services {services}"
        );
        row(&family.to_string(), text)
    };
    let more = [
        row("proxyMode", clean::text(proxy_mode)),
        row("node ports", clean::text(node_ports)),
        row("holds", format!("{nodes} nodes and {services} services")),
    ];
    families.iter().map(of).chain(more).collect()
}

fn row(name: &str, text: String) -> Vec<String> {
    vec![style::quiet(name), text]
}
