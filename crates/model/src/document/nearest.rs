//! The name that was meant.

use strsim::damerau_levenshtein;

/// The known name nearest to a misspelt one, if one is near: a third of its letters may differ.
pub(super) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LENGTH_MAX: usize = 64;
    if text.len() > LENGTH_MAX {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let reach = (text.chars().count() / 3).max(1);
    let distances = names.filter(|name| name.len() <= LENGTH_MAX).map(|name| {
        (
            damerau_levenshtein(&lower, &name.to_ascii_lowercase()),
            name,
        )
    });
    distances
        .min()
        .filter(|(distance, _)| *distance <= reach)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_known_one() {
        let names = ["cidrBlocks", "services", "pods"];
        let find = |text| nearest(text, names.into_iter());
        assert_eq!(find("cidrblock"), Some("cidrBlocks"));
        assert_eq!(find("servcies"), Some("services"));
        assert_eq!(find("ipFamily"), None);
        assert_eq!(find(&"x".repeat(1000)), None);
    }
}
