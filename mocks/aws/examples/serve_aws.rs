//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-aws --example serve_aws -- port=9999 delay_ms=300 consistency_ms=500 throttled
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "clients sign with the real time, so the mock begins there"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use mock_aws::{Aws, Config, Throttling};
use mock_cloud::{Mock, Options, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| -> Option<u64> {
        let mut pairs = words.iter().filter_map(|word| word.split_once('='));
        pairs.find(|(own, _)| *own == name)?.1.parse().ok()
    };
    let port = number("port").unwrap_or_default();
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut config = Config {
        epoch: jiff::Timestamp::now(),
        ..Config::default()
    }
    .furnished();
    if let Some(delay) = number("delay_ms").map(Duration::from_millis) {
        config.association_delay = delay;
        config.nat_delay = delay;
    }
    if let Some(delay) = number("consistency_ms") {
        config.consistency_delay = Duration::from_millis(delay);
    }
    if words.iter().any(|word| word == "throttled") {
        config.throttling = Throttling::Published(BTreeMap::new());
    }
    let mock = Mock::new(Box::new(Aws::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    serve(mock, listener).await
}
