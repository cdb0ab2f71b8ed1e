//! What a person should know: with a stable code, a place and a remedy.

use std::{borrow::Cow, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of finding. Declared with [`codes!`](crate::codes!), listed in `docs/findings.md`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code {
    /// Stable name: `OPENSTACK-POOL-FAMILY`. Never reused for something else.
    pub id: &'static str,
    /// One line: what it means.
    pub title: &'static str,
    /// More of it, as the constant is documented. May be empty.
    pub about: &'static str,
    /// The page that says so: an RFC, an API reference, a documentation page. May be empty.
    pub reference: &'static str,
}

/// Declares codes as constants and lists them in `ALL`, so that a page can show every one.
///
/// ```
/// groundwork_model::codes! {
///     /// A pool of IPv4 is named where one of IPv6 is needed.
///     pub POOL_FAMILY = "OPENSTACK-POOL-FAMILY", "The pool is of the wrong family", "https://example.org";
/// }
/// assert_eq!(ALL[0].id, POOL_FAMILY.id);
/// ```
#[macro_export]
macro_rules! codes {
    ($($(#[doc = $about:literal])* pub $name:ident = $id:literal, $title:literal, $reference:literal;)*) => {
        $($(#[doc = $about])*
        #[allow(unreachable_pub, reason = "a private module may declare codes too")]
        #[doc = concat!("\n\n`", $id, "`: ", $title, ".")]
        pub const $name: $crate::Code = $crate::Code {
            id: $id,
            title: $title,
            about: concat!($($about),*),
            reference: $reference,
        };)*
        /// Every code that this module declares.
        #[allow(unreachable_pub, reason = "a private module may declare codes too")]
        pub const ALL: &[$crate::Code] = &[$($name),*];
    };
}

/// How bad a finding is. `Error` means unfit: the network will not work, or must not be touched.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will not work, or nothing may be done.
    Error,
    /// It works, but the reader will want to know.
    Warning,
    /// Said for completeness.
    Note,
}

/// A place in a document: lines and columns count from 1.
#[derive(
    Clone, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub struct Location {
    /// The file as the user named it, or `-` for standard input.
    pub source: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One thing that a person should know.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Finding {
    /// Stable code.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: an object (`subnet 5f0c…`), a document, a node of the graph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Where in the document: `spec.clusterNetwork.pods.cidrBlocks[1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// File, line and column of that field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What is the matter, and why.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Which page says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Cow<'static, str>>,
}

impl Finding {
    /// A finding of the given severity.
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        let reference = (!code.reference.is_empty()).then_some(Cow::Borrowed(code.reference));
        Self {
            code: Cow::Borrowed(code.id),
            severity,
            subject: None,
            field: None,
            location: None,
            message: message.into(),
            remedy: None,
            reference,
        }
    }

    /// It will not work, or nothing may be done.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// It works, but the reader will want to know.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Said for completeness.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Names the object that it is about.
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Names the field of the document.
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says what to do.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    /// One line: severity, code, place, message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        write!(f, "{severity} {}", self.code)?;
        if let Some(field) = &self.field {
            write!(f, " {field}")?;
        }
        if let Some(at) = &self.location {
            write!(f, " ({}:{}:{})", at.source, at.line, at.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::codes! {
        /// For the test.
        pub SHOUT = "TEST-SHOUT", "Too loud", "";
    }

    #[test]
    fn a_finding_says_where_and_what() {
        let finding = Finding::error(SHOUT, "the name shouts").at("metadata.name");
        assert_eq!(
            finding.to_string(),
            "error TEST-SHOUT metadata.name: the name shouts"
        );
        assert_eq!(finding.reference, None);
        assert_eq!(ALL, &[SHOUT]);
    }
}
