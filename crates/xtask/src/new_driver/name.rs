//! What a driver is called, in every form that it is written in.

use anyhow::{Result, bail};

/// The name of a cloud.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Name {
    /// In documents, crates and paths: `acorn`.
    pub(super) key: String,
    /// For people: `Acorn Cloud`.
    pub(super) title: String,
    /// As a type: `AcornCloud`.
    kind: String,
}

impl Name {
    /// Checks it.
    ///
    /// # Errors
    /// It cannot be the name of a crate and the key of a document.
    pub(super) fn new(key: &str, title: Option<&str>) -> Result<Self> {
        let is_fit = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let begins = key.starts_with(|first: char| first.is_ascii_lowercase());
        if !begins || !key.chars().all(is_fit) {
            bail!("{key:?} is no name: lower-case letters and digits, a letter first");
        }
        let capital = || key[..1].to_uppercase() + &key[1..];
        let title = title.map_or_else(capital, str::to_owned);
        let kind: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
        if !kind.starts_with(|first: char| first.is_ascii_uppercase()) {
            bail!("{title:?} is no title: it begins with a capital letter");
        }
        let key = key.to_owned();
        Ok(Self { key, title, kind })
    }

    /// A template with this name in it.
    pub(super) fn fill(&self, template: &str) -> String {
        let Self { key, title, kind } = self;
        // Texts for people have the title between quotes, spaces and such, code has the type.
        let filled = template
            .replace("title: \"Acorn\"", &format!("title: \"{title}\""))
            .replace("# Acorn\n", &format!("# {title}\n"))
            .replace("[Acorn]", &format!("[{title}]"));
        let filled = filled.replace("ACORN", &key.to_uppercase());
        filled.replace("Acorn", kind).replace("acorn", key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_all_its_forms() {
        let name = Name::new("oak2", Some("Oak Cloud")).unwrap();
        let filled = name.fill("struct Acorn; title: \"Acorn\", ACORN_TOKEN, mocks/acorn");
        let wanted = "struct OakCloud; title: \"Oak Cloud\", OAK2_TOKEN, mocks/oak2";
        assert_eq!(filled, wanted);
        assert_eq!(Name::new("oak", None).unwrap().title, "Oak");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", "2oak", "Oak", "oak-cloud", "../oak", "öl"] {
            assert!(Name::new(name, None).is_err(), "{name}");
        }
        assert!(Name::new("oak", Some("oak")).is_err());
    }
}
