//! The end of the service.

use groundwork_kit::{client::base_address, document::given};
use url::Url;

/// What ended, and when. Announced on 7 November 2024; see the reference of the finding.
pub(crate) const ENDED: &str = "Equinix Metal, the service, ended on 30 June 2026";
/// What can be done about it.
pub(crate) const REMEDY: &str = "move the cluster to another cloud; if an installation of your own speaks the same API, name its \
     address: endpoint, in a Network beside the Cluster";
/// Where the service was. The hosts may still answer, but nothing runs there.
const HOSTS: [&str; 2] = ["equinix.com", "packet.net"];

/// Whether an address is the former service's.
pub(crate) fn is_of_the_service(address: &str) -> bool {
    let url = Url::parse(address.trim()).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let host = host.trim_end_matches('.');
    HOSTS.iter().any(|service| {
        host == *service
            || host
                .strip_suffix(service)
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// The address that a document gives, if it is not the former service's.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn installation(endpoint: &Option<String>) -> Result<Option<String>, String> {
    let Some(text) = given(endpoint) else {
        return Ok(None);
    };
    let address = base_address(text)?;
    Ok(Some(address).filter(|address| !is_of_the_service(address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_known_by_its_hosts_and_others_are_not_taken_for_it() {
        for address in [
            "https://api.equinix.com/metal/v1",
            "https://API.EQUINIX.COM./metal/v1",
            "https://api.packet.net",
            "http://packet.net",
        ] {
            assert!(is_of_the_service(address), "{address}");
        }
        for address in [
            "https://notequinix.com",
            "https://equinix.com.example.org",
            "x",
        ] {
            assert!(!is_of_the_service(address), "{address}");
        }
    }
}
