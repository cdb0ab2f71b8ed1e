//! The same outcomes on a real connection.

use crate::shelf::shelf;
use mock_cloud::{Fault, Faults, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Everything that one request to the mock brings until the connection is closed.
async fn exchange(faults: Faults) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(shelf(1, faults), listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = r#"{"name":"cup"}"#;
    let length = body.len();
    let request = format!(
        "POST /things HTTP/1.1\r\nhost: shelf\r\nconnection: close\r\ncontent-length: {length}\r\n\
         \r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    // A connection that breaks off may end in an error; what came before counts.
    let _ = stream.read_to_end(&mut reply).await;
    server.abort();
    String::from_utf8(reply).unwrap()
}

#[tokio::test]
async fn a_whole_reply() {
    let reply = exchange(Faults::none()).await;
    assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    let (_, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(serde_json::from_str::<Value>(body).unwrap()["id"].is_string());
}

#[tokio::test]
async fn lost_and_refused_replies_are_nothing_at_all() {
    for fault in [
        Fault::LostReply,
        Fault::Refuse,
        Fault::LateEffect { after_ms: 1 },
    ] {
        assert_eq!(exchange(Faults::at_call(1, fault)).await, "", "{fault:?}");
    }
}

#[tokio::test]
async fn a_truncated_reply_promises_more_than_it_brings() {
    let reply = exchange(Faults::at_call(1, Fault::Truncate)).await;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let promised: usize = promised.parse().unwrap();
    assert_eq!(body.len(), promised / 2);
}
