//! What begins well, and fails in the end.

use groundwork_engine::{Applied, Failure, Finish};

use crate::{Failing, Lab, Subject, Variant, done};

/// What takes time, and fails in the end, is not called done, and why it failed is told as the cloud
/// says it.
pub async fn what_fails_in_the_end_is_not_done(subject: &dyn Subject) {
    let Some(Failing { mock, says }) = subject.failing() else {
        return;
    };
    let lab = Lab::over(subject, mock);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    assert_failed(&ran.expect("what fails began").applied, says);
    lab.quiet().await;
    lab.assert_harmless("a failure in the end");
}

/// The same of what is removed: it is still there.
pub async fn what_is_not_removed_in_the_end_is_not_gone(subject: &dyn Subject) {
    let Some(Failing { mock, says }) = subject.failing_removal() else {
        return;
    };
    let lab = Lab::over(subject, mock);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let ran = process.destroy(&request).await;
    assert_failed(&ran.expect("what fails began").applied, says);
    lab.quiet().await;
    lab.assert_harmless("a removal that fails in the end");
}

fn assert_failed(applied: &Applied, says: &str) {
    let Applied {
        finish, failures, ..
    } = applied;
    assert_ne!(*finish, Finish::Done, "it failed");
    let told = |failure: &Failure| failure.message.contains(says);
    assert!(
        failures.iter().any(|(.., failure)| told(failure)),
        "it is not told that {says:?}: {failures:#?}"
    );
}
