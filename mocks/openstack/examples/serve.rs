//! Serves the mock on a port: `cargo run -p mock-openstack --example serve -- 9999`.

use mock_cloud::{Mock, Options, serve};
use mock_openstack::{Config, OpenStack};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mock = Mock::new(
        Box::new(OpenStack::new(Config::default())),
        Options::default(),
    );
    for (name, value) in mock.environment(&base) {
        println!("export {name}={value}");
    }
    serve(mock, listener).await
}
