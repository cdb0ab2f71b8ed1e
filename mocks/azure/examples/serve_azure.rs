//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-azure --example serve_azure -- port=9999 operation_ms=300
//! ```

use std::time::Duration;

use mock_azure::{Azure, Config, Failure};
use mock_cloud::{Mock, Options, serve};

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
        config.retry_after_s = None;
    }
    if let Some(seconds) = number("retry_after_s") {
        config.retry_after_s = Some(seconds);
    }
    if let Some(size) = number("page_max") {
        config.page_max = usize::try_from(size).unwrap_or(usize::MAX);
    }
    if let Some(name) = word("failing") {
        let failure = Failure {
            code: "InternalServerError".to_owned(),
            message: "An error occurred.".to_owned(),
            details: vec![(
                "AllocationFailed".to_owned(),
                "There is no room.".to_owned(),
            )],
        };
        config.failing_operations.insert(name.to_owned(), failure);
    }
    let mock = Mock::new(Box::new(Azure::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}='{value}'");
    }
    println!();
    serve(mock, listener).await
}
