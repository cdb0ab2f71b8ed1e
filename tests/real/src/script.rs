//! The requests of the parity suite, as data: `parity/*.yaml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One file: requests that build on each other, in a project that is empty before.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The file's name without its ending.
    pub name: String,
    /// In order.
    pub steps: Vec<Step>,
}

/// One request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the request shows, unique in its chapter.
    pub why: String,
    /// Method and path. `$name` stands for what an earlier step kept, or for a variable of the [`Stage`](crate::stage::Stage).
    pub ask: String,
    /// Who asks.
    #[serde(default, rename = "as")]
    pub actor: Actor,
    /// Whom.
    #[serde(default)]
    pub to: Service,
    /// The body.
    pub send: Option<Value>,
    /// The body where it is not even JSON.
    pub raw: Option<String>,
    /// Sent besides the token.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Names for parts of the answer: `net: network.id`, `token: header x-subject-token`.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
    /// The order of lists counts. Without it they are compared as sets.
    #[serde(default)]
    pub ordered: bool,
    /// Only these parts of the answer count, written like those of `keep`; all of it if empty.
    #[serde(default)]
    pub only: Vec<String>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// A member of the chapter's project.
    #[default]
    Member,
    /// Somebody with the role `reader` in the chapter's project.
    Reader,
    /// A member of another project.
    Other,
    /// An administrator.
    Admin,
    /// Nobody: no token.
    Nobody,
    /// Somebody with a token that is none.
    Stranger,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Neutron.
    #[default]
    Network,
    /// Keystone.
    Identity,
}

/// All chapters, by name.
///
/// # Errors
/// A file is not what it should be.
pub fn chapters() -> Result<Vec<Chapter>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity");
    let mut chapters = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .context("the file has a name")?
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)?;
        let steps = serde_saphyr::from_str(&text).with_context(|| path.display().to_string())?;
        chapters.push(Chapter { name, steps });
    }
    chapters.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(chapters)
}
