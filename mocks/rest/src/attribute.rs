use serde_json::{Value, json};

/// What is stored where a create request says nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Default {
    /// The switch is off.
    False,
    /// An empty list.
    List,
    /// An object without members.
    Map,
    /// The attribute stays absent.
    Nothing,
    /// `null`.
    Null,
    /// Nothing: a request without the attribute is refused.
    Required,
    /// This text.
    Text(&'static str),
    /// The switch is on.
    True,
}

impl Default {
    /// The value; `None` where the attribute stays absent.
    pub fn value(self) -> Option<Value> {
        match self {
            Self::False => Some(json!(false)),
            Self::List => Some(json!([])),
            Self::Map => Some(json!({})),
            Self::Nothing | Self::Required => None,
            Self::Null => Some(Value::Null),
            Self::Text(text) => Some(json!(text)),
            Self::True => Some(json!(true)),
        }
    }
}

/// One attribute of a resource: what clients may say of it, and when.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<F> {
    /// As bodies spell it.
    pub name: &'static str,
    /// Which values it takes.
    pub form: F,
    /// In a create request: what holds where it is absent; `None` where it is not allowed.
    pub post: Option<Default>,
    /// Whether it can be changed later.
    pub put: bool,
    /// Whether listings can be filtered by it.
    pub filter: bool,
}

impl<F: Copy> Attribute<F> {
    /// An attribute that only the cloud sets. Listings can be filtered by it.
    pub const fn fixed(name: &'static str, form: F) -> Self {
        Self {
            name,
            form,
            post: None,
            put: false,
            filter: true,
        }
    }

    /// An attribute of the create request, fixed from then on.
    pub const fn new(name: &'static str, form: F, default: Default) -> Self {
        let mut new = Self::fixed(name, form);
        new.post = Some(default);
        new
    }

    /// It can be changed later.
    #[must_use]
    pub const fn put(mut self) -> Self {
        self.put = true;
        self
    }

    /// Listings cannot be filtered by it.
    #[must_use]
    pub const fn unfiltered(mut self) -> Self {
        self.filter = false;
        self
    }
}
