//! What would be done.

use groundwork_provider::{Action, Item, Plan};
use maud::{Markup, html};

use super::super::Report;
use crate::render::plan::counts;

/// The plan, where there is one.
pub(super) fn section(report: &Report) -> Markup {
    let Some(plan) = &report.plan else {
        return html! {};
    };
    let summary = anstream::adapter::strip_str(&counts(plan)).to_string();
    html! {
        section aria-labelledby="plan" {
            h2 id="plan" { "The plan" }
            p { (summary) }
            @if !plan.items.is_empty() { (table(plan)) }
        }
    }
}

fn table(plan: &Plan) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="The plan, object by object" {
            table {
                caption class="hidden" { "Each object and what would be done to it" }
                thead { tr {
                    th scope="col" { "Action" } th scope="col" { "Object" } th scope="col" { "What" } th scope="col" { "Id" }
                } }
                tbody { @for item in &plan.items { (row(item)) } }
            }
        }
    }
}

fn row(item: &Item) -> Markup {
    let Item {
        address,
        action,
        changes,
        reason,
        found,
        told,
        ..
    } = item;
    let ranges = told.cidrs.iter().map(ToString::to_string);
    let what: Vec<String> = told.name.iter().cloned().chain(ranges).collect();
    let shown = match action {
        Action::Create => &[][..],
        Action::Ambiguous
        | Action::Delete
        | Action::Discard
        | Action::Keep
        | Action::Replace
        | Action::Update
        | Action::Verified
        | Action::Violated => changes,
    };
    html! {
        tr class=(class(*action)) {
            td { span aria-hidden="true" class="glyph" { (action.glyph()) } (action) }
            th scope="row" class="mono" { (address) }
            td {
                (what.join(" "))
                @for change in shown { div class="mono quiet" { (change.field) ": " (change.from) " → " (change.to) } }
                @if let Some(reason) = reason { div class="quiet" { (reason) } }
            }
            td class="mono quiet" { @if let Some(found) = found { (found.id) } }
        }
    }
}

fn class(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update | Action::Replace => "change",
        Action::Delete | Action::Discard => "delete",
        Action::Ambiguous | Action::Violated => "wrong",
        Action::Keep | Action::Verified => "same",
    }
}
