//! A listing that never ends.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab};
use groundwork_engine::MemoryJournal;
use groundwork_transport::{Connector, Failure, Settings, Transport};
use serde_json::json;

use crate::cases::site::{document, subject};

/// Answers one operation with an empty page, and the token of another one.
#[derive(Clone)]
struct Endless {
    under: InProcess,
    pages: Arc<AtomicUsize>,
}

const OPERATION: &str = "DescribeInternetGateways";

impl Connector for Endless {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Endless {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let asked = String::from_utf8_lossy(request.body());
        if !asked.contains(&format!("Action={OPERATION}&")) {
            return self.under.send(request).await;
        }
        let page = self.pages.fetch_add(1, Ordering::SeqCst);
        let body = format!(
            "<{OPERATION}Response><internetGatewaySet/><nextToken>{page}</nextToken>\
             </{OPERATION}Response>"
        );
        Ok(http::Response::new(Bytes::from(body)))
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_given_up_on_by_name() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let pages = Arc::default();
    let endless = Endless {
        under: lab.wire.clone(),
        pages: Arc::clone(&pages),
    };
    let process = lab.process_with(
        Arc::new(MemoryJournal::default()),
        "one",
        Arc::new(endless),
        7,
    );
    let request = lab.request(&document(&subject, &json!({})));
    let Err(trouble) = process.plan(&request).await else {
        panic!("it cannot be told");
    };
    let told = format!("{trouble:#?}");
    assert!(told.contains(OPERATION), "{told}");
    assert!(told.contains("1000 pages"), "{told}");
    assert!(pages.load(Ordering::SeqCst) < 5000);
}
