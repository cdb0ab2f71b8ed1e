//! The crates of this workspace, as cargo knows them.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command;

/// One of them.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Without `default`.
    pub(crate) features: Vec<String>,
    /// Whether it has none of them unless they are asked for.
    pub(crate) is_bare: bool,
}

/// All of them.
///
/// # Errors
/// A manifest cannot be read.
pub(crate) fn all() -> Result<Vec<Member>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let output = command::output(&mut command::cargo(arguments))?;
    read(&serde_json::from_slice(&output.stdout).context("cargo metadata says no JSON")?)
}

fn read(metadata: &Value) -> Result<Vec<Member>> {
    let packages = metadata["packages"].as_array();
    let packages = packages.context("cargo metadata names no packages")?;
    packages.iter().map(member).collect()
}

fn member(package: &Value) -> Result<Member> {
    let features = package["features"].as_object().into_iter().flatten();
    let default = package["features"]["default"].as_array();
    let name = package["name"].as_str().context("a package has a name")?;
    Ok(Member {
        name: name.to_owned(),
        features: features
            .map(|(name, _)| name.clone())
            .filter(|name| name != "default")
            .collect(),
        is_bare: default.is_none_or(Vec::is_empty),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_has_its_name_and_the_features_that_can_be_chosen() {
        let features = json!({ "default": ["aws"], "aws": ["dep:aws"], "small": [] });
        let aws = json!({ "aws": [] });
        let metadata = json!({ "packages": [
            { "name": "cli", "features": features },
            { "name": "suite", "features": aws },
        ] });
        let cli = Member {
            name: "cli".to_owned(),
            features: vec!["aws".to_owned(), "small".to_owned()],
            is_bare: false,
        };
        let suite = Member {
            name: "suite".to_owned(),
            features: vec!["aws".to_owned()],
            is_bare: true,
        };
        assert_eq!(read(&metadata).unwrap(), [cli, suite]);
    }
}
