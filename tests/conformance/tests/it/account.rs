//! Plan and journal record the account; a mismatch is refused before the first mutating call.

use conformance::{Lab, Subject, Variant, merged, subjects::OpenStackSubject};
use groundwork_engine::{Finish, Trouble};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_cluster_is_not_applied_to_another_account() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = subject.cluster(Variant::DualStack);
    let ran = process
        .apply(&lab.request(&document))
        .await
        .expect("it is made");
    assert_eq!(ran.applied.finish, Finish::Done);
    let before = lab.inventory();

    let elsewhere = json!({ "spec": { "cloud": { "openstack": {
        "username": "other", "project": "other",
    } } } });
    let elsewhere = lab.request(&merged(document, &elsewhere));
    for result in [
        process.apply(&elsewhere).await,
        process.destroy(&elsewhere).await,
    ] {
        let Err(Trouble::Unfit(findings)) = result else {
            panic!("it was not refused")
        };
        assert!(
            findings
                .iter()
                .any(|finding| finding.code == "ENGINE-ACCOUNT"),
            "{findings:#?}"
        );
    }
    assert_eq!(lab.inventory(), before, "nothing was touched");
}
