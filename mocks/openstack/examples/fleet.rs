//! An OpenStack with many clusters in one account, for benchmarks: `cargo xtask bench fleet` runs it.
//!
//! It prints the environment of the cloud, then takes commands on its standard input, and answers
//! each with a line: `mark` notes what exists, `copy N` makes copies of everything that has come
//! since as the clusters 2 to N - 1, `calls` says how many requests there were since the last time.

use std::{
    collections::BTreeSet,
    io::{BufRead, Write},
    sync::Arc,
    time::Duration,
};

use mock_cloud::{Cloud, Mock, Object, Options, Processors, serve};
use mock_openstack::{Config, OpenStack};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
    let (latency, processors) = (number().unwrap_or(0), number().unwrap_or(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut config = Config::default().without_quotas().with_default_v6_pool();
    config.external_networks.clear();
    let config = config.with_external_network("public", &["198.18.0.0/15", "2001:db8:f::/64"]);
    let options = Options {
        latency: Duration::from_millis(latency),
        processors: (processors > 0).then(|| Processors::new(processors as usize)),
        ..Options::default()
    };
    let mock = Mock::new(Box::new(OpenStack::new(config)), options);
    for (name, value) in mock.environment(&base) {
        println!("{name}={value}");
    }
    println!();
    let commands = mock.clone();
    std::thread::spawn(move || obey(&commands));
    serve(mock, listener).await
}

/// Carries commands out until there are no more.
fn obey(mock: &Mock) {
    let mut before = BTreeSet::new();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = match line.split_once(' ').unwrap_or((&line, "")) {
            ("mark", _) => {
                before = ids(mock);
                before.len()
            }
            ("copy", clusters) => copy(mock, &before, clusters.parse().unwrap_or(0)),
            ("calls", _) => {
                let calls = mock.calls().len();
                mock.clear_calls();
                calls
            }
            (_, _) => 0,
        };
        println!("{answer}");
        let _ = std::io::stdout().flush();
    }
    std::process::exit(0);
}

fn ids(mock: &Mock) -> BTreeSet<String> {
    mock.with(|cloud: &mut OpenStack| cloud.store().all().map(|o| o.id.clone()).collect())
}

/// Copies what is not in `before`, as each of the clusters would have it: what a sweep costs does
/// not depend on who made them. Says how many objects there are then.
fn copy(mock: &Mock, before: &BTreeSet<String>, clusters: usize) -> usize {
    mock.with(|cloud: &mut OpenStack| {
        let all = cloud.store().all();
        let template: Vec<Arc<Object>> = all
            .filter(|object| !before.contains(&object.id))
            .cloned()
            .collect();
        for number in 2..clusters {
            let id = |id: &str| format!("{number:08x}{}", &id[8..]);
            for object in &template {
                let mut text = serde_json::to_string(&object.body).expect("a body is JSON");
                for other in &template {
                    text = text.replace(&other.id, &id(&other.id));
                }
                text = text.replace(&name(1), &name(number));
                text = text.replace(&uid(1), &uid(number));
                let body = serde_json::from_str(&text).expect("names and ids are plain text");
                let store = cloud.store_mut();
                store.insert_as(object.author, &object.kind, &id(&object.id), body);
            }
        }
        cloud.store().all().count()
    })
}

/// The name of a cluster, as the documents of the benchmark have it.
fn name(number: usize) -> String {
    format!("c{number:05}")
}

/// Its uid.
fn uid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}
