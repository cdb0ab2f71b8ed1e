//! Serves the mock on a port with some nodes, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-byo --example serve_byo -- port=9999 nodes=7 history_ms=0
//! ```

use std::time::Duration;

use mock_byo::{Apiserver, Config, Joined, Token};
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
    let mut config = Config::default();
    if let Some(history) = number("history_ms") {
        config.history = Duration::from_millis(history);
    }
    config.tokens.push(Token {
        text: "mock-token-of-nobody".to_owned(),
        user: "nobody".to_owned(),
        refused: vec![("*".to_owned(), "*".to_owned())],
    });
    let mock = Mock::new(Box::new(Apiserver::new(config)), Options::default());
    for nth in 0..number("nodes").unwrap_or(2) {
        let addresses = [
            format!("10.0.6.{}", nth + 11),
            format!("fd0a:6::{}", nth + 11),
        ];
        let pods = [
            format!("172.25.{nth}.0/24"),
            format!("fd01:0:0:{nth:x}::/64"),
        ];
        let node = Joined::new(
            addresses.iter().map(String::as_str),
            pods.iter().map(String::as_str),
        );
        mock.with(|cloud: &mut Apiserver| cloud.join(&format!("worker-{nth}"), &node));
    }
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    serve(mock, listener).await
}
