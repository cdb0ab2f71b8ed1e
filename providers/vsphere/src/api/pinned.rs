//! The one certificate that a vCenter may have, where somebody names its fingerprint.

use std::path::Path;

use groundwork_kit::credentials::Fields;
use groundwork_provider::{Access, Result};
use groundwork_transport::{Fingerprint, NoFingerprint};

use super::invalid;
use crate::{
    credentials::THUMBPRINT,
    spec::{Datacenter, Spec},
};

/// The variable of govc that names files with lines of a host and a fingerprint.
const KNOWN_HOSTS: &str = "GOVC_TLS_KNOWN_HOSTS";

/// What a person does about a fingerprint that cannot be used.
pub(crate) const REMEDY: &str = "give the SHA-256 fingerprint of the vCenter's certificate, as \
                                 `openssl x509 -noout -fingerprint -sha256 -in FILE` shows it";

/// The pinned certificate: what the documents or their Secret name, else what govc's files have for the
/// host.
pub(super) fn pinned(
    access: &Access<Spec, Datacenter>,
    fields: &Fields,
    endpoint: &str,
) -> Result<Option<Fingerprint>> {
    let Some(text) = fields.text(THUMBPRINT) else {
        return known(access, endpoint);
    };
    if endpoint.starts_with("http://") {
        let error = invalid("the vCenter's thumbprint is given, and its address is without TLS");
        return Err(error.remedy("write the address with https://"));
    }
    let read = text.parse().map_err(|why: NoFingerprint| {
        let error = invalid(&format!("the thumbprint of the vCenter: {why}"));
        error.remedy(REMEDY)
    });
    read.map(Some)
}

/// What govc's files have for the host of an address.
fn known(access: &Access<Spec, Datacenter>, endpoint: &str) -> Result<Option<Fingerprint>> {
    let Some(files) = access.environment.variable(KNOWN_HOSTS) else {
        return Ok(None);
    };
    let Some(host) = host(endpoint) else {
        return Ok(None);
    };
    let mut refused = None;
    for file in files.expose().split(':').filter(|file| !file.is_empty()) {
        let read = access.environment.file(Path::new(file)).map_err(|why| {
            let error = invalid(&format!("{file} cannot be read: {why}"));
            error.remedy(format!(
                "name files that exist in {KNOWN_HOSTS}, separated by colons"
            ))
        })?;
        for (line, read) in of_host(&String::from_utf8_lossy(&read), &host) {
            match read {
                Ok(fingerprint) => return Ok(Some(fingerprint)),
                Err(why) => {
                    let error = invalid(&format!("{file}, line {line}: {why}"));
                    refused.get_or_insert(error.remedy(REMEDY));
                }
            }
        }
    }
    refused.map_or(Ok(None), Err)
}

/// A line, and the fingerprint that it has for a host.
type Known = (usize, std::result::Result<Fingerprint, NoFingerprint>);

/// The fingerprints that a file has for a host.
fn of_host(text: &str, host: &str) -> Vec<Known> {
    let lines = (1..).zip(text.lines());
    let of_it = lines.filter_map(|(number, line)| {
        let mut words = line.split_whitespace();
        let (name, print) = (words.next()?, words.next()?);
        let is_it = with_port(name).eq_ignore_ascii_case(host);
        is_it.then(|| (number, print.parse()))
    });
    of_it.collect()
}

/// Host and port of an address with TLS.
fn host(endpoint: &str) -> Option<String> {
    let rest = endpoint.strip_prefix("https://")?;
    let authority = rest.split('/').next()?;
    Some(with_port(authority))
}

/// A host without a port is one at the port of HTTPS.
fn with_port(host: &str) -> String {
    let after = host.rsplit(']').next().unwrap_or_default();
    match after.contains(':') {
        true => host.to_owned(),
        false => format!("{host}:443"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_with_its_port_and_without() {
        let pin = Fingerprint::of(b"a certificate");
        let text = format!(
            "# ours\nother.example.com {pin}\nVCENTER.example.com {}\n[2001:db8::1]:8443 {pin}\n\
             vcenter.example.com:443 {pin}\n",
            ["AB"; 20].join(":")
        );
        let of = |endpoint: &str| of_host(&text, &host(endpoint).expect("it has TLS"));
        assert_eq!(
            of("https://vcenter.example.com"),
            [(3, Err(NoFingerprint::Sha1)), (5, Ok(pin))]
        );
        assert_eq!(of("https://other.example.com:443"), [(2, Ok(pin))]);
        assert_eq!(of("https://[2001:db8::1]:8443"), [(4, Ok(pin))]);
        assert_eq!(of("https://other.example.com:8443"), []);
        assert_eq!(host("http://vcenter.example.com"), None);
    }
}
