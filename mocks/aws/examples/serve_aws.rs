//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-aws --example serve_aws -- port=9999 delay_ms=300 consistency_ms=500 throttled
//! ```
//!
//! With `bucket=DescribeVpcs:3` that API may be called three times, and never again. A line with a
//! number on standard input moves the mock's time to so many milliseconds after its beginning; an
//! empty line says that it is done.

#![allow(
    clippy::disallowed_methods,
    reason = "clients sign with the real time, so the mock begins there"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use mock_aws::{Aws, Config, Rate, Throttling};
use mock_cloud::{Mock, Options, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let text = |name: &str| {
        let mut pairs = words.iter().filter_map(|word| word.split_once('='));
        Some(pairs.find(|(own, _)| *own == name)?.1)
    };
    let number = |name: &str| -> Option<u64> { text(name)?.parse().ok() };
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
    if let Some(bucket) = text("bucket").and_then(bucket) {
        config.throttling = Throttling::Published(BTreeMap::from([bucket]));
    }
    let mock = Mock::new(Box::new(Aws::new(config)), Options::default());
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    let moved = mock.clone();
    std::thread::spawn(move || follow(&moved));
    serve(mock, listener).await
}

/// `DescribeVpcs:3`
fn bucket(text: &str) -> Option<(String, Rate)> {
    let (action, burst) = text.split_once(':')?;
    let rate = Rate {
        burst: burst.parse().ok()?,
        refill_milli: 0,
    };
    Some((action.to_owned(), rate))
}

/// Moves the time to wherever standard input says.
fn follow(mock: &Mock) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if let Ok(now) = line.trim().parse().map(Duration::from_millis) {
            // Its time goes on with every request, whatever it is, and never back.
            mock.serve_once(now, http::Request::default());
            println!();
        }
    }
}
