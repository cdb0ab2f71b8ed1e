//! Actions: what a request has set going, and what is so once it has come to its end.

use std::time::Duration;

use mock_cloud::{Body, Hand as _};
use serde_json::{Value, json};

use crate::cloud::{Hetzner, Said};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// Something that takes its time.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) command: &'static str,
    /// What it is about, the first one before all.
    pub(crate) resources: Vec<(Resource, String)>,
    pub(crate) started: Duration,
    pub(crate) due: Duration,
    pub(crate) outcome: Outcome,
}

/// How an action stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    Failed(String),
    Running,
    Succeeded,
}

/// The end of an action: its number, and what is so then.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) action: u64,
    pub(crate) effect: Effect,
}

/// What an action brings about.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// A server has this status in a network; it has left it where there is none.
    Member(String, String, Option<&'static str>),
    /// Nothing that was not so from the beginning.
    None,
    /// A server does not exist any more.
    ServerDeleted(String),
    /// Attributes of an object have other values.
    Set(Resource, String, Body),
}

impl Hetzner {
    /// Lets everything happen that is due by `now`.
    pub(crate) fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while let Some((_, step)) = self.schedule.pop_due(self.now) {
            self.finish(step);
        }
        // What time does is nobody's deed.
        self.store.take_touches();
    }

    pub(crate) fn finish(&mut self, step: Step) {
        let Some(action) = self.actions.get_mut(&step.action) else {
            return;
        };
        if let Some(code) = self.config.failing_actions.get(action.command) {
            action.outcome = Outcome::Failed(code.clone());
            return;
        }
        action.outcome = Outcome::Succeeded;
        match step.effect {
            Effect::None => {}
            Effect::ServerDeleted(id) => {
                self.free_ips_of(&id);
                self.vanish(Resource::Server.plural(), &id);
            }
            Effect::Member(server, network, status) => self.set_member(&server, &network, status),
            Effect::Set(resource, id, values) => {
                self.edit(resource.plural(), &id, |body| body.extend(values));
            }
        }
    }

    /// Starts an action; its number.
    pub(crate) fn start(
        &mut self,
        command: &'static str,
        resources: &[(Resource, &str)],
        effect: Effect,
    ) -> u64 {
        let first = if self.config.ids_repeat { 1 } else { 9_000_001 };
        let number = self
            .actions
            .keys()
            .next_back()
            .map_or(first, |last| last + 1);
        let delay = match self.is_hand {
            true => Duration::ZERO,
            false => self.config.action_delay,
        };
        let resources = resources.iter();
        let action = Action {
            command,
            resources: resources
                .map(|(resource, id)| (*resource, (*id).to_owned()))
                .collect(),
            started: self.now,
            due: self.now + delay,
            outcome: Outcome::Running,
        };
        let step = Step {
            action: number,
            effect,
        };
        self.schedule.plan(action.due, step);
        self.actions.insert(number, action);
        number
    }

    /// Refuses a change of an object while an action changes it.
    pub(crate) fn idle(&self, resource: Resource, id: &str) -> Answer<()> {
        let is_about = |action: &Action| {
            let first = action.resources.first();
            first.is_some_and(|(kind, own)| *kind == resource && own == id)
        };
        let mut running = self
            .actions
            .values()
            .filter(|action| action.outcome == Outcome::Running);
        match running.any(is_about) {
            true => Err(Refused::conflict()),
            false => Ok(()),
        }
    }

    /// An action as the API shows it.
    pub(crate) fn shown_action(&self, number: u64) -> Option<Value> {
        let action = self.actions.get(&number)?;
        let (status, error) = match &action.outcome {
            Outcome::Running => ("running", Value::Null),
            Outcome::Succeeded => ("success", Value::Null),
            Outcome::Failed(code) => {
                let error = json!({ "code": code, "message": "the action failed" });
                ("error", error)
            }
        };
        let is_over = action.outcome != Outcome::Running;
        let (spent, whole) = (self.now - action.started, action.due - action.started);
        let progress = match is_over || whole.is_zero() {
            true => 100,
            false => spent.as_millis() * 100 / whole.as_millis(),
        };
        let finished = is_over.then(|| self.stamp(action.due));
        let resources: Vec<Value> = action
            .resources
            .iter()
            .map(|(kind, id)| json!({ "id": id.parse::<u64>().ok(), "type": kind.singular() }))
            .collect();
        Some(json!({
            "id": number,
            "command": action.command,
            "status": status,
            "progress": u64::try_from(progress).unwrap_or(100),
            "started": self.stamp(action.started),
            "finished": finished,
            "resources": resources,
            "error": error,
        }))
    }

    /// The answer to a request that has started one action.
    pub(crate) fn started(&self, number: u64) -> Said {
        Said::new(201, json!({ "action": self.shown_action(number) }))
    }

    /// The actions of one object; of everything, where none is named.
    pub(crate) fn actions_of(&self, object: Option<(Resource, &str)>) -> Vec<Value> {
        let is_of = |action: &Action| {
            object.is_none_or(|(resource, id)| {
                action
                    .resources
                    .iter()
                    .any(|(kind, own)| *kind == resource && own == id)
            })
        };
        let numbers = self.actions.iter().filter(|(_, action)| is_of(action));
        numbers
            .filter_map(|(number, _)| self.shown_action(*number))
            .collect()
    }

    /// The time as objects carry it.
    pub(crate) fn stamp(&self, at: Duration) -> String {
        let at = self.config.calendar.at(at);
        at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
    }
}
