//! Which objects a filter selects: those that it names, and those that its selections lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fault::{Answer, Fault};
use super::session::Visitor;
use super::target::types_of;
use super::xml::Node;
use crate::cloud::Vsphere;

/// How many selections may lead to each other.
const STEPS_MAX: usize = 64;

/// The objects so far, in order, each with whether the request names it.
#[derive(Default)]
struct Found {
    order: Vec<(String, bool)>,
    ids: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, id: &str, is_named: bool) {
        if self.ids.insert(id.to_owned()) {
            self.order.push((id.to_owned(), is_named));
        }
    }
}

impl Vsphere {
    /// The ids of everything that a filter selects, each with whether the request names it.
    pub(crate) fn selected(&self, spec: &Node, visitor: &Visitor) -> Answer<Vec<(String, bool)>> {
        let mut found = Found::default();
        for object in spec.all("objectSet") {
            let id = object.text_of("obj").unwrap_or_default();
            self.must_exist(id, visitor)?;
            if !object.flag("skip") {
                found.add(id, true);
            }
            let mut named = BTreeMap::new();
            collect_named(object, &mut named);
            let steps: Vec<&Node> = object.all("selectSet").collect();
            self.follow(id, &steps, &named, visitor, &mut found, 0)?;
        }
        Ok(found.order)
    }

    fn must_exist(&self, id: &str, visitor: &Visitor) -> Answer<()> {
        match types_of(id).as_slice() {
            ["Task"] => self
                .task_info(id)
                .map(drop)
                .ok_or_else(|| Fault::not_found(id)),
            ["ContainerView"] => self.view(visitor, id).map(drop),
            [.., "ManagedEntity"] => self.existing(id).map(drop),
            _ => Ok(()),
        }
    }

    fn follow(
        &self,
        id: &str,
        steps: &[&Node],
        named: &BTreeMap<String, &Node>,
        visitor: &Visitor,
        found: &mut Found,
        depth: usize,
    ) -> Answer<()> {
        if depth > STEPS_MAX {
            return Err(Fault::invalid_argument("specSet.objectSet.selectSet"));
        }
        for step in steps {
            let step = match step.child("path") {
                Some(_) => *step,
                None => {
                    let name = step.text_of("name").unwrap_or_default();
                    named
                        .get(name)
                        .ok_or_else(|| Fault::invalid_argument("selectSet.name"))?
                }
            };
            let of = step.text_of("type").unwrap_or_default();
            if !types_of(id).contains(&of) {
                continue;
            }
            let next: Vec<&Node> = step.all("selectSet").collect();
            let path = step.text_of("path").unwrap_or_default();
            for there in ids(self.property(visitor, id, path)?.map(|(_, value)| value)) {
                if !step.flag("skip") {
                    found.add(&there, false);
                }
                self.follow(&there, &next, named, visitor, found, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Every selection that has a name, wherever it stands.
fn collect_named<'a>(node: &'a Node, named: &mut BTreeMap<String, &'a Node>) {
    for step in node.all("selectSet") {
        if let (Some(name), Some(_)) = (step.text_of("name"), step.child("path")) {
            named.insert(name.to_owned(), step);
        }
        collect_named(step, named);
    }
}

fn ids(value: Option<Value>) -> Vec<String> {
    let text = |value: Value| value.as_str().map(str::to_owned);
    match value {
        Some(Value::Array(all)) => all.into_iter().filter_map(text).collect(),
        Some(one) => text(one).into_iter().collect(),
        None => Vec::new(),
    }
}
