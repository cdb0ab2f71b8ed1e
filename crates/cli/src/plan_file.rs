//! Plans in files: what `plan --out` writes and `apply --plan` holds the cloud against.

use std::path::Path;

use groundwork_provider::Plan;

use crate::{lines::PlanLine, stop::Stop};

/// The largest plan file that is read, in bytes.
const BYTES_MAX: u64 = 16 << 20;

/// Writes a plan.
pub(crate) fn write(path: &Path, plan: &Plan) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(&PlanLine::from(plan)).expect("a plan is plain data");
    std::fs::write(path, text + "\n")
        .map_err(|error| Stop::failed(format!("{} cannot be written: {error}", path.display())))
}

/// Reads a plan that some release has written.
pub(crate) fn read(path: &Path) -> Result<PlanLine, Stop> {
    use std::io::Read;
    let mut text = String::new();
    let file =
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    file.map_err(|error| Stop::Usage(format!("{} cannot be read: {error}", path.display())))?;
    let version = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|v| v["version"].as_u64());
    if version.is_some_and(|version| version > u64::from(Plan::VERSION)) {
        let message = format!("{} was written by a newer release", path.display());
        return Err(Stop::failed_with(
            message,
            "use that release, or plan again",
        ));
    }
    serde_json::from_str(&text)
        .map_err(|error| Stop::Usage(format!("{} is not a plan: {error}", path.display())))
}

/// Fails where the plan made now is not the one of the file.
pub(crate) fn compare(file: &PlanLine, now: &Plan) -> Result<(), Stop> {
    let same = file.hash == now.hash && file.cluster == now.cluster && file.account == now.account;
    if same {
        return Ok(());
    }
    let why = if file.cluster != now.cluster {
        format!("it is for cluster {}, not {}", file.cluster, now.cluster)
    } else if file.account != now.account {
        format!("it is for {}, not {}", file.account, now.account)
    } else {
        format!(
            "the cloud or the documents have changed since{}",
            difference(file, now)
        )
    };
    Err(Stop::failed_with(
        format!("the plan is stale: {why}"),
        "plan again, and read what has changed",
    ))
}

/// The first object that would be treated otherwise.
fn difference(file: &PlanLine, now: &Plan) -> String {
    let fresh = PlanLine::from(now);
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
