//! What others have inside our network, beside it, and under our names.

use groundwork_engine::{Finish, Patience, Trouble};
use groundwork_provider::{Action, Clock as _};
use mock_cloud::{Inventory, Mock};
use tokio_util::sync::CancellationToken;

use crate::{Existing, Lab, Stranger, Subject, Variant, Violation, done};

/// Whatever somebody else has inside our network, of any kind and in any list: a plan is empty, a
/// repair leaves it, and a destroy names it and removes nothing, unless it goes with its whole.
pub async fn strangers_inside_ours_are_left_alone(subject: &dyn Subject) {
    for stranger in subject.strangers() {
        left_alone(subject, stranger).await;
    }
}

async fn left_alone(subject: &dyn Subject, stranger: Stranger) {
    let case = stranger.what;
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, case);
    lab.quiet().await;
    let id = (stranger.put)(&lab.mock);
    lab.quiet().await;
    assert!(has(&lab.inventory(), &id), "{case}: {id} is not put there");
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{case} is planned: {planned:#?}");
    subject.drift_in_lists(&lab.mock);
    done(process.apply(&request).await, case);
    lab.quiet().await;
    assert!(has(&lab.inventory(), &id), "{case} is gone after a repair");
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{case} after a repair: {planned:#?}");
    lab.assert_harmless(case);
    lab.mock.clear_calls();
    let ran = process.destroy(&request).await;
    if stranger.blocks {
        let Err(Trouble::Unfit(findings)) = ran else {
            panic!(
                "{case}: a destroy was not refused: {ran:#?}",
                ran = ran.map(|ran| ran.applied)
            );
        };
        let named = findings.iter().any(|finding| finding.message.contains(&id));
        assert!(named, "{case}: {id} is not named: {findings:#?}");
        assert_eq!(lab.mock.mutating_calls(), [], "{case}");
        assert!(has(&lab.inventory(), &id), "{case} is gone after a destroy");
    } else {
        done(ran, case);
        lab.quiet().await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{case}");
    }
}

/// Whether an object of that id is there, or any body that has it inside.
pub(super) fn has(inventory: &Inventory, id: &str) -> bool {
    inventory.to_json().to_string().contains(id)
}

/// Somebody hangs something on ours between the look and the delete, of any kind that can be in the
/// way: it is not deleted with ours, and the run waits a while for it to go.
pub async fn what_comes_between_look_and_delete_stays(subject: &dyn Subject) {
    stays(subject, "what is in the way", &|mock| {
        subject.obstruct(mock)
    })
    .await;
    let strangers = subject.strangers().into_iter();
    for stranger in strangers.filter(|stranger| stranger.blocks) {
        stays(subject, stranger.what, &stranger.put).await;
    }
    if let Some(replace) = subject.replace() {
        stays(subject, "what has the name of ours by now", &replace).await;
    }
}

async fn stays(subject: &dyn Subject, case: &str, put: &dyn Fn(&Mock) -> String) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let session = process.session(&request).await.expect("it connects");
    let planned = session.teardown(Patience::Settle).await.expect("it looks");
    let findings = &planned.plan.findings;
    assert!(!planned.plan.is_blocked(), "{case}: {findings:#?}");
    let id = put(&lab.mock);
    let began = lab.clock.now();
    let ran = session
        .run(&planned, &mut |_| {}, &CancellationToken::new())
        .await;
    let waited = lab.clock.now().duration_since(began);
    lab.quiet().await;
    let is_there = has(&lab.inventory(), &id);
    assert!(is_there, "{case}: {id} was deleted with ours");
    lab.assert_harmless(case);
    match ran {
        Ok(applied) => {
            assert_ne!(applied.finish, Finish::Done, "{case}: something is left");
            // It may go by itself, as a machine does that is being deleted.
            assert!(
                waited.as_secs() >= 60,
                "{case}: it is given up after {waited:#}"
            );
        }
        Err(Trouble::Unfit(_) | Trouble::Stale(_)) => {}
        Err(trouble) => panic!("{case}: {trouble:#?}"),
    }
}

/// Somebody else's objects have the names that ours would have: either that is said before anything
/// is sent, or it does not matter. They are not touched.
pub async fn taken_names_are_told_at_once(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    subject.namesakes(&lab.mock);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    if let Ok(planned) = process.plan(&request).await {
        for item in &planned.plan.items {
            let is_ours = item.action.is_mutating() || item.action == Action::Keep;
            let found = item.found.as_ref().filter(|_| is_ours);
            assert!(found.is_none(), "a name proves nothing: {item:#?}");
        }
    }
    lab.mock.clear_calls();
    match process.apply(&request).await {
        Err(Trouble::Unfit(findings)) => {
            assert!(findings.iter().any(groundwork_model::Finding::is_error));
            assert_eq!(
                lab.mock.mutating_calls(),
                [],
                "refused before anything is sent"
            );
        }
        ran => {
            done(ran, "an apply beside namesakes");
            lab.quiet().await;
            done(process.destroy(&request).await, "destroy");
            lab.quiet().await;
        }
    }
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A network that a document names is compared with what the document says, never with a default of
/// ours; nothing of it is changed, and nothing of it goes.
pub async fn a_named_network_is_not_compared_with_our_defaults(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let Existing { document, ids } = subject.existing(&lab.mock);
    let (before, process) = (lab.inventory(), lab.process());
    let request = lab.request(&document);
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(!planned.is_blocked(), "it is fit: {planned:#?}");
    for id in &ids {
        let mut items = planned.items.iter();
        let item = items.find(|item| item.found.as_ref().is_some_and(|found| found.id == *id));
        let item = item.unwrap_or_else(|| panic!("{id} is not in {planned:#?}"));
        assert_eq!(item.action, Action::Verified, "{item:#?}");
    }
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
    done(process.destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// Each way in which a named network is unfit is said before anything is sent.
pub async fn each_violation_of_a_named_network_is_told(subject: &dyn Subject) {
    for Violation { what, make, names } in subject.violations() {
        let lab = Lab::open(subject);
        let existing = subject.existing(&lab.mock);
        make(&lab.mock, &existing);
        lab.mock.clear_calls();
        let request = lab.request(&existing.document);
        let findings = match lab.process().apply(&request).await {
            Err(Trouble::Unfit(findings)) => findings,
            Err(trouble) => panic!("{what}: {trouble:#?}"),
            Ok(ran) => panic!("{what} was not refused: {:#?}", ran.planned.plan),
        };
        let named = findings
            .iter()
            .any(|finding| finding.is_error() && finding.to_string().contains(names));
        assert!(named, "{what}: {names} is not named: {findings:#?}");
        assert_eq!(lab.mock.mutating_calls(), [], "{what}");
    }
}
