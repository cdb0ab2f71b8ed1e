//! `docs/writing-a-driver.md` shows the toy's own code: each block stands in the sources.

use std::{fs, path::Path};

/// A block of code, with the file that it says it is from.
struct Block {
    file: String,
    /// Parts that stand in the file in this order; what is between them is left out.
    parts: Vec<Vec<String>>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line != "```rust" {
            assert!(!line.starts_with("```r"), "a block of another kind: {line}");
            continue;
        }
        let first = lines.next().expect("a block has a first line");
        let file = first
            .strip_prefix("// ")
            .expect("a block names its file first");
        let mut parts = vec![Vec::new()];
        for line in lines.by_ref().take_while(|line| *line != "```") {
            match line.trim() {
                "" => {}
                "// …" => parts.push(Vec::new()),
                text => parts
                    .last_mut()
                    .expect("there is one")
                    .push(text.to_owned()),
            }
        }
        blocks.push(Block {
            file: file.to_owned(),
            parts,
        });
    }
    blocks
}

fn source(file: &str) -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = if file.starts_with("tests/") {
        here.to_owned()
    } else {
        here.join("src/toy")
    };
    let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
    text.lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn each_block_of_the_page_stands_in_the_sources() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/writing-a-driver.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let blocks = blocks(&page);
    assert!(blocks.len() > 20, "the page shows code: {}", blocks.len());
    for Block { file, parts } in blocks {
        let source = source(&file);
        let mut rest = source.as_slice();
        for part in parts {
            let at = rest.windows(part.len()).position(|window| window == part);
            let at =
                at.unwrap_or_else(|| panic!("{file} has not, or not in this order: {part:#?}"));
            rest = &rest[at + part.len()..];
        }
    }
}

#[test]
fn each_file_of_the_toy_is_shown_or_named() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page =
        fs::read_to_string(here.join("../../docs/writing-a-driver.md")).expect("it is there");
    for entry in fs::read_dir(here.join("src/toy")).expect("the toy is there") {
        let name = entry
            .expect("it can be read")
            .file_name()
            .into_string()
            .expect("it is text");
        let shown = ["mod.rs", "cloud", "zone.rs"].contains(&name.as_str()) || page.contains(&name);
        assert!(shown, "{name} is not in docs/writing-a-driver.md");
    }
}
