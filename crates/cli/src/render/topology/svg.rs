//! The picture.

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    topology::{Filter, Gateway, Subnet, Way},
};
use maud::{Markup, html};

use super::{
    layout::{Column, LINE, Layout, PAD, Spot, layout},
    words::{described, does, name, way},
};
use crate::clean;

/// The picture, with whatever stands before it inside of it.
pub(crate) fn figure(title: &str, topology: &Topology, before: Markup) -> Markup {
    let all = layout(topology);
    let Layout { width, height, .. } = &all;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class="topology" role="img" aria-labelledby="topology-title topology-desc"
            viewBox={ "0 0 " (px(*width)) " " (px(*height)) } width=(px(*width)) height=(px(*height)) {
            title id="topology-title" { "The network of " (clean::text(title)) }
            desc id="topology-desc" { (described(topology)) }
            (before)
            rect class="page" width="100%" height="100%" {}
            @if let Some(internet) = &all.internet {
                (boxed(internet, "net", 17.0))
                (text((internet.x + internet.width / 2.0 - 25.0, internet.y + 21.0), "t", "Internet"))
            }
            @for (place, (gateway, spot)) in topology.gateways.iter().zip(&all.gateways).enumerate() {
                @if let Some(internet) = &all.internet { (wires(gateway, spot, internet, &all.network)) }
                (gateway_box(gateway, spot, place + 1))
            }
            (network(topology, &all))
            @for column in &all.columns { (zone(topology, column)) }
        }
    }
}

fn px(value: f64) -> String {
    format!("{value:.0}")
}

fn boxed(spot: &Spot, class: &str, radius: f64) -> Markup {
    html! {
        rect class=(class) x=(px(spot.x)) y=(px(spot.y)) width=(px(spot.width)) height=(px(spot.height)) rx=(px(radius)) {}
    }
}

fn text((x, y): (f64, f64), class: &str, words: &str) -> Markup {
    html! { text class=(class) x=(px(x)) y=(px(y)) { (words) } }
}

/// As much as fits, by the width of a character.
fn cut(words: &str, width: f64, character: f64) -> String {
    let most = (width / character) as usize;
    match words.chars().count() > most {
        false => words.to_owned(),
        true => words
            .chars()
            .take(most.saturating_sub(1))
            .chain(['…'])
            .collect(),
    }
}

fn class_of(family: Family) -> &'static str {
    match family {
        Family::V4 => "v4",
        Family::V6 => "v6",
    }
}

/// A line for each family, from the network by the gateway to the internet. An arrow at each end that
/// a conversation may begin from the other.
fn wires(gateway: &Gateway, spot: &Spot, internet: &Spot, network: &Spot) -> Markup {
    let middle = spot.x + spot.width / 2.0;
    let below = network.y;
    let line = |family: Family, way: Way| {
        let x = middle + if family == Family::V4 { -7.0 } else { 7.0 };
        let top = internet.y + internet.height + 2.0;
        let up = format!("M{x:.0} {:.0}V{top:.0}m-4 6l4 -6l4 6", spot.y);
        let mut down = format!("M{x:.0} {below:.0}V{:.0}", spot.y + spot.height);
        if way == Way::Routed {
            down += &format!("M{:.0} {:.0}l4 6l4 -6", x - 4.0, below - 8.0);
        }
        format!("{up}{down}")
    };
    html! {
        @for (family, way) in &gateway.ways {
            path class={ "wire " (class_of(*family)) } d=(line(*family, *way)) {}
        }
    }
}

fn badge((x, y): (f64, f64), number: usize) -> Markup {
    html! {
        circle class="badge" cx=(px(x)) cy=(px(y)) r="8.5" {}
        text class="badge-text" x=(px(x)) y=(px(y + 4.0)) { (number) }
    }
}

fn gateway_box(gateway: &Gateway, spot: &Spot, number: usize) -> Markup {
    let Gateway {
        part, inside, shut, ..
    } = gateway;
    let class = if part.planned { "card plan" } else { "card" };
    let (left, room) = (spot.x + PAD, spot.width - 2.0 * PAD);
    let mut line = spot.y + PAD + 10.0;
    let mut next = || {
        line += LINE;
        (left, line)
    };
    let below = [
        inside
            .as_ref()
            .map(|subnet| format!("in {}", clean::text(subnet))),
        part.planned.then(|| "to be made or changed".to_owned()),
    ];
    let called = name(part);
    html! {
        (boxed(spot, class, 8.0))
        (badge((left + 8.0, spot.y + PAD + 6.0), number))
        (text((left + 24.0, spot.y + PAD + 10.0), "t", &cut(&clean::text(&part.what), room - 24.0, 6.9)))
        @if !called.is_empty() && called != part.what { (text(next(), "q", &cut(&called, room, 5.9))) }
        @for family in Family::BOTH {
            @if let Some(does) = does(gateway, family) {
                (text(next(), class_of(family), &format!("{family} {does}")))
            }
        }
        @if let Some(shut) = shut {
            (text(next(), "bad", &cut(&clean::text(shut), room, 6.0)))
        } @else if let Some(note) = below.into_iter().flatten().reduce(|one, other| format!("{one} · {other}")) {
            (text(next(), "q", &cut(&note, room, 5.9)))
        }
    }
}

fn network(topology: &Topology, all: &Layout<'_>) -> Markup {
    let spot = &all.network;
    let (left, room) = (spot.x + PAD, spot.width - 2.0 * PAD);
    let part = topology.network.as_ref().map(|area| &area.part);
    let class = match part.is_some_and(|part| part.planned) {
        true => "net plan",
        false => "net",
    };
    let title = part.map_or_else(
        || "The nodes' networks".to_owned(),
        |part| clean::text(&part.told()),
    );
    let ranges = topology.network.iter().flat_map(|area| &area.cidrs);
    html! {
        (boxed(spot, class, 12.0))
        (text((left, spot.y + 20.0), "t", &cut(&title, room, 7.0)))
        text class="m" x=(px(left)) y=(px(spot.y + 36.0)) {
            @for range in ranges {
                tspan class=(class_of(Family::of(range))) { (range) } " \u{a0} "
            }
        }
        @for (place, filter) in topology.filters.iter().enumerate() {
            (text((left, all.filters + 12.0 + LINE * place as f64), "q", &cut(&guard(filter), room, 5.9)))
        }
    }
}

/// What a filter is, and where it stands.
fn guard(filter: &Filter) -> String {
    let Filter {
        part,
        subnets,
        entries,
        ..
    } = filter;
    let place = match subnets.len() {
        0 => "before each node".to_owned(),
        1 => "at one border".to_owned(),
        several => format!("at the borders of {several} subnets"),
    };
    let planned = if part.planned {
        ", to be made or changed"
    } else {
        ""
    };
    let rules = entries.len();
    format!(
        "{}: {rules} rules {place}{planned}",
        clean::text(&part.told())
    )
}

fn zone(topology: &Topology, column: &Column<'_>) -> Markup {
    let Column { zone, spot, cards } = column;
    html! {
        @if let Some(zone) = zone {
            (boxed(spot, "zone", 10.0))
            (text((spot.x + PAD, spot.y + 17.0), "q", &cut(&clean::text(zone), spot.width - 2.0 * PAD, 5.9)))
        }
        @for (subnet, spot) in cards { (card(topology, subnet, spot)) }
    }
}

fn card(topology: &Topology, subnet: &Subnet, spot: &Spot) -> Markup {
    let Subnet {
        part,
        cidrs,
        awaits,
        ..
    } = subnet;
    let class = if part.planned { "card plan" } else { "card" };
    let (left, room) = (spot.x + PAD, spot.width - 2.0 * PAD);
    let mut line = spot.y + PAD + 10.0;
    let title = format!("{} {}", clean::text(&part.what), name(part));
    let mut next = || {
        line += LINE;
        line
    };
    html! {
        (boxed(spot, class, 8.0))
        (text((left, spot.y + PAD + 10.0), "t", &cut(title.trim(), room, 7.0)))
        @for cidr in cidrs {
            (text((left, next()), &format!("m {}", class_of(Family::of(cidr))), &cidr.to_string()))
        }
        @for family in awaits {
            (text((left, next()), class_of(*family), &format!("{family}: known once it is made")))
        }
        @for family in Family::BOTH {
            @if let Some(way) = way(topology, subnet, family) {
                @let y = next();
                @let words = format!("{family} {} {}", if way.gateway.is_some() { "→" } else { "–" }, way.text);
                @let class = if way.bad { "bad" } else { class_of(family) };
                @let shift = if way.gateway.is_some() { 22.0 } else { 0.0 };
                @if let Some(number) = way.gateway { (badge((left + 8.0, y - 4.0), number)) }
                (text((left + shift, y), class, &cut(&words, room - shift, 6.1)))
            }
        }
    }
}
