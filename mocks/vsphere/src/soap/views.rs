//! Container views, and what is at a path.

use serde_json::{Value, json};

use super::dispatch::Returned;
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::session::Visitor;
use super::target::lineage;
use super::xml::Node;
use crate::cloud::Vsphere;
use crate::inventory::Kind;
use crate::sessions::View;

impl Vsphere {
    pub(crate) fn create_view(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let container = call.text_of("container").unwrap_or_default().to_owned();
        self.existing(&container)?;
        let types = call.texts("type");
        if types.iter().any(|of| lineage(of).is_empty()) {
            return Err(Fault::invalid_argument("type"));
        }
        let view = View {
            container,
            types,
            is_recursive: call.flag("recursive"),
        };
        let mut sessions = self.sessions();
        let id = sessions.fresh(self.config.seed);
        let session = sessions.open.get_mut(&visitor.shown);
        let session = session.ok_or_else(|| Fault::not_authenticated("ViewManager"))?;
        let id = format!("session[{}]{id}", session.key);
        session.views.insert(id.clone(), view);
        Ok(Returned::Value(Type::Ref, json!(id)))
    }

    pub(crate) fn destroy_view(&mut self, id: &str, visitor: &Visitor) -> Answer<Returned> {
        self.view(visitor, id)?;
        if let Some(session) = self.sessions().open.get_mut(&visitor.shown) {
            session.views.remove(id);
        }
        Ok(Returned::Nothing)
    }

    /// # Errors
    /// `ManagedObjectNotFound` where the session has no such view.
    pub(crate) fn view(&self, visitor: &Visitor, id: &str) -> Answer<View> {
        let sessions = self.sessions();
        let session = sessions.open.get(&visitor.shown);
        let view = session.and_then(|session| session.views.get(id)).cloned();
        view.ok_or_else(|| Fault::not_found(id))
    }

    pub(crate) fn view_property(
        &self,
        visitor: &Visitor,
        id: &str,
        name: &str,
    ) -> Answer<Option<Value>> {
        let view = self.view(visitor, id)?;
        Ok(Some(match name {
            "container" => json!(view.container),
            "recursive" => json!(view.is_recursive),
            "type" => json!(view.types),
            _ => json!(self.seen(&view, visitor)),
        }))
    }

    /// The ids of what is in a view, as of now, without what the visitor may not see.
    fn seen(&self, view: &View, visitor: &Visitor) -> Vec<String> {
        let inside = match view.is_recursive {
            true => self.descendants(&view.container),
            false => self.children(&view.container),
        };
        let fits = |id: &str| {
            let types = Kind::of_id(id).map(Kind::types).unwrap_or_default();
            view.types.is_empty() || view.types.iter().any(|of| types.contains(&of.as_str()))
        };
        let ids = inside.into_iter().map(|object| object.id.clone());
        ids.filter(|id| fits(id) && self.may(&visitor.caller, id, "System.View"))
            .collect()
    }

    pub(crate) fn find_by_path(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let found = self.at_path(call.text_of("inventoryPath").unwrap_or_default());
        let found = found.filter(|id| self.may(&visitor.caller, id, "System.View"));
        Ok(match found {
            Some(id) => Returned::Value(Type::Ref, json!(id)),
            None => Returned::Nothing,
        })
    }
}
