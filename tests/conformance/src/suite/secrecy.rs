//! What must not be seen.

use std::sync::Arc;

use groundwork_engine::MemoryJournal;

use super::done;
use crate::{Lab, Subject, Variant};

/// No secret and no signed URL is in a graph, a state, an event, an error or a plan.
pub async fn no_secret_is_seen(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let process = lab.process_over(Arc::new(MemoryJournal::default()), "one");
    let request = lab.wanted(Variant::DualStack);
    let ran = done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks");
    let gone = done(process.destroy(&request).await, "destroy");
    let texts = [
        format!("{:?} {:?}", ran.events, gone.events),
        json(&ran.events),
        json(&gone.events),
        json(&planned.plan),
        json(&planned.graph),
        json(&planned.states),
        json(&ran.applied.network),
        format!("{request:?}"),
    ];
    for secret in subject.secrets() {
        for text in &texts {
            assert!(!text.contains(&secret), "a secret is seen: {text}");
        }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}
