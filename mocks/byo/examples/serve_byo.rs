//! Serves the mock on a port with some nodes, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-byo --example serve_byo -- port=9999 nodes=7 history_ms=0
//! ```
//!
//! `services`, `pods` and `images` (names of them in each node's status) make the cluster larger. Each line on
//! standard input is answered with how many requests there were.

use std::time::Duration;

use mock_byo::{Apiserver, Config, Joined, Token, scene};
use mock_cloud::{Mock, Options, serve};
use serde_json::{Value, json};

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
    let count = |name: &str, usual: u64| number(name).unwrap_or(usual);
    let nodes = count("nodes", 2);
    for nth in 0..nodes {
        let (high, low) = ((nth + 11) / 256, (nth + 11) % 256);
        let addresses = [
            format!("10.0.{}.{low}", high + 6),
            format!("fd0a:6::{:x}", nth + 11),
        ];
        let pods = [
            format!("172.{}.{}.0/24", 25 + nth / 256, nth % 256),
            format!("fd01:0:0:{nth:x}::/64"),
        ];
        let node = Joined::new(
            addresses.iter().map(String::as_str),
            pods.iter().map(String::as_str),
        );
        let name = format!("worker-{nth}");
        let images = images(count("images", 0));
        mock.with(|cloud: &mut Apiserver| {
            cloud.join(&name, &node);
            cloud.change(&name, |node| node["status"]["images"] = images);
        });
    }
    let service = |nth: u64| {
        let (v4, v6) = (
            format!("10.240.{}.{}", 16 + nth / 250, nth % 250 + 1),
            format!("fd02::{nth:x}"),
        );
        json!({
            "name": format!("s-{nth}"), "ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv4", "IPv6"],
            "clusterIP": v4, "clusterIPs": [v4, v6],
        })
    };
    let pod = |nth: u64| {
        let node = nth % nodes.max(1);
        let host = nth / nodes.max(1) + 2;
        json!({
            "name": format!("p-{nth}"), "node": format!("worker-{node}"),
            "ips": format!("172.{}.{}.{host}, fd01:0:0:{node:x}::{host:x}", 25 + node / 256, node % 256),
        })
    };
    let services: Vec<Value> = (0..count("services", 0)).map(service).collect();
    let pods: Vec<Value> = (0..count("pods", 0)).map(pod).collect();
    if !services.is_empty() {
        let scene =
            json!({ "services": "10.240.0.0/16, fd02::/108", "service": services, "pods": pods });
        mock.with(|cloud: &mut Apiserver| cloud.furnish(scene::objects(&scene)));
    }
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    println!();
    let asked = mock.clone();
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            println!("{}", asked.calls().len());
        }
    });
    serve(mock, listener).await
}

/// Most of a real node is the list of its images.
fn images(count: u64) -> Value {
    let image = |nth: u64| {
        let digest = format!("{nth:064x}");
        json!({
            "names": [
                format!("registry.example.org/team-{nth}/application@sha256:{digest}"),
                format!("registry.example.org/team-{nth}/application:v1.{nth}"),
            ],
            "sizeBytes": 100_000_000 + nth,
        })
    };
    (0..count).map(image).collect()
}
