//! Serves the mock on a port, and prints the environment to use:
//!
//! ```text
//! cargo run -p mock-aws --example serve -- port=9999 delay_ms=300 consistency_ms=500 throttled
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "clients sign with the real time, so the mock begins there"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use mock_aws::{Aws, Config, IpamPool, Ipv6Pool, Key, Role, Throttling, all_allowed};
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
    let mut config = furnished();
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

/// An account with pools, a key that may only look, one that may tag only what is its own, and a
/// role.
fn furnished() -> Config {
    let mut config = Config {
        epoch: jiff::Timestamp::now(),
        ..Config::default()
    };
    let key = |id: &str, user: &str, policy: Value| Key {
        id: id.to_owned(),
        secret: format!("secret-of-{user}"),
        user: user.to_owned(),
        policies: vec![policy],
    };
    config
        .keys
        .push(key("AKIALOOKSONLYEXAMPLE", "looks", looks()));
    config
        .keys
        .push(key("AKIAOWNONLYEXAMPLE00", "owns", owns()));
    config.ipam_pools.push(IpamPool {
        id: "ipam-pool-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2600:db8:a000::/48".to_owned()],
        default_netmask: None,
        locale: None,
    });
    config.ipv6_pools.push(Ipv6Pool {
        id: "ipv6pool-ec2-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2600:db8:b000::/48".to_owned()],
    });
    config.roles.push(Role {
        name: "networks".to_owned(),
        policies: vec![all_allowed()],
        external_id: Some("between-us".to_owned()),
        web_identity_token: Some("a-token".to_owned()),
    });
    config
}

fn looks() -> Value {
    let statement = json!({ "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

/// Makes what carries its tag, and changes nothing else.
fn owns() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
        {
            "Effect": "Allow", "Action": ["ec2:CreateVpc", "ec2:CreateTags"], "Resource": "arn:aws:ec2:*:*:vpc/*",
            "Condition": { "StringEquals": { "aws:RequestTag/owner": "owns" } },
        },
        {
            "Effect": "Allow", "Action": "ec2:DeleteVpc", "Resource": "arn:aws:ec2:*:*:vpc/*",
            "Condition": { "StringEquals": { "aws:ResourceTag/owner": "owns" } },
        },
    ] })
}
