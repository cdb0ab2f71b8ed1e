//! What is logged of a call that fails says where it belongs.
//!
//! A test program of its own: which spans are alive is a matter of the whole process, and other tests end theirs meanwhile.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use conformance::{Lab, Subject, Variant, subjects::OpenStackSubject};
use groundwork_engine::Patience;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Lines, as a log would have them.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn read(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = bytes.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).expect("a line is JSON"))
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_logged_with_cluster_run_node_operation_and_request() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it runs");
    lab.quiet().await;
    let session = process.session(&request).await.expect("it connects");
    let planned = session.teardown(Patience::Settle).await.expect("it looks");
    // What came after the plan: the cloud itself refuses to delete the subnet of IPv4; of IPv6, the driver
    // sees the port before.
    subject.obstruct(&lab.mock);
    let cancel = CancellationToken::new();
    let ran = session.run(&planned, &mut |_| {}, &cancel).await;
    let ran = ran.expect("it ends");
    let said = lines.read();
    let failed = said
        .iter()
        .filter(|line| line["fields"]["message"] == "a call failed")
        .find(|line| line["span"]["node"] == "subnet/ipv4")
        .unwrap_or_else(|| panic!("{said:#?}"));
    let span = &failed["span"];
    assert_eq!(span["cluster"], request.cluster.key().as_str());
    assert_eq!(span["run"], ran.run.as_str());
    assert_eq!(span["operation"], "delete");
    let node = span["node"].as_str().unwrap_or_default();
    assert!(planned.plan.item(node).is_some(), "{failed:#}");
    let request = failed["fields"]["request"].as_str();
    assert!(request.is_some_and(|id| !id.is_empty()), "{failed:#}");
}
