//! Serves the mock on a port, with a certificate of its own, and prints the environment to use: the
//! vendor's client speaks nothing but HTTPS.
//!
//! ```text
//! cargo run -p mock-digitalocean --example serve_digitalocean -- port=8443 certificate=/tmp/mock.pem
//! ```

use std::io::Error;
use std::sync::Arc;
use std::time::Duration;

use mock_cloud::{Mock, Options, serve};
use mock_digitalocean::{Config, DigitalOcean};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |name: &str| {
        let mut pairs = words.iter().filter_map(|word| word.split_once('='));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
    };
    let number = |name: &str| word(name).and_then(|text| text.parse::<u64>().ok());
    let port = number("port").unwrap_or_default();
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let base = format!("https://{}", listener.local_addr()?);
    let mut config = Config {
        base_url: Some(base.clone()),
        ..Config::default()
    };
    if let Some(delay) = number("delay_ms") {
        config.delay = Duration::from_millis(delay);
        config.member_delay = Duration::from_millis(delay);
    }
    if let Some(requests) = number("requests_per_minute") {
        config.requests_per_minute = u32::try_from(requests).unwrap_or(u32::MAX);
    }
    let mock = Mock::new(Box::new(DigitalOcean::new(config)), Options::default());
    let (acceptor, certificate) = certified()?;
    if let Some(path) = word("certificate") {
        std::fs::write(path, certificate)?;
        println!("export REQUESTS_CA_BUNDLE={path}");
    }
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    let plain = TcpListener::bind("127.0.0.1:0").await?;
    let inside = plain.local_addr()?;
    tokio::spawn(serve(mock, plain));
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // An error here is a client that went away.
            if let Ok(mut tls) = acceptor.accept(stream).await
                && let Ok(mut mock) = TcpStream::connect(inside).await
            {
                let _ = copy_bidirectional(&mut tls, &mut mock).await;
            }
        });
    }
}

/// What speaks TLS as this machine, and the certificate that a client has to trust.
fn certified() -> std::io::Result<(TlsAcceptor, String)> {
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let own = rcgen::generate_simple_self_signed(names).map_err(Error::other)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .map_err(Error::other)?;
    Ok((TlsAcceptor::from(Arc::new(config)), own.cert.pem()))
}
