//! The machines of a subscription with their addresses, as a cluster that runs is compared with them.

use conformance::{Lab, Subject, subjects::AzureSubject};
use mock_azure::Azure as AzureCloud;
use mock_cloud::Mock;
use serde_json::{Value, json};

use crate::site::make;

/// An interface with an address of each family in a subnet, and a public one.
fn interface(mock: &Mock, names: &str, subnet: &str, public: Option<&str>) -> String {
    let mut first = json!({ "subnet": { "id": subnet }, "primary": true });
    if let Some(id) = public {
        first["publicIPAddress"] = json!({ "id": id });
    }
    let second = json!({ "subnet": { "id": subnet }, "privateIPAddressVersion": "IPv6" });
    let parts: Value =
        json!([{ "name": "v4", "properties": first }, { "name": "v6", "properties": second }]);
    make(
        mock,
        "networkInterfaces",
        names,
        json!({ "properties": { "ipConfigurations": parts } }),
    )
}

/// Two machines of one name in two resource groups, and an interface that is no machine's.
fn furnish(mock: &Mock, subnet: &str) {
    let subscription = subnet.split("/resourceGroups/").next().unwrap_or_default();
    for group in ["ours", "theirs"] {
        make(mock, "resourceGroups", group, json!({}));
    }
    let address = json!({
        "sku": { "name": "Standard" },
        "properties": { "publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4" },
    });
    let public = make(mock, "publicIPAddresses", "theirs/p", address);
    let first = interface(mock, "ours/i", subnet, Some(&public));
    let second = interface(mock, "theirs/j", subnet, None);
    interface(mock, "theirs/loose", subnet, None);
    let of = |group: &str| {
        format!(
            "{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/Node"
        )
    };
    mock.with(|cloud: &mut AzureCloud| {
        cloud.run(&of("OURS"), &[first]);
        cloud.run(&of("theirs"), &[second]);
    });
}

/// Whatever resource group they are in: a listing of interfaces, and one of public addresses, each in pages.
#[tokio::test(start_paused = true)]
async fn machines_have_what_their_interfaces_have() {
    let subject = AzureSubject::default();
    let lab = Lab::paged(&subject, 2);
    let existing = subject.existing(&lab.mock);
    furnish(&lab.mock, &existing.ids[2]);
    let session = lab
        .process()
        .session(&lab.request(&existing.document))
        .await;
    let session = session.expect("it connects");
    lab.mock.clear_calls();
    let machines = session.machines().await.expect("it may ask");
    let machines = machines.expect("the driver has a question for it");
    let mut told: Vec<(String, usize, usize)> = Vec::new();
    for machine in &machines.all {
        let v4 = machine
            .addresses()
            .filter(|one| one.addr().is_ipv4())
            .count();
        let all = machine.addresses().count();
        told.push((machine.id.to_lowercase(), v4, all - v4));
    }
    told.sort();
    let id = |group: &str| format!("{group}/providers/microsoft.compute/virtualmachines/node");
    assert_eq!(told, [(id("ours"), 2, 1), (id("theirs"), 1, 1)]);
    let calls = lab.mock.calls();
    let listed = |kind: &str| {
        calls
            .iter()
            .filter(|call| call.path.ends_with(kind))
            .count()
    };
    assert_eq!(
        (listed("/networkInterfaces"), listed("/publicIPAddresses")),
        (2, 2),
        "{calls:?}"
    );
    assert_eq!(lab.mock.mutating_calls(), []);
}
