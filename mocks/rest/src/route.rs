use percent_encoding::percent_decode_str;

/// The parts of a path between its slashes, decoded one by one, so that `%2F` stays inside a part.
/// A slash at the end makes an empty last part.
pub fn segments(path: &str) -> Vec<String> {
    let parts = path.trim_start_matches('/').split('/');
    parts
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}
