//! XML, as far as SOAP needs it: elements by their local names, bounded, without a document type.
//!
//! Servers choose prefixes as they like, so that a name counts only with its namespace: the type of a
//! value is the attribute `type` of XML Schema's instance namespace, and a reference to a managed
//! object has a second attribute of that local name, without a namespace.

use quick_xml::{
    NsReader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
};

/// The namespace of `xsi:type`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Elements inside each other.
const DEPTH_MAX: usize = 64;
/// Elements of one reply.
const ELEMENTS_MAX: usize = 2_000_000;

/// An element.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Element {
    /// Its local name.
    pub(crate) name: String,
    /// The local name of its type (`xsi:type`), where it says one.
    pub(crate) kind: Option<String>,
    /// The attribute `type`: of which type a managed object is.
    pub(crate) of: Option<String>,
    /// Its own text.
    pub(crate) text: String,
    /// The elements inside.
    pub(crate) inside: Vec<Element>,
}

impl Element {
    /// The root of a document.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|why| why.to_string())?;
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<Self> = Vec::new();
        let mut count = 0;
        loop {
            match reader.read_event().map_err(|why| why.to_string())? {
                Event::Start(start) => {
                    count += 1;
                    if open.len() == DEPTH_MAX || count > ELEMENTS_MAX {
                        return Err(
                            "it has too many elements, or too many inside each other".into()
                        );
                    }
                    open.push(begun(&reader, &start)?);
                }
                Event::End(_) => {
                    let ended = open.pop().ok_or("an element ends that has not begun")?;
                    match open.last_mut() {
                        Some(around) => around.inside.push(ended),
                        None => return Ok(ended),
                    }
                }
                Event::Text(text) => add(&mut open, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &text.xml10_content()),
                Event::GeneralRef(entity) => {
                    let character = entity.resolve_char_ref().map_err(|why| why.to_string())?;
                    let name = entity.xml10_content();
                    match (character, resolve_predefined_entity(&name)) {
                        (Some(character), _) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                        (None, Some(text)) => add(&mut open, text),
                        (None, None) => return Err(format!("it has an unknown entity {name}")),
                    }
                }
                Event::DocType(_) => return Err("it has a document type".into()),
                Event::Eof => return Err("it ends too early".into()),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The first element of that name inside.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.inside.iter().find(|element| element.name == name)
    }

    /// All elements of that name inside.
    pub(crate) fn children<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.inside
            .iter()
            .filter(move |element| element.name == name)
    }

    /// The element at the end of a path: `Body/LoginResponse`.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        let mut names = path.split('/');
        names.try_fold(self, |element, name| element.child(name))
    }

    /// The text of the element at the end of a path; empty where there is none.
    pub(crate) fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", |element| &element.text)
    }

    /// Whether the element at the end of a path is `true`.
    pub(crate) fn is_true_at(&self, path: &str) -> bool {
        matches!(self.text_at(path), "true" | "1")
    }

    /// The texts of an array: of the elements inside, whatever they are called.
    pub(crate) fn texts(&self) -> Vec<String> {
        let texts = self.inside.iter().map(|element| element.text.clone());
        texts.collect()
    }
}

fn begun(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| why.to_string())?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        if name.as_ref() != "type" {
            continue;
        }
        let value = attribute.value.into_owned();
        match namespace {
            ResolveResult::Bound(Namespace(INSTANCE)) => {
                // The prefix of the value is one of a namespace that does not matter here.
                let bare = value.rsplit(':').next().unwrap_or_default();
                element.kind = Some(bare.to_owned());
            }
            ResolveResult::Unbound => element.of = Some(value),
            ResolveResult::Bound(_) | ResolveResult::Unknown(_) => {}
        }
    }
    Ok(element)
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// A text inside an element, or in an attribute. What XML cannot hold at all is left out: a name with
/// such a character is refused before.
pub(crate) fn escaped(text: &str) -> String {
    let can_be = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let text: String = text.chars().filter(can_be).collect();
    quick_xml::escape::escape(&text).into_owned()
}

/// An element with a text.
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_whatever_their_prefix() {
        let text = r#"<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
            <val xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance"
                 XMLSchema-instance:type="ManagedObjectReference" type="Folder">group-v3</val>
            <val i:type="xsd:string">a &amp; b &#228;</val></a>"#;
        let read = Element::parse(text.as_bytes()).unwrap();
        let [folder, text] = read.inside.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(folder.kind.as_deref(), Some("ManagedObjectReference"));
        assert_eq!(folder.of.as_deref(), Some("Folder"));
        assert_eq!(folder.text, "group-v3");
        assert_eq!(text.kind.as_deref(), Some("string"));
        assert_eq!(text.text, "a & b ä");
    }

    #[test]
    fn what_no_server_would_send_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(99), "</a>".repeat(99));
        for text in [
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<a>&x;</a>",
            "<a><b></a>",
            "<a>",
            "no",
            "",
            &deep,
        ] {
            assert!(Element::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_stays_a_text() {
        for text in ["a<b>&c", "ä \"quoted\" 'x'", "]]>", "tab\tnew"] {
            let read = Element::parse(element("a", text).as_bytes()).unwrap();
            assert_eq!(read.text, text);
        }
        assert_eq!(element("a", "x\u{0}y"), "<a>xy</a>");
    }
}
