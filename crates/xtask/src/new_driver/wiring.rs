//! Where the workspace names its clouds.

use anyhow::{Context, Result};

use super::name::Name;

/// Names a cloud in a file.
type Wire = fn(&Name, &str) -> Result<String>;

/// Each file, and what is done to it.
pub(super) const ALL: [(&str, Wire); 7] = [
    ("Cargo.toml", workspace),
    ("README.md", readme),
    ("crates/cli/Cargo.toml", program),
    ("crates/cli/src/clouds/mod.rs", clouds),
    ("tests/conformance/Cargo.toml", suite),
    ("tests/conformance/src/subjects/mod.rs", subjects),
    ("tests/conformance/tests/it/main.rs", mounts),
];

fn workspace(name: &Name, text: &str) -> Result<String> {
    let text = after(
        text,
        "    # One crate a cloud.\n",
        &name.fill("    \"providers/acorn\",\n"),
    )?;
    let mock = "    # Acorn on the wire.\n    \"mocks/acorn\",\n";
    let text = before(&text, "    # One suite mounted", &name.fill(mock))?;
    let driver = "groundwork-acorn = { path = \"providers/acorn\" }\n";
    let text = before(&text, "groundwork-aws = {", &name.fill(driver))?;
    before(
        &text,
        "mock-aws = {",
        &name.fill("mock-acorn = { path = \"mocks/acorn\" }\n"),
    )
}

fn readme(name: &Name, text: &str) -> Result<String> {
    let row = "| [Acorn](docs/acorn.md) | makes, verifies, keeps, removes | `ACORN_TOKEN` | |\n";
    after(text, "|---|---|---|---|\n", &name.fill(row))
}

fn program(name: &Name, text: &str) -> Result<String> {
    let feature = "acorn = [\"dep:groundwork-acorn\"]\n";
    let text = before(text, "aws = [\"dep:groundwork-aws\"]", &name.fill(feature))?;
    let text = after(&text, "\nmock = [", &name.fill("\"dep:mock-acorn\", "))?;
    let driver = "groundwork-acorn = { workspace = true, optional = true }\n";
    let text = before(&text, "groundwork-aws = {", &name.fill(driver))?;
    let mock = "mock-acorn = { workspace = true, optional = true }\n";
    before(&text, "mock-aws = {", &name.fill(mock))
}

fn clouds(name: &Name, text: &str) -> Result<String> {
    let module = "#[cfg(feature = \"acorn\")]\nmod acorn;\n";
    let text = before(
        text,
        "#[cfg(feature = \"aws\")]\nmod aws;",
        &name.fill(module),
    )?;
    let entry = "    #[cfg(feature = \"acorn\")]\n    acorn::CLOUD,\n";
    // By name, as the list says of itself.
    let is_later = |other: &&str| *other > name.key.as_str();
    let place = match registered(&text).find(is_later) {
        Some(other) => format!("    #[cfg(feature = \"{other}\")]\n    {other}::CLOUD,\n"),
        None => "];\n".to_owned(),
    };
    let (head, list) = text
        .split_once("pub(crate) const CLOUDS")
        .context("it has no list CLOUDS")?;
    let list = before(list, &place, &name.fill(entry))?;
    Ok(format!("{head}pub(crate) const CLOUDS{list}"))
}

/// The clouds of the list.
fn registered(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.trim().strip_suffix("::CLOUD,"))
}

fn suite(name: &Name, text: &str) -> Result<String> {
    let both = "groundwork-acorn.workspace = true\nmock-acorn.workspace = true\n";
    after(text, "[dependencies]\n", &name.fill(both))
}

fn subjects(name: &Name, text: &str) -> Result<String> {
    let text = before(text, "mod openstack;", &name.fill("mod acorn;\n"))?;
    before(
        &text,
        "pub use openstack::",
        &name.fill("pub use acorn::AcornSubject;\n"),
    )
}

fn mounts(name: &Name, text: &str) -> Result<String> {
    before(text, "mod openstack;", &name.fill("mod acorn;\n"))
}

fn after(text: &str, anchor: &str, what: &str) -> Result<String> {
    let at = text
        .find(anchor)
        .with_context(|| format!("{anchor:?} is not in it"))?;
    let (head, rest) = text.split_at(at + anchor.len());
    Ok(format!("{head}{what}{rest}"))
}

fn before(text: &str, anchor: &str, what: &str) -> Result<String> {
    let at = text
        .find(anchor)
        .with_context(|| format!("{anchor:?} is not in it"))?;
    let (head, rest) = text.split_at(at);
    Ok(format!("{head}{what}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_are_listed_by_name() {
        let text = "#[cfg(feature = \"aws\")]\nmod aws;\npub(crate) const CLOUDS: &[Cloud] = &[\n    \
                    #[cfg(feature = \"aws\")]\n    aws::CLOUD,\n    #[cfg(feature = \"openstack\")]\n    \
                    openstack::CLOUD,\n];\n";
        for (key, order) in [
            ("azure", ["aws", "azure", "openstack"]),
            ("acorn", ["acorn", "aws", "openstack"]),
            ("packet", ["aws", "openstack", "packet"]),
        ] {
            let wired = clouds(&Name::new(key, None).unwrap(), text).unwrap();
            assert_eq!(registered(&wired).collect::<Vec<_>>(), order);
        }
    }

    #[test]
    fn a_place_that_is_missing_is_told() {
        let error = after("abc", "x", "y").unwrap_err();
        assert_eq!(error.to_string(), "\"x\" is not in it");
    }
}
