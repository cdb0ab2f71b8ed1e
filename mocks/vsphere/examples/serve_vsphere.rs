//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-vsphere --example serve_vsphere -- port=9999 task_ms=300 session_s=60
//! ```

use std::time::Duration;

use mock_cloud::{Mock, Options, serve};
use mock_vsphere::{Config, Vsphere};

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
    if let Some(delay) = number("task_ms") {
        config.task_delay = Duration::from_millis(delay);
    }
    if let Some(seconds) = number("session_s") {
        config.session_timeout = Duration::from_secs(seconds);
    }
    let mock = Mock::new(Box::new(Vsphere::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    serve(mock, listener).await
}
