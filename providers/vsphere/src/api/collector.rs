//! The property collector: what objects are, a page at a time.
//!
//! A session that has ended is told in several ways: as a fault, in the place of each property, or, of
//! a view that went with it, as an object that does not exist. Whichever it is, the listing begins
//! again in a new session, once: pages and views are of the session that began them.

use std::collections::BTreeMap;

use groundwork_kit::client::Extent;
use groundwork_provider::Result;

use super::{
    Api, Method, Ref, Refused,
    login::Session,
    xml::{Element, element},
};

/// Objects on a page.
const PAGE: usize = 500;

/// A type of objects, and which of its properties are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) of: &'static str,
    pub(crate) paths: &'static [&'static str],
}

/// An object, and what it was asked for. What is not set, or may not be read, is not there.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) of: Ref,
    properties: BTreeMap<String, Element>,
}

impl Object {
    /// A property.
    pub(crate) fn property(&self, path: &str) -> Option<&Element> {
        self.properties.get(path)
    }

    /// A property as text; empty where it is not set.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.property(path).map_or("", |value| &value.text)
    }

    /// The object that a property refers to.
    pub(crate) fn reference(&self, path: &str) -> Option<Ref> {
        self.property(path).and_then(Ref::of)
    }

    /// The ids of the objects that a property refers to.
    pub(crate) fn ids(&self, path: &str) -> Vec<String> {
        self.property(path).map_or_else(Vec::new, Element::texts)
    }
}

/// A page: its objects, its size, and how the next one is asked for.
struct Page {
    objects: Vec<Object>,
    bytes: usize,
    token: Option<String>,
}

impl Api {
    /// Everything of these types in the inventory, each through `form`, so that a page is let go of
    /// before the next one comes. `besides`: objects that are not in the inventory.
    pub(crate) async fn everything<T>(
        &self,
        wanted: &[Wanted],
        besides: &[Ref],
        mut form: impl FnMut(Object) -> Option<T> + Send,
    ) -> Result<Vec<T>>
    where
        T: Send,
    {
        let session = self.soap.session().await?;
        match self.pages(&session, wanted, besides, &mut form).await {
            Err(refused) if refused.is_ended() => {
                let renewed = self.soap.renewed(&session).await?;
                let again = self.pages(&renewed, wanted, besides, &mut form).await;
                Ok(again?)
            }
            listed => Ok(listed?),
        }
    }

    async fn pages<T>(
        &self,
        session: &Session,
        wanted: &[Wanted],
        besides: &[Ref],
        form: &mut (impl FnMut(Object) -> Option<T> + Send),
    ) -> Result<Vec<T>, Refused>
    where
        T: Send,
    {
        let view = self.view(session, wanted).await?;
        let objects = within(&view) + &besides.iter().map(itself).collect::<String>();
        let first = retrieve(session, wanted, &objects);
        let mut all = Vec::new();
        let mut extent = Extent::new().in_pages_of(PAGE);
        let mut page = self
            .page(session, &first)
            .await
            .map_err(ended_with(&view))?;
        loop {
            extent.page("RetrievePropertiesEx", page.objects.len(), page.bytes)?;
            all.extend(page.objects.into_iter().filter_map(&mut *form));
            let Some(token) = page.token else { break };
            let token = element("token", &token);
            let collector = &session.content.collector;
            let next = Method::new("ContinueRetrievePropertiesEx", collector, token);
            page = self.page(session, &next).await.map_err(ended_with(&view))?;
        }
        // The view goes with the session, which ends with the command.
        Ok(all)
    }

    /// A view of everything of these types.
    async fn view(&self, session: &Session, wanted: &[Wanted]) -> Result<Ref, Refused> {
        let container = session.content.root.element("container");
        let types: String = wanted
            .iter()
            .filter(|wanted| !wanted.of.ends_with("Manager"))
            .map(|wanted| element("type", wanted.of))
            .collect();
        let arguments = container + &types + &element("recursive", "true");
        let create = Method::new("CreateContainerView", &session.content.views, arguments);
        let created = self.call_in(session, &create).await?;
        let view = created.child("returnval").and_then(Ref::of);
        view.ok_or_else(|| self.refused("CreateContainerView", &created, "there is no view"))
    }

    async fn page(&self, session: &Session, method: &Method) -> Result<Page, Refused> {
        let response = self.call_in(session, method).await?;
        let Some(result) = response.child("returnval") else {
            let (objects, bytes, token) = (Vec::new(), 0, None);
            return Ok(Page {
                objects,
                bytes,
                token,
            });
        };
        let mut objects = Vec::new();
        for object in result.children("objects") {
            objects.extend(self.object(object)?);
        }
        let token = result.child("token").map(|token| token.text.clone());
        let bytes = objects.iter().map(size).sum();
        Ok(Page {
            objects,
            bytes,
            token,
        })
    }

    fn object(&self, object: &Element) -> Result<Option<Object>, Refused> {
        let missing = object.children("missingSet");
        let faults = missing.filter_map(|missing| missing.at("fault/fault"));
        for fault in faults {
            let refused = self.refused("RetrievePropertiesEx", fault, "");
            if refused.is_ended() {
                return Err(refused);
            }
        }
        let of = object.child("obj").and_then(Ref::of);
        let properties = object.children("propSet").filter_map(|property| {
            Some((
                property.child("name")?.text.clone(),
                property.child("val")?.clone(),
            ))
        });
        let properties = properties.collect();
        Ok(of.map(|of| Object { of, properties }))
    }

    /// One object; `None` where it does not exist.
    pub(crate) async fn object_of(&self, object: &Ref, paths: &[&str]) -> Result<Option<Object>> {
        let session = self.soap.session().await?;
        match self.one(&session, object, paths).await {
            Err(refused) if refused.is_ended() => {
                let renewed = self.soap.renewed(&session).await?;
                Ok(self.one(&renewed, object, paths).await?)
            }
            read => Ok(read?),
        }
    }

    async fn one(
        &self,
        session: &Session,
        object: &Ref,
        paths: &[&str],
    ) -> Result<Option<Object>, Refused> {
        let spec = set(&object.kind, paths);
        let spec = format!("<specSet>{spec}{}</specSet><options/>", itself(object));
        let collector = &session.content.collector;
        let method = Method::new("RetrievePropertiesEx", collector, spec);
        match self.page(session, &method).await {
            Err(refused) if refused.fault == "ManagedObjectNotFound" => Ok(None),
            page => Ok(page?.objects.into_iter().next()),
        }
    }
}

/// A view that does not exist is one of a session that has ended.
fn ended_with(view: &Ref) -> impl Fn(Refused) -> Refused + '_ {
    |mut refused| {
        let is_of_view = refused
            .about
            .as_ref()
            .is_some_and(|about| about.id == view.id);
        if refused.fault == "ManagedObjectNotFound" && is_of_view {
            refused.fault = "NotAuthenticated".to_owned();
        }
        refused
    }
}

fn retrieve(session: &Session, wanted: &[Wanted], objects: &str) -> Method {
    let sets = wanted.iter().map(|wanted| set(wanted.of, wanted.paths));
    let sets: String = sets.collect();
    let options = element("maxObjects", &PAGE.to_string());
    let spec = format!("<specSet>{sets}{objects}</specSet><options>{options}</options>");
    Method::new("RetrievePropertiesEx", &session.content.collector, spec)
}

/// Which properties of a type.
fn set(of: &str, paths: &[&str]) -> String {
    let paths: String = paths.iter().map(|path| element("pathSet", path)).collect();
    let of = element("type", of);
    format!("<propSet>{of}<all>false</all>{paths}</propSet>")
}

/// Everything that a view shows.
fn within(view: &Ref) -> String {
    let view = view.element("obj");
    format!(
        "<objectSet>{view}<skip>true</skip><selectSet xsi:type=\"TraversalSpec\">\
         <name>view</name><type>ContainerView</type><path>view</path><skip>false</skip>\
         </selectSet></objectSet>"
    )
}

/// An object itself.
fn itself(object: &Ref) -> String {
    let object = object.element("obj");
    format!("<objectSet>{object}<skip>false</skip></objectSet>")
}

/// About how many bytes an object is.
fn size(object: &Object) -> usize {
    fn of(element: &Element) -> usize {
        let inside: usize = element.inside.iter().map(of).sum();
        element.name.len() + element.text.len() + inside
    }
    object.properties.values().map(of).sum()
}
