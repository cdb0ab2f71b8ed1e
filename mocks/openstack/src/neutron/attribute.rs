use serde_json::{Value, json};

use super::form::Form;

/// What is stored where a create request says nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Default {
    False,
    List,
    Nothing,
    Null,
    Required,
    Text(&'static str),
    True,
}

impl Default {
    /// The value; `None` where the attribute stays absent.
    pub(crate) fn value(self) -> Option<Value> {
        match self {
            Self::False => Some(json!(false)),
            Self::List => Some(json!([])),
            Self::Nothing | Self::Required => None,
            Self::Null => Some(Value::Null),
            Self::Text(text) => Some(json!(text)),
            Self::True => Some(json!(true)),
        }
    }
}

/// Who sees an attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shown {
    Admins,
    Everybody,
    Nobody,
}

/// One attribute of a resource, as Neutron's own tables describe it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    /// The alias of the extension that brings it; empty for the core.
    pub(crate) extension: &'static str,
    pub(crate) form: Form,
    /// In a create request; `None` where it is not allowed there.
    pub(crate) post: Option<Default>,
    pub(crate) put: bool,
    /// Only admins may set it to anything but its default.
    pub(crate) admin: bool,
    pub(crate) shown: Shown,
    pub(crate) filter: bool,
}

impl Attribute {
    /// An attribute that only the cloud sets.
    pub(crate) const fn fixed(name: &'static str) -> Self {
        Self {
            name,
            extension: "",
            form: Form::Any,
            post: None,
            put: false,
            admin: false,
            shown: Shown::Everybody,
            filter: true,
        }
    }

    /// An attribute of the create request.
    pub(crate) const fn new(name: &'static str, form: Form, default: Default) -> Self {
        let post = Some(default);
        Self {
            form,
            post,
            ..Self::fixed(name)
        }
    }

    /// It may be changed later.
    pub(crate) const fn put(mut self) -> Self {
        self.put = true;
        self
    }

    /// Only admins may set it.
    pub(crate) const fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Only admins see it.
    pub(crate) const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// It is no filter of listings.
    pub(crate) const fn unfiltered(mut self) -> Self {
        self.filter = false;
        self
    }

    /// It comes with an extension.
    pub(crate) const fn of(mut self, alias: &'static str) -> Self {
        self.extension = alias;
        self
    }
}
