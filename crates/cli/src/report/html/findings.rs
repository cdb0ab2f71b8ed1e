//! Findings, by what to do about them: one remedy, and everything that it is about.

use groundwork_model::{Finding, Severity};
use maud::{Markup, html};

use super::super::Report;

/// What asks for something to be done, by severity.
const TO_DO: [(Severity, &str, &str); 2] = [
    (Severity::Error, "error", "Correct first"),
    (Severity::Warning, "warning", "Decide"),
];

/// Errors and warnings.
pub(super) fn to_do(report: &Report) -> Markup {
    let of = |severity| groups(report, severity);
    html! {
        section aria-labelledby="findings" {
            h2 id="findings" { "What to do" }
            @if TO_DO.iter().all(|(severity, ..)| of(*severity).is_empty()) { p { "Nothing." } }
            @for (severity, class, heading) in TO_DO {
                @let groups = of(severity);
                @if !groups.is_empty() {
                    h3 class=(class) { (heading) }
                    @for (remedy, findings) in &groups { (group(report, class, *remedy, findings)) }
                }
            }
        }
    }
}

/// Notes.
pub(super) fn to_know(report: &Report) -> Markup {
    let groups = groups(report, Severity::Note);
    if groups.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="notes" {
            h2 id="notes" { "Good to know" }
            @for (remedy, findings) in &groups { (group(report, "note", *remedy, findings)) }
        }
    }
}

fn groups(report: &Report, severity: Severity) -> Vec<(Option<&str>, Vec<&Finding>)> {
    let all = report.findings.iter();
    by_remedy(all.filter(|finding| finding.severity == severity))
}

/// In the order in which they came.
fn by_remedy<'a>(
    findings: impl Iterator<Item = &'a Finding>,
) -> Vec<(Option<&'a str>, Vec<&'a Finding>)> {
    let mut groups: Vec<(Option<&str>, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let remedy = finding.remedy.as_deref();
        match groups
            .iter_mut()
            .find(|(other, _)| remedy.is_some() && *other == remedy)
        {
            Some((_, same)) => same.push(finding),
            None => groups.push((remedy, vec![finding])),
        }
    }
    groups
}

fn group(report: &Report, class: &str, remedy: Option<&str>, findings: &[&Finding]) -> Markup {
    html! {
        article class={ "finding " (class) } {
            ul { @for finding in findings { li { (one(report, finding)) } } }
            @if let Some(remedy) = remedy { p class="remedy" { (remedy) } }
        }
    }
}

fn one(report: &Report, finding: &Finding) -> Markup {
    let Finding {
        code,
        subject,
        field,
        location,
        message,
        reference,
        ..
    } = finding;
    let own = report
        .cluster
        .as_ref()
        .map(|name| format!("Cluster {name}"));
    let subject = subject
        .as_ref()
        .filter(|subject| own.as_ref() != Some(subject));
    let meaning = report.rules.iter().find(|rule| rule.code == *code);
    let page = reference
        .as_ref()
        .filter(|page| page.starts_with("https://"));
    html! {
        p { (message) }
        p class="where" {
            code title=[meaning.map(|rule| rule.title.as_str())] { (code) }
            @if let Some(at) = location { span class="mono" { (at.source) ":" (at.line) ":" (at.column) } }
            @for about in [subject, field.as_ref()].into_iter().flatten() { span class="mono" { (about) } }
            @if let Some(page) = page {
                a href=(page) rel="noreferrer noopener" aria-label={ "Reference of " (code) } { (host(page)) }
            }
        }
    }
}

/// Whose page it is.
fn host(page: &str) -> &str {
    let rest = page.trim_start_matches("https://");
    rest.split('/').next().unwrap_or(rest)
}
