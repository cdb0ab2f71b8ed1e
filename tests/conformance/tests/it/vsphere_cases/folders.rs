//! Folders, and the attribute that says whose they are.

use conformance::{Lab, Subject, Variant, own, subjects::VsphereSubject};
use groundwork_provider::Action;
use mock_cloud::Cloud as _;
use mock_vsphere::Vsphere;
use serde_json::json;

use super::{applied, planned, with};

/// Nothing is lost when nobody has defined the custom attribute yet.
#[tokio::test(start_paused = true)]
async fn the_custom_attribute_is_defined_by_whoever_needs_it_first() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let fields = lab.inventory();
    let ours = fields
        .kind("CustomField")
        .find(|field| field.name == "groundwork.label");
    let id = ours.expect("the subject has it").id.clone();
    lab.mock
        .with(|cloud: &mut Vsphere| drop(cloud.store_mut().remove("CustomField", &id)));
    let request = lab.wanted(Variant::DualStack);
    applied(&lab, &request).await;
    lab.quiet().await;
    assert!(planned(&lab, &request).await.is_empty());
    assert_eq!(own(&lab.mock, "Folder").name, "lighthouse");
}

/// The folder that the reference system has made is taken over where somebody says so.
#[tokio::test(start_paused = true)]
async fn a_folder_of_the_reference_system_is_adopted() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    subject.namesakes(&lab.mock);
    let mut request = with(
        &lab,
        json!({ "tags": null, "folder": "/dc-1/vm/lighthouse" }),
    );
    let plan = planned(&lab, &request).await;
    assert_eq!(plan.item("folder").unwrap().action, Action::Verified);
    request.options.adopt = true;
    applied(&lab, &request).await;
    lab.quiet().await;
    request.options.adopt = false;
    assert_eq!(
        planned(&lab, &request).await.item("folder").unwrap().action,
        Action::Keep
    );
    assert_eq!(own(&lab.mock, "Folder").name, "lighthouse");
}
