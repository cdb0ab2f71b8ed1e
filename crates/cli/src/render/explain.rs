//! What a code means, as text and as a page.

use groundwork_knowledge::{Case, Cell, Entry, Kind, Known, Range, Since, State, Touches};
use groundwork_model::{CniKind, Severity};
use textwrap::{Options, WordSplitter, fill};

use super::style;
use crate::catalogue::Explained;

/// Everything that is to be said of one code.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    /// The code itself.
    pub(crate) explained: Explained,
    /// What reports it.
    pub(crate) from: String,
    /// The cell of the matrix that it is.
    pub(crate) cell: Option<Cell>,
    /// What is known of it; the entry itself comes first.
    pub(crate) entries: Vec<Entry>,
}

/// A label, and what it says.
type Said = (&'static str, String);

/// Columns before what is said.
const LABEL: usize = 14;
/// Columns of a label.
const LABEL_TEXT: usize = LABEL - 2;

/// An explanation for people.
pub(crate) fn text(known: &Known, explanation: &Explanation, width: usize) -> String {
    let Explained { code, title, .. } = &explanation.explained;
    let mut text = heading(code, title, width);
    text += &lines(&general(explanation), width);
    for entry in &explanation.entries {
        if entry.id != *code {
            text += &format!("\n{}", heading(&entry.id, &entry.title, width));
        }
        text += &lines(&of_entry(known, entry), width);
    }
    text
}

fn heading(code: &str, title: &str, width: usize) -> String {
    format!(
        "{}\n{}\n",
        style::strong(code),
        paragraph(title, "  ", width)
    )
}

/// An explanation as Markdown.
pub(crate) fn page(known: &Known, explanation: &Explanation) -> String {
    let Explained { code, title, .. } = &explanation.explained;
    let items = |said: &[Said]| -> String {
        let item = |(label, text): &Said| format!("- **{label}**: {text}\n");
        said.iter().map(item).collect()
    };
    let mut text = format!("# {code}\n\n{title}\n\n{}", items(&general(explanation)));
    for entry in &explanation.entries {
        if entry.id != *code {
            text += &format!("\n## {}\n\n{}\n\n", entry.id, entry.title);
        }
        text += &items(&of_entry(known, entry));
    }
    text
}

/// What a cell is called.
pub(crate) fn title_of_cell(known: &Known, cell: &Cell) -> String {
    let title = |list: &[groundwork_knowledge::Named], name: &str| {
        let mut list = list.iter();
        let named = list.find(|one| one.name == name);
        named.map_or_else(|| name.to_owned(), |one| one.title.clone())
    };
    format!(
        "{} as the system of dual-stack nodes on {}",
        title(&known.systems, &cell.system),
        title(&known.providers, &cell.provider)
    )
}

/// The end of a sentence as a sentence about the documentation.
pub(crate) fn says_documented(documented: &str) -> String {
    format!("the documentation of KKP 2.24 says that {documented}")
}

/// Text in lines, under a mark.
pub(crate) fn paragraph(text: &str, mark: &str, width: usize) -> String {
    let rest = " ".repeat(mark.chars().count());
    let options = Options::new(width.max(40))
        .initial_indent(mark)
        .subsequent_indent(&rest)
        .break_words(false)
        // Hyphens are in names: those are copied, so they stay whole.
        .word_splitter(WordSplitter::NoHyphenation);
    fill(text, options) + "\n"
}

fn lines(said: &[Said], width: usize) -> String {
    let line = |(label, text): &Said| {
        let text = paragraph(text, &" ".repeat(LABEL), width);
        let after = text.get(LABEL..).unwrap_or_default();
        format!("  {}{after}", style::quiet(format!("{label:<LABEL_TEXT$}")))
    };
    said.iter().map(line).collect()
}

fn general(explanation: &Explanation) -> Vec<Said> {
    let Explained {
        code,
        about,
        remedy,
        reference,
        formerly,
        ..
    } = &explanation.explained;
    let is_entry = explanation.entries.iter().any(|entry| entry.id == *code);
    if is_entry {
        return Vec::new();
    }
    let mut said = vec![("From", explanation.from.clone())];
    said.extend(about.iter().map(|about| ("Meaning", about.clone())));
    if let Some(cell) = &explanation.cell {
        said.push((
            "Documented",
            format!("{} (KKP 2.24)", cell.documented.meaning()),
        ));
        said.push(("Today", cell.today.meaning().to_owned()));
    }
    said.extend(remedy.iter().map(|remedy| ("What to do", remedy.clone())));
    if !formerly.is_empty() {
        said.push(("Formerly", formerly.join(", ")));
    }
    said.extend(reference.iter().map(|page| ("Page", page.clone())));
    said
}

fn of_entry(known: &Known, entry: &Entry) -> Vec<Said> {
    let Entry {
        id: _,
        title: _,
        formerly,
        kind,
        touches,
        documented,
        today,
        state,
        since,
        cases,
        findings,
        remedy,
        sources,
        checked,
    } = entry;
    let mut said = vec![(
        "Kind",
        format!("{}; {}", kind_word(*kind), state_word(*state)),
    )];
    said.extend(touched(known, touches).map(|touched| ("Touches", touched)));
    said.extend(documented.iter().map(|text| ("KKP 2.24", text.clone())));
    said.push(("Today", today.clone()));
    said.extend(since.iter().map(|since| ("Since", since_words(since))));
    said.extend(cases.iter().enumerate().map(|(at, case)| {
        let is_rest = at > 0 && case.kubernetes.is_none() && case.plugin.is_none();
        let before = if is_rest { "otherwise " } else { "" };
        ("Preflight", format!("{before}{}", case_words(case)))
    }));
    if !findings.is_empty() {
        said.push(("Findings", findings.join(", ")));
    }
    if !formerly.is_empty() {
        said.push(("Formerly", formerly.join(", ")));
    }
    said.extend(remedy.iter().map(|remedy| ("What to do", remedy.clone())));
    said.extend(sources.iter().map(|source| ("Source", source.clone())));
    said.push(("Looked up", checked.clone()));
    said
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Limitation => "a limitation",
        Kind::Rule => "a rule",
        Kind::Default => "a default",
        Kind::Issue => "an issue",
    }
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Holds => "still as documented",
        State::Changed => "changed since the documentation",
        State::Ended => "about something that has ended",
        State::New => "not in the documentation",
    }
}

fn touched(known: &Known, touches: &Touches) -> Option<String> {
    let Touches {
        providers,
        systems,
        plugins,
        any_family,
    } = touches;
    let titled = |list: &[groundwork_knowledge::Named], names: &[String]| {
        let named = list.iter().filter(|one| names.contains(&one.name));
        named.map(|one| one.title.clone()).collect::<Vec<_>>()
    };
    let plugins = plugins.iter().map(|plugin| plugin_word(*plugin).to_owned());
    let lists = [
        titled(&known.providers, providers),
        titled(&known.systems, systems),
        plugins.collect(),
    ];
    let lists: Vec<String> = lists
        .iter()
        .filter(|list| !list.is_empty())
        .map(|list| list.join(", "))
        .collect();
    match (lists.is_empty(), any_family) {
        (true, _) => None,
        (false, true) => Some(format!("{}; IPv4 alone too", lists.join(" with "))),
        (false, false) => Some(lists.join(" with ")),
    }
}

fn plugin_word(plugin: CniKind) -> &'static str {
    match plugin {
        CniKind::Canal => "Canal",
        CniKind::Cilium => "Cilium",
        CniKind::None => "a network plugin of one's own",
    }
}

fn since_words(since: &Since) -> String {
    let Since {
        component,
        version,
        date,
        what,
    } = since;
    match date {
        Some(date) => format!("{component} {version} ({date}): {what}"),
        None => format!("{component} {version}: {what}"),
    }
}

fn case_words(case: &Case) -> String {
    let Case {
        kubernetes,
        plugin,
        severity,
        says,
        remedy: _,
    } = case;
    let severity = match severity {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
        Severity::Note => "a note",
    };
    let ranges = [("Kubernetes", kubernetes), ("the plugin", plugin)];
    let ranges = ranges.into_iter();
    let ranges = ranges.filter_map(|(of, range)| Some(format!("{of} {}", range_words((*range)?))));
    let ranges: Vec<String> = ranges.collect();
    let mut words = severity.to_owned();
    if !ranges.is_empty() {
        words += &format!(" with {}", ranges.join(" and "));
    }
    if let Some(says) = says {
        words += &format!(": {says}");
    }
    words
}

fn range_words(Range { from, until }: Range) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("from {from} to before {until}"),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("before {until}"),
        (None, None) => "of any version".to_owned(),
    }
}
