//! Addresses: where an API is, and links that a cloud gives.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// What a path segment may hold as it is (RFC 3986, unreserved characters).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The address of an API, without a slash at its end: `https://api.example.org/v1`.
///
/// # Errors
/// What is wrong with it, for a person: it is not an absolute `http` or `https` URL, or it holds a
/// user, a password, a query or a fragment. The text itself is quoted only where it holds no secret.
pub fn base_address(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|why| format!("it is not a URL: {why}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user or a password, which belong in the credentials".to_owned());
    }
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("it is not an http or https address".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it holds a query or a fragment".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A text as one segment of a path: an id that a document names may hold any character.
pub fn path_segment(text: &str) -> String {
    match text {
        // These two would be taken for steps in the path.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        text => utf8_percent_encode(text, SEGMENT).to_string(),
    }
}

/// A link of the cloud's as a whole address. A session's secrets go to its own host only, so a
/// link to another scheme, host or port is refused.
pub(super) fn link_within(base: &str, link: &str) -> Result<String, String> {
    let base = Url::parse(base).map_err(|why| format!("the base address is not a URL: {why}"))?;
    let url = base
        .join(link)
        .map_err(|why| format!("its link is not a URL: {why}"))?;
    if url.origin() != base.origin() || !url.username().is_empty() || url.password().is_some() {
        let host = url.host_str().unwrap_or("no host").to_owned();
        return Err(format!(
            "its link leads to another server ({}://{host})",
            url.scheme()
        ));
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_secret_is_refused_and_not_quoted() {
        for text in [
            "https://me:hunter2@cloud.test",
            "https://hunter2@cloud.test/v1",
        ] {
            let why = base_address(text).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
            assert!(why.contains("credentials"), "{why}");
        }
    }

    #[test]
    fn an_address_is_http_and_bare() {
        assert_eq!(
            base_address(" https://cloud.test/v1/ ").unwrap(),
            "https://cloud.test/v1"
        );
        for text in [
            "cloud.test",
            "ftp://cloud.test",
            "https://cloud.test?x=1",
            "",
        ] {
            assert!(base_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_stays_one_segment_of_its_path() {
        assert_eq!(path_segment("net-1_a.b~c"), "net-1_a.b~c");
        assert_eq!(path_segment("../x?y#z w"), "..%2Fx%3Fy%23z%20w");
        assert_eq!(path_segment(".."), "%2E%2E");
    }

    #[test]
    fn a_link_stays_with_its_server() {
        let base = "https://cloud.test:8443/v1";
        let within = |link: &str| link_within(base, link);
        assert_eq!(
            within("/v1/networks?page=2").unwrap(),
            "https://cloud.test:8443/v1/networks?page=2"
        );
        assert!(within("https://cloud.test:8443/other").is_ok());
        for link in [
            "https://cloud.test/v1",
            "http://cloud.test:8443/v1",
            "https://evil.test:8443/v1",
            "//evil.test/v1",
            "https://me:pw@cloud.test:8443/v1",
        ] {
            assert!(within(link).is_err(), "{link}");
        }
    }
}
