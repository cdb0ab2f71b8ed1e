//! EC2: one request at a time, against the store.

mod addresses;
mod blocks;
mod dhcp_options;
mod dispatch;
mod egress_only;
mod elsewhere;
mod encryption;
mod endpoints;
mod filters;
mod internet_gateways;
mod key_pairs;
mod kind;
mod limits;
mod listing;
mod nat_gateways;
mod network_acls;
mod network_interfaces;
mod params;
mod peerings;
mod places;
mod reservations;
mod route_tables;
mod routes;
mod rules;
mod security_groups;
mod subnet_attributes;
mod subnet_blocks;
mod subnets;
mod tags;
mod targets;
mod vpc_attributes;
mod vpc_blocks;
mod vpcs;

use std::sync::Arc;
use std::time::Duration;

use mock_cloud::{Author, Body, Object, Store};
use serde_json::{Value, json};

use crate::clock;
use crate::config::Config;
use crate::pending::{Step, Time};
use crate::refused::{Answer, Refused};
pub(crate) use addresses::BINDING;
pub(crate) use dispatch::unknown;
pub(crate) use filters::like;
pub(crate) use kind::Kind;
pub(crate) use limits::{DEFAULTS, Limit};
pub(crate) use params::Params;
pub(crate) use tags::{Tags, tags_of};

/// EC2 for one request of one caller.
pub(crate) struct Ec2<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: &'a mut Store,
    pub(crate) schedule: &'a mut Time,
    pub(crate) now: Duration,
    /// Sees at once what was made, unlike clients.
    pub(crate) hand: bool,
}

impl Ec2<'_> {
    /// The object, if it is there, has such an id, and may be seen by now.
    ///
    /// # Errors
    /// EC2's own for an id of this kind.
    pub(crate) fn find(&self, kind: Kind, id: &str) -> Answer<Arc<Object>> {
        if Kind::of_id(id) != Some(kind) {
            return Err(kind.malformed(id));
        }
        let object = self.store.find(kind.resource_type(), id);
        let seen = object.filter(|object| self.sees(object));
        seen.cloned().ok_or_else(|| kind.absent(id))
    }

    /// Everything of a kind that may be seen by now.
    pub(crate) fn visible(&self, kind: Kind) -> impl Iterator<Item = &Arc<Object>> {
        let all = self.store.list(kind.resource_type());
        all.filter(|object| self.sees(object))
    }

    /// Everything of a kind in a VPC, seen or not.
    pub(crate) fn in_vpc(&self, kind: Kind, vpc: &str) -> impl Iterator<Item = &Arc<Object>> {
        self.store.by(kind.resource_type(), "VpcId", vpc)
    }

    fn sees(&self, object: &Object) -> bool {
        let born = object.body.get("_born").and_then(Value::as_u64);
        let born = Duration::from_millis(born.unwrap_or_default());
        if !self.hand && at(&object.body, "_hidden") == true {
            return false;
        }
        self.hand
            || object.author != Author::Api
            || born + self.config.consistency_delay <= self.now
    }

    /// An id that nothing else has.
    pub(crate) fn fresh(&mut self, prefix: &str) -> String {
        let (high, low) = (self.store.draw(), self.store.draw());
        format!("{prefix}-0{:08x}{:08x}", high >> 32, low >> 32)
    }

    /// Stores a new object with what every object has; its id.
    pub(crate) fn insert(&mut self, kind: Kind, tags: &Tags, body: Value) -> String {
        let author = self.store.author();
        self.insert_as(author, kind, tags, body)
    }

    pub(crate) fn insert_as(
        &mut self,
        author: Author,
        kind: Kind,
        tags: &Tags,
        body: Value,
    ) -> String {
        let id = self.fresh(kind.prefix());
        let mut body = object(body);
        body.insert(kind.id_member().to_owned(), json!(id));
        body.insert("Tags".to_owned(), tags::shown(tags));
        let born = u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX);
        body.insert("_born".to_owned(), json!(born));
        self.store
            .insert_as(author, kind.resource_type(), &id, body);
        id
    }

    /// Sets attributes of an object.
    pub(crate) fn set(&mut self, kind: Kind, id: &str, values: Value) {
        let values = object(values);
        self.store
            .update(kind.resource_type(), id, |body| body.extend(values));
    }

    pub(crate) fn remove(&mut self, kind: Kind, id: &str) {
        self.store.remove(kind.resource_type(), id);
    }

    /// Lets something happen to an object after a while.
    pub(crate) fn later(&mut self, after: Duration, kind: Kind, id: &str, step: Step) {
        self.schedule.add(self.now + after, kind, id, step);
    }

    /// Lets attributes of an object change when associations are through.
    pub(crate) fn settles(&mut self, kind: Kind, id: &str, values: Value) {
        let step = Step::Set(object(values));
        self.later(self.config.association_delay, kind, id, step);
    }

    /// The time as objects carry it.
    pub(crate) fn stamp(&self) -> String {
        clock::ec2(self.config.calendar().at(self.now))
    }

    pub(crate) fn arn(&self, kind: Kind, id: &str) -> String {
        let Config {
            region, account, ..
        } = self.config;
        // A pool is of all regions.
        let region = if kind == Kind::IpamPool { "" } else { region };
        format!(
            "arn:aws:ec2:{region}:{account}:{}/{id}",
            kind.resource_type()
        )
    }

    /// An object that a request made, as a listing would show it.
    pub(crate) fn made(&self, kind: Kind, id: &str) -> Answer<Value> {
        let object = self.store.find(kind.resource_type(), id);
        let object = object.ok_or_else(|| Refused::server(500))?;
        Ok(self.shown(kind, &object.body))
    }
}

/// The members of a JSON object; none of anything else.
pub(crate) fn object(value: Value) -> Body {
    match value {
        Value::Object(body) => body,
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {
            Body::new()
        }
    }
}

/// An attribute of a body; null where there is none.
pub(crate) fn at<'a>(body: &'a Body, name: &str) -> &'a Value {
    body.get(name).unwrap_or(&Value::Null)
}

/// A list inside a body.
pub(crate) fn items<'a>(body: &'a Body, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// What Delete calls answer that say nothing else.
pub(crate) fn returned() -> Value {
    json!({ "Return": true })
}
