//! What the real cloud answered, kept as a file, and how other answers differ from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Release;

/// Set, the answers of the real cloud are written instead of compared.
pub const RENEW: &str = "GROUNDWORK_RECORD";

/// One request and its answer, without what differs from run to run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Exchange {
    /// What the request shows.
    pub why: String,
    /// Method and path, before names were filled in.
    pub ask: String,
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Value,
}

/// Exchanges by chapter.
pub type Recording = BTreeMap<String, Vec<Exchange>>;

/// The committed recording of a release.
///
/// # Errors
/// It is not there or not readable.
pub fn load(release: Release) -> Result<Recording> {
    let path = path(release);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Replaces it.
///
/// # Errors
/// It cannot be written.
pub fn store(release: Release, recording: &Recording) -> Result<()> {
    Ok(fs::write(
        path(release),
        serde_json::to_string_pretty(recording)? + "\n",
    )?)
}

/// Whether this run is to replace it.
pub fn is_renewed() -> bool {
    env::var_os(RENEW).is_some()
}

fn path(release: Release) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("recordings")
        .join(format!("neutron-{release}.json"))
}

/// Every difference, one line each, with the request that showed it.
pub fn differences(chapter: &str, recorded: &[Exchange], answered: &[Exchange]) -> Vec<String> {
    let mut lines = Vec::new();
    for exchange in recorded {
        if !answered.iter().any(|other| other.why == exchange.why) {
            lines.push(format!(
                "{chapter}: {} is recorded and not asked; renew the recording",
                exchange.why
            ));
        }
    }
    for answered in answered {
        let at = format!("{chapter}: {} ({})", answered.why, answered.ask);
        match recorded
            .iter()
            .find(|exchange| exchange.why == answered.why && exchange.ask == answered.ask)
        {
            None => lines.push(format!("{at} is not recorded; renew the recording")),
            Some(recorded) => lines.extend(difference(&at, recorded, answered)),
        }
    }
    lines
}

fn difference(at: &str, recorded: &Exchange, answered: &Exchange) -> Vec<String> {
    let (real, here) = (&recorded.body, &answered.body);
    if recorded.status != answered.status {
        let statuses = format!("status {} should be {}", answered.status, recorded.status);
        return vec![format!(
            "{at}: {statuses}\n    real: {real}\n    here: {here}"
        )];
    }
    let mut lines = Vec::new();
    compare(at, "", real, here, &mut lines);
    lines
}

/// The wording of messages is not compared: nobody may depend on it.
const PROSE: [&str; 4] = ["message", "detail", "title", "debuginfo"];

fn compare(at: &str, place: &str, real: &Value, here: &Value, lines: &mut Vec<String>) {
    match (real, here) {
        (Value::Object(real), Value::Object(here)) => {
            let keys: BTreeSet<&String> = real.keys().chain(here.keys()).collect();
            for key in keys
                .into_iter()
                .filter(|key| !PROSE.contains(&key.as_str()))
            {
                let place = format!("{place}.{key}");
                match (real.get(key), here.get(key)) {
                    (Some(real), Some(here)) => compare(at, &place, real, here, lines),
                    (Some(real), None) => {
                        lines.push(format!("{at}: {place} is missing, should be {real}"))
                    }
                    (None, Some(here)) => {
                        lines.push(format!("{at}: {place} is {here}, should not be there"))
                    }
                    (None, None) => {}
                }
            }
        }
        (Value::Array(real), Value::Array(here)) if real.len() == here.len() => {
            for (index, (real, here)) in real.iter().zip(here).enumerate() {
                compare(at, &format!("{place}[{index}]"), real, here, lines);
            }
        }
        (real, here) if real != here => {
            lines.push(format!("{at}: {place} is {here}, should be {real}"))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exchange(status: u16, body: Value) -> Exchange {
        Exchange {
            why: "why".into(),
            ask: "GET /".into(),
            status,
            body,
        }
    }

    #[test]
    fn statuses_fields_and_values_count_and_prose_does_not() {
        let real = [exchange(200, json!({"a": 1, "b": [1], "message": "so"}))];
        let same = [exchange(200, json!({"a": 1, "b": [1], "message": "or so"}))];
        assert_eq!(differences("c", &real, &same), [""; 0]);
        let fields = [exchange(200, json!({"a": 2, "c": 1}))];
        assert_eq!(differences("c", &real, &fields).len(), 3);
        assert_eq!(
            differences("c", &real, &[exchange(201, json!({}))]).len(),
            1
        );
        assert_eq!(differences("c", &real, &[]).len(), 1);
    }
}
