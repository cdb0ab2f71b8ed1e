//! Resource groups.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::ids::{key, name_of};
use crate::kind::Kind;
use crate::operations::GOING;
use crate::refused::{Answer, Refused};
use crate::said::Said;

/// The most resource groups of a subscription.
const GROUPS_MAX: usize = 980;

impl Azure {
    pub(crate) fn put_group(&mut self, id: &str, asked: Body) -> Answer<()> {
        let name = name_of(id);
        let fits = |char: char| char.is_alphanumeric() || "-_.()".contains(char);
        if name.is_empty()
            || name.chars().count() > 90
            || !name.chars().all(fits)
            || name.ends_with('.')
        {
            let message = format!(
                "The provided resource group name '{name}' has these invalid characters: only letters, \
                 digits, '-', '_', '.', '(' and ')' are allowed, 90 at most, and no '.' at its end."
            );
            return Err(Refused::front(400, "InvalidResourceGroup", message));
        }
        let Some(location) = asked.get("location").and_then(Value::as_str) else {
            let message = "The location property is required for this definition.";
            return Err(Refused::front(400, "LocationRequired", message));
        };
        let Some(region) = self.region(location).map(|region| region.name) else {
            let all: Vec<&str> = self
                .config
                .regions
                .iter()
                .map(|region| region.name)
                .collect();
            let message = format!(
                "The provided location '{location}' is not available for resource group. List of available \
                 regions is '{}'.",
                all.join(",")
            );
            return Err(Refused::front(
                400,
                "LocationNotAvailableForResourceGroup",
                message,
            ));
        };
        match self.find(Kind::ResourceGroup, id) {
            Some(found) if found.body.contains_key(GOING) => {
                let message = format!(
                    "The resource group '{name}' is in deprovisioning state and cannot perform this operation."
                );
                return Err(Refused::front(409, "ResourceGroupBeingDeleted", message));
            }
            Some(found) if found.text("location") != region => {
                let message = format!(
                    "Invalid resource group location '{location}'. The Resource group already exists in \
                     location '{}'.",
                    found.text("location")
                );
                return Err(Refused::front(409, "InvalidResourceGroupLocation", message));
            }
            Some(_) => {}
            None => {
                let count = self.store.list(Kind::ResourceGroup.plural()).count();
                if count >= GROUPS_MAX {
                    return Err(crate::usage::limit_reached(
                        Kind::ResourceGroup,
                        GROUPS_MAX,
                        region,
                    ));
                }
            }
        }
        let mut body = crate::objects::read(Kind::ResourceGroup, asked, &self.newest())?;
        body.insert("location".to_owned(), json!(region));
        self.keep(Kind::ResourceGroup, id, body);
        self.store.update(Kind::ResourceGroup.plural(), id, |body| {
            body.remove("etag");
        });
        Ok(())
    }

    /// `HEAD` of a resource group.
    pub(crate) fn is_there(&self, id: &str) -> Said {
        match self.find(Kind::ResourceGroup, id) {
            Some(_) => Said::empty(204),
            None => Said::empty(404),
        }
    }

    /// A resource with all that goes with it: its parts, or what is in the group. The parts first.
    pub(crate) fn whole(&self, kind: Kind, id: &str) -> Vec<(Kind, String)> {
        let mut whole = Vec::new();
        if kind == Kind::ResourceGroup {
            let inside = format!("{}/", key(id));
            for kind in Kind::ALL
                .into_iter()
                .filter(|kind| *kind != Kind::ResourceGroup)
            {
                let own = self.store.list(kind.plural());
                let own = own.filter(|object| object.text("_key").starts_with(&inside));
                whole.extend(own.map(|object| (kind, object.id.clone())));
            }
        }
        for part in kind.parts() {
            whole.extend(
                self.within(*part, id)
                    .into_iter()
                    .map(|own| (*part, own.id.clone())),
            );
        }
        whole.push((kind, id.to_owned()));
        whole
    }

    /// A resource is gone, with all that goes with it.
    pub(crate) fn gone(&mut self, kind: Kind, id: &str) {
        for (kind, id) in self.whole(kind, id) {
            self.store.remove(kind.plural(), &id);
        }
    }
}
