//! What others have made, and twins of our own.

use groundwork_engine::Trouble;
use groundwork_provider::Action;

use crate::{Lab, Subject, Twins, Variant, done};

/// Something foreign hangs on ours: it is named, and nothing at all is removed.
pub async fn what_is_in_the_way_stops_a_destroy(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let id = subject.obstruct(&lab.mock);
    let before = lab.inventory();
    lab.mock.clear_calls();
    match process.destroy(&request).await {
        Err(Trouble::Unfit(findings)) => {
            assert!(
                findings.iter().any(|finding| finding.message.contains(&id)),
                "{findings:#?}"
            );
        }
        Err(trouble) => panic!("{trouble:#?}"),
        Ok(ran) => panic!("it was not refused: {:#?}", ran.applied),
    }
    assert_eq!(lab.mock.mutating_calls(), []);
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A twin that nothing uses goes; the one that is in use stays, whoever looks.
pub async fn a_twin_that_nothing_uses_is_discarded(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let before = lab.inventory();
    let Twins {
        address,
        ids: [first, second],
    } = subject.twin(&lab.mock, false);
    for process in [&process, &lab.process()] {
        let planned = process.plan(&request).await.expect("it looks");
        let keeps = planned.plan.item(address).expect("the node is in the plan");
        assert_eq!(keeps.found.as_ref().map(|found| &found.id), Some(&first));
        let goes: Vec<_> = planned.plan.mutating().collect();
        assert_eq!(goes.len(), 1, "{goes:#?}");
        assert_eq!(goes[0].action, Action::Discard);
        assert_eq!(goes[0].found.as_ref().map(|found| &found.id), Some(&second));
    }
    done(process.apply(&request).await, "discard");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// Two twins that are both in use: named with both ids, and nothing is touched.
pub async fn two_used_twins_are_ambiguous(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let Twins { address, ids } = subject.twin(&lab.mock, true);
    lab.mock.clear_calls();
    let planned = process.plan(&request).await.expect("it looks");
    let item = planned.plan.item(address).expect("the node is in the plan");
    assert_eq!(item.action, Action::Ambiguous, "{item:#?}");
    for id in &ids {
        let named = planned
            .plan
            .findings
            .iter()
            .any(|finding| finding.message.contains(id));
        assert!(named, "{id} is not named: {:#?}", planned.plan.findings);
    }
    let refused = process.apply(&request).await.err();
    assert!(matches!(refused, Some(Trouble::Unfit(_))), "{refused:?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}
