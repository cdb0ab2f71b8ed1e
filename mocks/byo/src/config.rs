use std::time::Duration;

/// What opens the API server.
#[derive(Clone, Debug)]
pub struct Token {
    /// In clear: it opens nothing but this mock.
    pub text: String,
    /// Whose it is.
    pub user: String,
    /// Whether that user may list nodes.
    pub lists_nodes: bool,
}

/// What the API server is like before anybody has joined.
#[derive(Clone, Debug)]
pub struct Config {
    /// What opens it. The first is the one of
    /// [`Mock::environment`](mock_cloud::Mock::environment).
    pub tokens: Vec<Token>,
    /// Whether any token opens it.
    pub is_open: bool,
    /// Its version: `v1.36.3`.
    pub version: String,
    /// The most objects of a page, whatever limit is asked for: to make listings of several pages.
    pub page: Option<usize>,
    /// How long a listing can be continued: etcd keeps its history for five minutes.
    pub history: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tokens: vec![Token {
                text: "mock-token-of-an-admin".to_owned(),
                user: "admin".to_owned(),
                lists_nodes: true,
            }],
            is_open: false,
            version: "v1.36.3".to_owned(),
            page: None,
            history: Duration::from_secs(300),
        }
    }
}
