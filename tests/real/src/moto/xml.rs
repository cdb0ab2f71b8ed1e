//! As much XML as EC2's replies are made of: elements and text.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

/// An element. One without a name is text alone, which was no XML.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its text, where it has no children.
    pub text: String,
    /// Its children, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// An element with text.
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            children: Vec::new(),
        }
    }

    /// An element with children.
    pub fn of(name: &str, children: Vec<Self>) -> Self {
        Self {
            children,
            ..Self::new(name, "")
        }
    }

    /// Reads a document. Attributes and the prolog are left out.
    ///
    /// # Errors
    /// It is no XML.
    pub fn parse(text: &str) -> Result<Self> {
        let mut open = vec![Self::default()];
        for part in text.split('<').skip(1) {
            let (tag, text) = part.split_once('>').context("a tag has no end")?;
            let name = tag.trim_end_matches('/');
            let name = name.split_whitespace().next().unwrap_or_default();
            if tag.starts_with(['?', '!']) {
                continue;
            }
            if let Some(name) = tag.strip_prefix('/') {
                close(&mut open, name)?;
                continue;
            }
            open.push(Self::new(name, &unescaped(text)));
            if tag.ends_with('/') {
                close(&mut open, name)?;
            }
        }
        ensure!(open.len() == 1, "an element has no end");
        open[0].children.pop().context("there is no element")
    }

    /// The element at a path: `vpc/vpcId`.
    pub fn find(&self, path: &str) -> Option<&Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts.try_fold(self, |at, name| at.children.iter().find(|c| c.name == name))
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, path: &str) -> Option<&mut Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts.try_fold(self, |at, name| {
            at.children.iter_mut().find(|child| child.name == name)
        })
    }

    /// The text at a path; empty where there is none.
    pub fn at(&self, path: &str) -> &str {
        self.find(path).map_or("", |found| &found.text)
    }

    /// The entries of a list at a path.
    pub fn items(&self, path: &str) -> &[Self] {
        self.find(path).map_or(&[], |found| &found.children)
    }

    /// The same, to change them.
    pub fn items_mut(&mut self, path: &str) -> &mut [Self] {
        self.find_mut(path)
            .map_or(&mut [], |found| &mut found.children)
    }

    /// Gives a child this text. It is added where it is not there.
    pub fn set(&mut self, name: &str, text: &str) {
        match self.find_mut(name) {
            Some(child) => text.clone_into(&mut child.text),
            None => self.children.push(Self::new(name, text)),
        }
    }

    /// As JSON: a list where the children are entries of one, an object with other children, else text.
    pub fn value(&self) -> Value {
        match self.children.first() {
            None => Value::String(self.text.clone()),
            Some(first) if first.name == "item" => self.children.iter().map(Self::value).collect(),
            Some(_) => {
                let field = |child: &Self| (child.name.clone(), child.value());
                self.children
                    .iter()
                    .map(field)
                    .collect::<Map<_, _>>()
                    .into()
            }
        }
    }
}

fn close(open: &mut Vec<Element>, name: &str) -> Result<()> {
    let mut done = open.pop().context("there is an element")?;
    ensure!(done.name == name, "{} is closed as {name}", done.name);
    if !done.children.is_empty() {
        // Blanks between children.
        done.text.clear();
    }
    let parent = open.last_mut().context("an element lies in another")?;
    parent.children.push(done);
    Ok(())
}

/// The signs that XML has names for.
const NAMED: [(&str, &str); 5] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    // The last to be read and the first to be written: the others begin with it.
    ("&amp;", "&"),
];

fn unescaped(text: &str) -> String {
    let text = text.to_owned();
    NAMED
        .iter()
        .fold(text, |text, (name, sign)| text.replace(name, sign))
}

fn escaped(text: &str) -> String {
    let text = text.to_owned();
    let mut named = NAMED.iter().rev();
    named
        .by_ref()
        .fold(text, |text, (name, sign)| text.replace(sign, name))
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "<{}>{}", self.name, escaped(&self.text))?;
        self.children.iter().try_for_each(|child| child.fmt(f))?;
        write!(f, "</{}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const REPLY: &str = r#"<?xml version="1.0"?>
        <R xmlns="http://x"><set><item><id>a</id><tagSet/></item><item><id>b &amp;lt; &lt;c&gt;</id></item></set></R>"#;

    #[test]
    fn what_is_read_is_written_again() {
        let reply = Element::parse(REPLY).unwrap();
        assert_eq!(Element::parse(&reply.to_string()).unwrap(), reply);
        assert_eq!(reply.items("set")[1].at("id"), "b &lt; <c>");
        let set = json!([{ "id": "a", "tagSet": "" }, { "id": "b &lt; <c>" }]);
        assert_eq!(reply.value(), json!({ "set": set }));
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for text in [
            "",
            "x",
            "<a><b></a>",
            "<a>",
            "<!doctype html><html><title>x</title>",
        ] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
    }
}
