//! Reading a driver's own section of a document.

/// A text of a document that is given: not left out, and not empty. Spaces around it do not count.
pub fn given(text: &Option<String>) -> Option<&str> {
    let text = text.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}
