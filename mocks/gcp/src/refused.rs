use mock_cloud::{Response, reply};
use mock_rest::{Problem, Wrong};
use serde_json::{Value, json};

/// A request that was refused, as the API writes it.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    /// The name of the status, and details with a reason of their own: what stands in front of the
    /// API says more than the API itself.
    front: Option<(&'static str, Value)>,
}

/// What a request gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    pub(crate) fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            message: message.into(),
            front: None,
        }
    }

    /// A refusal of what stands in front of the API.
    pub(crate) fn front(
        status: u16,
        reason: &'static str,
        message: impl Into<String>,
        name: &'static str,
        info: &str,
    ) -> Self {
        let details = json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": info, "domain": "googleapis.com",
        }]);
        Self {
            front: Some((name, details)),
            ..Self::new(status, reason, message)
        }
    }

    /// A value that is not taken.
    pub(crate) fn field(name: &str, value: &Value, why: impl std::fmt::Display) -> Self {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let message = format!("Invalid value for field 'resource.{name}': '{value}'. {why}");
        Self::new(400, "invalid", message)
    }

    /// A parameter of the query that is not taken.
    pub(crate) fn parameter(name: &str, value: &str, why: &str) -> Self {
        let message = format!("Invalid value for field '{name}': '{value}'. {why}");
        Self::new(400, "invalid", message)
    }

    /// A body with names that do not exist, or values that cannot be.
    pub(crate) fn body(problems: Vec<Problem<Vec<Wrong>>>) -> Self {
        if let Some(names) = problems.iter().find_map(unknown) {
            let lines: Vec<String> = names
                .iter()
                .map(|name| {
                    format!(
                        "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."
                    )
                })
                .collect();
            return Self::new(400, "badRequest", lines.join("\n"));
        }
        let lines: Vec<String> = Wrong::of(problems).iter().map(told).collect();
        let reason = match lines.iter().all(|line| line.starts_with("Required")) {
            true => "required",
            false => "invalid",
        };
        Self::new(400, reason, lines.join("\n"))
    }

    pub(crate) fn json() -> Self {
        Self::new(400, "parseError", "Parse Error")
    }

    pub(crate) fn absent(id: &str) -> Self {
        Self::new(
            404,
            "notFound",
            format!("The resource '{id}' was not found"),
        )
    }

    pub(crate) fn no_route() -> Self {
        Self::new(404, "notFound", "Not Found")
    }

    pub(crate) fn exists(id: &str) -> Self {
        let message = format!("The resource '{id}' already exists");
        Self::new(409, "alreadyExists", message)
    }

    pub(crate) fn not_ready(id: &str) -> Self {
        let message = format!("The resource '{id}' is not ready");
        Self::new(400, "resourceNotReady", message)
    }

    pub(crate) fn in_use(id: &str, by: &str) -> Self {
        let (singular, _) = crate::links::kind_and_name(id);
        let message = format!("The {singular} resource '{id}' is already being used by '{by}'");
        Self::new(400, "resourceInUseByAnotherResource", message)
    }

    pub(crate) fn quota(metric: &str, most: usize) -> Self {
        let message = format!("Quota '{metric}' exceeded. Limit: {most}.0 globally.");
        Self::new(403, "quotaExceeded", message)
    }

    pub(crate) fn constraint(name: &str, project: &str, why: &str) -> Self {
        let message = format!("Constraint {name} violated for project {project}. {why}");
        Self::new(412, "conditionNotMet", message)
    }

    pub(crate) fn response(&self) -> Response {
        let mut error = json!({
            "code": self.status, "message": self.message,
            "errors": [{ "message": self.message, "domain": "global", "reason": self.reason }],
        });
        if let Some((name, details)) = &self.front {
            error["status"] = json!(name);
            error["details"] = details.clone();
        }
        reply::json(self.status, &json!({ "error": error }))
    }
}

fn unknown(problem: &Problem<Vec<Wrong>>) -> Option<Vec<String>> {
    match problem {
        Problem::Unknown(names) => Some(names.clone()),
        Problem::Value(wrongs) => {
            let names = wrongs.iter().filter(|wrong| wrong.why == "is not known");
            let names: Vec<String> = names.map(|wrong| wrong.at.clone()).collect();
            (!names.is_empty()).then_some(names)
        }
        Problem::Missing(_) | Problem::NotOnCreate(_) | Problem::ReadOnly(_) => None,
    }
}

fn told(wrong: &Wrong) -> String {
    match wrong.why == "is missing" {
        true => format!("Required field 'resource.{}' not specified", wrong.at),
        false => format!(
            "Invalid value for field 'resource.{}': it {}",
            wrong.at, wrong.why
        ),
    }
}
