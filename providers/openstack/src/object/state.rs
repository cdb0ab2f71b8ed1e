//! What Neutron says of an object: the fields that all its objects have, and those of its kind.

use groundwork_model::{ClusterKey, Code, Finding, Label, Severity};
use groundwork_provider::{Found, ObjectRef, Phase, Told};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::{Tags, rules::Alike};
use crate::api::Api;

/// A state of one of Neutron's objects.
pub(crate) trait Object: Clone + DeserializeOwned {
    /// Where the API has objects of its kind.
    const PATH: &'static str;
    /// The member that holds one of them in a body, and several.
    const MEMBER: (&'static str, &'static str);
    /// How many of them a page has, where each of them is large.
    const PAGE_ENTRIES: Option<&'static str> = None;

    fn id(&self) -> &str;
    fn name(&self) -> &str;
    fn project_id(&self) -> &str;
    fn description(&self) -> Option<&str>;
    fn tags(&self) -> Option<&Tags>;

    /// The same with other tags.
    fn with_tags(self, tags: Tags) -> Self;

    /// Takes away what a finding has: when it was made, and the label's text, if it has a label.
    fn take(&mut self, labelled: bool) -> Option<Box<str>>;

    /// Shares with the objects before it in a listing what they have alike.
    fn share(&mut self, _: &mut Alike) {}

    /// As a listing has it.
    fn found(self, api: &Api) -> Found<Self> {
        found(api, [], Phase::Ready, self)
    }

    /// Its label. Only in our own project is one taken at its word: the owner of an object that
    /// others share with us could write anything.
    fn label(&self, project: &str) -> Option<Label> {
        let label = Label::parse(self.description()?);
        label.filter(|_| self.project_id() == project)
    }

    /// As people see it.
    fn shown(&self) -> Told {
        Told::named(self.name())
    }

    /// Where the API has it.
    fn path(&self) -> String {
        format!("{}/{}", Self::PATH, self.id())
    }

    /// As people are told of it.
    fn told(&self) -> String {
        let kind = Self::MEMBER.0.replace('_', " ");
        format!("{kind} {} ({})", self.name(), self.id())
    }

    /// What is wrong with it, as the rest of a sentence that begins with it.
    fn error(&self, code: Code, what: &str) -> Finding {
        self.finding(Severity::Error, code, what)
    }

    /// What may be wrong with it, in the same way.
    fn warning(&self, code: Code, what: &str) -> Finding {
        self.finding(Severity::Warning, code, what)
    }

    /// What a person should know of it, in the same way.
    fn finding(&self, severity: Severity, code: Code, what: &str) -> Finding {
        let told = self.told();
        Finding::new(severity, code, format!("{told} {what}")).about(told)
    }

    /// Whether it carries the tag of a cluster: where somebody has overwritten its label, that says
    /// whose it is.
    fn is_tagged(&self, cluster: &ClusterKey) -> bool {
        let tags = self.tags();
        tags.is_some_and(|tags| tags.has_cluster(cluster))
    }
}

/// A state, with the fields that all have before its own.
macro_rules! state {
    (
        $(#[$doc:meta])* pub struct $state:ident {
            $($(#[$of:meta])* pub $field:ident: $type:ty,)*
        }
        at $path:literal, $one:literal, $several:literal
        $(; $($more:tt)*)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Deserialize, Eq, PartialEq, serde::Serialize)]
        pub struct $state {
            /// Its id.
            pub id: String,
            /// Its name: not unique.
            #[serde(default)]
            pub name: String,
            /// Free text: the label, where it is ours.
            #[serde(default)]
            pub description: Option<Box<str>>,
            /// The project that it belongs to.
            #[serde(default)]
            pub project_id: Box<str>,
            /// Its tags, where the cloud has tags.
            #[serde(default)]
            pub tags: Option<crate::object::Tags>,
            /// When it was made.
            #[serde(default)]
            pub created_at: Option<Box<str>>,
            $($(#[$of])* pub $field: $type,)*
        }

        impl crate::object::Object for $state {
            const PATH: &'static str = $path;
            const MEMBER: (&'static str, &'static str) = ($one, $several);

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn project_id(&self) -> &str {
                &self.project_id
            }

            fn description(&self) -> Option<&str> {
                self.description.as_deref()
            }

            fn tags(&self) -> Option<&crate::object::Tags> {
                self.tags.as_ref()
            }

            fn with_tags(self, tags: crate::object::Tags) -> Self {
                let tags = Some(tags);
                Self { tags, ..self }
            }

            fn take(&mut self, labelled: bool) -> Option<Box<str>> {
                self.description.take_if(|_| labelled);
                self.created_at.take()
            }

            $($($more)*)?
        }
    };
}
pub(crate) use state;

/// A finding of a listing. Whose it is and since when is known of it then, and its state need not
/// hold it a second time.
pub(crate) fn found<S: Object>(
    api: &Api,
    joins: impl IntoIterator<Item = ObjectRef>,
    phase: Phase,
    mut state: S,
) -> Found<S> {
    let label = state.label(api.project());
    let created = state.take(label.is_some());
    Found::labelled(state.id().to_owned(), label, state)
        .joining(joins)
        .in_phase(phase)
        .made_at(created.and_then(|text| text.parse::<Timestamp>().ok()))
}

/// The phase that Neutron's `status` means; most clouds say `ACTIVE` or `DOWN`, and either works.
pub(crate) fn phase(status: &str) -> Phase {
    match status {
        "BUILD" => Phase::Pending(None),
        "PENDING_DELETE" => Phase::Leaving,
        "ERROR" => Phase::Failed("Neutron says that its status is ERROR".to_owned()),
        _ => Phase::Ready,
    }
}
