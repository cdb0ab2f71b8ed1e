//! `docs/decisions/0010-aws-behaviours.md` names tests that exist.

use std::{fs, path::Path};

const PAGE: &str = include_str!("../../../../../docs/decisions/0010-aws-behaviours.md");

#[test]
fn every_behaviour_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("providers/aws/tests/it/cases");
    let mut seen = 0;
    for row in PAGE.lines().filter(|line| line.contains(".rs: ")) {
        // A file is named once for all tests of it that follow in the row.
        let mut source = String::new();
        let names = row.split('`').skip(1).step_by(2);
        for name in names.filter(|name| name.contains(".rs: ") || !source_is_code(name)) {
            let test = match name.split_once(": ") {
                Some((file, test)) => {
                    let place = match file.contains('/') {
                        true => root.join(file),
                        false => folder.join(file),
                    };
                    source = fs::read_to_string(place).expect(file);
                    test
                }
                None => name,
            };
            assert!(
                source.contains(&format!("fn {test}(")),
                "there is no {name}: {row}"
            );
            seen += 1;
        }
    }
    assert!(seen > 35, "the page names {seen}");
}

/// Commands and fields stand in backticks as well; tests are the only names with many words.
fn source_is_code(name: &str) -> bool {
    name.matches('_').count() < 3
}
