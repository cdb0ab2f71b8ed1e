//! `docs/defects.md` names tests that exist.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{fs, path::Path};

const PAGE: &str = include_str!("../../../../docs/defects.md");

#[test]
fn every_defect_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rows: Vec<_> = PAGE.lines().filter(|line| line.contains("`")).collect();
    let rows = rows.iter().filter(|line| line.starts_with("| "));
    let mut seen = 0;
    for row in rows {
        let cells: Vec<_> = row
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect();
        let [.., test, file, _] = cells.as_slice() else {
            panic!("{row}")
        };
        let source =
            fs::read_to_string(root.join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
        assert!(
            source.contains(&format!("fn {test}(")),
            "{file} has no test {test}"
        );
        seen += 1;
    }
    assert!(seen > 50, "the page lists {seen}");
}
