//! The compatibility matrix as text and as a page.

use anstyle::AnsiColor;
use groundwork_knowledge::{Entry, Known, Named, Sign, State};

use super::{
    capital,
    explain::{paragraph, says_documented},
    style,
    table::table,
};

const BRACKETS: &str =
    "In brackets: what the documentation of KKP 2.24 says, where that is not so any more.";

/// The matrix for people.
pub(crate) fn text(known: &Known, width: usize) -> String {
    let heading = "Operating systems of nodes in dual-stack clusters";
    let mut text = format!(
        "{}\n\n{}\n",
        style::strong(heading),
        table("  ", &rows(known, true))
    );
    let legend = Sign::ALL.map(|sign| {
        let mark = painted(sign, sign.mark().to_owned());
        vec![mark, sign.meaning().to_owned()]
    });
    text += &table("  ", &legend);
    text += &paragraph(BRACKETS, "  ", width);
    for entry in known.below_matrix() {
        text += &format!("\n{}\n", style::strong(&entry.id));
        text += &paragraph(&entry.title, "  ", width);
        text += &paragraph(&capital(&said(entry)), "  ", width);
        if let Some(remedy) = &entry.remedy {
            text += &paragraph(remedy, "  → ", width);
        }
    }
    text + "\ngroundwork explain CODE says since when, and where that is known from.\n"
}

/// The matrix as Markdown.
pub(crate) fn page(known: &Known) -> String {
    let mut rows = rows(known, false).into_iter();
    let heading = rows.next().unwrap_or_default();
    let rule = vec!["---".to_owned(); heading.len()];
    let line = |row: Vec<String>| format!("| {} |\n", row.join(" | "));
    let mut text = "# Operating systems of nodes in dual-stack clusters\n\n".to_owned();
    text += &line(heading);
    text += &line(rule);
    text += &rows.map(line).collect::<String>();
    text += "\n";
    for sign in Sign::ALL {
        text += &format!("- `{}` {}\n", sign.mark(), sign.meaning());
    }
    text += &format!("\n{BRACKETS}\n\n");
    for entry in known.below_matrix() {
        text += &format!(
            "- **{}** (`{}`): {}.",
            entry.title,
            entry.id,
            capital(&said(entry))
        );
        if let Some(remedy) = &entry.remedy {
            text += &format!(" {}.", capital(remedy));
        }
        text.push('\n');
    }
    text
}

/// The table with its headings; clouds without a cell are left out.
fn rows(known: &Known, is_painted: bool) -> Vec<Vec<String>> {
    let titles = known.systems.iter().map(|system| system.title.clone());
    let titles = [String::new()].into_iter().chain(titles);
    let heading = titles.map(|title| match is_painted {
        true => style::quiet(title),
        false => title,
    });
    let row = |provider: &Named| {
        let signs = known.systems.iter().map(|system| {
            let cell = known.cell_of(&provider.name, &system.name);
            let Some(cell) = cell else {
                return String::new();
            };
            let mut mark = cell.today.mark().to_owned();
            if cell.documented != cell.today {
                mark += &format!(" ({})", cell.documented.mark());
            }
            match is_painted {
                true => painted(cell.today, mark),
                false => mark,
            }
        });
        [provider.title.clone()].into_iter().chain(signs).collect()
    };
    let has_cells = |provider: &&Named| {
        let mut cells = known.matrix.iter();
        cells.any(|cell| cell.provider == provider.name)
    };
    let rows = known.providers.iter().filter(has_cells).map(row);
    [heading.collect()].into_iter().chain(rows).collect()
}

fn painted(sign: Sign, text: String) -> String {
    match sign {
        Sign::Works => style::good(text),
        Sign::Issue => style::in_colour(AnsiColor::Yellow, text),
        Sign::Fails => style::bad(text),
        Sign::Untested => style::quiet(text),
    }
}

/// What is so today, after what the documentation says, where that is something else.
fn said(entry: &Entry) -> String {
    match entry.state {
        State::Changed | State::Ended => match &entry.documented {
            Some(documented) => format!("{}; today: {}", says_documented(documented), entry.today),
            None => entry.today.clone(),
        },
        State::Holds | State::New => entry.today.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_the_page_and_colours_say_nothing_alone() {
        let known = Known::ours();
        for width in [80, 120] {
            let text = anstream::adapter::strip_str(&text(&known, width)).to_string();
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
            let azure = text.lines().find(|line| line.starts_with("  Azure"));
            assert_eq!(
                azure.map(|line| line.split_whitespace().collect::<Vec<_>>()),
                Some(vec!["Azure", "✓", "x", "(✓)", "✓", "✓", "✓"])
            );
        }
    }

    #[test]
    fn a_page_has_a_row_a_cloud() {
        let page = page(&Known::ours());
        assert!(page.contains("| Google Cloud | ✓ | x (-) | - | - | - |"));
        assert_eq!(
            page.lines().filter(|line| line.starts_with('|')).count(),
            2 + 8
        );
    }
}
