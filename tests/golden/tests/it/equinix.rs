//! What a user reads on a cloud that has ended, and on an installation that speaks its API.

use golden::{EQUINIX, EQUINIX_SEED, FILES, Transcript, example, files};
use insta::assert_snapshot;
use mock_cloud::Hand as _;
use mock_equinix::{Config, Equinix};
use serde_json::json;

/// An installation in which the project has a server and two VLANs.
pub(crate) fn transcript(name: &str) -> Transcript {
    let transcript = Transcript::equinix(
        Config::default(),
        files(example(&EQUINIX, name), EQUINIX_SEED),
    );
    transcript.mock.with(|cloud: &mut Equinix| {
        let project = cloud.config.project.id.clone();
        let device = json!({
            "metro": "da", "plan": "c3.small.x86", "operating_system": "ubuntu_24_04",
        });
        cloud.make(&project, "devices", device);
        for number in [1000, 1001] {
            let vlan = json!({ "metro": "da", "vxlan": number, "description": "nodes" });
            cloud.make(&project, "virtual-networks", vlan);
        }
    });
    transcript
}

#[tokio::test(start_paused = true)]
async fn the_service_has_ended() {
    let mut transcript = transcript("service");
    for verb in ["preflight", "apply --yes", "destroy --yes"] {
        transcript.run(&format!("{verb} {FILES}")).await;
    }
    transcript.run("capabilities packet").await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn an_installation_is_verified() {
    let mut transcript = transcript("cluster");
    for verb in [
        "preflight",
        "plan",
        "apply --yes",
        "verify",
        "drift",
        "output",
        "inventory",
        "destroy --yes",
    ] {
        transcript.run(&format!("{verb} {FILES}")).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_told_at_once() {
    let mut transcript = transcript("vlans");
    transcript
        .note("The block that the document names does not exist.")
        .run(&format!("preflight {FILES}"))
        .await;
    transcript.mock.with(|cloud: &mut Equinix| {
        let project = cloud.config.project.id.clone();
        let block = cloud.ipv6_block(&project, "da").expect("there is a server");
        let mut body = cloud.body("ips", &block).expect("it is there");
        let named = "44444444-4444-4444-8444-444444444444";
        body.insert("id".to_owned(), json!(named));
        body.insert("type".to_owned(), json!("public_ipv4"));
        body.insert("state".to_owned(), json!("pending"));
        let other = cloud.named("virtual-networks", "nodes").remove(0);
        cloud.vanish("virtual-networks", &other);
        mock_cloud::Cloud::store_mut(cloud).insert("ips", named, body);
    });
    transcript
        .note("It does, is of the wrong type and not approved, and a VLAN is gone.")
        .run(&format!("preflight {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}
