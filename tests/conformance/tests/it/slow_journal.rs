//! A journal that takes its time, and has one pen: what is written meanwhile waits for it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use conformance::{Lab, Variant, VirtualClock, subjects::ToySubject};
use groundwork_engine::{Entry, Fence, Finish, Journal, JournalError, MemoryJournal};
use groundwork_model::ClusterKey;
use groundwork_provider::Clock;
use jiff::Timestamp;
use mock_cloud::{Fault, Faults, Match};
use tokio::{sync::Mutex, time::timeout};

/// As a database with one connection, on a slow disk.
struct Slow {
    under: MemoryJournal,
    pen: Mutex<()>,
    clock: VirtualClock,
}

impl Slow {
    fn new() -> Self {
        Self {
            under: MemoryJournal::default(),
            pen: Mutex::default(),
            clock: VirtualClock::start(),
        }
    }

    async fn write(&self) {
        self.clock.sleep(Duration::from_secs(2)).await;
    }
}

#[async_trait]
impl Journal for Slow {
    async fn lease(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Fence, JournalError> {
        let _pen = self.pen.lock().await;
        self.write().await;
        self.under.lease(cluster, holder, now, ttl).await
    }

    async fn release(&self, cluster: &ClusterKey, fence: Fence) -> Result<(), JournalError> {
        let _pen = self.pen.lock().await;
        self.under.release(cluster, fence).await
    }

    async fn append(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let _pen = self.pen.lock().await;
        self.write().await;
        self.under.append(cluster, fence, entries).await
    }

    async fn load(&self, cluster: &ClusterKey) -> Result<Vec<Entry>, JournalError> {
        let _pen = self.pen.lock().await;
        self.under.load(cluster).await
    }

    async fn clusters(&self) -> Result<Vec<ClusterKey>, JournalError> {
        self.under.clusters().await
    }

    async fn compact(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let _pen = self.pen.lock().await;
        self.under.compact(cluster, fence, entries).await
    }
}

/// A claim is journalled in the middle of a call, and the run journals what became of another call:
/// whenever that comes to its end.
#[tokio::test(start_paused = true)]
async fn a_call_that_writes_and_the_run_that_writes_do_not_wait_for_each_other() {
    let subject = ToySubject::default();
    for extra_ms in (0..30_000).step_by(500) {
        let lab = Lab::open(&subject);
        let gateway = Match::of("POST", "/gateways");
        let slow = Faults::once(gateway, Fault::Latency { extra_ms });
        lab.mock.set_faults(1, slow);
        let process = lab.process_over(Arc::new(Slow::new()), "one");
        let request = lab.wanted(Variant::DualStack);
        let ran = timeout(Duration::from_secs(3600), process.apply(&request)).await;
        let ran = ran.unwrap_or_else(|_| panic!("{extra_ms} ms: it comes to no end"));
        let applied = ran.expect("it can be applied").applied;
        assert_eq!(applied.finish, Finish::Done, "{extra_ms} ms: {applied:#?}");
    }
}
