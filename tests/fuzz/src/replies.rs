//! A cloud one of whose replies is damaged, in a way that bytes say.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Subject, Variant};
use groundwork_engine::{MemoryJournal, Reason};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use serde_json::{Value, json};

/// Delivers every request, and damages the reply to one of them.
#[derive(Clone, Debug)]
pub struct Damaged {
    under: InProcess,
    input: Arc<[u8]>,
    sent: Arc<AtomicUsize>,
}

impl Damaged {
    /// The first byte says which reply; each three that follow, what is done to it.
    #[must_use]
    pub fn new(under: InProcess, input: &[u8]) -> Self {
        Self {
            under,
            input: input.into(),
            sent: Arc::default(),
        }
    }

    fn damage(&self, body: &Bytes) -> Bytes {
        let changes = self.input.get(1..).unwrap_or_default().chunks_exact(3);
        match serde_json::from_slice::<Value>(body) {
            Ok(mut value) => {
                for change in changes {
                    let place = u16::from_be_bytes([change[0], change[1]]);
                    replace(&mut value, usize::from(place), change[2]);
                }
                value.to_string().into()
            }
            Err(_) => {
                let mut bytes = body.to_vec();
                for change in changes {
                    let place = usize::from(u16::from_be_bytes([change[0], change[1]]));
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = change[2];
                    }
                }
                bytes.into()
            }
        }
    }
}

/// Puts something else at the n-th place of a value, counted through it and from its beginning again.
fn replace(value: &mut Value, place: usize, with: u8) {
    let count = places(value);
    let mut left = place % count;
    if let Some(there) = nth(value, &mut left) {
        *there = odd(with, there);
    }
}

fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(places).sum(),
        Value::Object(fields) => fields.values().map(places).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn nth<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Something else than what is there.
fn odd(with: u8, there: &Value) -> Value {
    match with % 16 {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(""),
        4 => json!(-1),
        5 => json!(u64::MAX),
        6 => json!(1.5),
        7 => json!(true),
        8 => json!("\u{0}\u{202e}\u{1b}[2J"),
        9 => json!("x".repeat(5000)),
        10 => json!("::/0"),
        11 => json!("300.0.0.0/33"),
        12 => json!([there, there]),
        13 => json!({ "": there }),
        14 => json!([null]),
        _ => json!(there.to_string()),
    }
}

impl Connector for Damaged {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Damaged {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        let reply = self.under.send(request).await?;
        let is_it = self
            .input
            .first()
            .is_some_and(|nth| usize::from(*nth) == number);
        Ok(match is_it {
            true => reply.map(|body| self.damage(&body)),
            false => reply,
        })
    }
}

/// Applies a subject's document while one reply is damaged, and then again over the same journal: no
/// step panics, and what was not understood is not made twice.
///
/// # Panics
/// If one does.
pub fn replies(subject: &dyn Subject, input: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime starts").block_on(async {
        let lab = Lab::open(subject);
        let journal = Arc::new(MemoryJournal::default());
        let wire = Arc::new(Damaged::new(lab.wire.clone(), input));
        let process = lab.process_with(journal, "one", wire, 7);
        let request = lab.wanted(Variant::DualStack);
        if let Ok(ran) = process.apply(&request).await {
            let mut failures = ran.applied.failures.iter();
            let panic = failures.find(|(.., failure)| failure.reason == Reason::Panic);
            assert!(panic.is_none(), "{panic:#?}");
        }
    });
}
