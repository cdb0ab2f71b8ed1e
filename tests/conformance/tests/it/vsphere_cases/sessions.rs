//! Sessions that end, and several at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Variant, subjects::VsphereSubject};
use groundwork_engine::{Finish, MemoryJournal};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use mock_vsphere::Vsphere;
use serde_json::json;

use super::{applied, planned, within};

/// A session that ends is made anew, whether between two calls or by the clock.
#[tokio::test(start_paused = true)]
async fn a_session_that_ends_in_the_middle_ends_no_run() {
    let subject = VsphereSubject::default();
    for has_api in [true, false] {
        let mut subject = subject.clone();
        subject.config.has_api = has_api;
        let lab = Lab::open(&subject);
        let request = lab.wanted(Variant::DualStack);
        let session = lab.process().session(&request).await.unwrap();
        lab.mock.with(|cloud: &mut Vsphere| cloud.end_sessions());
        let planned = session
            .plan(groundwork_engine::Patience::Settle)
            .await
            .unwrap();
        lab.mock.with(|cloud: &mut Vsphere| cloud.end_sessions());
        let ran = session
            .run(&planned, &mut |_| {}, &Default::default())
            .await
            .unwrap();
        assert_eq!(ran.finish, Finish::Done, "{:#?}", ran.failures);
        let logins = lab.mock.calls();
        let logins = logins.iter().filter(|call| call.path == "Login");
        assert_eq!(logins.count(), 3, "one at first, and one for each end");
    }
}

/// A vCenter that restarts before the n-th request, from 1: nobody is logged in any more.
#[derive(Clone)]
struct Restarting {
    under: InProcess,
    nth: usize,
    sent: Arc<AtomicUsize>,
}

impl Connector for Restarting {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Restarting {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        if self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.nth {
            self.under
                .mock
                .with(|cloud: &mut Vsphere| cloud.end_sessions());
        }
        self.under.send(request).await
    }
}

/// Views and pages are of the session that began them: a listing begins again, and a look sees the
/// same whichever of its calls a restart comes before.
#[tokio::test(start_paused = true)]
async fn a_restart_before_any_call_of_a_look_hides_nothing() {
    let mut subject = VsphereSubject::default();
    subject.config.page_max = 10;
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    lab.mock.clear_calls();
    let clean = planned(&lab, &request).await;
    let calls = lab.mock.calls().len();
    for nth in 3..=calls {
        let (under, sent) = (lab.wire.clone(), Arc::default());
        let wire = Arc::new(Restarting { under, nth, sent });
        let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire, 7);
        let seen = process.plan(&request).await;
        let seen = seen.unwrap_or_else(|why| panic!("call {nth} of {calls}: {why:#?}"));
        assert_eq!(seen.plan.items, clean.items, "call {nth}");
        assert_eq!(seen.plan.findings, clean.findings, "call {nth}");
    }
}

/// Each vCenter has a session of its own.
#[tokio::test(start_paused = true)]
async fn two_vcenters_are_looked_at_in_one_run() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let other = json!({ "endpoint": "https://other.example.com" });
    let requests = [
        lab.wanted(Variant::DualStack),
        within(&lab, json!({}), other),
    ];
    let mut seen = 0;
    let mut swept = |swept: groundwork_engine::Swept| seen += usize::from(swept.plan.is_ok());
    lab.process().engine.sweep(&requests, &mut swept).await;
    let calls = lab.mock.calls();
    let logins = calls.iter().filter(|call| call.path == "Login").count();
    assert_eq!((seen, logins), (2, 2));
}
