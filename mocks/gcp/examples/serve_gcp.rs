//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-gcp --example serve_gcp -- port=9999 operation_ms=300 epoch=$(date +%s)
//! ```

use std::time::Duration;

use mock_cloud::{Calendar, Mock, Options, serve};
use mock_gcp::{Config, Failure, Gcp};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |name: &str| {
        let mut pairs = words.iter().filter_map(|word| word.split_once('='));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
    };
    let number = |name: &str| word(name).and_then(|text| text.parse::<u64>().ok());
    let port = number("port").unwrap_or_default();
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut config = Config::default();
    if let Some(delay) = number("operation_ms") {
        config.operation_delay = Duration::from_millis(delay);
        config.prefix_delay = Duration::from_millis(delay / 4);
    }
    if let Some(seconds) = word("epoch").and_then(|text| text.parse().ok()) {
        // What clients sign has this machine's time.
        config.calendar = Calendar {
            epoch: jiff::Timestamp::from_second(seconds).map_err(std::io::Error::other)?,
        };
    }
    if let Some(region) = word("unreachable") {
        config.unreachable.insert(region.to_owned());
    }
    if let Some(name) = word("failing") {
        let failure = Failure {
            code: "QUOTA_EXCEEDED".to_owned(),
            status: 403,
            message: "Quota exceeded.".to_owned(),
        };
        config.failing_operations.insert(name.to_owned(), failure);
    }
    let mock = Mock::new(Box::new(Gcp::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}='{value}'");
    }
    println!();
    serve(mock, listener).await
}
