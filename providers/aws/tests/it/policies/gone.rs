//! IAM sees no tags of what is gone, and so allows nothing with it under our policies.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use conformance::InProcess;
use groundwork_aws::Policy;
use groundwork_transport::{Connector, Failure, Settings, Transport};
use http::{Request, Response};

use crate::policies::cases::DESTROY;

/// A way to the cloud on which each removal comes twice: the first reply was lost, or another hand
/// was there between the look and the call.
#[derive(Clone)]
struct Twice(InProcess);

impl Connector for Twice {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Twice {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let way = self.0.connect(&Settings::default())?;
        if removes(&request) {
            way.send(request.clone()).await?;
        }
        way.send(request).await
    }
}

fn removes(request: &Request<Bytes>) -> bool {
    let body = String::from_utf8_lossy(request.body());
    let action = body.split('&').find_map(|one| one.strip_prefix("Action="));
    let verbs = ["Delete", "Detach", "Disassociate", "Release"];
    let asks = body.contains("DryRun=true");
    action.is_some_and(|action| verbs.iter().any(|verb| action.starts_with(verb)) && !asks)
}

#[tokio::test(start_paused = true)]
async fn a_destroy_passes_over_what_is_gone() {
    for case in DESTROY {
        let policy = [Policy::Destroy.document()];
        let told = case.run_over(&policy, |wire| Arc::new(Twice(wire))).await;
        assert!(told.done, "{}: {told:#?}", case.name);
    }
}
