//! Files that a user brings.

use groundwork_knowledge::{Known, Sign};

use crate::common::file;

const ENTRY: &str = "title: A title\n  kind: rule\n  today: it is so\n  state: new\n  sources: \
                     [\"https://example.org\"]\n  checked: 2026-01-01\n";

#[test]
fn an_entry_and_a_cell_of_the_same_name_are_replaced() {
    let text = format!(
        "matrix:\n- {{provider: gcp, system: flatcar, documented: untested, today: works}}\nentries:\n- \
         id: KNOWN-PREVIEW\n  {ENTRY}- id: KNOWN-OUR-OWN\n  {ENTRY}"
    );
    let merged = Known::with(&[file(&text)]).unwrap();
    assert_eq!(merged.entry("KNOWN-PREVIEW").unwrap().today, "it is so");
    assert_eq!(
        merged.cell("MATRIX-GCP-FLATCAR").unwrap().today,
        Sign::Works
    );
    assert_eq!(merged.entries.len(), Known::ours().entries.len() + 1);
    assert_eq!(merged.matrix.len(), Known::ours().matrix.len());
}

#[test]
fn a_bad_file_is_told_whole_with_its_lines() {
    let text = "\
matrix:
- {provider: gcp, system: flatcar, documented: maybe, today: works}
entries:
- id: known-x
  title: A title
  kind: rule
  today: it is so
  state: new
  sources: []
  checked: yesterday
  colour: red
";
    let faults = Known::with(&[file(text)]).unwrap_err();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let expected = [
        "error DOCUMENT-TYPE matrix[0].documented (mine.yaml:4:48): \"maybe\" is not one of \"works\", \
         \"issue\", \"fails\", \"untested\"",
        "error DOCUMENT-TYPE entries[0].checked (mine.yaml:12:12): \"yesterday\" is not a day such as 2024-05-01",
        "error DOCUMENT-UNKNOWN-FIELD entries[0].colour (mine.yaml:13:3): there is no field \"colour\" here",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn what_a_schema_cannot_say_is_told_whole_too() {
    let text = format!(
        "entries:\n- id: known-x\n  title: A title\n  kind: rule\n  today: ''\n  state: new\n  sources: \
         [here]\n  checked: ''\n  cases:\n  - {{severity: note, kubernetes: {{from: \"1.30\", until: \
         \"1.20\"}}}}\n- id: KNOWN-X\n  {ENTRY}- id: KNOWN-X\n  {ENTRY}"
    );
    let faults = Known::with(&[file(&text)]).unwrap_err();
    let places: Vec<_> = faults
        .iter()
        .map(|one| {
            (
                one.field.clone().unwrap(),
                one.location.clone().unwrap().line,
            )
        })
        .collect();
    let expected = [
        ("entries[0].id", 4),
        ("entries[0].today", 7),
        ("entries[0].checked", 10),
        ("entries[0].sources[0]", 9),
        ("entries[0].cases[0].kubernetes", 12),
        ("entries[2].id", 20),
    ];
    assert_eq!(
        places,
        expected.map(|(field, line)| (field.to_owned(), line))
    );
}

#[test]
fn a_name_that_nothing_has_is_told() {
    let text = format!(
        "matrix:\n- {{provider: gpc, system: flatcar, documented: works, today: works, because: \
         [KNOWN-NOTHING]}}\nentries:\n- id: KNOWN-X\n  touches: {{systems: [ubunto]}}\n  {ENTRY}"
    );
    let faults = Known::with(&[file(&text)]).unwrap_err();
    let fields: Vec<_> = faults
        .iter()
        .map(|one| one.field.clone().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "matrix[0].provider",
            "matrix[0].because[0]",
            "entries[0].touches.systems[0]"
        ]
    );
}

#[test]
fn a_file_is_bounded() {
    let much = "x".repeat(2 << 20);
    let faults = Known::with(&[file(&format!(
        "# {much}\nentries: []\nsystems: [\"{much}\"]"
    ))]);
    assert_eq!(faults.unwrap_err()[0].code, "DOCUMENT-SIZE");
}
