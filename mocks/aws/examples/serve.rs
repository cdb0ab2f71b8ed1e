//! Serves the mock on a port: `cargo run -p mock-aws --example serve -- 9999`.

#![allow(
    clippy::disallowed_methods,
    reason = "clients sign with the real time, so the mock begins there"
)]

use mock_aws::{Aws, Config};
use mock_cloud::{Mock, Options, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let config = Config {
        epoch: jiff::Timestamp::now(),
        ..Config::default()
    };
    let mock = Mock::new(Box::new(Aws::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    serve(mock, listener).await
}
