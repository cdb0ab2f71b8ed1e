//! The roles of `docs/policies` are enough, and each of their actions is needed.

use std::collections::BTreeSet;

use conformance::{Lab, Subject, Variant, done, subjects::AzureSubject};
use groundwork_azure::Role;
use groundwork_engine::Finish;
use mock_azure::Azure as AzureCloud;
use serde_json::json;

use crate::site::{make, with};

/// What nobody can do who cannot ask: the answer is told as unknown.
const UNKNOWN: [&str; 2] = ["AZURE-PERMISSION-UNKNOWN", "AZURE-QUOTA-UNKNOWN"];

fn actions(role: Role) -> Vec<String> {
    role.actions().into_iter().map(str::to_owned).collect()
}

/// What somebody else has, with machines behind a load balancer that speaks from a range.
fn machines(lab: &Lab<'_>, subnet: &str) {
    let body = json!({
        "sku": { "name": "Standard" },
        "properties": { "prefixLength": 28, "publicIPAddressVersion": "IPv4" },
    });
    let prefix = make(&lab.mock, "publicIPPrefixes", "companys/range", body);
    let at = lab
        .mock
        .with(|cloud: &mut AzureCloud| cloud.id_of("loadBalancers", "companys/lb"));
    let body = json!({ "sku": { "name": "Standard" }, "properties": {
        "frontendIPConfigurations": [
            { "name": "range", "properties": { "publicIPPrefix": { "id": prefix } } },
        ],
        "backendAddressPools": [{ "name": "nodes" }],
        "outboundRules": [{ "name": "out", "properties": {
            "frontendIPConfigurations": [{ "id": format!("{at}/frontendIPConfigurations/range") }],
            "backendAddressPool": { "id": format!("{at}/backendAddressPools/nodes") },
            "protocol": "All",
        } }],
    } });
    make(&lab.mock, "loadBalancers", "companys/lb", body);
    let pool = json!([{ "id": format!("{at}/backendAddressPools/nodes") }]);
    let own = json!({ "name": "v4", "properties": {
        "subnet": { "id": subnet }, "primary": true, "loadBalancerBackendAddressPools": pool,
    } });
    let body = json!({ "properties": { "ipConfigurations": [own] } });
    make(&lab.mock, "networkInterfaces", "companys/node", body);
}

/// Whether a run does all that it should, and asks all that it wants to know.
async fn is_done(lab: &Lab<'_>, request: &groundwork_engine::Request) -> bool {
    match lab.process().apply(request).await {
        Ok(ran) => {
            let findings = &ran.planned.plan.findings;
            let is_known = !findings.iter().any(|one| UNKNOWN.contains(&&*one.code));
            ran.applied.finish == Finish::Done && is_known
        }
        Err(_) => false,
    }
}

/// A network of others, by a role.
async fn proves(role: Role, denied: Option<&str>) -> bool {
    let subject = AzureSubject::default();
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    machines(&lab, &existing.ids[2]);
    only(&lab, role, denied);
    let request = lab.request(&existing.document);
    is_done(&lab, &request).await && knows_machines(&lab, &request).await
}

/// Whether `verify-cluster` is told which machines there are.
async fn knows_machines(lab: &Lab<'_>, request: &groundwork_engine::Request) -> bool {
    let session = lab.process().session(request).await.expect("it connects");
    session
        .machines()
        .await
        .is_ok_and(|machines| machines.is_some())
}

/// That, and one of ours that is looked at again.
async fn verifies(denied: Option<&str>) -> bool {
    let subject = AzureSubject::with_nat_gateway();
    let lab = Lab::open(&subject);
    let made = lab.wanted(Variant::DualStack);
    done(lab.process().apply(&made).await, "apply");
    lab.quiet().await;
    only(&lab, Role::Verify, denied);
    is_done(&lab, &made).await && proves(Role::Verify, denied).await
}

/// Gives a role from now on.
fn only(lab: &Lab<'_>, role: Role, denied: Option<&str>) {
    let denied = denied.map(str::to_owned).into_iter().collect();
    lab.mock
        .with(|cloud: &mut AzureCloud| cloud.allow_only(actions(role), denied));
}

/// From IPv4 to both families, with a NAT gateway; and a network of others.
async fn provisions(denied: Option<&str>) -> bool {
    let subject = AzureSubject::with_nat_gateway();
    let lab = Lab::open(&subject);
    only(&lab, Role::Provision, denied);
    let v4 = with(
        &subject.cluster(Variant::Ipv4),
        json!({ "natGateway": false }),
    );
    let both = lab.wanted(Variant::DualStack);
    is_done(&lab, &lab.request(&v4)).await
        && is_done(&lab, &both).await
        && proves(Role::Provision, denied).await
}

/// What somebody else has made with every right.
async fn destroys(denied: Option<&str>) -> bool {
    let subject = AzureSubject::with_nat_gateway();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    only(&lab, Role::Destroy, denied);
    match process.destroy(&request).await {
        Ok(ran) => {
            let findings = &ran.planned.plan.findings;
            let is_known = !findings.iter().any(|one| UNKNOWN.contains(&&*one.code));
            ran.applied.finish == Finish::Done && is_known
        }
        Err(_) => false,
    }
}

#[tokio::test(start_paused = true)]
async fn who_verifies_needs_every_action_of_the_role() {
    assert!(verifies(None).await, "the role is enough");
    let mut needless = BTreeSet::new();
    for action in Role::Verify.actions() {
        if verifies(Some(action)).await {
            needless.insert(action);
        }
    }
    assert_eq!(needless, BTreeSet::new());
}

#[tokio::test(start_paused = true)]
async fn who_provisions_needs_every_action_of_the_role() {
    assert!(provisions(None).await, "the role is enough");
    let mut needless = BTreeSet::new();
    for action in Role::Provision.actions() {
        if provisions(Some(action)).await {
            needless.insert(action);
        }
    }
    assert_eq!(needless, BTreeSet::new());
}

#[tokio::test(start_paused = true)]
async fn who_destroys_needs_every_action_of_the_role() {
    assert!(destroys(None).await, "the role is enough");
    let mut needless = BTreeSet::new();
    for action in Role::Destroy.actions() {
        if destroys(Some(action)).await {
            needless.insert(action);
        }
    }
    assert_eq!(needless, BTreeSet::new());
}
