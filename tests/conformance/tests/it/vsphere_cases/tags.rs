//! Tags that others use as well, and categories that do not fit.

use conformance::{Lab, Subject, Variant, merged, own, subjects::VsphereSubject};
use groundwork_provider::Action;
use mock_vsphere::{Tagging, Vsphere};
use serde_json::json;

use super::{applied, destroyed, planned, refused, with};

/// A tag of ours that somebody else has put on a machine of his stays, without our label.
#[tokio::test(start_paused = true)]
async fn a_tag_that_others_use_is_left_to_them() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    let tag = own(&lab.mock, "Tag");
    lab.mock.with(|cloud: &mut Vsphere| {
        let machine = cloud.find("/dc-1/vm/a colleague's/printer").unwrap();
        cloud.attach(&tag.id, &machine);
    });
    let other = json!({ "metadata": { "name": "buoy", "uid": "b0b0" } });
    let other = lab.request(&merged(subject.cluster(Variant::DualStack), &other));
    let plan = planned(&lab, &other).await;
    let item = plan
        .items
        .iter()
        .find(|item| item.found.as_ref().is_some_and(|of| of.id == tag.id));
    assert_eq!(
        item.map(|item| item.action),
        Some(Action::Verified),
        "{plan:#?}"
    );
    destroyed(&lab, &request).await;
    let inventory = lab.inventory();
    let left = inventory
        .kind("Tag")
        .find(|left| left.id == tag.id)
        .expect("it stays");
    assert_eq!(left.body["description"], "", "without our label");
    let violations = lab.mock.violations();
    assert!(
        violations.is_empty(),
        "nothing of others is touched: {violations:#?}"
    );
}

/// A category with one tag for each object cannot hold two.
#[tokio::test(start_paused = true)]
async fn a_category_that_takes_one_tag_is_told() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let category = lab.mock.with(|cloud: &mut Vsphere| {
        cloud.make_tagging(
            Tagging::Category,
            json!({
                "name": "one", "description": "", "cardinality": "SINGLE",
                "associable_types": ["VirtualMachine"],
            }),
        )
    });
    let errors = refused(
        &lab,
        &with(&lab, json!({ "tags": { "categoryID": category } })),
    )
    .await;
    let said = format!("{errors:#?}");
    assert!(
        said.contains("cardinality") && said.contains("associable_types"),
        "{said}"
    );
}
