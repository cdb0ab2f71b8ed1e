use mock_cloud::{Response, reply};
use serde_json::{Value, json};

use crate::xml::escaped;

/// A request that was refused: status, code and message, as AWS writes them.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What an operation gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Refused>;

impl Refused {
    /// A client's mistake: nearly all of EC2's errors are 400.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    pub(crate) fn with_status(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// `InvalidParameterValue` in the form in which EC2 mostly writes it.
    pub(crate) fn value(parameter: &str, value: &str, reason: &str) -> Self {
        let message = format!("Value ({value}) for parameter {parameter} is invalid.{reason}");
        Self::new("InvalidParameterValue", message)
    }

    pub(crate) fn combination(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterCombination", message)
    }

    pub(crate) fn dependency(message: impl Into<String>) -> Self {
        Self::new("DependencyViolation", message)
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        let message = format!("The parameter {name} is not recognized");
        Self::new("UnknownParameter", message)
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        let message = format!("The request must contain the parameter {name}");
        Self::new("MissingParameter", message)
    }

    pub(crate) fn throttled() -> Self {
        Self::with_status(503, "RequestLimitExceeded", "Request limit exceeded.")
    }

    pub(crate) fn server(status: u16) -> Self {
        let (code, message) = match status {
            503 => (
                "Unavailable",
                "The service is unavailable. Please try again shortly.",
            ),
            _ => ("InternalError", "An internal error has occurred"),
        };
        Self::with_status(status, code, message)
    }

    /// In the form of EC2's errors.
    pub(crate) fn ec2(&self, request_id: &str) -> Response {
        let (code, message) = (escaped(&self.code), escaped(&self.message));
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
             <Message>{message}</Message></Error></Errors><RequestID>{request_id}</RequestID></Response>"
        );
        reply::xml(self.status, body)
    }

    /// In the form of the other Query services.
    pub(crate) fn query(&self, namespace: &str, request_id: &str) -> Response {
        let (code, message) = (escaped(&self.code), escaped(&self.message));
        let side = if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let body = format!(
            "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{side}</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        );
        reply::xml(self.status, body)
    }

    /// In the form of the JSON services.
    pub(crate) fn json(&self) -> Response {
        let said = json!({ "__type": self.code, "Message": self.message, "message": self.message });
        amz_json(self.status, &said)
    }
}

/// A response of the JSON services.
pub(crate) fn amz_json(status: u16, body: &Value) -> Response {
    reply::of_type(status, "application/x-amz-json-1.1", body.to_string())
}
