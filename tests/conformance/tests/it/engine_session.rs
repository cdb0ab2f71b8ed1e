//! What a caller of the engine may do between looking and running, and what comes between them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use conformance::{
    Death, Dying, Lab, Process, Subject, Variant, merged,
    subjects::{OpenStackSubject, ToySubject},
};
use groundwork_engine::{
    Applied, Engine, Failure, Finish, Journal, JournalError, MemoryJournal, Parts, Patience,
    Planned, Reason, Request, Session, Trouble, codes,
};
use groundwork_model::InstallationId;
use groundwork_provider::{Clock, Environment, States};
use mock_cloud::{Fault, Faults, Match};
use serde_json::json;
use tokio_util::sync::CancellationToken;

async fn run(session: &Session, planned: &Planned) -> Result<Applied, Trouble> {
    let cancel = CancellationToken::new();
    session.run(planned, &mut |_| {}, &cancel).await
}

async fn applied(lab: &Lab<'_>, process: &Process, request: &Request) {
    let ran = process.apply(request).await.expect("it can be applied");
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    lab.quiet().await;
}

fn codes_of(trouble: Option<Trouble>) -> Vec<String> {
    match trouble {
        Some(Trouble::Unfit(findings)) => findings.iter().map(|f| f.code.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

fn ids(states: &States) -> BTreeSet<String> {
    states.iter().map(|(_, known)| known.id.clone()).collect()
}

/// A process over the same cloud and another process's journal, with parts of its own.
fn variation(lab: &Lab<'_>, change: impl FnOnce(&mut Parts)) -> Process {
    let process = lab.process();
    let parts = process.engine.parts();
    let mut parts = Parts {
        registry: parts.registry.clone(),
        journal: parts.journal.clone(),
        world: parts.world.clone(),
        connector: parts.connector.clone(),
        environment: parts.environment.clone(),
        installation: parts.installation.clone(),
        limits: parts.limits.clone(),
        holder: parts.holder.clone(),
    };
    change(&mut parts);
    Process {
        engine: Engine::new(parts),
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_did_not_wait_is_not_run_over_an_open_create() {
    let subject = ToySubject::default();
    for after_ms in [3_000, 30_000] {
        let lab = Lab::open(&subject);
        let request = lab.wanted(Variant::DualStack);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let late = Faults::at_mutating_call(1, Fault::LateEffect { after_ms });
        lab.mock.set_faults(1, late);
        // The run's start, the first intents, and then nothing is written any more.
        let dying = Arc::new(Dying::new(journal.clone(), Death::Before(3)));
        let _ = lab.process_over(dying, "one").apply(&request).await;
        lab.mock.set_faults(1, Faults::none());
        let next = lab.process_over(journal, "one");
        let session = next.session(&request).await.expect("it connects");
        let planned = session
            .plan(Patience::Now)
            .await
            .expect("it can be planned");
        let _ = run(&session, &planned).await;
        assert!(
            lab.inventory().kind("networks").count() <= 2,
            "{after_ms} ms: ours and somebody's"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_made_during_anothers_run_is_stale_when_that_has_ended() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let one = lab.process_over(journal.clone(), "one");
    let two = lab.process_over(journal, "two");
    let session = two.session(&request).await.expect("it connects");
    let meanwhile = async {
        // The other's run has begun, and nothing is there yet.
        while session
            .recall()
            .await
            .expect("it is read")
            .intents
            .is_empty()
        {
            lab.clock.sleep(Duration::from_millis(1)).await;
        }
        session.plan(Patience::Now).await
    };
    let (first, planned) = futures::join!(one.apply(&request), meanwhile);
    assert_eq!(first.expect("it runs").applied.finish, Finish::Done);
    let planned = planned.expect("it can be planned");
    assert!(planned.plan.mutating().next().is_some());
    lab.mock.clear_calls();
    let stale = run(&session, &planned).await.err();
    assert!(matches!(stale, Some(Trouble::Stale(_))), "{stale:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn what_gets_in_the_way_while_a_person_thinks_stops_a_destroy() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&lab, &process, &request).await;
    let session = process.session(&request).await.expect("it connects");
    let planned = session.teardown(Patience::Settle).await.expect("it looks");
    lab.clock.sleep(Duration::from_secs(300)).await;
    let id = subject.obstruct(&lab.mock);
    lab.mock.clear_calls();
    let refused = codes_of(run(&session, &planned).await.err());
    assert!(
        refused.contains(&codes::IN_THE_WAY.id.to_owned()),
        "{refused:?}, {id}"
    );
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn clusters_of_one_name_in_two_installations_do_not_touch_each_other() {
    let subject = ToySubject::default();
    for nth in 1..=4 {
        let lab = Lab::open(&subject);
        let request = lab.wanted(Variant::DualStack);
        let one = lab.process();
        applied(&lab, &one, &request).await;
        let other = |parts: &mut Parts| {
            parts.installation = InstallationId::new("other").expect("it is a name");
            parts.journal = Arc::new(MemoryJournal::default());
        };
        let two = variation(&lab, other);
        let late = Fault::LateEffect { after_ms: 20_000 };
        lab.mock.set_faults(1, Faults::at_mutating_call(nth, late));
        let theirs = ids(&one.plan(&request).await.expect("it looks").states);
        let ran = two.apply(&request).await.expect("it runs");
        let ours = ids(&ran.applied.states);
        assert!(
            ours.is_disjoint(&theirs),
            "call {nth}: {ours:?}, {theirs:?}"
        );
        lab.mock.set_faults(1, Faults::none());
        lab.quiet().await;
        applied(&lab, &two, &request).await;
        for process in [&one, &two] {
            let plan = process.plan(&request).await.expect("it looks").plan;
            assert!(plan.is_empty(), "call {nth}: {plan:#?}");
        }
        assert_eq!(lab.inventory().kind("networks").count(), 3, "call {nth}");
        two.destroy(&request).await.expect("it can be destroyed");
        lab.quiet().await;
        let plan = one.plan(&request).await.expect("it looks").plan;
        assert!(plan.is_empty(), "call {nth}: {plan:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_process_works_on_a_cluster_once_at_a_time() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let (first, second) = futures::join!(process.apply(&request), process.apply(&request));
    let leased = |trouble: Option<Trouble>| {
        matches!(trouble, Some(Trouble::Journal(JournalError::Leased { .. })))
    };
    assert!(first.is_ok() && leased(second.err()));
    lab.quiet().await;
    assert!(
        process
            .plan(&request)
            .await
            .expect("it looks")
            .plan
            .is_empty()
    );
    process
        .destroy(&request)
        .await
        .expect("the turn was given back");
}

#[tokio::test(start_paused = true)]
async fn a_paused_cluster_is_not_destroyed() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&lab, &process, &request).await;
    let paused = merged(
        subject.cluster(Variant::DualStack),
        &json!({ "spec": { "pause": true } }),
    );
    lab.mock.clear_calls();
    let refused = codes_of(process.destroy(&lab.request(&paused)).await.err());
    assert_eq!(refused, [codes::PAUSED.id]);
    assert_eq!(lab.mock.mutating_calls(), []);
}

/// Two clusters of one name in one journal: their keys are uids.
#[tokio::test(start_paused = true)]
async fn a_name_that_two_clusters_have_destroys_neither() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let other = merged(
        subject.cluster(Variant::DualStack),
        &json!({ "metadata": { "uid": "decaf" }, "spec": { "cloud": { "toy": { "range": "10.8.0.0/16" } } } }),
    );
    let requests = [lab.wanted(Variant::DualStack), lab.request(&other)];
    for request in &requests {
        applied(&lab, &process, request).await;
    }
    let name = requests[0].cluster.metadata.name.clone();
    lab.mock.clear_calls();
    let process = lab.process_without_document(&process);
    let refused = codes_of(process.destroy_without_document(&name).await.err());
    assert_eq!(refused, [codes::SEVERAL.id]);
    assert_eq!(lab.mock.mutating_calls(), []);
    process
        .destroy_without_document("decaf")
        .await
        .expect("by its key");
    lab.quiet().await;
    process
        .destroy_without_document(&name)
        .await
        .expect("only one is left");
}

/// How many calls a sweep makes while one kind of call is refused each time.
async fn calls_of_a_sweep(method: &'static str, path: &'static str, clusters: usize) -> usize {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let mut faults = Faults::none().and(Match::of(method, path), Fault::Refuse, None);
    faults.consecutive_max = u32::MAX;
    lab.mock.set_faults(1, faults);
    let requests = vec![lab.wanted(Variant::DualStack); clusters];
    let mut troubles = 0;
    let mut swept = |swept: groundwork_engine::Swept| troubles += usize::from(swept.plan.is_err());
    lab.process().engine.sweep(&requests, &mut swept).await;
    assert_eq!(troubles, clusters, "it is said for each");
    lab.mock.calls().len()
}

#[tokio::test(start_paused = true)]
async fn a_sweep_asks_a_cloud_that_does_not_answer_once_and_not_for_each_cluster() {
    for (method, path) in [("POST", "/auth/tokens"), ("GET", "/v2.0/networks")] {
        let one = calls_of_a_sweep(method, path, 1).await;
        assert_eq!(one, calls_of_a_sweep(method, path, 20).await, "{path}");
    }
}

/// What came after the plan, so that only the cloud's refusal shows it.
#[tokio::test(start_paused = true)]
async fn a_delete_that_waited_in_vain_names_what_is_in_the_way() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&lab, &process, &request).await;
    let session = process.session(&request).await.expect("it connects");
    let planned = session.teardown(Patience::Settle).await.expect("it looks");
    let id = subject.obstruct(&lab.mock);
    let ended = run(&session, &planned).await.expect("it ends");
    let in_use = |failure: &&Failure| failure.reason == Reason::InUse;
    let mut failures = ended.failures.iter().map(|(_, _, failure)| failure);
    let failure = failures.find(in_use).expect("something is in use");
    let remedy = failure.remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains(&id), "{failure:?}");
}

/// The journal knows where; the environment only who.
#[tokio::test(start_paused = true)]
async fn a_destroy_without_a_document_asks_where_the_journal_says() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&lab, &process, &request).await;
    let places = [
        "OS_AUTH_URL",
        "OS_REGION_NAME",
        "OS_PROJECT_ID",
        "OS_PROJECT_NAME",
    ];
    let who = lab.mock.environment(subject.endpoint()).into_iter();
    let who: Vec<_> = who
        .filter(|(name, _)| !places.contains(&name.as_str()))
        .collect();
    let without = variation(&lab, |parts| {
        parts.journal = process.engine.parts().journal.clone();
        parts.environment = Environment::new(who);
    });
    let name = &request.cluster.metadata.name;
    let ran = without.destroy_without_document(name).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Done);
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// One call may last longer than a lease: somebody has to renew it meanwhile.
#[tokio::test(start_paused = true)]
async fn a_lease_is_kept_while_a_single_call_lasts_longer_than_it() {
    let subject = ToySubject::default();
    let lab = Lab::open(&subject);
    let process = variation(&lab, |parts| {
        parts.limits.call_timeout = Duration::from_secs(600);
    });
    let slow = Fault::Latency { extra_ms: 300_000 };
    lab.mock.set_faults(1, Faults::at_mutating_call(1, slow));
    let (parts, request) = (process.engine.parts(), lab.wanted(Variant::DualStack));
    let (key, ttl) = (request.cluster.key(), parts.limits.lease);
    let another = async {
        for nth in 0..8 {
            lab.clock.sleep(Duration::from_secs(35)).await;
            let lease = parts.journal.lease(&key, "two", lab.clock.now(), ttl).await;
            let leased = matches!(lease, Err(JournalError::Leased { .. }));
            assert!(leased, "try {nth}: {lease:?}");
        }
    };
    let (ran, ()) = futures::join!(process.apply(&request), another);
    assert_eq!(ran.expect("it runs").applied.finish, Finish::Done);
}
