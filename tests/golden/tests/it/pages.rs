//! Pages that show what the program prints show what it prints.

use std::path::Path;

use golden::Transcript;
use insta::assert_snapshot;
use mock_openstack::Config;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

async fn printed(line: &str) -> String {
    let mut transcript = Transcript::new(Config::default(), Default::default());
    assert_eq!(transcript.quietly(line).await, 0);
    transcript.take()
}

#[tokio::test(start_paused = true)]
async fn the_demo() {
    assert_snapshot!(printed("demo").await);
}

/// The README leaves parts out; a line with three dots says where.
#[tokio::test(start_paused = true)]
async fn the_readme_shows_what_the_demo_prints() {
    let demo = printed("demo").await;
    let readme = page("README.md");
    let block = readme
        .split("```console\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let mut rest = demo.as_str();
    for part in block.expect("the README shows the demo").split("…\n") {
        let part = part.trim_end_matches('\n');
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("the demo does not print\n{part}\nin\n{demo}"));
        rest = &rest[at + part.len()..];
    }
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn the_page_of_findings_is_current() {
    let stale = "docs/findings.md is stale: groundwork schema findings > docs/findings.md";
    assert!(
        page("docs/findings.md") == printed("schema findings").await,
        "{stale}"
    );
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn the_schemas_are_current() {
    for of in ["documents", "knowledge", "output"] {
        let path = format!("docs/schema/{of}.json");
        let current = page(&path) == printed(&format!("schema {of}")).await;
        assert!(current, "{path} is stale: groundwork schema {of} > {path}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_page_of_the_command_line_names_every_verb() {
    let text = page("docs/cli.md");
    let help = printed("--help").await;
    let verbs = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs: Vec<&str> = verbs
        .take_while(|line| !line.is_empty())
        // A description that needs a second line goes on further right.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.len() > 10, "{help}");
    for verb in verbs {
        assert!(
            text.contains(&format!("`{verb}")),
            "docs/cli.md does not tell of {verb}"
        );
    }
}
