//! Names of any kind.

use conformance::{Lab, Variant, own, subjects::VsphereSubject};
use mock_vsphere::{Kind, Vsphere};
use serde_json::json;

use super::{applied, destroyed, planned, refused, told, with};

#[tokio::test(start_paused = true)]
async fn names_may_hold_any_character() {
    let subject = VsphereSubject::default();
    for (path, name) in [
        ("a%2fb", "a%2fb"),
        ("/dc-1/vm/100%25", "100%25"),
        ("a%252fb", "a%252fb"),
        ("two words", "two words"),
        ("straße 日本", "straße 日本"),
        ("a colleague's/mine", "mine"),
    ] {
        let lab = Lab::open(&subject);
        let before = lab.inventory();
        let request = with(&lab, json!({ "folder": path }));
        applied(&lab, &request).await;
        lab.quiet().await;
        assert_eq!(own(&lab.mock, "Folder").name, name);
        assert!(planned(&lab, &request).await.is_empty(), "{path}");
        destroyed(&lab, &request).await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0], "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_ambiguous_name_is_an_error_with_the_paths() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let room = cloud.find("/dc-1/network").unwrap();
        let folder = json!({ "name": "dmz", "childType": ["Folder", "Network"] });
        let folder = cloud.make(Kind::Folder, &room, folder);
        cloud.make(Kind::Network, &folder, json!({ "name": "nodes" }));
    });
    let errors = refused(&lab, &lab.wanted(Variant::DualStack)).await;
    let several = told(&errors, "VSPHERE-SEVERAL");
    assert!(
        several[0].contains("/dc-1/network/dmz/nodes, /dc-1/network/nodes"),
        "{errors:#?}"
    );
    let path = json!({ "networks": ["/dc-1/network/nodes"] });
    assert!(!planned(&lab, &with(&lab, path)).await.is_blocked());
}
