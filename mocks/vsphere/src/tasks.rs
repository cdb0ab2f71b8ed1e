//! Work that vCenter does after it has answered.

use std::time::Duration;

use serde_json::{Value, json};

use crate::cloud::Vsphere;
use crate::soap::{Answer, Fault};

/// What a task is to do.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Destroy,
    Rename(String),
}

impl Work {
    /// The method, as requests name it, and as the description of a task does.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Destroy => ("Destroy_Task", "destroy"),
            Self::Rename(_) => ("Rename_Task", "rename"),
        }
    }
}

/// What time brings to a task.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Start(u64),
    Finish(u64),
}

/// One task.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    number: u64,
    work: Work,
    entity: String,
    name: String,
    user: String,
    queued: Duration,
    started: Option<Duration>,
    ended: Option<(Duration, Result<(), Fault>)>,
}

impl Vsphere {
    /// Plans the work; the id of the task.
    pub(crate) fn begin(&mut self, work: Work, entity: &str, user: &str) -> String {
        let number = self.next_number();
        let name = self.store_name(entity);
        let task = Task {
            number,
            work,
            entity: entity.to_owned(),
            name,
            user: user.to_owned(),
            queued: self.now,
            started: None,
            ended: None,
        };
        self.tasks.insert(number, task);
        let (start, end) = (self.config.task_delay / 4, self.config.task_delay);
        self.schedule.plan(self.now + start, Step::Start(number));
        self.schedule.plan(self.now + end, Step::Finish(number));
        format!("task-{number}")
    }

    /// Takes the steps whose time has come.
    pub(crate) fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while let Some((due, step)) = self.schedule.pop_due(self.now) {
            match step {
                Step::Start(number) => {
                    if let Some(task) = self.tasks.get_mut(&number) {
                        task.started = Some(due);
                    }
                }
                Step::Finish(number) => self.finish(number, due),
            }
        }
        let timeout = self.config.session_timeout;
        self.sessions().expire(self.now, timeout);
    }

    fn finish(&mut self, number: u64, due: Duration) {
        let Some(task) = self.tasks.get(&number) else {
            return;
        };
        let (work, entity) = (task.work.clone(), task.entity.clone());
        let (method, _) = work.names();
        let result = match self.config.failing_tasks.get(method) {
            Some(fault) => Err(Fault::of(fault, "The operation failed.")),
            None => self.carry_out(&work, &entity),
        };
        if let Some(task) = self.tasks.get_mut(&number) {
            task.ended = Some((due, result));
        }
    }

    fn carry_out(&mut self, work: &Work, entity: &str) -> Answer<()> {
        match work {
            Work::Destroy => self.destroy_all(entity),
            Work::Rename(name) => self.rename(entity, name),
        }
    }

    /// `TaskInfo` of a task; `None` where there is none of that id.
    pub(crate) fn task_info(&self, id: &str) -> Option<Value> {
        let number: u64 = id.strip_prefix("task-")?.parse().ok()?;
        let task = self.tasks.get(&number)?;
        let (method, verb) = task.work.names();
        let time = |at: Duration| self.config.calendar.seconds(at);
        let (state, error) = match &task.ended {
            Some((_, Ok(()))) => ("success", None),
            Some((_, Err(fault))) => ("error", Some(fault.localized())),
            None if task.started.is_some() => ("running", None),
            None => ("queued", None),
        };
        Some(json!({
            "key": id, "task": id, "name": method,
            "descriptionId": format!("ManagedEntity.{verb}"),
            "entity": task.entity, "entityName": task.name, "state": state,
            "cancelled": false, "cancelable": false, "error": error,
            "progress": (state == "running").then_some(50),
            "reason": { "_type": "TaskReasonUser", "userName": task.user },
            "queueTime": time(task.queued), "startTime": task.started.map(time),
            "completeTime": task.ended.as_ref().map(|(at, _)| time(*at)),
            "eventChainId": task.number,
        }))
    }
}
