//! What kubeadm joins a node with: the version of its documents, and the forms of their values.

use std::net::IpAddr;

use crate::KubernetesVersion;

/// A version of kubeadm's documents that a release in use still reads.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum KubeadmApi {
    /// Arguments are a map. Deprecated in 1.31, and gone in 1.37.
    V1Beta3,
    /// Arguments are a list of names and values. Since 1.31.
    V1Beta4,
}

/// The first release that reads `v1beta4`, and says that `v1beta3` is deprecated.
pub(crate) const SINCE_BETA4: KubernetesVersion = KubernetesVersion::new(1, 31);
/// The first release that no longer reads `v1beta3`.
pub(crate) const WITHOUT_BETA3: KubernetesVersion = KubernetesVersion::new(1, 37);

impl KubeadmApi {
    /// The one to write for a release; the newest where it is not known.
    pub fn of(version: Option<KubernetesVersion>) -> Self {
        match version.is_some_and(|version| version < SINCE_BETA4) {
            true => Self::V1Beta3,
            false => Self::V1Beta4,
        }
    }

    /// As `apiVersion` has it.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V1Beta3 => "kubeadm.k8s.io/v1beta3",
            Self::V1Beta4 => "kubeadm.k8s.io/v1beta4",
        }
    }
}

/// Why no node can join with an endpoint and hashes of the authority's public key: each with its field, as kubeadm calls it.
pub fn discovery_faults(endpoint: &str, hashes: &[&str]) -> Vec<(String, &'static str)> {
    let endpoint = endpoint_fault(endpoint).map(|why| ("apiServerEndpoint".to_owned(), why));
    let mut faults: Vec<_> = endpoint.into_iter().collect();
    if hashes.is_empty() {
        let why = "without a hash of the authority anybody could be the API server";
        faults.push(("caCertHashes".to_owned(), why));
    }
    let hashes = hashes.iter().enumerate();
    faults.extend(hashes.filter_map(|(index, hash)| {
        let why = ca_cert_hash_fault(hash)?;
        Some((format!("caCertHashes[{index}]"), why))
    }));
    faults
}

/// Why a text is no bootstrap token (`abcdef.0123456789abcdef`). The text is not quoted.
pub fn token_fault(text: &str) -> Option<&'static str> {
    let is_part = |part: &str, length: usize| {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.len() == length && part.bytes().all(allowed)
    };
    let parts = text.split_once('.');
    let is_token = parts.is_some_and(|(id, secret)| is_part(id, 6) && is_part(secret, 16));
    (!is_token)
        .then_some("a bootstrap token is six lower-case letters or digits, a dot, and sixteen more")
}

/// Why a text is no hash of an authority's public key.
fn ca_cert_hash_fault(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix("sha256:");
    let is_hash = digits
        .is_some_and(|digits| digits.len() == 64 && digits.bytes().all(|c| c.is_ascii_hexdigit()));
    (!is_hash).then_some("a hash is sha256: and 64 hexadecimal digits")
}

/// Why a text is no address of an API server, `host:port`.
fn endpoint_fault(text: &str) -> Option<&'static str> {
    const PORT: &str = "it has no port: write host:port, such as kubernetes.example.org:6443";
    let Some((host, port)) = text.rsplit_once(':') else {
        return Some(PORT);
    };
    if text.contains("://") {
        return Some("it is a URL: write host:port alone");
    }
    let is_digits = !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit());
    if !is_digits || port.parse::<u16>().unwrap_or(0) == 0 {
        return Some(PORT);
    }
    let inside = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match (inside, host.parse::<IpAddr>()) {
        (Some(inside), _) if inside.parse::<std::net::Ipv6Addr>().is_ok() => None,
        (Some(_), _) => Some("what is in brackets is not an IPv6 address"),
        (None, Ok(IpAddr::V6(_))) => Some("an IPv6 address stands in brackets: [fd00::1]:6443"),
        (None, Ok(IpAddr::V4(_))) => None,
        (None, Err(_)) if is_subdomain(host) => None,
        (None, Err(_)) => Some("its host is neither an address nor a name of DNS"),
    }
}

/// A subdomain of DNS (RFC 1123) in lower case, as names of nodes and hosts are.
pub fn is_subdomain(text: &str) -> bool {
    let is_label = |label: &str| {
        let inside = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        !label.is_empty()
            && label.bytes().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_documents_is_that_of_the_release() {
        let of = |minor| KubeadmApi::of(Some(KubernetesVersion::new(1, minor)));
        assert_eq!(of(30), KubeadmApi::V1Beta3);
        assert_eq!(of(31), KubeadmApi::V1Beta4);
        assert_eq!(of(37), KubeadmApi::V1Beta4);
        assert_eq!(KubeadmApi::of(None), KubeadmApi::V1Beta4);
    }

    #[test]
    fn tokens_and_hashes_are_known_by_their_form() {
        assert_eq!(token_fault("9xwn14.ktdfg3s3fqyj0dr9"), None);
        for text in [
            "",
            "9xwn14",
            "9xwn14.short",
            "9XWN14.ktdfg3s3fqyj0dr9",
            "a.b.c",
        ] {
            assert!(token_fault(text).is_some(), "{text}");
        }
        let hash = format!("sha256:{}", "0aF".repeat(22).split_at(64).0);
        assert_eq!(ca_cert_hash_fault(&hash), None);
        for text in ["", "sha256:00", &hash[7..], &hash.replace('a', "g")] {
            assert!(ca_cert_hash_fault(text).is_some(), "{text}");
        }
    }

    #[test]
    fn an_endpoint_is_a_host_and_a_port() {
        for text in ["a.example.org:30038", "10.0.0.1:6443", "[fd00::1]:6443"] {
            assert_eq!(endpoint_fault(text), None, "{text}");
        }
        for (text, part) in [
            ("a.example.org", "no port"),
            ("a.example.org:0", "no port"),
            ("a.example.org:70000", "no port"),
            ("a.example.org:+443", "no port"),
            ("https://a.example.org:6443", "URL"),
            ("fd00::1:6443", "brackets"),
            ("[10.0.0.1]:6443", "brackets"),
            ("a_b:6443", "neither"),
            (":6443", "neither"),
        ] {
            let told = endpoint_fault(text).unwrap_or_default();
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
