//! Connections against listeners that misbehave.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use groundwork_transport::{
    Cause, Connector, Failure, Fingerprint, Https, Identity, Sent, Settings, Tls,
};
use rustls::{
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::{CertifiedKey, SingleCertAndKey},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Answers each connection with these bytes once a request has come, then closes it.
async fn answering(reply: impl Into<Vec<u8>>) -> SocketAddr {
    let reply: Vec<u8> = reply.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            request(&mut stream).await;
            let _ = stream.write_all(&reply).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

/// A whole request, body included: a connection that is closed with something unread is reset, and
/// the reply may be lost with it.
async fn request(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !is_whole(&bytes) && stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {}
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a body of the length that the head says has come.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lengths = head
        .lines()
        .filter_map(|line| line.strip_prefix("content-length:"));
    lengths
        .next()
        .is_none_or(|length| Ok(body.len()) == length.trim().parse())
}

async fn send(url: &str, settings: &Settings) -> Result<http::Response<Bytes>, Failure> {
    let request = http::Request::post(url).body(Bytes::from("{}")).unwrap();
    Https.connect(settings)?.send(request).await
}

async fn fails(url: &str, settings: &Settings) -> (Cause, Sent) {
    let failure = send(url, settings).await.unwrap_err();
    (failure.cause, failure.sent)
}

#[tokio::test]
async fn a_reply_of_any_status_is_a_reply() {
    let head = "HTTP/1.1 404 Not Found\r\nx-openstack-request-id: req-1\r\n";
    let at = answering(format!("{head}content-length: 4\r\n\r\ngone")).await;
    let reply = send(&format!("http://{at}/v2.0"), &Settings::default())
        .await
        .unwrap();
    assert_eq!(reply.status(), 404);
    assert_eq!(reply.headers()["x-openstack-request-id"], "req-1");
    assert_eq!(&reply.body()[..], b"gone");
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    // Nobody gets this port by chance, unlike one that was free a moment ago.
    assert_eq!(
        fails("http://127.0.0.1:1/", &Settings::default()).await,
        (Cause::Connect, Sent::No)
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_may_have_been_heard() {
    for reply in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
    ] {
        let url = format!("http://{}/", answering(reply).await);
        let failure = fails(&url, &Settings::default()).await;
        assert_eq!(failure, (Cause::Broken, Sent::Maybe), "{reply:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_bound_is_not_read() {
    let settings = Settings {
        body_bytes_max: 8,
        ..Settings::default()
    };
    for head in [
        "content-length: 9\r\n\r\n123456789",
        "connection: close\r\n\r\n123456789",
    ] {
        let url = format!(
            "http://{}/",
            answering(format!("HTTP/1.1 200 OK\r\n{head}")).await
        );
        assert_eq!(fails(&url, &settings).await, (Cause::TooLarge, Sent::Maybe));
    }
    let fits = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n12345678";
    let url = format!("http://{}/", answering(fits).await);
    assert_eq!(send(&url, &settings).await.unwrap().body().len(), 8);
}

#[tokio::test]
async fn a_reply_that_does_not_come_to_an_end_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open: Vec<TcpStream> = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            request(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
                .await;
            open.push(stream);
        }
    });
    let settings = Settings {
        timeout: Duration::from_millis(100),
        ..Settings::default()
    };
    let url = format!("http://{at}/");
    assert_eq!(fails(&url, &settings).await, (Cause::Timeout, Sent::Maybe));
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let reply =
        "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    let url = format!("http://{}/", answering(reply).await);
    let reply = send(&url, &Settings::default()).await.unwrap();
    assert_eq!(reply.status(), 302);
}

#[tokio::test]
async fn it_says_who_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let heard = tokio::spawn(async move { request(&mut listener.accept().await.unwrap().0).await });
    let _ = send(&url, &Settings::default()).await;
    let agent = format!("user-agent: groundwork/{}", env!("CARGO_PKG_VERSION"));
    assert!(heard.await.unwrap().to_lowercase().contains(&agent));
}

#[tokio::test]
async fn a_failure_names_the_host_and_not_the_query() {
    let failure = send("http://127.0.0.1:1/x?token=hunter2", &Settings::default())
        .await
        .unwrap_err();
    assert_eq!(failure.message, "127.0.0.1:1: no connection");
    assert!(!format!("{failure:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_bundle_that_is_none_is_a_fault_of_the_settings() {
    let settings = Settings {
        ca_bundle: Some(b"hello".to_vec()),
        ..Settings::default()
    };
    assert_eq!(
        fails("http://127.0.0.1:1/", &settings).await,
        (Cause::Settings, Sent::No)
    );
}

/// A listener with a certificate for `name`, and the certificate as PEM.
async fn with_tls(name: &str, expired: bool) -> (SocketAddr, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
    }
    let certificate = params.self_signed(&key).unwrap();
    let pem = certificate.pem().into_bytes();
    (serving(certificate.der().clone(), &key).await, pem)
}

/// A listener that shows a certificate, and signs with a key.
async fn serving(certificate: CertificateDer<'static>, key: &rcgen::KeyPair) -> SocketAddr {
    let provider = rustls::crypto::ring::default_provider();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let private = provider.key_provider.load_private_key(private).unwrap();
    // Whether the two belong together is for the client to find out.
    let shown = CertifiedKey::new(vec![certificate], private);
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                request(&mut stream).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        }
    });
    address
}

/// Each cause has another remedy, so that it is said in words.
#[tokio::test]
async fn what_is_wrong_with_tls_is_said_by_its_cause() {
    let says = async |name: &str, expired: bool, is_trusted: bool| {
        let (at, pem) = with_tls(name, expired).await;
        let settings = match is_trusted {
            true => trusting(pem),
            false => Settings::default(),
        };
        let url = format!("https://localhost:{}/", at.port());
        send(&url, &settings).await.unwrap_err().to_string()
    };
    for (said, word) in [
        (says("localhost", true, true).await, "expired"),
        (says("other.example", false, true).await, "other hosts"),
        (says("localhost", false, false).await, "signed by itself"),
    ] {
        assert!(said.contains(word), "{said}");
    }
}

fn trusting(pem: Vec<u8>) -> Settings {
    Settings {
        ca_bundle: Some(pem),
        ..Settings::default()
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_until_its_bundle_is_given() {
    let (at, pem) = with_tls("localhost", false).await;
    let url = format!("https://localhost:{}/", at.port());
    assert_eq!(
        fails(&url, &Settings::default()).await,
        (Cause::Tls(Tls::UnknownAuthority), Sent::No)
    );
    assert_eq!(send(&url, &trusting(pem)).await.unwrap().status(), 204);
}

/// A server that wants a certificate of whoever asks, its own, and a client's with its key; PEM.
async fn wanting_a_certificate() -> (SocketAddr, Vec<u8>, Vec<u8>) {
    let signed = |name: &str| {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.self_signed(&key).unwrap(), key)
    };
    let ((own, own_key), (client, client_key)) = (signed("localhost"), signed("client"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(client.der().clone()).unwrap();
    let roots = Arc::new(roots);
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider));
    let private = rustls::pki_types::PrivateKeyDer::try_from(own_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![own.der().clone()], private)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                request(&mut stream).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        }
    });
    let identity = client.pem() + &client_key.serialize_pem();
    (address, own.pem().into(), identity.into())
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_the_server_wants_one() {
    let (at, pem, identity) = wanting_a_certificate().await;
    let url = format!("https://localhost:{}/", at.port());
    assert!(send(&url, &trusting(pem.clone())).await.is_err());
    let known = Settings {
        identity: Some(Identity::new(identity)),
        ..trusting(pem.clone())
    };
    assert_eq!(send(&url, &known).await.unwrap().status(), 204);
    assert!(format!("{known:?}").contains("identity: Some(<redacted>)"));
    let half = Settings {
        identity: Some(Identity::new(pem)),
        ..Settings::default()
    };
    assert_eq!(fails(&url, &half).await, (Cause::Settings, Sent::No));
}

/// A listener that answers whatever comes first as a server of plain HTTP does.
async fn without_tls() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = Vec::new();
            let _ = stream.read_buf(&mut hello).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused() {
    let (at, pem) = with_tls("localhost", true).await;
    let url = format!("https://localhost:{}/", at.port());
    let failure = send(&url, &trusting(pem)).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Tls(Tls::Expired));
    assert_eq!(failure.sent, Sent::No);
    assert!(
        failure.message.contains("expired at 2002-01-01"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let (at, pem) = with_tls("other.example", false).await;
    let url = format!("https://localhost:{}/", at.port());
    let failure = send(&url, &trusting(pem)).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Tls(Tls::WrongHost));
    assert_eq!(failure.sent, Sent::No);
    assert!(
        failure.message.ends_with("other hosts: other.example"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_told_as_that() {
    let at = without_tls().await;
    let url = format!("https://{at}/");
    assert_eq!(
        fails(&url, &Settings::default()).await,
        (Cause::Tls(Tls::PlainHttp), Sent::No)
    );
}

/// What is pinned is the certificate that a PEM has.
fn pinning(pem: &[u8]) -> Settings {
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    Settings {
        pinned: Some(Fingerprint::of(&certificate)),
        ..Settings::default()
    }
}

/// Nobody signed it but itself, it is for another host, and it has expired: it is the pinned one.
#[tokio::test]
async fn a_pinned_certificate_needs_nobody_else() {
    for (name, expired) in [("localhost", false), ("other.example", true)] {
        let (at, pem) = with_tls(name, expired).await;
        let url = format!("https://localhost:{}/", at.port());
        assert_eq!(send(&url, &pinning(&pem)).await.unwrap().status(), 204);
    }
}

#[tokio::test]
async fn another_certificate_than_the_pinned_one_is_refused_and_shown() {
    let (_, expected) = with_tls("localhost", false).await;
    let (at, pem) = with_tls("localhost", false).await;
    let url = format!("https://localhost:{}/", at.port());
    // Trust in its authority does not help it.
    let settings = Settings {
        ca_bundle: Some(pem.clone()),
        ..pinning(&expected)
    };
    let failure = send(&url, &settings).await.unwrap_err();
    assert_eq!(failure.cause, Cause::Tls(Tls::OtherCertificate));
    assert_eq!(failure.sent, Sent::No);
    let seen = pinning(&pem).pinned.unwrap().to_string();
    assert!(failure.message.ends_with(&seen), "{failure}");
}

/// Whoever shows the pinned certificate without having its key is refused.
#[tokio::test]
async fn a_pinned_certificate_without_its_key_is_refused() {
    let (_, pem) = with_tls("localhost", false).await;
    let certificate = CertificateDer::from_pem_slice(&pem).unwrap();
    let at = serving(certificate, &rcgen::KeyPair::generate().unwrap()).await;
    let url = format!("https://localhost:{}/", at.port());
    let (cause, sent) = fails(&url, &pinning(&pem)).await;
    assert!(matches!(cause, Cause::Tls(_)), "{cause:?}");
    assert_eq!(sent, Sent::No);
}
