//! Names as vCenter keeps them.

/// The most characters of a name, as it is stored.
pub(crate) const NAME_MAX: usize = 80;

/// What is escaped in a name, and how.
const ESCAPES: [(char, &str); 3] = [('/', "%2f"), ('\\', "%5c"), ('%', "%25")];

/// A name as it is stored: slashes, backslashes and percent signs are escaped, but for a percent
/// sign that begins an escape (vSphere API reference, `ManagedEntity.name`).
pub(crate) fn stored(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, letter) in name.char_indices() {
        match escape(letter) {
            Some(escape) if escape_at(&name[at..]).is_none() => out.push_str(escape),
            Some(_) | None => out.push(letter),
        }
    }
    out
}

/// The name that a stored one stands for.
pub(crate) fn decoded(stored: &str) -> String {
    let mut out = String::with_capacity(stored.len());
    let mut rest = stored;
    while let Some(letter) = rest.chars().next() {
        let (letter, length) = match escape_at(rest) {
            Some(meant) => (meant, 3),
            None => (letter, letter.len_utf8()),
        };
        out.push(letter);
        rest = &rest[length..];
    }
    out
}

/// What names have in common that are one to vCenter.
pub(crate) fn folded(stored: &str) -> String {
    decoded(stored).to_lowercase()
}

fn escape(letter: char) -> Option<&'static str> {
    let known = ESCAPES.iter().find(|(meant, _)| *meant == letter);
    known.map(|(_, escape)| *escape)
}

/// What the escape stands for with which a text begins, if it begins with one.
fn escape_at(text: &str) -> Option<char> {
    let first = text.get(..3)?.to_lowercase();
    let known = ESCAPES.iter().find(|(_, escape)| *escape == first);
    known.map(|(meant, _)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_escaped_once_and_stands_for_what_was_meant() {
        for (given, kept, meant) in [
            ("a/b", "a%2fb", "a/b"),
            ("a%2fb", "a%2fb", "a/b"),
            ("50%", "50%25", "50%"),
            ("50%25", "50%25", "50%"),
            ("c:\\d", "c:%5cd", "c:\\d"),
            ("Übung %", "Übung %25", "Übung %"),
        ] {
            assert_eq!(stored(given), kept);
            assert_eq!(decoded(kept), meant);
        }
        assert_eq!(folded("A%2Fb"), folded("a/B"));
        assert_ne!(folded("a%252fb"), folded("a/b"));
    }
}
