//! Whose credentials are used, whatever source they come from.
//!
//! Every source is brought into one form, [`Fields`], so that each way to authenticate works from
//! each source: the document itself, the Secret that it refers to, the environment.

use std::{collections::BTreeMap, fmt};

use groundwork_model::Secret;
use groundwork_provider::{Account, Environment};

use crate::document::given;

/// Credentials and where to use them, under the names that the driver has for them. Names are
/// shown, values never.
#[derive(Clone, Default)]
pub struct Fields(BTreeMap<String, Secret>);

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Fields {
    /// The keys of a Secret, each under the names that `table` has for it. A later row overrides
    /// an earlier one.
    pub fn of_secrets(secrets: &BTreeMap<String, Secret>, table: &[(&str, &str)]) -> Self {
        let mut fields = Self::default();
        for (key, name) in table {
            fields.put(name, secrets.get(*key).cloned());
        }
        fields
    }

    /// The variables of the environment, in the same way.
    pub fn of_environment(environment: &Environment, table: &[(&str, &str)]) -> Self {
        let mut fields = Self::default();
        for (variable, name) in table {
            fields.put(name, environment.variable(variable).cloned());
        }
        fields
    }

    /// Endpoint, region and project of the account that the journal knows, under these names: a
    /// destroy has no document to say them.
    pub fn of_account(account: &Option<Account>, names: [&str; 3]) -> Self {
        let mut fields = Self::default();
        if let Some(account) = account {
            let [endpoint, region, project] = names;
            fields.put(endpoint, Secret::new(&account.endpoint));
            fields.put(region, Secret::new(&account.region));
            fields.put(project, account.project.as_ref().map(Secret::new));
        }
        fields
    }

    /// Sets a field. Nothing, and an empty text, change nothing.
    pub fn put(&mut self, name: &str, value: impl Into<Option<Secret>>) {
        if let Some(value) = value.into().filter(|value| !value.is_empty()) {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Sets a field to a text of a document, if it is given.
    pub fn put_text(&mut self, name: &str, text: &Option<String>) {
        self.put(name, given(text).map(Secret::new));
    }

    /// Takes the named fields from another source, as far as they are missing.
    pub fn complete<'n>(&mut self, from: &Self, names: impl IntoIterator<Item = &'n str>) {
        for name in names {
            if !self.has(name) {
                self.put(name, from.0.get(name).cloned());
            }
        }
    }

    /// A field.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// A field as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Secret::expose)
    }

    /// Whether a field is set.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether one of these fields is set.
    pub fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// Everything that decides who asks where, as one text: see
    /// [`Provider::identity`](groundwork_provider::Provider::identity).
    pub fn identity(&self) -> Secret {
        let line = |(name, value): (&String, &Secret)| format!("{name}={:?}\n", value.expose());
        Secret::new(self.0.iter().map(line).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        let secret = |(key, value): &(&str, &str)| ((*key).to_owned(), Secret::new(*value));
        pairs.iter().map(secret).collect()
    }

    const TABLE: &[(&str, &str)] = &[
        ("tenant", "project"),
        ("project", "project"),
        ("key", "key"),
    ];

    #[test]
    fn a_later_row_overrides_and_empty_texts_do_not_count() {
        let both = secrets(&[("tenant", "old"), ("project", "new"), ("key", "")]);
        let fields = Fields::of_secrets(&both, TABLE);
        assert_eq!(fields.text("project"), Some("new"));
        assert!(!fields.has_any(&["key", "other"]));
        let empty = secrets(&[("tenant", "old"), ("project", "")]);
        assert_eq!(
            Fields::of_secrets(&empty, TABLE).text("project"),
            Some("old")
        );
    }

    #[test]
    fn what_is_missing_is_completed_and_what_is_there_stays() {
        let mut fields = Fields::default();
        fields.put_text("user", &Some(" me ".to_owned()));
        fields.put_text("project", &Some(" ".to_owned()));
        let mut other = Fields::default();
        for name in ["user", "password", "project", "region"] {
            other.put(name, Secret::new("theirs"));
        }
        fields.complete(&other, ["user", "password", "project"]);
        assert_eq!(fields.text("user"), Some("me"));
        assert_eq!(fields.text("password"), Some("theirs"));
        assert_eq!(fields.text("project"), Some("theirs"));
        assert!(!fields.has("region"));
    }

    #[test]
    fn two_texts_that_differ_are_two_identities() {
        let identity = |pairs: &[(&str, &str)]| {
            let mut fields = Fields::default();
            for (name, value) in pairs {
                fields.put(name, Secret::new(*value));
            }
            fields.identity().expose().to_owned()
        };
        assert_ne!(
            identity(&[("a", "x\nb=y")]),
            identity(&[("a", "x"), ("b", "y")])
        );
    }

    #[test]
    fn values_are_not_shown() {
        let fields = Fields::of_secrets(&secrets(&[("key", "hunter2")]), TABLE);
        assert_eq!(format!("{fields:?}"), r#"{"key"}"#);
    }
}
