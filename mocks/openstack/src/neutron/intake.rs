use http::Method;
use mock_cloud::Body;
use mock_rest::Problem;
use serde_json::Value;

use super::Neutron;
use super::attribute::{Attribute, Default};
use super::form::Form;
use super::resource::Resource;
use super::tables::{STANDARD, TAGS};
use crate::refused::{Answer, Refused};

/// The objects of a create request.
pub(super) struct Intake {
    pub(super) bodies: Vec<Body>,
    /// Asked for as a list, so answered as one.
    pub(super) bulk: bool,
}

/// The body of a request as an object.
pub(super) fn parse(bytes: &[u8]) -> Answer<Body> {
    mock_rest::object(bytes).ok_or_else(|| Refused::body("Body contains invalid data"))
}

/// The same, with the words of the layer that serves the resource.
fn parse_for(resource: Resource, bytes: &[u8]) -> Answer<Body> {
    let core = matches!(
        resource,
        Resource::Network | Resource::Port | Resource::Subnet
    );
    parse(bytes).map_err(|refused| match core {
        true => refused,
        false => Refused::new(
            400,
            "MalformedRequestBody",
            "Malformed request body: Cannot understand JSON.",
        ),
    })
}

impl Neutron<'_> {
    /// The attributes of a resource under this cloud's extensions.
    pub(super) fn attributes(&self, resource: Resource) -> Vec<&'static Attribute> {
        let standard = if resource.is_standard() {
            STANDARD
        } else {
            &[]
        };
        let tags = if resource.is_taggable() { TAGS } else { &[] };
        let all = resource.attributes().iter().chain(standard).chain(tags);
        all.filter(|attribute| self.has_extension(attribute.extension))
            .collect()
    }

    fn table(&self, resource: Resource) -> Vec<&'static mock_rest::Attribute<Form>> {
        let attributes = self.attributes(resource).into_iter();
        attributes.map(|attribute| &attribute.plain).collect()
    }

    /// Whether the cloud has an extension; the core (an empty alias) is always there.
    pub(super) fn has_extension(&self, alias: &str) -> bool {
        alias.is_empty() || self.config.extensions.contains(alias)
    }

    /// Reads a create request: one object or many, defaults filled in.
    pub(super) fn created(&self, resource: Resource, bytes: &[u8]) -> Answer<Intake> {
        let mut body = parse_for(resource, bytes)?;
        if let Some(one) = body.remove(resource.singular()) {
            let bodies = vec![self.create_body(resource, one)?];
            return Ok(Intake {
                bodies,
                bulk: false,
            });
        }
        let Some(many) = body.remove(resource.plural()) else {
            let name = resource.singular();
            return Err(Refused::body(format!(
                "Unable to find '{name}' in request body"
            )));
        };
        let many = many.as_array().cloned().unwrap_or_default();
        if many.is_empty() {
            return Err(Refused::body("Resources required"));
        }
        // Real Neutron takes each item bare or under its singular.
        let bare = |mut item: Value| match item.get_mut(resource.singular()) {
            Some(inner) if inner.is_object() => inner.take(),
            Some(_) | None => item,
        };
        let bodies: Answer<Vec<Body>> = many
            .into_iter()
            .map(|item| self.create_body(resource, bare(item)))
            .collect();
        Ok(Intake {
            bodies: bodies?,
            bulk: true,
        })
    }

    /// Reads an update request: only what is to change.
    pub(super) fn updated(&self, resource: Resource, bytes: &[u8]) -> Answer<Body> {
        let mut body = parse_for(resource, bytes)?;
        let name = resource.singular();
        let asked = match body.remove(name) {
            Some(Value::Object(asked)) => asked,
            Some(_) => return Err(Refused::body(format!("Invalid '{name}' in request body"))),
            None => {
                return Err(Refused::body(format!(
                    "Unable to find '{name}' in request body"
                )));
            }
        };
        mock_rest::updated(&self.table(resource), asked).map_err(first)
    }

    fn create_body(&self, resource: Resource, asked: Value) -> Answer<Body> {
        let Value::Object(asked) = asked else {
            let name = resource.singular();
            return Err(Refused::body(format!(
                "Object '{name}' contains invalid data"
            )));
        };
        let project = self.project_of(&asked)?;
        let mut body = mock_rest::created(&self.table(resource), asked).map_err(first)?;
        body.remove("tenant_id");
        body.insert("project_id".to_owned(), project.into());
        Ok(body)
    }

    /// Whose the object shall be: the caller's own project; admins may say otherwise.
    fn project_of(&self, asked: &Body) -> Answer<String> {
        let given = asked.get("project_id").or_else(|| asked.get("tenant_id"));
        match given.and_then(Value::as_str) {
            Some(other) if other != self.caller.project && !self.caller.admin => {
                Err(Refused::body(
                    "Specifying 'project_id' or 'tenant_id' other than the authenticated project \
                     in request requires admin or advsvc privileges",
                ))
            }
            Some(given) => Ok(given.to_owned()),
            None => Ok(self.caller.project.clone()),
        }
    }

    /// What a caller may not set is refused by policy: on create where it differs from the default,
    /// on update always.
    pub(super) fn allowed(&self, resource: Resource, body: &Body, method: &Method) -> Answer<()> {
        let create = method == Method::POST;
        let verb = if create { "create" } else { "update" };
        let rule = format!("{verb}_{}", resource.singular());
        if self.caller.reader {
            return Err(Refused::policy(&format!("rule:{rule}")));
        }
        let default = |attribute: &Attribute| attribute.post.and_then(Default::value);
        let beyond = self.attributes(resource).into_iter().find(|attribute| {
            let given = body.get(attribute.name);
            let kept = create && given == default(attribute).as_ref();
            attribute.admin && given.is_some() && !kept
        });
        match beyond.filter(|_| !self.caller.admin) {
            Some(attribute) => {
                let name = attribute.name;
                Err(Refused::policy(&format!(
                    "(rule:{rule} and rule:{rule}:{name})"
                )))
            }
            None => Ok(()),
        }
    }
}

/// Neutron stops at the first thing that is wrong with a body.
fn first(problems: Vec<Problem<Refused>>) -> Refused {
    match problems.into_iter().next() {
        Some(Problem::Missing(name)) => Refused::body(format!(
            "Failed to parse request. Required attribute '{name}' not specified"
        )),
        Some(Problem::NotOnCreate(name)) => {
            Refused::body(format!("Attribute '{name}' not allowed in POST"))
        }
        Some(Problem::ReadOnly(name)) => {
            Refused::body(format!("Cannot update read-only attribute {name}"))
        }
        Some(Problem::Unknown(names)) => {
            let names = names.join(", ");
            Refused::body(format!("Unrecognized attribute(s) '{names}'"))
        }
        Some(Problem::Value(refused)) => refused,
        None => Refused::fallen(),
    }
}
