//! One page for a person: the verdict, what to do, the network, the plan. It needs no other file, no
//! script and no network; it is read on a screen, on paper, and by a screen reader.

mod findings;
mod plan;

use base64::{Engine, prelude::BASE64_STANDARD};
use groundwork_model::Family;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::Report;
use crate::{
    Exit, clean,
    render::{
        findings::counted,
        topology::{self, described},
    },
};

const STYLE: &str = include_str!("style.css");

/// A report as a page.
pub(crate) fn html(report: &Report) -> String {
    let title = report.title();
    let style = format!("{STYLE}{}", topology::STYLE);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&style));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (capital(&title)) }
                style { (PreEscaped(style)) }
            }
            body {
                a class="skip" href="#main" { "Skip to the verdict" }
                (head(report))
                main id="main" tabindex="-1" {
                    (verdict(report))
                    (findings::to_do(report))
                    (network(report))
                    (plan::section(report))
                    (findings::to_know(report))
                }
                footer {
                    p { "Groundwork " (env!("CARGO_PKG_VERSION")) ", " (report.verb) ". This page needs nothing but itself." }
                }
            }
        }
    };
    page.into_string() + "\n"
}

/// Nothing is fetched, run or sent: this page's own style, known by its digest, and nothing else.
fn policy(style: &str) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn head(report: &Report) -> Markup {
    let account = report.plan.as_ref().map(|plan| plan.account.to_string());
    html! {
        header {
            p class="brand" { "Groundwork" }
            h1 { (capital(&report.title())) }
            p class="quiet" {
                @if let Some(account) = account { (clean::text(&account)) " · " }
                time datetime=(report.at) { (report.at.strftime("%-d %B %Y, %H:%M UTC")) }
            }
        }
    }
}

/// What it comes to, in one word and one sentence.
fn verdict(report: &Report) -> Markup {
    let (class, mark, word, sentence) = judged(report);
    html! {
        section class={ "verdict " (class) } aria-labelledby="verdict" {
            span class="mark" aria-hidden="true" { (mark) }
            div {
                h2 id="verdict" { (word) }
                p { (sentence) }
                p class="counts" { (counted(&report.findings)) }
            }
        }
        @if let Some(trouble) = &report.trouble {
            section class="trouble" aria-labelledby="trouble" {
                h2 id="trouble" { "What failed" }
                p { (trouble.message) }
                @if let Some(remedy) = &trouble.remedy { p class="remedy" { (remedy) } }
            }
        }
    }
}

fn judged(report: &Report) -> (&'static str, &'static str, &'static str, String) {
    let said = |text: &str| text.to_owned();
    match (report.exit, report.verb) {
        (Exit::Unfit, _) => (
            "bad",
            "✕",
            "Unfit",
            said(
                "It will not work, or must not be touched, until what is marked as an error is corrected.",
            ),
        ),
        (Exit::Differs, _) => (
            "warn",
            "≠",
            "Different",
            said(
                "What exists is not what the document says; the plan below says what would be done.",
            ),
        ),
        (Exit::Failed | Exit::Usage | Exit::Unread, _) => (
            "bad",
            "?",
            "Not known",
            said("The cloud could not be asked. What is known without it is below."),
        ),
        (Exit::Well, "verify") => (
            "good",
            "✓",
            "Fit",
            said("Everything exists and is as it has to be."),
        ),
        (Exit::Well, "drift") => (
            "good",
            "✓",
            "No drift",
            said("Everything is as the document says."),
        ),
        (Exit::Well, _) => ("good", "✓", "Fit", said("Nothing would stop an apply.")),
    }
}

fn network(report: &Report) -> Markup {
    let topology = &report.topology;
    if topology.subnets.is_empty() && topology.network.is_none() {
        return html! {};
    }
    let name = report.cluster.as_deref().unwrap_or("the cluster");
    html! {
        section aria-labelledby="network" {
            h2 id="network" { "The network" }
            p class="quiet" {
                "What is inside of what, and the way out of each family, once the plan is carried out: "
                span class="v4" { "IPv4" } " and " span class="v6" { "IPv6" } ". Dashed: to be made or changed."
            }
            figure {
                div class="scroll" tabindex="0" role="region" aria-label="The picture of the network, which scrolls" {
                    (topology::figure(name, topology, html! {}))
                }
                figcaption {
                    details {
                        summary { "The same in words" }
                        p { (described(topology)) }
                    }
                }
            }
            @if !topology.machines.is_empty() { (machines(report)) }
            @if !topology.unseen.is_empty() {
                ul class="quiet" { @for unseen in &topology.unseen { li { (capital(&clean::text(unseen))) "." } } }
            }
        }
    }
}

/// More machines than these are counted.
const MACHINES_MAX: usize = 50;

fn machines(report: &Report) -> Markup {
    let machines = &report.topology.machines;
    let more = machines.len().saturating_sub(MACHINES_MAX);
    let of = |family: Family| {
        move |addresses: &[std::net::IpAddr]| {
            let own = addresses
                .iter()
                .filter(|one| Family::of_address(one) == family);
            own.map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Machines" {
            table {
                caption { "Machines" }
                thead { tr { th scope="col" { "Name" } th scope="col" { "IPv4" } th scope="col" { "IPv6" } } }
                tbody {
                    @for machine in machines.iter().take(MACHINES_MAX) {
                        tr {
                            th scope="row" { (clean::text(&machine.name)) }
                            td class="mono v4" { (of(Family::V4)(&machine.addresses)) }
                            td class="mono v6" { (of(Family::V6)(&machine.addresses)) }
                        }
                    }
                }
            }
        }
        @if more > 0 { p class="quiet" { "And " (more) " more." } }
    }
}
