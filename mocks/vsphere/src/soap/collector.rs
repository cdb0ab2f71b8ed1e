//! The property collector: properties of many objects, page by page.

use std::collections::VecDeque;

use super::dispatch::{Returned, names_a_view};
use super::fault::{Answer, Fault};
use super::schema::{self, Type};
use super::session::Visitor;
use super::target::{lineage, types_of};
use super::value::{returned, write};
use super::xml::{Node, escaped};
use crate::cloud::Vsphere;
use crate::sessions::Pages;

/// The method, and what it lists where it goes through a view: `RetrievePropertiesEx/VirtualMachine`.
fn retrieval(call: &Node) -> String {
    let spec = call.child("specSet");
    let first = spec.and_then(|spec| spec.child("propSet")?.text_of("type"));
    match first.filter(|_| names_a_view(call)) {
        Some(of) => format!("{}/{of}", call.name),
        None => call.name.clone(),
    }
}

impl Vsphere {
    pub(crate) fn retrieve(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let mut contents = VecDeque::new();
        for spec in call.all("specSet") {
            let wanted: Vec<&Node> = spec.all("propSet").collect();
            wanted.iter().try_for_each(|set| check(set))?;
            for (id, is_named) in self.selected(spec, visitor)? {
                contents.extend(self.object_content(&id, is_named, &wanted, visitor)?);
            }
        }
        if call.name == "RetrieveProperties" {
            let all = contents
                .iter()
                .map(|one| format!("<returnval>{one}</returnval>"));
            return Ok(Returned::Raw(all.collect()));
        }
        let most = call
            .child("options")
            .and_then(|options| options.text_of("maxObjects"));
        let most = most
            .and_then(|most| most.parse().ok())
            .unwrap_or(usize::MAX);
        let least = usize::from(self.config.page_max > 0 || !names_a_view(call));
        let pages = Pages {
            objects: contents,
            most: most.min(self.config.page_max).max(least),
            operation: retrieval(call),
        };
        Ok(self.page(visitor, pages))
    }

    /// What a call of the collector is called: a listing by what it lists, on each of its pages.
    pub(crate) fn retrieval_of(&self, call: &Node, shown: &str) -> String {
        let sessions = self.sessions();
        let session = sessions.open.get(shown);
        let pages = session.and_then(|session| session.pages.get(call.text_of("token")?));
        pages.map_or_else(|| retrieval(call), |pages| pages.operation.clone())
    }

    pub(crate) fn go_on(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let pages = self.take_pages(call, visitor)?;
        Ok(self.page(visitor, pages))
    }

    pub(crate) fn cancel(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        self.take_pages(call, visitor).map(|_| Returned::Nothing)
    }

    /// A token is good once, in the session that it was given to.
    fn take_pages(&self, call: &Node, visitor: &Visitor) -> Answer<Pages> {
        let token = call.text_of("token").unwrap_or_default();
        let mut sessions = self.sessions();
        let session = sessions.open.get_mut(&visitor.shown);
        let pages = session.and_then(|session| session.pages.remove(token));
        pages.ok_or_else(|| Fault::invalid_argument("token"))
    }

    fn page(&self, visitor: &Visitor, mut pages: Pages) -> Returned {
        if pages.objects.is_empty() {
            return Returned::Nothing;
        }
        let most = pages.most.min(pages.objects.len());
        let rest = pages.objects.split_off(most);
        let contents = std::mem::replace(&mut pages.objects, rest);
        let mut out = "<returnval>".to_owned();
        if !pages.objects.is_empty() {
            let mut sessions = self.sessions();
            let token = sessions.fresh(self.config.seed);
            out.push_str(&format!("<token>{token}</token>"));
            if let Some(session) = sessions.open.get_mut(&visitor.shown) {
                session.pages.insert(token, pages);
            }
        }
        for content in contents {
            out.push_str(&format!("<objects>{content}</objects>"));
        }
        out.push_str("</returnval>");
        Returned::Raw(out)
    }

    /// What is told of one object; `None` if it is not of a type that is asked for, or the visitor
    /// may not see it and did not name it.
    fn object_content(
        &self,
        id: &str,
        is_named: bool,
        wanted: &[&Node],
        visitor: &Visitor,
    ) -> Answer<Option<String>> {
        let types = types_of(id);
        let rank = |set: &&&Node| types.iter().position(|of| set.text_of("type") == Some(of));
        let sets = wanted.iter().filter(|set| rank(set).is_some());
        let Some(set) = sets.min_by_key(|set| rank(set)) else {
            return Ok(None);
        };
        let may_read =
            !types.contains(&"ManagedEntity") || self.may(&visitor.caller, id, "System.Read");
        if !may_read && !is_named {
            return Ok(None);
        }
        let mut out = String::new();
        write(&mut out, "obj", Type::Ref, &id.into(), false);
        let all = schema::properties(&types)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let paths = if set.flag("all") {
            all
        } else {
            set.texts("pathSet")
        };
        for path in paths {
            match may_read {
                true => self.dynamic_property(&mut out, id, &path, visitor)?,
                false => missing(&mut out, &path, &Fault::no_permission(id, "System.Read")),
            }
        }
        Ok(Some(out))
    }

    fn dynamic_property(
        &self,
        out: &mut String,
        id: &str,
        path: &str,
        visitor: &Visitor,
    ) -> Answer<()> {
        if let Some((of, value)) = self.property(visitor, id, path)? {
            out.push_str(&format!("<propSet><name>{}</name>", escaped(path)));
            write(out, "val", of, &value, true);
            out.push_str("</propSet>");
        }
        Ok(())
    }

    /// One property of one object, as pyvmomi asks for it.
    pub(crate) fn fetch(&mut self, id: &str, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let name = call.text_of("prop").unwrap_or_default();
        if types_of(id).contains(&"ManagedEntity") {
            self.existing(id)?;
            self.need(&visitor.caller, id, "System.Read")?;
        }
        Ok(match self.property(visitor, id, name)? {
            Some((of, value)) => Returned::Value(of, value),
            None => Returned::Nothing,
        })
    }
}

fn missing(out: &mut String, path: &str, fault: &Fault) {
    out.push_str(&format!("<missingSet><path>{}</path>", escaped(path)));
    returned(
        out,
        "fault",
        Type::Data("LocalizedMethodFault"),
        &fault.localized(),
        false,
    );
    out.push_str("</missingSet>");
}

/// Whether a type has what is asked for of it: one path that it has not fails the whole call.
fn check(set: &Node) -> Answer<()> {
    let types = lineage(set.text_of("type").unwrap_or_default());
    if types.is_empty() {
        return Err(Fault::invalid_argument("specSet.propSet.type"));
    }
    for path in set.texts("pathSet") {
        let (name, rest) = path
            .split_once('.')
            .map_or((path.as_str(), None), |(name, rest)| (name, Some(rest)));
        let top = schema::property(&types, name);
        let of = top.and_then(|top| rest.map_or(Some(top), |rest| schema::below(top, rest)));
        of.ok_or_else(|| Fault::invalid_property(&path))?;
    }
    Ok(())
}
