//! Configuration files of cloud controllers: lines of `key = value`.

/// Every value of a key, in any section, without quotes around it.
pub(super) fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with(['#', ';']));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let own = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(key));
    own.map(|(_, value)| value.trim().trim_matches('"'))
        .collect()
}

/// Whether a key is set to something that means yes.
pub(super) fn is_set(text: &str, key: &str) -> bool {
    let last = values(text, key).pop();
    last.is_some_and(|value| matches!(value, "true" | "True" | "TRUE" | "1" | "yes" | "on"))
}
