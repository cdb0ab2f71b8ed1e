//! What cargo says to programs while it compiles.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// One line of it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Message {
    /// A warning or an error, as people read it.
    Remark(String),
    /// A test program is ready.
    Test(Program),
    Other,
}

/// A program full of tests.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Program {
    /// The folder of its package, and the file that it is made of.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// Where cargo would run it.
    pub(crate) folder: PathBuf,
}

/// Reads a line.
///
/// # Errors
/// It is no JSON.
pub(crate) fn read(line: &str) -> Result<Message> {
    let message: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let known = remark(&message).or_else(|| program(&message).map(Message::Test));
    Ok(known.unwrap_or(Message::Other))
}

fn remark(message: &Value) -> Option<Message> {
    let said = message.get("message")?;
    let level = said["level"].as_str()?;
    // The sum at the end is none.
    let is_sum = said["message"].as_str()?.ends_with(" emitted");
    let weighs = (level == "warning" || level.starts_with("error")) && !is_sum;
    weighs.then(|| Message::Remark(said["rendered"].as_str().unwrap_or_default().to_owned()))
}

fn program(message: &Value) -> Option<Program> {
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let file = Path::new(message["executable"].as_str()?).to_owned();
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
    let source = Path::new(message["target"]["src_path"].as_str()?);
    let source = source.strip_prefix(folder).unwrap_or(source);
    let package = folder.file_name()?.to_string_lossy();
    Some(Program {
        name: format!("{package} {}", source.display()),
        file,
        folder: folder.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_test_programs_are_heard() {
        let warning = r#"{"reason":"compiler-message","message":{"level":"warning","message":"unused","rendered":"unused"}}"#;
        assert_eq!(read(warning).unwrap(), Message::Remark("unused".to_owned()));
        let note = r#"{"reason":"compiler-message","message":{"level":"note","message":"by the way","rendered":"by the way"}}"#;
        assert_eq!(read(note).unwrap(), Message::Other);
        let sum = r#"{"reason":"compiler-message","message":{"level":"warning","message":"1 warning emitted"}}"#;
        assert_eq!(read(sum).unwrap(), Message::Other);
        let binary = r#"{"reason":"compiler-artifact","manifest_path":"/w/crates/cli/Cargo.toml","target":{"src_path":"/w/crates/cli/src/main.rs"},"profile":{"test":false},"executable":"/w/target/debug/groundwork"}"#;
        assert_eq!(read(binary).unwrap(), Message::Other);
        let test = r#"{"reason":"compiler-artifact","manifest_path":"/w/crates/cli/Cargo.toml","target":{"src_path":"/w/crates/cli/tests/it/main.rs"},"profile":{"test":true},"executable":"/w/target/debug/deps/it-1"}"#;
        let program = Program {
            name: "cli tests/it/main.rs".to_owned(),
            file: PathBuf::from("/w/target/debug/deps/it-1"),
            folder: PathBuf::from("/w/crates/cli"),
        };
        assert_eq!(read(test).unwrap(), Message::Test(program));
        assert!(read("error: no such package").is_err());
    }
}
