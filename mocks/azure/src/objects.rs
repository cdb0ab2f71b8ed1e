//! Bodies of requests, and what is asked for by its id.

use std::sync::Arc;

use mock_cloud::{Body, Object};
use mock_rest::{Attribute, Plain, Problem};
use serde_json::Value;

use crate::cloud::Azure;
use crate::ids::{group_of, name_of};
use crate::kind::Kind;
use crate::refused::{Answer, Refused};
use crate::said::Said;
use crate::tables::OUTPUT;
use crate::versions::Version;

impl Azure {
    pub(crate) fn get(&self, kind: Kind, id: &str, version: &Version) -> Answer<Said> {
        self.may(&format!("{}/read", kind.permission()), id)?;
        let found = self.exists(kind, id)?;
        Ok(Said::new(200, self.shown(kind, &found, version)))
    }

    /// The resource, or that it is not found.
    pub(crate) fn exists(&self, kind: Kind, id: &str) -> Answer<Arc<Object>> {
        let group = group_of(id);
        if self.find(Kind::ResourceGroup, &group).is_none() {
            let message = format!("Resource group '{}' could not be found.", name_of(&group));
            return Err(Refused::front(404, "ResourceGroupNotFound", message));
        }
        if let Some(found) = self.find(kind, id) {
            return Ok(found);
        }
        if let Some(parent) = kind.parent() {
            self.exists(parent, &crate::ids::outer(kind, id))?;
            return Err(Refused::new(
                404,
                "NotFound",
                format!("Resource {id} not found."),
            ));
        }
        let message = format!(
            "The Resource '{}/{}' under resource group '{}' was not found. For more details please go to \
             https://aka.ms/ARMResourceNotFoundFix",
            kind.type_name(),
            name_of(id),
            name_of(&group)
        );
        Err(Refused::front(404, "ResourceNotFound", message))
    }
}

/// The body of a request as the store has it: what is in `properties` beside the rest.
pub(crate) fn read(kind: Kind, asked: Body, version: &Version) -> Answer<Body> {
    let table = kind.table();
    let is_output = |name: &str| OUTPUT.contains(&name) || table.output.contains(&name);
    let said = |name: &String, value: &mut Value| !value.is_null() && !is_output(name);
    let mut top = asked;
    let properties = top.remove("properties").filter(|value| !value.is_null());
    let properties = properties.unwrap_or_else(|| Value::Object(Body::new()));
    let Value::Object(mut properties) = properties else {
        return Err(Refused::no_json());
    };
    top.retain(said);
    properties.retain(said);
    if kind.parent().is_some() {
        // Parts carry no place of their own.
        top.clear();
    }
    let rows = table.properties.iter();
    let known: Vec<&Attribute<Plain>> = rows.filter(|row| version.knows(kind, row.name)).collect();
    let place: Vec<&Attribute<Plain>> = table.top.iter().collect();
    let (top, properties) = (
        mock_rest::created(&place, top),
        mock_rest::created(&known, properties),
    );
    match (top, properties) {
        (Ok(mut body), Ok(properties)) => {
            body.extend(properties);
            Ok(body)
        }
        (top, properties) => {
            let mut problems: Vec<Problem<_>> = top.err().unwrap_or_default();
            problems.extend(properties.err().unwrap_or_default());
            Err(Refused::body(problems))
        }
    }
}
