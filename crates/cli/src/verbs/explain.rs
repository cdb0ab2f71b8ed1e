//! `explain`: what a code means.

use groundwork_knowledge::{Cell, Entry, Known};
use strsim::damerau_levenshtein;

use crate::{
    Exit,
    args::{ExplainOptions, Output},
    catalogue::{self, Explained, catalogue},
    context::Context,
    known,
    lines::Body,
    render::explain::{self, Explanation},
    stop::Stop,
};

/// Explains one code.
pub(super) async fn run(context: &mut Context<'_>, options: &ExplainOptions) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let code = options.code.trim().to_uppercase();
    let Some(explanation) = explanation(&known, &code) else {
        return Err(Stop::Usage(unknown(&known, &code)));
    };
    let text = match context.common.output {
        Output::Markdown => explain::page(&known, &explanation),
        Output::Text | Output::Json | Output::Junit | Output::Sarif | Output::Html => {
            explain::text(&known, &explanation, context.around.page.width)
        }
    };
    context.result(&text, || line(explanation))?;
    Ok(Exit::Well)
}

fn explanation(known: &Known, code: &str) -> Option<Explanation> {
    if let Some(cell) = known.cell(code) {
        return Some(of_cell(known, cell));
    }
    for (heading, codes) in catalogue(known) {
        let is =
            |one: &Explained| one.code == code || one.formerly.iter().any(|former| former == code);
        if let Some(explained) = codes.into_iter().find(is) {
            let entries = known.entry(&explained.code).into_iter();
            let entries = entries.chain(known.about_finding(&explained.code));
            return Some(Explanation {
                entries: entries.cloned().collect(),
                from: heading.to_owned(),
                cell: None,
                explained,
            });
        }
    }
    None
}

fn of_cell(known: &Known, cell: &Cell) -> Explanation {
    Explanation {
        explained: catalogue::of_cell(known, cell),
        from: "The compatibility matrix".to_owned(),
        cell: Some(cell.clone()),
        entries: known.reasons(cell).cloned().collect::<Vec<Entry>>(),
    }
}

fn line(explanation: Explanation) -> Body {
    let Explanation {
        explained,
        from,
        cell,
        entries,
    } = explanation;
    let Explained {
        code,
        title,
        about,
        remedy,
        reference,
        formerly,
    } = explained;
    Body::Explanation {
        code,
        title,
        from,
        about,
        remedy,
        reference,
        formerly,
        cell,
        entries,
    }
}

fn unknown(known: &Known, code: &str) -> String {
    let all = catalogue(known);
    let codes = all.iter().flat_map(|(_, codes)| codes);
    let codes = codes.map(|one| one.code.clone());
    let codes: Vec<String> = codes.chain(known.matrix.iter().map(Cell::id)).collect();
    match nearest(code, &codes).as_slice() {
        [] => format!(
            "no finding and no entry is called {code:?}: groundwork schema findings lists them"
        ),
        [only] => {
            format!("no finding and no entry is called {code:?}; the nearest is {only}")
        }
        some => format!(
            "no finding and no entry is called {code:?}; the nearest are {}",
            some.join(", ")
        ),
    }
}

/// Codes that have the text as a part, or that are misspelt so.
fn nearest<'a>(text: &str, codes: &'a [String]) -> Vec<&'a str> {
    const SHOWN: usize = 5;
    const LENGTH_MAX: usize = 64;
    if text.is_empty() || text.len() > LENGTH_MAX {
        return Vec::new();
    }
    let reach = text.len() / 3;
    let mut found: Vec<(usize, &str)> = codes
        .iter()
        .filter_map(|code| {
            let distance = damerau_levenshtein(text, code);
            let fits = distance <= reach || code.contains(text);
            fits.then_some((distance, code.as_str()))
        })
        .collect();
    found.sort_unstable();
    found
        .into_iter()
        .take(SHOWN)
        .map(|(_, code)| code)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn codes(known: &Known) -> Vec<String> {
        let all = catalogue(known);
        let codes = all.iter().flat_map(|(_, codes)| codes);
        codes.map(|one| one.code.clone()).collect()
    }

    #[test]
    fn every_code_and_every_cell_can_be_explained() {
        let known = Known::ours();
        let cells = known.matrix.iter().map(Cell::id);
        for code in codes(&known).into_iter().chain(cells) {
            let explanation = explanation(&known, &code).unwrap_or_else(|| panic!("{code}"));
            let text = explain::text(&known, &explanation, 80);
            let text = anstream::adapter::strip_str(&text).to_string();
            assert!(text.starts_with(&code), "{text}");
            assert!(text.lines().count() > 2, "{text}");
            for line in text.lines().filter(|line| !line.contains("https://")) {
                assert!(line.chars().count() <= 80, "{code}: {line}");
            }
        }
    }

    /// Each code that can be printed says what to do, and no remedy is for a code that there is not.
    #[test]
    fn every_code_has_a_remedy() {
        let known = Known::ours();
        let all = catalogue(&known);
        let codes = all.iter().flat_map(|(_, codes)| codes);
        let is_reported = |one: &&Explained| {
            let entry = known.entry(&one.code);
            entry.is_none_or(|entry| entry.cases.iter().any(|case| case.remedy.is_none()))
        };
        let without = codes.filter(is_reported).filter(|one| one.remedy.is_none());
        let without: Vec<&str> = without.map(|one| one.code.as_str()).collect();
        assert!(without.is_empty(), "without a remedy: {without:#?}");
    }

    #[cfg(all(
        feature = "aws",
        feature = "azure",
        feature = "byo",
        feature = "digitalocean",
        feature = "equinix",
        feature = "gcp",
        feature = "hetzner",
        feature = "openstack",
        feature = "vsphere"
    ))]
    #[test]
    fn every_remedy_is_of_a_code() {
        let codes = codes(&Known::ours());
        let remedies = crate::remedies::all().keys();
        let others = remedies.filter(|code| !codes.contains(code));
        let others: Vec<&String> = others.collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn no_code_is_used_twice() {
        let known = Known::ours();
        let codes = codes(&known);
        let once: BTreeSet<&String> = codes.iter().collect();
        assert_eq!(once.len(), codes.len());
    }

    /// An entry that names a code which nothing reports would be reported beside it.
    #[cfg(all(
        feature = "aws",
        feature = "azure",
        feature = "byo",
        feature = "digitalocean",
        feature = "equinix",
        feature = "gcp",
        feature = "hetzner",
        feature = "openstack",
        feature = "vsphere"
    ))]
    #[test]
    fn an_entry_names_findings_that_exist() {
        let known = Known::ours();
        let codes = codes(&known);
        for entry in &known.entries {
            for code in &entry.findings {
                assert!(codes.contains(code), "{} names {code}", entry.id);
            }
        }
    }

    #[test]
    fn a_former_name_leads_to_the_code() {
        let known = Known::ours();
        let explanation = explanation(&known, "OPENSTACK-MTU").expect("it is known");
        assert_eq!(explanation.explained.code, "EXISTING-PACKET-SIZE");
    }

    #[test]
    fn a_misspelt_code_finds_the_nearest() {
        let known = Known::ours();
        let told = unknown(&known, "NETWORK-OVRELAP");
        assert!(told.ends_with("the nearest is NETWORK-OVERLAP"), "{told}");
        assert!(unknown(&known, "CILIUM").contains("KNOWN-CENTOS-7-CILIUM"));
        assert!(unknown(&known, &"X".repeat(1000)).contains("schema findings"));
    }
}
