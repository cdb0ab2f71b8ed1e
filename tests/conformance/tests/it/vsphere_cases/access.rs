//! Users who may not do everything.

use std::sync::{Arc, Mutex};

use conformance::{InProcess, Lab, Variant, subjects::VsphereSubject};
use groundwork_engine::{MemoryJournal, Trouble};
use groundwork_transport::{Connector, Failure, Fingerprint, Settings, Transport};
use mock_vsphere::{User, Vsphere};
use serde_json::json;

use super::{planned, refused, told, with};

/// A user who may only read is told which privileges are missing, on what, before anything is sent.
#[tokio::test(start_paused = true)]
async fn missing_privileges_are_named_with_their_objects() {
    let mut subject = VsphereSubject::default();
    let user = User {
        name: "reader@vsphere.local".to_owned(),
        password: "a-password-that-reads".to_owned(),
    };
    subject.config.users.push(user);
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let root = cloud.find("/dc-1").unwrap();
        cloud.permit("reader@vsphere.local", &root, &["System.Read"], true);
    });
    let section = json!({
        "username": "reader@vsphere.local", "password": "a-password-that-reads", "tags": null,
    });
    let errors = refused(&lab, &with(&lab, section)).await;
    let lacking = told(&errors, "VSPHERE-PRIVILEGE").join("\n");
    for privilege in [
        "Folder.Create on Folder group-v",
        "Folder.Rename",
        "Global.SetCustomField",
    ] {
        assert!(lacking.contains(privilege), "{privilege}: {errors:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_told_with_what_to_do() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    match lab
        .process()
        .plan(&with(&lab, json!({ "password": "hunter2" })))
        .await
    {
        Err(Trouble::Cloud(error)) => {
            assert!(
                error
                    .remedy
                    .as_deref()
                    .is_some_and(|text| text.contains("password"))
            );
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        ran => panic!("{:?}", ran.map(|planned| planned.plan)),
    }
}

/// Who may attach tags, and not to this folder, is told so before anything is made; an older vCenter
/// does not know that privilege, and is not asked.
#[tokio::test(start_paused = true)]
async fn a_folder_that_may_not_be_tagged_is_told_before_it_is_made() {
    const ALL_BUT_ONE: [&str; 9] = [
        "Folder.Create",
        "Folder.Rename",
        "Folder.Delete",
        "Global.SetCustomField",
        "InventoryService.Tagging.AttachTag",
        "InventoryService.Tagging.CreateTag",
        "Datastore.AllocateSpace",
        "Network.Assign",
        "Resource.AssignVMToPool",
    ];
    for (version, is_asked) in [("9.1.0", true), ("7.0.3", true), ("6.7.3", false)] {
        let mut subject = VsphereSubject::default();
        subject.config.version = version.to_owned();
        let user = User {
            name: "maker@vsphere.local".to_owned(),
            password: "a-password-that-makes".to_owned(),
        };
        subject.config.users.push(user);
        let lab = Lab::open(&subject);
        lab.mock.with(|cloud: &mut Vsphere| {
            let root = cloud.find("/").unwrap();
            cloud.permit("maker@vsphere.local", &root, &ALL_BUT_ONE, true);
        });
        let section = json!({
            "username": "maker@vsphere.local", "password": "a-password-that-makes",
        });
        let plan = planned(&lab, &with(&lab, section)).await;
        let lacking = told(&plan.findings, "VSPHERE-PRIVILEGE");
        match is_asked {
            true => assert!(
                lacking.len() == 1
                    && lacking[0].contains("ObjectAttachable on Folder group-v")
                    && lacking[0].ends_with("tags are attached to folder"),
                "{version}: {lacking:#?}"
            ),
            false => assert_eq!(lacking, [""; 0], "{version}"),
        }
    }
}

/// Notes how connections are to be made.
struct Noting {
    under: InProcess,
    seen: Mutex<Vec<Option<Fingerprint>>>,
}

impl Connector for Noting {
    fn connect(&self, settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        self.seen
            .lock()
            .expect("nobody panics while noting")
            .push(settings.pinned);
        self.under.connect(settings)
    }
}

/// Tags are behind the same certificate as everything else.
#[tokio::test(start_paused = true)]
async fn each_connection_has_the_pinned_certificate_of_its_cluster() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let pin = Fingerprint::of(b"a certificate");
    let requests = [
        lab.wanted(Variant::DualStack),
        with(&lab, json!({ "thumbprint": pin.to_string() })),
    ];
    let (under, seen) = (lab.wire.clone(), Mutex::default());
    let wire = Arc::new(Noting { under, seen });
    let process = lab.process_with(Arc::new(MemoryJournal::default()), "one", wire.clone(), 7);
    process.engine.sweep(&requests, &mut |_| {}).await;
    let mut seen = wire.seen.lock().unwrap().clone();
    seen.sort_by_key(Option::is_some);
    assert_eq!(seen, [None, None, Some(pin), Some(pin)]);
}
