//! Inventory paths as govc writes them: `/dc/vm/folder`, with the names as vCenter stores them.
//!
//! A name may hold any character. vCenter stores `/`, `\` and `%` as `%2f`, `%5c` and `%25`, in hex of
//! either case, and paths are made of the stored names.

use percent_encoding::percent_decode_str;

/// The most characters that a name may have.
pub(crate) const NAME_MAX: usize = 80;

/// The names of a path, as people see them. Empty ones do not count.
pub(crate) fn names(path: &str) -> Vec<String> {
    let stored = path.split('/').filter(|name| !name.is_empty());
    stored.map(decoded).collect()
}

/// A name as people see it. What is no escape sequence stays as it is.
pub(crate) fn decoded(stored: &str) -> String {
    let mut text = String::with_capacity(stored.len());
    let mut rest = stored;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let sequence = rest.get(at..at + 3).filter(|part| is_escape(part));
        text.push_str(&percent_decode_str(sequence.unwrap_or("%")).decode_utf8_lossy());
        rest = &rest[at + sequence.map_or(1, str::len)..];
    }
    text + rest
}

/// Whether it is one of the three that vCenter writes.
fn is_escape(sequence: &str) -> bool {
    let lower = sequence.to_ascii_lowercase();
    matches!(lower.as_str(), "%2f" | "%5c" | "%25")
}

/// A name as vCenter stores it.
pub(crate) fn encoded(name: &str) -> String {
    let text = name.replace('%', "%25");
    text.replace('/', "%2f").replace('\\', "%5c")
}

/// A path of names as people see them.
pub(crate) fn absolute<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names
        .into_iter()
        .map(|name| format!("/{}", encoded(name)))
        .collect()
}

/// Why vCenter would not take a name.
pub(crate) fn fault(name: &str) -> Option<String> {
    let length = encoded(name).chars().count();
    match name {
        "" | "." | ".." => Some("it is no name".to_owned()),
        name if name.chars().any(char::is_control) => {
            Some("it holds a control character".to_owned())
        }
        _ if length > NAME_MAX => Some(format!(
            "it has {length} characters as vCenter stores it, and {NAME_MAX} are allowed"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded_once() {
        for (stored, seen) in [
            ("a%2fb", "a/b"),
            ("a%2Fb", "a/b"),
            ("100%25", "100%"),
            ("a%252fb", "a%2fb"),
            ("50% off", "50% off"),
            ("%zz", "%zz"),
            ("%", "%"),
            ("%2", "%2"),
            ("straße %20", "straße %20"),
            ("日本", "日本"),
            ("%日本", "%日本"),
        ] {
            assert_eq!(decoded(stored), seen, "{stored}");
        }
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        for name in ["a/b", "100%", "a%2fb", r"c:\d", "日本 %", "plain"] {
            assert_eq!(decoded(&encoded(name)), name);
            assert_eq!(names(&absolute(["dc", "vm", name])), ["dc", "vm", name]);
        }
    }

    #[test]
    fn names_that_vcenter_refuses_are_known() {
        assert_eq!(fault(&"ä".repeat(80)), None);
        assert!(fault(&"ä".repeat(81)).is_some());
        assert!(fault(&"/".repeat(27)).unwrap().contains("81"));
        assert!(fault("").is_some() && fault("..").is_some() && fault("a\nb").is_some());
    }
}
