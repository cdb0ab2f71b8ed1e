//! Our own files.

use std::collections::BTreeSet;

use groundwork_knowledge::{Known, Sign, State};

#[test]
fn every_file_is_well_formed() {
    assert!(Known::ours().entries.len() > 60);
}

#[test]
fn the_matrix_has_eight_clouds_and_five_systems() {
    let known = Known::ours();
    let clouds: BTreeSet<_> = known.matrix.iter().map(|cell| &cell.provider).collect();
    assert_eq!((clouds.len(), known.systems.len()), (8, 5));
    for cloud in clouds {
        for system in &known.systems {
            assert!(
                known.cell_of(cloud, &system.name).is_some(),
                "{cloud} {}",
                system.name
            );
        }
    }
    let signs: BTreeSet<Sign> = known.matrix.iter().map(|cell| cell.documented).collect();
    assert_eq!(signs, Sign::ALL.into());
}

#[test]
fn a_cell_that_changed_or_has_an_issue_says_why() {
    for cell in Known::ours().matrix {
        let plain = cell.documented == cell.today && cell.today != Sign::Issue;
        assert!(plain || !cell.because.is_empty(), "{cell:?}");
    }
}

#[test]
fn what_differs_from_the_documentation_says_what_that_says() {
    for entry in Known::ours().entries {
        let silent = entry.documented.is_none();
        let expected = match entry.state {
            State::Changed | State::Ended => !silent,
            State::New => silent,
            // Of some pages only their titles are cited.
            State::Holds => true,
        };
        assert!(expected, "{entry:?}");
    }
}

#[test]
fn texts_are_parts_of_sentences() {
    for entry in Known::ours().entries {
        let texts = [
            Some(&entry.today),
            entry.documented.as_ref(),
            entry.remedy.as_ref(),
        ];
        for text in texts.into_iter().flatten() {
            assert!(!text.ends_with('.'), "{}: {text}", entry.id);
            assert!(
                !text.contains("  ") && !text.contains('\n'),
                "{}: {text}",
                entry.id
            );
        }
    }
}

/// The table of KKP's documentation of 2.24, row by row.
#[test]
fn the_documented_signs_are_those_of_the_pages() {
    let known = Known::ours();
    let rows = [
        ("aws", ["✓", "x", "✓", "✓", "✓"]),
        ("azure", ["✓", "✓", "✓", "✓", "✓"]),
        ("digitalocean", ["✓", "✓", "-", "-", "✓ *"]),
        ("packet", ["✓", "✓", "✓ *", "-", "✓ *"]),
        ("gcp", ["✓", "-", "-", "-", "-"]),
        ("hetzner", ["✓", "✓", "-", "-", "✓"]),
        ("openstack", ["✓", "x", "✓", "✓", "✓"]),
        ("vsphere", ["✓", "-", "-", "-", "-"]),
    ];
    for (cloud, signs) in rows {
        let marks = known.systems.iter().map(|system| {
            known
                .cell_of(cloud, &system.name)
                .unwrap()
                .documented
                .mark()
        });
        assert_eq!(marks.collect::<Vec<_>>(), signs, "{cloud}");
    }
}
