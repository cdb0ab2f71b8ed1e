//! Every code that this binary may report, with what it means.

use std::collections::BTreeMap;

use groundwork_knowledge::{Cell, Entry, Known};
use groundwork_model::Code;

use crate::{
    clouds::{CLOUDS, FORMER},
    remedies,
    render::explain::title_of_cell,
};

/// A code, explained.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    /// The code.
    pub(crate) code: String,
    /// One line.
    pub(crate) title: String,
    /// More of it, where there is more.
    pub(crate) about: Option<String>,
    /// What to do, in general.
    pub(crate) remedy: Option<String>,
    /// The page that says so.
    pub(crate) reference: Option<String>,
    /// Its former names.
    pub(crate) formerly: Vec<String>,
}

/// Every code, by where it comes from.
pub(crate) fn catalogue(known: &Known) -> Vec<(&'static str, Vec<Explained>)> {
    let ours = [
        ("Documents and addressing", groundwork_model::codes::ALL),
        ("The engine", groundwork_engine::codes::ALL),
        ("Every driver", groundwork_provider::erased::codes::ALL),
        ("Every cloud", groundwork_kit::codes::ALL),
        ("A cluster that runs", groundwork_cluster::codes::ALL),
    ];
    let clouds = CLOUDS.iter().map(|cloud| (cloud.title, cloud.codes));
    let tables = ours.into_iter().chain(clouds);
    let tables = tables.map(|(heading, codes)| (heading, sorted(codes.iter().map(of_code))));
    let known = ("What is known", sorted(known.entries.iter().map(of_entry)));
    tables.chain([known]).collect()
}

/// What some codes mean, in their order; one that is not known is left out.
pub(crate) fn explained(known: &Known, codes: &[&str]) -> Vec<Explained> {
    if codes.is_empty() {
        return Vec::new();
    }
    let all = catalogue(known).into_iter().flat_map(|(_, codes)| codes);
    let all: BTreeMap<String, Explained> = all.map(|one| (one.code.clone(), one)).collect();
    let of = |code: &&str| match known.cell(code) {
        Some(cell) => Some(of_cell(known, cell)),
        None => all.get(*code).cloned(),
    };
    codes.iter().filter_map(of).collect()
}

/// A cell of the matrix.
pub(crate) fn of_cell(known: &Known, cell: &Cell) -> Explained {
    Explained {
        code: cell.id(),
        title: title_of_cell(known, cell),
        about: None,
        remedy: known.reasons(cell).find_map(|entry| entry.remedy.clone()),
        reference: None,
        formerly: Vec::new(),
    }
}

fn sorted(codes: impl Iterator<Item = Explained>) -> Vec<Explained> {
    let mut codes: Vec<Explained> = codes.collect();
    codes.sort_by(|one, other| one.code.cmp(&other.code));
    codes
}

fn of_code(code: &Code) -> Explained {
    let Code {
        id,
        title,
        about,
        reference,
    } = code;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let former = FORMER.iter().filter(|(_, now)| now.id == *id);
    Explained {
        code: (*id).to_owned(),
        title: (*title).to_owned(),
        about: said(about.trim()),
        remedy: remedies::all().get(*id).cloned(),
        reference: said(reference),
        formerly: former.map(|(former, _)| (*former).to_owned()).collect(),
    }
}

fn of_entry(entry: &Entry) -> Explained {
    let Entry {
        id,
        title,
        formerly,
        remedy,
        sources,
        ..
    } = entry;
    Explained {
        code: id.clone(),
        title: title.clone(),
        about: None,
        remedy: remedy.clone(),
        reference: sources.first().cloned(),
        formerly: formerly.clone(),
    }
}
