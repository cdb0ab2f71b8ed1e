//! Why TLS fails, and what people are told of it.

use jiff::Timestamp;
use rustls::{CertificateError, Error, InvalidMessage, pki_types::UnixTime};

use crate::pinned::OtherCertificate;

/// Why a connection is not secure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tls {
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate is for other hosts.
    WrongHost,
    /// The certificate is signed by itself, or by an authority that is not trusted here.
    UnknownAuthority,
    /// The certificate is another one than the pinned one.
    OtherCertificate,
    /// The server does not speak TLS at this port.
    PlainHttp,
    /// Anything else: no common version, a revoked certificate.
    Other,
}

/// Names of a certificate that are told.
const NAMES_MAX: usize = 5;

/// The cause of an error of TLS, and a sentence about the server for a person.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "other causes speak for themselves"
)]
pub(crate) fn why(error: &Error) -> (Tls, String) {
    match error {
        Error::InvalidCertificate(certificate) => of_certificate(certificate)
            .unwrap_or_else(|| (Tls::Other, format!("no secure connection: {error}"))),
        // The first bytes of its answer are text, not a record of TLS.
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            let told = "it does not speak TLS at this port";
            (Tls::PlainHttp, told.to_owned())
        }
        _ => (Tls::Other, format!("no secure connection: {error}")),
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "other causes speak for themselves"
)]
fn of_certificate(error: &CertificateError) -> Option<(Tls, String)> {
    let (cause, told) = match error {
        CertificateError::Expired => (Tls::Expired, "its certificate has expired".to_owned()),
        CertificateError::ExpiredContext { time, not_after } => {
            let told = format!(
                "its certificate expired at {}; here it is {}",
                moment(not_after),
                moment(time)
            );
            (Tls::Expired, told)
        }
        CertificateError::NotValidYet => (
            Tls::NotYetValid,
            "its certificate is not valid yet".to_owned(),
        ),
        CertificateError::NotValidYetContext { time, not_before } => {
            let told = format!(
                "its certificate is valid from {}; here it is {}",
                moment(not_before),
                moment(time)
            );
            (Tls::NotYetValid, told)
        }
        CertificateError::NotValidForName => (
            Tls::WrongHost,
            "its certificate is for other hosts".to_owned(),
        ),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented
                .iter()
                .take(NAMES_MAX)
                .map(|name| bare(name))
                .collect();
            let more = if presented.len() > NAMES_MAX {
                ", …"
            } else {
                ""
            };
            let told = format!(
                "its certificate is for other hosts: {}{more}",
                names.join(", ")
            );
            (Tls::WrongHost, told)
        }
        CertificateError::UnknownIssuer => {
            let told = "its certificate is signed by itself, or by an authority that is not \
                        trusted here";
            (Tls::UnknownAuthority, told.to_owned())
        }
        CertificateError::Other(other) => {
            let OtherCertificate { seen } = other.0.downcast_ref()?;
            let told = format!(
                "its certificate is not the pinned one: it has the SHA-256 fingerprint {seen}"
            );
            (Tls::OtherCertificate, told)
        }
        _ => return None,
    };
    Some((cause, told))
}

fn moment(time: &UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let moment = Timestamp::from_second(seconds);
    moment.map_or_else(
        |_| "an unknown time".to_owned(),
        |moment| moment.to_string(),
    )
}

/// The library writes `DnsName("example.org")`.
fn bare(name: &str) -> &str {
    name.split('"').nth(1).unwrap_or(name)
}
