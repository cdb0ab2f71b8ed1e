//! What the product renders for an operating system.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Method;
use crate::binary::Seat;

/// The part of an Operating System Profile that is rendered.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    spec: Spec,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    bootstrap_config: Bootstrap,
}

#[derive(Debug, Deserialize)]
struct Bootstrap {
    files: Vec<RawFile>,
    modules: Modules,
}

#[derive(Debug, Deserialize)]
struct Modules {
    runcmd: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct RawFile {
    path: String,
    permissions: u32,
    content: Content,
}

#[derive(Debug, Deserialize)]
struct Content {
    inline: Inline,
}

#[derive(Debug, Deserialize)]
struct Inline {
    data: String,
}

/// A file of a node.
#[derive(Clone, Debug)]
pub struct NodeFile {
    /// Where it lies.
    pub path: String,
    /// As `chmod` takes it.
    pub permissions: String,
    /// What it says.
    pub text: String,
}

impl NodeFile {
    /// A file that everybody may read.
    #[must_use]
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            permissions: "644".to_owned(),
            text: text.to_owned(),
        }
    }
}

impl Profile {
    /// Asks the program for it.
    ///
    /// # Errors
    /// The program refuses, or what it prints is no profile.
    pub fn rendered(system: &[&str], method: Method) -> Result<Self> {
        let mut arguments = vec!["render", "operating-system-profile", "--output", "json"];
        arguments.push("--system");
        arguments.extend(system);
        arguments.push("--ipv6");
        arguments.extend(method.arguments());
        let run = Seat::new()?.run_without_document(&[], &arguments)?;
        let line = run.ended(0)?.json()?;
        let text = line["text"].as_str().context("there is a text")?;
        Ok(serde_saphyr::from_str(text)?)
    }

    /// Its files, that of the kernel's settings first.
    #[must_use]
    pub fn files(&self) -> Vec<NodeFile> {
        let files = self.spec.bootstrap_config.files.iter();
        files
            .map(|file| NodeFile {
                path: file.path.clone(),
                permissions: file.permissions.to_string(),
                text: file.content.inline.data.clone(),
            })
            .collect()
    }

    /// The command that sets what the kernel is told.
    ///
    /// # Errors
    /// There is none.
    pub fn sysctl(&self) -> Result<&str> {
        let commands = &self.spec.bootstrap_config.modules.runcmd;
        let first = commands.iter().find(|line| line.starts_with("sysctl "));
        first.map(String::as_str).context("sysctl is not run")
    }
}
