use std::time::Duration;

/// What opens the API server.
#[derive(Clone, Debug)]
pub struct Token {
    /// In clear: it opens nothing but this mock.
    pub text: String,
    /// Whose it is.
    pub user: String,
    /// The verbs and resources that are refused to that user; `*` is every one.
    pub refused: Vec<(String, String)>,
}

impl Token {
    /// Refuses a verb for a resource.
    pub fn refuse(&mut self, verb: &str, resource: &str) {
        self.refused.push((verb.to_owned(), resource.to_owned()));
    }

    pub(crate) fn may(&self, verb: &str, resource: &str) -> bool {
        let fits = |own: &str, asked: &str| own == "*" || own == asked;
        let mut refused = self.refused.iter();
        !refused.any(|(verbs, resources)| fits(verbs, verb) && fits(resources, resource))
    }
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
    /// Whether it serves APIs that are betas: no server does by itself.
    pub has_betas: bool,
    /// The most objects of a page, whatever limit is asked for: to make listings of several pages.
    pub page: Option<usize>,
    /// How long a listing can be continued, and a watch can go back: etcd keeps its history for five minutes.
    pub history: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tokens: vec![Token {
                text: "mock-token-of-an-admin".to_owned(),
                user: "admin".to_owned(),
                refused: Vec::new(),
            }],
            is_open: false,
            version: "v1.36.3".to_owned(),
            has_betas: false,
            page: None,
            history: Duration::from_secs(300),
        }
    }
}
