//! A server that is known by the fingerprint of its certificate, and by nothing else.

use std::{fmt, str::FromStr, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};

/// Hexadecimal digits of a SHA-1 fingerprint.
const SHA1_DIGITS: usize = 40;
/// Hexadecimal digits of a SHA-256 fingerprint.
const SHA256_DIGITS: usize = 64;

/// The SHA-256 fingerprint of a certificate: `AB:CD:…`.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Fingerprint([u8; 32]);

/// Why a text is no fingerprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoFingerprint {
    /// It is one of SHA-1.
    #[error(
        "it is a SHA-1 fingerprint, and a second certificate with the same one can be made: a \
         SHA-256 fingerprint is needed"
    )]
    Sha1,
    /// It is none at all.
    #[error(
        "it is no SHA-256 fingerprint, which has 64 hexadecimal digits, in pairs with colons \
         between them or without"
    )]
    Syntax,
}

impl Fingerprint {
    /// The fingerprint of a certificate, in DER.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let digits: String = text.trim().chars().filter(|c| *c != ':').collect();
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        match (is_hex, digits.len()) {
            (true, SHA256_DIGITS) => {}
            (true, SHA1_DIGITS) => return Err(NoFingerprint::Sha1),
            (_, _) => return Err(NoFingerprint::Syntax),
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let pair = &digits[2 * place..2 * place + 2];
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NoFingerprint::Syntax)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The server has another certificate than the pinned one.
#[derive(Debug, thiserror::Error)]
#[error("the server has the certificate {seen}")]
pub(crate) struct OtherCertificate {
    pub(crate) seen: Fingerprint,
}

/// TLS with a server that has this certificate, whoever signed it, and whatever it says of hosts and
/// dates. That the server has the certificate's key is verified as always.
pub(crate) fn config(pinned: Fingerprint) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Pinned {
        pinned,
        provider: provider.clone(),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[derive(Debug)]
struct Pinned {
    pinned: Fingerprint,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = Fingerprint::of(end_entity);
        if seen == self.pinned {
            return Ok(ServerCertVerified::assertion());
        }
        let other = OtherError(Arc::new(OtherCertificate { seen }));
        Err(Error::InvalidCertificate(CertificateError::Other(other)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_with_colons_and_without() {
        let whole = Fingerprint::of(b"a certificate");
        let text = whole.to_string();
        assert_eq!(text.len(), 95);
        assert_eq!(text.parse(), Ok(whole));
        assert_eq!(text.replace(':', "").to_lowercase().parse(), Ok(whole));
    }

    #[test]
    fn what_is_no_fingerprint_says_why() {
        let sha1 = ["AB"; 20].join(":");
        assert_eq!(sha1.parse::<Fingerprint>(), Err(NoFingerprint::Sha1));
        for text in ["", "AB:CD", &"xy".repeat(32), &"ä".repeat(32)] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NoFingerprint::Syntax));
        }
    }
}
