//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-hetzner --example serve_hetzner -- port=9999 action_ms=300 requests_per_hour=60
//! ```

use std::time::Duration;

use mock_cloud::{Mock, Options, serve};
use mock_hetzner::{Config, Hetzner};

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
    let mut config = Config::default();
    if let Some(delay) = number("action_ms") {
        config.action_delay = Duration::from_millis(delay);
    }
    if let Some(requests) = number("requests_per_hour") {
        config.requests_per_hour = u32::try_from(requests).unwrap_or(u32::MAX);
    }
    let mock = Mock::new(Box::new(Hetzner::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    serve(mock, listener).await
}
