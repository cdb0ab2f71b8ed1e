//! What must not be seen.

use std::sync::Arc;

use groundwork_engine::MemoryJournal;
use mock_cloud::{Effect, Fault, Faults};

use crate::{Lab, Subject, Variant, done};

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
    assert_hidden(subject, &texts);
}

/// No secret and no signed URL is in what a run says of a call that failed, whichever call that is.
pub async fn no_secret_is_seen_in_an_error(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let request = lab.wanted(Variant::DualStack);
    done(lab.process().apply(&request).await, "the clean run");
    let effect = Effect::None;
    for nth in 1..=lab.mock.calls().len() {
        for fault in [
            Fault::Error {
                status: 500,
                effect,
            },
            Fault::Truncate,
        ] {
            let lab = Lab::open(subject);
            lab.mock.set_faults(1, Faults::at_call(nth as u64, fault));
            let mut events = Vec::new();
            let text = match lab.process().apply_telling(&request, &mut events).await {
                Ok(ran) => format!("{:?}", ran.applied.failures),
                Err(trouble) => format!("{trouble} {trouble:?}"),
            };
            assert_hidden(subject, &[text, format!("{events:?}"), json(&events)]);
        }
    }
}

fn assert_hidden(subject: &dyn Subject, texts: &[String]) {
    for secret in subject.secrets() {
        for text in texts {
            assert!(!text.contains(&secret), "a secret is seen: {text}");
        }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}
