use url::form_urlencoded;

/// The query of a request: names and values in their order, decoded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text behind the question mark.
    pub fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// The query of a request; empty where it has none.
    pub fn of(request: &mock_cloud::Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default())
    }

    /// Every name with its value, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs()
            .filter(move |(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// The last value of a name.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rfind(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same query with one value for a name, at its end.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same query without a name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    /// As it stands in a link, behind the question mark.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}
