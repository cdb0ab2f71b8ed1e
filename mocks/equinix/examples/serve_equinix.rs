//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-equinix --example serve_equinix -- port=9999 provisioning_ms=300 page=2
//! ```

use std::time::Duration;

use mock_cloud::{Mock, Options, serve};
use mock_equinix::{Config, Equinix};

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
    if let Some(delay) = number("provisioning_ms") {
        config.provisioning = Duration::from_millis(delay);
    }
    config.page = number("page").and_then(|page| usize::try_from(page).ok());
    let mock = Mock::new(Box::new(Equinix::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    serve(mock, listener).await
}
