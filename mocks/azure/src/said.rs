use mock_cloud::{Response, reply};
use serde_json::Value;

/// A request that was taken: status, body, and what the headers say.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Said {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::empty(status)
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn with_retry_after(self, seconds: Option<u64>) -> Self {
        match seconds {
            Some(seconds) => self.with("retry-after", seconds.to_string()),
            None => self,
        }
    }

    pub(crate) fn response(self) -> Response {
        let response = match &self.body {
            Some(body) => reply::json(self.status, body),
            None => reply::empty(self.status),
        };
        let headers = self.headers.iter();
        headers.fold(response, |response, (name, value)| {
            reply::with_header(response, name, value)
        })
    }
}
