use serde_json::Value;

use crate::refused::{Answer, Refused};

/// The parameters of a request, by the names of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params<'a>(pub(crate) &'a Value);

impl<'a> Params<'a> {
    /// A text; `None` where it is absent or empty.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.0[name].as_str().filter(|text| !text.is_empty())
    }

    /// A text that has to be there, also where the model does not say so.
    ///
    /// # Errors
    /// `MissingParameter`.
    pub(crate) fn must(self, name: &str) -> Answer<&'a str> {
        self.text(name)
            .ok_or_else(|| Refused::missing_parameter(name))
    }

    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.0[name].as_bool()
    }

    /// A switch wrapped into a structure, as Modify calls have it (`EnableDns64.Value=true`).
    pub(crate) fn switch(self, name: &str) -> Option<bool> {
        self.0[name]["Value"].as_bool()
    }

    pub(crate) fn number(self, name: &str) -> Option<i64> {
        self.0[name].as_i64()
    }

    pub(crate) fn has(self, name: &str) -> bool {
        !self.0[name].is_null()
    }

    pub(crate) fn list(self, name: &str) -> &'a [Value] {
        self.0[name].as_array().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn texts(self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    pub(crate) fn part(self, name: &str) -> Self {
        Self(&self.0[name])
    }
}
