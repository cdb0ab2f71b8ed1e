//! PUT, PATCH and DELETE of any resource.

use mock_cloud::{Body, Object};
use mock_rest::{Form as _, Problem};
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::ids::{group_of, key, name_of, outer};
use crate::kind::Kind;
use crate::operations::{GOING, Verb};
use crate::refused::{Answer, Refused};
use crate::tables::{self, OUTPUT};
use crate::versions::Version;

/// Under which conditions a request is to be carried out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
}

impl Conditions {
    fn hold(&self, id: &str, found: Option<&Object>) -> Answer<()> {
        let etag = found.map(|found| found.text("etag"));
        let fits = match (&self.if_match, etag) {
            (Some(wanted), Some(etag)) => wanted == "*" || wanted == etag,
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !fits {
            let message = format!(
                "The etag provided in the request, {}, does not match the current etag of resource {id}, {}.",
                self.if_match.as_deref().unwrap_or_default(),
                etag.unwrap_or("none")
            );
            return Err(Refused::new(412, "PreconditionFailed", message));
        }
        match (&self.if_none_match, found) {
            (Some(_), Some(_)) => {
                let message = format!("The resource {id} already exists.");
                Err(Refused::new(412, "PreconditionFailed", message))
            }
            (Some(_) | None, _) => Ok(()),
        }
    }
}

/// What a PUT says of the parts of a resource.
enum Parts {
    /// Nothing: the request does not name the field.
    Unsaid,
    /// These, and no others.
    All(Vec<Body>),
}

impl Azure {
    /// Makes a resource, or changes it to what the request says. Whether it is new, and the operation.
    pub(crate) fn put(
        &mut self,
        kind: Kind,
        id: &str,
        asked: Body,
        conditions: &Conditions,
        version: &Version,
    ) -> Answer<(bool, Option<u64>)> {
        self.may(&format!("{}/{}", kind.permission(), Verb::Put.action()), id)?;
        self.guarded(kind, id, Verb::Put)?;
        let found = self.find(kind, id);
        if kind == Kind::ResourceGroup {
            conditions.hold(id, found.as_deref())?;
            self.put_group(id, asked)?;
            return Ok((found.is_none(), None));
        }
        self.stands(kind, id)?;
        named(kind, id)?;
        conditions.hold(id, found.as_deref())?;
        let mut asked = asked;
        if let Some(region) = self.placed(kind, found.as_deref(), &asked)? {
            asked.insert("location".to_owned(), json!(region));
        }
        self.idle(kind, id)?;
        let mut targets = Vec::new();
        self.write(kind, id, asked, version, &mut targets)?;
        self.check_whole(kind, id)?;
        let number = self.start(Verb::Put, kind, id, targets);
        Ok((found.is_none(), Some(number)))
    }

    /// The resource group and the whole are there, and stay.
    fn stands(&self, kind: Kind, id: &str) -> Answer<()> {
        let group = self.exists(Kind::ResourceGroup, &group_of(id))?;
        if group.body.contains_key(GOING) {
            let message = format!(
                "The resource group '{}' is in deprovisioning state and cannot perform this operation.",
                name_of(&group.id)
            );
            return Err(Refused::front(409, "ResourceGroupBeingDeleted", message));
        }
        if let Some(parent) = kind.parent() {
            let whole = outer(kind, id);
            if self.find(parent, &whole).is_none() {
                let message = format!(
                    "Failed to perform 'write' on resource(s) of type '{}/{}', because the parent resource \
                     '{whole}' could not be found.",
                    parent.plural(),
                    kind.plural()
                );
                return Err(Refused::front(404, "ParentResourceNotFound", message));
            }
        }
        Ok(())
    }

    /// The region of a resource, which never changes. Parts have none of their own.
    fn placed(
        &self,
        kind: Kind,
        found: Option<&Object>,
        asked: &Body,
    ) -> Answer<Option<&'static str>> {
        if kind.parent().is_some() {
            return Ok(None);
        }
        let Some(location) = asked.get("location").and_then(Value::as_str) else {
            let message = "The location property is required for this definition.";
            return Err(Refused::front(400, "LocationRequired", message));
        };
        let region = self.region(location).ok_or_else(|| {
            let all: Vec<&str> = self.config.regions.iter().map(|region| region.name).collect();
            let message = format!(
                "The provided location '{location}' is not available for resource type '{}'. List of \
                 available regions for the resource type is '{}'.",
                kind.type_name(),
                all.join(",")
            );
            Refused::front(400, "LocationNotAvailableForResourceType", message)
        })?;
        match found {
            None => self
                .within_limit(kind, region.name)
                .map(|()| Some(region.name)),
            Some(found) if found.text("location") == region.name => Ok(Some(region.name)),
            Some(found) => {
                let message = format!(
                    "The resource '{}' already exists in location '{}' in resource group '{}'. A resource \
                     with the same name cannot be created in location '{location}'. Please select a new \
                     resource name.",
                    found.text("name"),
                    found.text("location"),
                    name_of(&group_of(&found.id))
                );
                Err(Refused::front(409, "InvalidResourceLocation", message))
            }
        }
    }

    fn write(
        &mut self,
        kind: Kind,
        id: &str,
        asked: Body,
        version: &Version,
        targets: &mut Vec<(Kind, String)>,
    ) -> Answer<()> {
        let mut asked = asked;
        let parts: Vec<(Kind, Parts)> = kind
            .parts()
            .iter()
            .map(|part| Ok((*part, parts_of(&mut asked, *part)?)))
            .collect::<Answer<_>>()?;
        let body = crate::objects::read(kind, asked, version)?;
        let body = self.linked(kind, id, body)?;
        let body = self.prepared(kind, id, body, version)?;
        self.keep(kind, id, body);
        targets.push((kind, id.to_owned()));
        for (part, said) in parts {
            let wanted = match said {
                Parts::Unsaid if part == Kind::Subnet && version.keeps_subnets() => continue,
                Parts::Unsaid => Vec::new(),
                Parts::All(wanted) => wanted,
            };
            self.write_parts(part, id, wanted, version, targets)?;
        }
        Ok(())
    }

    /// The parts of a resource become these: what is not among them goes.
    fn write_parts(
        &mut self,
        part: Kind,
        whole: &str,
        wanted: Vec<Body>,
        version: &Version,
        targets: &mut Vec<(Kind, String)>,
    ) -> Answer<()> {
        let name = |body: &Body| body.get("name").and_then(Value::as_str).map(str::to_owned);
        let names: Vec<String> = wanted
            .iter()
            .filter_map(name)
            .map(|name| key(&name))
            .collect();
        for own in self.within(part, whole) {
            if !names.contains(&key(own.text("name"))) {
                self.unused(part, &own.id)?;
                self.store.remove(part.plural(), &own.id);
            }
        }
        for body in wanted {
            let Some(name) = name(&body).filter(|name| !name.is_empty()) else {
                let message = format!(
                    "Resource name is missing in the list '{}' of {whole}.",
                    part.plural()
                );
                return Err(Refused::new(400, "InvalidRequestFormat", message));
            };
            let id = format!("{whole}/{}/{name}", part.plural());
            named(part, &id)?;
            let id = self.find(part, &id).map_or(id, |found| found.id.clone());
            self.write(part, &id, body, version, targets)?;
        }
        Ok(())
    }

    /// What only this kind of resource can have wrong; the body completed.
    fn prepared(&mut self, kind: Kind, id: &str, body: Body, version: &Version) -> Answer<Body> {
        match kind {
            Kind::Route => crate::routes::check_route(id, &body).map(|()| body),
            Kind::SecurityRule => self.check_rule(id, &body).map(|()| body),
            Kind::Subnet => self.prepared_subnet(id, body, version),
            Kind::VirtualNetwork => self.prepared_network(id, body, version),
            Kind::LoadBalancer => self.prepared_balancer(id, body),
            Kind::NatGateway => self.prepared_gateway(id, body),
            Kind::NetworkInterface => self.prepared_interface(id, body),
            Kind::Peering => self.prepared_peering(id, body),
            Kind::PublicIpAddress => self.prepared_address(id, body),
            Kind::PublicIpPrefix => self.prepared_prefix(id, body),
            Kind::NetworkSecurityGroup | Kind::ResourceGroup | Kind::RouteTable => Ok(body),
        }
    }

    /// What the parts of a whole must not be together.
    fn check_whole(&self, kind: Kind, id: &str) -> Answer<()> {
        match self.root(kind, id) {
            (Kind::VirtualNetwork, id) => self.check_subnets(&id),
            (Kind::NetworkSecurityGroup, id) => self.check_priorities(&id),
            (Kind::RouteTable, id) => self.check_routes(&id),
            _ => Ok(()),
        }
    }

    /// Stores a resource with what every resource has; what only the cloud sets stays as it is.
    pub(crate) fn keep(&mut self, kind: Kind, id: &str, body: Body) {
        let mut body = body;
        if let Some(found) = self.find(kind, id) {
            let output = |name: &str| {
                let all = OUTPUT.iter().chain(kind.table().output);
                all.copied().any(|own| own == name) || name.starts_with('_')
            };
            self.store.update(kind.plural(), &found.id, |own| {
                own.retain(|name, _| output(name));
                own.append(&mut body);
            });
            return;
        }
        let etag = self.new_etag();
        let guid = self.store.fresh_uuid();
        let fixed = json!({
            "id": id, "name": name_of(id), "type": kind.type_name(), "etag": etag,
            "provisioningState": "Succeeded", "_key": key(id), "_outer": key(&outer(kind, id)),
        });
        body.extend(crate::cloud::object(fixed));
        if matches!(
            kind,
            Kind::NatGateway | Kind::NetworkSecurityGroup | Kind::VirtualNetwork
        ) {
            body.insert("resourceGuid".to_owned(), json!(guid));
        }
        self.store.insert(kind.plural(), id, body);
    }

    /// Changes the tags of a resource, which takes no time.
    pub(crate) fn patch(
        &mut self,
        kind: Kind,
        id: &str,
        asked: Body,
        conditions: &Conditions,
    ) -> Answer<()> {
        self.may(&format!("{}/{}", kind.permission(), Verb::Put.action()), id)?;
        if kind.parent().is_some() {
            return Err(Refused::not_allowed("PATCH"));
        }
        let found = self.exists(kind, id)?;
        self.guarded(kind, id, Verb::Put)?;
        conditions.hold(id, Some(&found))?;
        self.idle(kind, id)?;
        let tags = asked.get("tags").cloned().unwrap_or(json!({}));
        let tags = tables::TAGS.form.accept("tags", tags);
        let tags = tags.map_err(|wrong| Refused::body(vec![Problem::Value(wrong)]))?;
        let etag = self.new_etag();
        self.store.update(kind.plural(), &found.id, |body| {
            body.insert("tags".to_owned(), tags);
            if kind != Kind::ResourceGroup {
                body.insert("etag".to_owned(), json!(etag));
            }
        });
        Ok(())
    }

    /// Begins to delete a resource; the operation. Nothing where it is not there.
    pub(crate) fn delete_one(
        &mut self,
        kind: Kind,
        id: &str,
        conditions: &Conditions,
    ) -> Answer<Option<u64>> {
        self.may(
            &format!("{}/{}", kind.permission(), Verb::Delete.action()),
            id,
        )?;
        self.exists(Kind::ResourceGroup, &group_of(id))?;
        let Some(found) = self.find(kind, id) else {
            return Ok(None);
        };
        self.guarded(kind, id, Verb::Delete)?;
        conditions.hold(id, Some(&found))?;
        self.idle(kind, id)?;
        self.unused(kind, id)?;
        let whole = self.whole(kind, id);
        for (kind, id) in &whole {
            self.store.update(kind.plural(), id, |body| {
                body.insert(GOING.to_owned(), json!(true));
            });
        }
        Ok(Some(self.start(Verb::Delete, kind, id, whole)))
    }
}

/// Takes the list of parts out of a body. `null` is an empty list.
fn parts_of(asked: &mut Body, part: Kind) -> Answer<Parts> {
    let properties = asked.get_mut("properties").and_then(Value::as_object_mut);
    let said = properties.and_then(|properties| properties.remove(part.plural()));
    match said {
        None => Ok(Parts::Unsaid),
        Some(Value::Null) => Ok(Parts::All(Vec::new())),
        Some(Value::Array(all)) => {
            let bodies = all.into_iter().map(|one| one.as_object().cloned());
            let bodies: Option<Vec<Body>> = bodies.collect();
            bodies.map(Parts::All).ok_or_else(Refused::no_json)
        }
        Some(_) => Err(Refused::no_json()),
    }
}

/// Letters, digits, `_`, `.` and `-`; a letter or digit first, and no `.` or `-` at the end.
fn named(kind: Kind, id: &str) -> Answer<()> {
    let name = name_of(id);
    let is_inner = |char: char| char.is_ascii_alphanumeric() || "_.-".contains(char);
    let is_end = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let fits = name.chars().all(is_inner)
        && name.starts_with(|char: char| char.is_ascii_alphanumeric())
        && name.ends_with(is_end)
        && name.len() <= if kind == Kind::VirtualNetwork { 64 } else { 80 };
    if fits {
        return Ok(());
    }
    let message = format!(
        "Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a \
         word character, and it must end with a word character or with '_'. The name may contain word \
         characters or '.', '-', '_'."
    );
    Err(Refused::new(400, "InvalidResourceName", message))
}
