use crate::cloud::Request;

/// The value of a header, if it is text.
pub fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Scheme and authority under which the client knows the mock (`http://127.0.0.1:8080`): what
/// links in replies begin with.
pub fn base_url(request: &Request) -> String {
    let uri = request.uri();
    let host = || header(request, "host");
    let authority = uri.authority().map(http::uri::Authority::as_str);
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = authority.or_else(host).unwrap_or("localhost");
    format!("{scheme}://{authority}")
}

/// Counts requests, and gives each an id.
#[derive(Clone, Debug, Default)]
pub struct Requests(u64);

impl Requests {
    /// The number of the next request, from 1.
    pub fn count(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    /// How many there were.
    pub fn counted(&self) -> u64 {
        self.0
    }

    /// The id of the latest request, in the form of a UUID.
    pub fn id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.0)
    }
}
