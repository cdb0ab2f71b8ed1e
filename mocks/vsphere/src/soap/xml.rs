//! XML as a tree, and text between elements.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use serde_json::{Value, json};

/// How deep elements may be in each other.
const DEPTH_MAX: usize = 64;

/// An element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// The namespace.
    pub(crate) space: String,
    pub(crate) name: String,
    /// The value of the attribute `type` or `xsi:type`, without a prefix.
    pub(crate) of: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// Reads a document; `None` where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = NsReader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            let (space, event) = reader.read_resolved_event().ok()?;
            match event {
                Event::Start(start) if open.len() < DEPTH_MAX => {
                    open.push(Self::element(&space, &start)?);
                }
                Event::Empty(start) => {
                    let node = Self::element(&space, &start)?;
                    open.last_mut()?.children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop()?;
                    open.last_mut()?.children.push(node);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
                Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let letter = match name.resolve_char_ref().ok()? {
                        Some(letter) => letter.to_string(),
                        None => resolve_predefined_entity(&name.xml10_content())?.to_owned(),
                    };
                    open.last_mut()?.text.push_str(&letter);
                }
                Event::Eof => break,
                Event::Start(_) | Event::DocType(_) => return None,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        let root = open.pop().filter(|_| open.is_empty())?;
        root.children.into_iter().next()
    }

    fn element(space: &ResolveResult<'_>, start: &BytesStart<'_>) -> Option<Self> {
        let mut node = Self {
            space: match space {
                ResolveResult::Bound(space) => space.into_inner().to_owned(),
                ResolveResult::Unbound => String::new(),
                ResolveResult::Unknown(_) => return None,
            },
            name: start.local_name().into_inner().to_owned(),
            ..Self::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            if attribute.key.local_name().into_inner() == "type" {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0).ok()?;
                node.of = value.rsplit(':').next()?.to_owned();
            }
        }
        Some(node)
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every child of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of this name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        Some(self.child(name)?.text.as_str())
    }

    /// The texts of all children of this name.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.all(name).map(|child| child.text.clone()).collect()
    }

    /// Whether the first child of this name says so.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.text_of(name), Some("true" | "1"))
    }

    /// As the call log keeps it: texts by name, several of one name as a list.
    pub(crate) fn to_json(&self) -> Value {
        if self.children.is_empty() {
            return json!(self.text);
        }
        let mut out = json!({});
        for child in &self.children {
            let value = child.to_json();
            out[&child.name] = match out[&child.name].take() {
                Value::Null => value,
                Value::Array(list) => list.into_iter().chain([value]).collect(),
                one @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                    json!([one, value])
                }
            };
        }
        out
    }
}

/// Text between elements, or in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_entities_and_nil_are_read() {
        let text = r#"<s:E xmlns:s="urn:s"><n:a xmlns:n="urn:n" n:type="n:T">x &lt;&#228;&amp;</n:a><b/></s:E>"#;
        let node = Node::parse(text).unwrap();
        assert_eq!((node.space.as_str(), node.name.as_str()), ("urn:s", "E"));
        let a = node.child("a").unwrap();
        assert_eq!((a.of.as_str(), a.text.as_str()), ("T", "x <ä&"));
        assert_eq!(node.to_json(), json!({ "a": "x <ä&", "b": "" }));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        for text in ["", "<a>", "<a></b>", "<x:a/>", "<a>&unknown;</a>", &deep] {
            assert!(Node::parse(text).is_none(), "{text}");
        }
    }
}
