//! Which crate may use which: the rules of `docs/architecture.md`, held against the manifests.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// A crate, its folder, and the crates of ours that its product code uses.
struct Room {
    name: String,
    folder: String,
    uses: Vec<String>,
}

fn rooms() -> Vec<Room> {
    packages().iter().map(room).collect()
}

fn packages() -> Vec<Value> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let arguments = [
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root)
        .output();
    let output = output.expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array();
    packages.expect("there are packages").clone()
}

fn room(package: &Value) -> Room {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = text(&package["manifest_path"]);
    let parts: Vec<&str> = manifest.rsplit('/').skip(1).take(2).collect();
    let dependencies = package["dependencies"].as_array().expect("a list");
    // Which holds no code.
    let features = Value::from("workspace-hack");
    let ours = dependencies
        .iter()
        .filter(|d| d["kind"].is_null() && d["path"].is_string() && d["name"] != features);
    Room {
        name: text(&package["name"]),
        folder: parts.into_iter().rev().collect::<Vec<_>>().join("/"),
        uses: ours.map(|dependency| text(&dependency["name"])).collect(),
    }
}

#[test]
fn each_crate_uses_only_the_rooms_it_may() {
    let core = [
        "groundwork-model",
        "groundwork-provider",
        "groundwork-transport",
    ];
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("crates/model", &[][..]),
        ("crates/transport", &[]),
        (
            "crates/provider",
            &["groundwork-model", "groundwork-transport"],
        ),
        (
            "crates/cluster",
            &[
                "groundwork-model",
                "groundwork-provider",
                "groundwork-transport",
                "groundwork-kit",
            ],
        ),
        ("crates/engine", &core),
        ("crates/kit", &core),
        ("crates/knowledge", &["groundwork-model"]),
        ("crates/xtask", &[]),
    ]);
    for Room { name, folder, uses } in rooms() {
        let is_mock = |used: &str| used.starts_with("mock-");
        let fits = |used: &&String| match folder.split('/').next().unwrap_or_default() {
            "providers" => core.contains(&used.as_str()) || used == &"groundwork-kit",
            // A connection as drivers see it.
            "mocks" if folder == "mocks/in-process" => {
                is_mock(used) || core.contains(&used.as_str())
            }
            "mocks" => is_mock(used),
            "tests" => true,
            _ if folder == "crates/cli" => true,
            _ => allowed
                .get(folder.as_str())
                .is_some_and(|may| may.contains(&used.as_str())),
        };
        let strays: Vec<_> = uses.iter().filter(|used| !fits(used)).collect();
        assert!(
            strays.is_empty(),
            "{name} ({folder}) uses {strays:?}, which is not its business"
        );
    }
}

/// A library or program without tests beside its code is not compiled as a test program: each of them is linked with all that it
/// uses. One that gets tests has to be.
#[test]
fn no_test_is_left_out() {
    for package in packages() {
        let targets = package["targets"].as_array().expect("a list");
        let silent = targets.iter().filter(|target| target["test"] == false);
        for target in silent {
            let source = std::path::PathBuf::from(target["src_path"].as_str().expect("a path"));
            let sources = match target["kind"][0].as_str() {
                Some("lib") => files(source.parent().expect("a folder").to_owned()),
                _ => vec![source],
            };
            for file in sources {
                let text = std::fs::read_to_string(&file).expect("a source is text");
                let left_out = text.contains("#[cfg(test)]") || text.contains("#[test]");
                assert!(!left_out, "{} has tests that never run", file.display());
            }
        }
    }
}

/// The core's sources name no cloud: it would be the first step to deciding by it.
#[test]
fn the_core_names_no_provider() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let clouds: Vec<String> = rooms()
        .into_iter()
        .filter_map(|room| room.folder.strip_prefix("providers/").map(str::to_owned))
        .collect();
    assert!(!clouds.is_empty(), "there are drivers");
    for folder in [
        "crates/engine/src",
        "crates/kit/src",
        "crates/knowledge/src",
        "crates/model/src",
        "crates/provider/src",
        "crates/transport/src",
    ] {
        for file in files(std::path::Path::new(root).join(folder)) {
            let text = std::fs::read_to_string(&file).expect("a source is text");
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                let line = line.to_lowercase();
                let named = clouds
                    .iter()
                    .find(|cloud| line.contains(&format!("\"{cloud}")));
                assert!(
                    named.is_none(),
                    "{}:{} names {named:?}",
                    file.display(),
                    number + 1
                );
            }
        }
    }
}

fn files(folder: std::path::PathBuf) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(path));
        } else {
            found.push(path);
        }
    }
    found
}
