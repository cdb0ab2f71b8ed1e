use http::Method;
use mock_cloud::Body;
use serde_json::{Map, Value, json};

use super::resource::Resource;
use super::{Neutron, Said, intake};
use crate::refused::{Answer, Refused};

/// The kind under which limits of a project that differ from the configured ones are kept.
const KIND: &str = "quotas";

impl Neutron<'_> {
    /// Refuses what would go beyond the limits of the projects that shall own it.
    pub(super) fn within_quota(&self, resource: Resource, bodies: &[Body]) -> Answer<()> {
        let project = |body: &Body| {
            body.get("project_id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        for body in bodies {
            let project = project(body);
            let limit = self.limit(&project, resource.singular());
            let Ok(limit) = usize::try_from(limit) else {
                continue;
            };
            let more = bodies.iter().filter(|body| {
                body.get("project_id").and_then(Value::as_str) == Some(project.as_str())
            });
            if self.used(resource, &project) + more.count() > limit {
                return Err(Refused::over_quota(resource.singular()));
            }
        }
        Ok(())
    }

    fn used(&self, resource: Resource, project: &str) -> usize {
        self.store
            .count_by(resource.plural(), "project_id", project)
    }

    fn limit(&self, project: &str, resource: &str) -> i64 {
        let own = self.store.find(KIND, project);
        let own = own
            .and_then(|quota| quota.body.get(resource))
            .and_then(Value::as_i64);
        own.or_else(|| self.config.quotas.get(resource).copied())
            .unwrap_or(-1)
    }

    pub(super) fn quotas(&mut self, method: &Method, rest: &[&str], body: &[u8]) -> Answer<Said> {
        if !self.has_extension("quotas") {
            return Err(Refused::no_path());
        }
        let admin = self.caller.admin;
        match (rest, method.as_str()) {
            ([], "GET") if admin => {
                let own = self.store.list(KIND).map(|quota| {
                    let mut limits = self.limits(&quota.id);
                    limits["project_id"] = json!(quota.id);
                    limits["tenant_id"] = json!(quota.id);
                    limits
                });
                Ok((200, Some(json!({ "quotas": own.collect::<Vec<_>>() }))))
            }
            (["project"], "GET") => Ok((
                200,
                Some(json!({ "project": { "project_id": self.caller.project } })),
            )),
            (["tenant"], "GET") => Ok((
                200,
                Some(json!({ "tenant": { "tenant_id": self.caller.project } })),
            )),
            ([project], "GET") if admin || *project == self.caller.project => {
                Ok((200, Some(json!({ "quota": self.limits(project) }))))
            }
            ([_, "default"], "GET") => Ok((200, Some(json!({ "quota": self.config.quotas })))),
            ([project, "details"], "GET") if admin || *project == self.caller.project => {
                Ok((200, Some(json!({ "quota": self.details(project) }))))
            }
            ([project], "PUT") if admin => self.set_limits(project, body),
            ([project], "DELETE") if admin => {
                let gone = self.store.remove(KIND, project);
                let message = format!("Quota for tenant {project} could not be found.");
                let absent = Refused::new(404, "TenantQuotaNotFound", message);
                gone.map(|_| (204, None)).ok_or(absent)
            }
            ([] | [_] | [_, "details"], "GET") => Err(Refused::policy("rule:get_quota")),
            ([_], "PUT") => Err(Refused::policy("rule:update_quota")),
            ([_], "DELETE") => Err(Refused::policy("rule:delete_quota")),
            _ => Err(Refused::no_path()),
        }
    }

    fn limits(&self, project: &str) -> Value {
        let names = self.config.quotas.keys();
        names
            .map(|name| (name.clone(), json!(self.limit(project, name))))
            .collect::<Map<_, _>>()
            .into()
    }

    fn details(&self, project: &str) -> Value {
        let detail = |name: &String| {
            let resource = Resource::ALL
                .into_iter()
                .find(|known| known.singular() == name);
            let used = resource.map_or(0, |resource| self.used(resource, project));
            let limit = self.limit(project, name);
            (
                name.clone(),
                json!({ "limit": limit, "used": used, "reserved": 0 }),
            )
        };
        self.config
            .quotas
            .keys()
            .map(detail)
            .collect::<Map<_, _>>()
            .into()
    }

    fn set_limits(&mut self, project: &str, bytes: &[u8]) -> Answer<Said> {
        let asked = intake::parse(bytes)?.remove("quota");
        let Some(Value::Object(asked)) = asked else {
            return Err(Refused::body("Unable to find 'quota' in request body"));
        };
        if let Some(name) = asked
            .keys()
            .find(|name| !self.config.quotas.contains_key(*name))
        {
            return Err(Refused::body(format!("Unrecognized attribute(s) '{name}'")));
        }
        for (name, limit) in &asked {
            if !limit.is_i64() {
                let shown = limit.as_str().unwrap_or(name);
                return Err(Refused::input(format!("'{shown}' is not an integer")));
            }
        }
        match self.store.find(KIND, project).is_some() {
            true => drop(self.store.update(KIND, project, |body| body.extend(asked))),
            false => self.store.insert(KIND, project, asked),
        }
        Ok((200, Some(json!({ "quota": self.limits(project) }))))
    }
}
