use std::ops::Deref;

pub(crate) use mock_rest::Default;

use super::form::Form;

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
    pub(crate) plain: mock_rest::Attribute<Form>,
    /// The alias of the extension that brings it; empty for the core.
    pub(crate) extension: &'static str,
    /// Only admins may set it to anything but its default.
    pub(crate) admin: bool,
    pub(crate) shown: Shown,
}

impl Deref for Attribute {
    type Target = mock_rest::Attribute<Form>;

    fn deref(&self) -> &Self::Target {
        &self.plain
    }
}

impl Attribute {
    /// An attribute that only the cloud sets.
    pub(crate) const fn fixed(name: &'static str) -> Self {
        Self::of_plain(mock_rest::Attribute::fixed(name, Form::Any))
    }

    /// An attribute of the create request.
    pub(crate) const fn new(name: &'static str, form: Form, default: Default) -> Self {
        Self::of_plain(mock_rest::Attribute::new(name, form, default))
    }

    const fn of_plain(plain: mock_rest::Attribute<Form>) -> Self {
        Self {
            plain,
            extension: "",
            admin: false,
            shown: Shown::Everybody,
        }
    }

    /// It may be changed later.
    pub(crate) const fn put(mut self) -> Self {
        self.plain = self.plain.put();
        self
    }

    /// Only admins may set it.
    pub(crate) const fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Who sees it.
    pub(crate) const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// It is no filter of listings.
    pub(crate) const fn unfiltered(mut self) -> Self {
        self.plain = self.plain.unfiltered();
        self
    }

    /// It comes with an extension.
    pub(crate) const fn of(mut self, alias: &'static str) -> Self {
        self.extension = alias;
        self
    }
}
