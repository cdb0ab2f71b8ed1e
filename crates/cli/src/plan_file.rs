//! Plans in files: what `plan --out` writes and `apply --plan` holds the cloud against.

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use groundwork_provider::Plan;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{clean, lines::PlanLine, stop::Stop};

/// The largest plan file that is read, in bytes.
const BYTES_MAX: u64 = 16 << 20;
/// The field that holds the digest of all others: what a person has read is what is carried out.
const SEAL: &str = "seal";

/// Refuses a path where something stands that is not a plan: the state, a document.
pub(crate) fn refuse(path: &Path, state: Option<&Path>, documents: &[PathBuf]) -> Result<(), Stop> {
    let journal = state.into_iter().flat_map(|state| {
        ["", "-wal", "-shm", "-journal"].map(|end| {
            let mut path = state.as_os_str().to_owned();
            path.push(end);
            PathBuf::from(path)
        })
    });
    if journal.into_iter().any(|taken| is_same(path, &taken)) {
        let message = format!("{} is the state file: a plan needs another", path.display());
        return Err(Stop::Usage(message));
    }
    if documents.iter().any(|taken| is_same(path, taken)) {
        let message = format!(
            "{} is a document: a plan needs another file",
            path.display()
        );
        return Err(Stop::Usage(message));
    }
    Ok(())
}

/// Whether two paths name one file, whether or not it exists.
fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        path.canonicalize().or_else(|_| {
            let path = std::path::absolute(path)?;
            let folder = path.parent().map(Path::canonicalize).transpose()?;
            let name = path.file_name().unwrap_or_default();
            io::Result::Ok(folder.unwrap_or_default().join(name))
        })
    };
    matches!((whole(one), whole(other)), (Ok(one), Ok(other)) if one == other)
}

/// Writes a plan that its owner alone can read: whole, or not at all.
pub(crate) fn write(path: &Path, plan: &Plan) -> Result<(), Stop> {
    let text = serde_json::to_string(&PlanLine::from(plan)).expect("a plan is plain data");
    let mut fields: Map<String, Value> =
        serde_json::from_str(&clean::json(&text)).expect("a plan is an object");
    fields.insert(SEAL.to_owned(), Value::from(seal(&fields)));
    let text = serde_json::to_string_pretty(&fields).expect("a plan is plain data");
    put(path, (clean::json(&text) + "\n").as_bytes())
        .map_err(|error| Stop::failed(format!("{} cannot be written: {error}", path.display())))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A pipe or a device is written to, not replaced.
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return std::fs::write(path, bytes);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = folder.unwrap_or(Path::new(".")).join(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let put = written.and_then(|()| std::fs::rename(&beside, path));
    if put.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    put
}

/// The digest of every field but itself: 64 hexadecimal digits.
fn seal(fields: &Map<String, Value>) -> String {
    let rest: Map<_, _> = fields
        .iter()
        .filter(|(key, _)| *key != SEAL)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    // Keys are sorted: the layout of the file does not matter.
    let text = serde_json::to_vec(&rest).expect("plain data");
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads a plan that this release has written and nobody has edited since.
pub(crate) fn read(path: &Path) -> Result<PlanLine, Stop> {
    const AGAIN: &str = "plan again with --out";
    let mut text = String::new();
    let file =
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    file.map_err(|error| Stop::Usage(format!("{} cannot be read: {error}", path.display())))?;
    let not_a_plan = |why: String| Stop::Usage(format!("{} is not a plan: {why}", path.display()));
    let fields: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| not_a_plan(error.to_string()))?;
    match fields.get("version") {
        None => return Err(not_a_plan("it has no version".to_owned())),
        Some(version) if version.as_u64() == Some(u64::from(Plan::VERSION)) => {}
        Some(version) => {
            let message = format!(
                "{} is a plan of format {version}, and this release reads format {}",
                path.display(),
                Plan::VERSION
            );
            return Err(Stop::failed_with(message, AGAIN));
        }
    }
    if fields.get(SEAL).and_then(Value::as_str) != Some(&seal(&fields)) {
        let message = format!("{} was changed after it was written", path.display());
        return Err(Stop::failed_with(message, AGAIN));
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| not_a_plan(error.to_string()))
}

/// Fails where the plan made now is not the one of the file.
pub(crate) fn compare(file: &PlanLine, now: &Plan) -> Result<(), Stop> {
    let fresh = PlanLine::from(now);
    let why = if file.cluster != fresh.cluster {
        format!("it is for cluster {}, not {}", file.cluster, fresh.cluster)
    } else if file.account != fresh.account {
        format!("it is for {}, not {}", file.account, fresh.account)
    } else if file.installation != fresh.installation {
        format!(
            "it is for installation {}, not {}",
            file.installation, fresh.installation
        )
    } else if file.goal != fresh.goal {
        "it is not for an apply".to_owned()
    } else if file.hash != fresh.hash || file.items != fresh.items {
        let difference = difference(file, &fresh);
        format!("the cloud or the documents have changed since{difference}")
    } else {
        return Ok(());
    };
    Err(Stop::failed_with(
        format!("the plan is stale: {why}"),
        "plan again, and read what has changed",
    ))
}

/// The first object that would be treated otherwise.
fn difference(file: &PlanLine, fresh: &PlanLine) -> String {
    let changed = fresh.items.iter().find(|item| !file.items.contains(item));
    let gone = file
        .items
        .iter()
        .find(|item| fresh.items.iter().all(|i| i.address != item.address));
    match (changed, gone) {
        (Some(item), _) => format!(": {} is now to be {}", item.address, done(item.action)),
        (None, Some(item)) => format!(": {} is no longer part of it", item.address),
        (None, None) => String::new(),
    }
}

fn done(action: groundwork_provider::Action) -> &'static str {
    use groundwork_provider::Action;
    match action {
        Action::Create => "created",
        Action::Update => "changed",
        Action::Replace => "replaced",
        Action::Delete | Action::Discard => "deleted",
        Action::Keep => "kept",
        Action::Verified => "verified",
        Action::Violated => "refused",
        Action::Ambiguous => "decided by a person",
    }
}
