//! Reading a driver's own section of a document, and telling what it may name.

/// A text of a document that is given: not left out, and not empty. Spaces around it do not count.
pub fn given(text: &Option<String>) -> Option<&str> {
    let text = text.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

/// Several names as people read them: `a, b`, or `none`.
pub fn listed(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", "),
    }
}
