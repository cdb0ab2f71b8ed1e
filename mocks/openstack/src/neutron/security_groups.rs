use std::sync::Arc;

use mock_cloud::{Author, Body, Object};
use serde_json::{Value, json};

use super::resource::Resource;
use super::{Neutron, Resource::SecurityGroup};
use crate::refused::{Answer, Refused};

/// What a rule that comes with its group says, and leaves open.
const RULE: [&str; 10] = [
    "direction",
    "ethertype",
    "protocol",
    "port_range_min",
    "port_range_max",
    "remote_ip_prefix",
    "remote_group_id",
    "remote_address_group_id",
    "normalized_cidr",
    "description",
];

fn in_use(id: &str) -> Refused {
    Refused::conflict("SecurityGroupInUse", format!("Security Group {id} in use."))
}

fn template(rule: &Value, for_all: bool) -> Value {
    let mut shown = json!({ "used_in_default_sg": true, "used_in_non_default_sg": for_all });
    for name in RULE {
        shown[name] = rule.get(name).cloned().unwrap_or_default();
    }
    shown
}

impl Neutron<'_> {
    /// A new group lets everything out, in both families, unless an administrator has other ideas.
    pub(super) fn make_security_group(&mut self, mut body: Body) -> Answer<String> {
        let project = body
            .get("project_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        self.default_security_group(&project);
        body.insert("shared".to_owned(), json!(false));
        let id = self.insert(SecurityGroup, body);
        for rule in self.config.group_rules.clone() {
            self.own_rule(&id, &project, &rule);
        }
        Ok(id)
    }

    /// The templates of such rules, as administrators and everybody else see them.
    pub(super) fn rule_templates(&self) -> Value {
        let ethertypes = ["IPv4", "IPv6"];
        let inside = ethertypes.map(|ethertype| {
            let rule = json!({ "direction": "ingress", "ethertype": ethertype, "remote_group_id": "PARENT" });
            template(&rule, false)
        });
        let all = self.config.group_rules.iter();
        let mut all: Vec<Value> = all.map(|rule| template(rule, true)).chain(inside).collect();
        for (number, rule) in all.iter_mut().enumerate() {
            rule["id"] = json!(format!("00000000-0000-4000-8000-{number:012x}"));
        }
        json!({ "default_security_group_rules": all })
    }

    /// The group `default` of a project, which Neutron makes when it is first needed; its id.
    pub(super) fn default_security_group(&mut self, project: &str) -> String {
        let own = |group: &&Arc<Object>| group.text("project_id") == project;
        let found = self
            .store
            .by(SecurityGroup.plural(), "name", "default")
            .find(own)
            .map(|group| group.id.clone());
        if let Some(found) = found {
            return found;
        }
        let body = Body::from_iter([
            ("name".to_owned(), json!("default")),
            ("description".to_owned(), json!("Default security group")),
            ("project_id".to_owned(), json!(project)),
            ("stateful".to_owned(), json!(true)),
            ("shared".to_owned(), json!(false)),
        ]);
        let author = self.store.author();
        self.store.set_author(Author::Cloud);
        let id = self.insert(SecurityGroup, body);
        for ethertype in ["IPv4", "IPv6"] {
            let out = json!({ "direction": "egress", "ethertype": ethertype });
            let inside =
                json!({ "direction": "ingress", "ethertype": ethertype, "remote_group_id": id });
            self.own_rule(&id, project, &out);
            self.own_rule(&id, project, &inside);
        }
        self.store.set_author(author);
        id
    }

    /// A rule that comes with its group. It belongs to whoever makes the group.
    fn own_rule(&mut self, group: &str, project: &str, rule: &Value) {
        let mut body = Body::from_iter([
            ("project_id".to_owned(), json!(project)),
            ("security_group_id".to_owned(), json!(group)),
        ]);
        for name in RULE {
            body.insert(name.to_owned(), rule.get(name).cloned().unwrap_or_default());
        }
        self.insert(Resource::SecurityGroupRule, body);
    }

    pub(super) fn change_security_group(&mut self, object: &Object, asked: Body) -> Answer<()> {
        let renamed = asked.contains_key("name");
        if object.text("name") == "default" && renamed {
            let message = "Updating default security group not allowed.";
            return Err(Refused::conflict(
                "SecurityGroupCannotUpdateDefault",
                message,
            ));
        }
        let turned = asked
            .get("stateful")
            .is_some_and(|stateful| object.body.get("stateful") != Some(stateful));
        if turned && self.is_used(&object.id) {
            return Err(in_use(&object.id));
        }
        self.change_plainly(SecurityGroup, &object.id, asked)
    }

    /// Whether a port has the group.
    fn is_used(&self, id: &str) -> bool {
        let uses = |port: &Arc<Object>| {
            let groups = port.body.get("security_groups").and_then(Value::as_array);
            groups.is_some_and(|groups| groups.iter().any(|group| group == id))
        };
        self.store.list(Resource::Port.plural()).any(uses)
    }

    pub(super) fn delete_security_group(&mut self, object: &Object) -> Answer<()> {
        if self.is_used(&object.id) {
            return Err(in_use(&object.id));
        }
        if object.text("name") == "default" && !self.caller.admin {
            let message = "Insufficient rights for removing default security group.";
            return Err(Refused::conflict(
                "SecurityGroupCannotRemoveDefault",
                message,
            ));
        }
        // Its rules go, and so do rules of other groups that let its members in.
        let rules: Vec<String> = self
            .store
            .list(Resource::SecurityGroupRule.plural())
            .filter(|rule| {
                rule.text("security_group_id") == object.id
                    || rule.text("remote_group_id") == object.id
            })
            .map(|rule| rule.id.clone())
            .collect();
        for rule in rules {
            self.store
                .remove(Resource::SecurityGroupRule.plural(), &rule);
        }
        self.store.remove(SecurityGroup.plural(), &object.id);
        Ok(())
    }
}
