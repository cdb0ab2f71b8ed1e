//! What a driver says of itself: its features, its calls, and the labels that its cloud can hold.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_engine::{Registry, Trouble, codes};
use groundwork_model::{ClusterKey, InstallationId};
use groundwork_provider::{
    Action, Capability, Change, Feature, Plan, Support, erased::AnyProvider,
};
use ipnet::IpNet;
use mock_cloud::Call;
use serde_json::json;

use crate::{Lab, Subject, Variant, done, lab::label, merged};

/// The one driver of a subject.
fn driver(registry: &Registry) -> &Arc<dyn AnyProvider> {
    registry.iter().next().expect("the subject has a driver")
}

/// Whether the driver says that it creates networks. One that does not is held to change nothing.
pub(super) fn is_creator(subject: &dyn Subject) -> bool {
    let registry = subject.registry();
    let capabilities = driver(&registry).capabilities();
    capabilities.support(Feature::Create) == Support::Native
}

/// Every call is in the driver's table of operations, from which policies are made, and what the
/// table says of a kind is what is called.
pub async fn every_call_is_in_the_table_of_operations(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "IPv4");
    done(process.apply(&request).await, "dual-stack");
    lab.quiet().await;
    if is_creator(subject) {
        subject.drift(&lab.mock);
        done(process.apply(&request).await, "repair");
    }
    done(process.destroy(&request).await, "destroy");
    let registry = subject.registry();
    let provider = driver(&registry);
    let operations = provider.operations();
    let of_table = |call: &Call| operations.iter().any(|o| subject.is_of(call, o.name));
    let missing: BTreeSet<String> = lab
        .mock
        .calls()
        .iter()
        .filter(|call| !of_table(call))
        .map(Call::line)
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    let kinds = provider.kinds();
    for operation in operations
        .iter()
        .filter(|operation| !operation.kind.is_empty())
    {
        let known = operation.kind.contains('/');
        assert!(known, "{operation:?} names no kind");
    }
    for kind in kinds.iter().filter(|kind| !kind.watched) {
        let uses = operations
            .iter()
            .filter(|operation| operation.kind == kind.name);
        assert!(
            uses.count() > 0,
            "no operation of the table is of {}",
            kind.name
        );
    }
}

/// Each feature is declared once, with a reason, and is what the driver does.
pub async fn each_feature_is_as_declared(subject: &dyn Subject) {
    let registry = subject.registry();
    let capabilities = driver(&registry).capabilities();
    let distinct: BTreeSet<Feature> = capabilities.features.iter().map(|of| of.feature).collect();
    for of in capabilities.features {
        let Capability {
            feature: _,
            support: _,
            reason,
            reference,
        } = of;
        assert!(!reason.is_empty() && !reference.is_empty(), "{of:?}");
    }
    assert_eq!(
        distinct.len(),
        capabilities.features.len(),
        "a feature is declared twice: {capabilities:#?}"
    );
    let is = |feature| capabilities.support(feature) == Support::Native;
    assert_eq!(creates(subject).await, is(Feature::Create), "creates");
    assert_eq!(verifies(subject).await, is(Feature::Verify), "verifies");
    assert_eq!(adopts(subject).await, is(Feature::Adopt), "adopts");
    if is(Feature::Create) {
        let both = is_dual_stack(subject).await;
        assert_eq!(both, is(Feature::DualStack), "both families");
        let in_place = widens_in_place(subject).await;
        assert_eq!(in_place, is(Feature::InPlaceDualStack), "in place");
    }
}

/// Whether a plan for a cluster without a network creates one.
async fn creates(subject: &dyn Subject) -> bool {
    let lab = Lab::open(subject);
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    let creates = |plan: &Plan| plan.items.iter().any(|item| item.action.creates());
    planned.is_ok_and(|planned| creates(&planned.plan))
}

/// Whether a network that the document names is verified.
async fn verifies(subject: &dyn Subject) -> bool {
    let lab = Lab::open(subject);
    let existing = subject.existing(&lab.mock);
    let planned = lab.process().plan(&lab.request(&existing.document)).await;
    let verified = |plan: &Plan| {
        plan.items
            .iter()
            .any(|item| item.action == Action::Verified)
    };
    planned.is_ok_and(|planned| !planned.plan.is_blocked() && verified(&planned.plan))
}

/// Whether `--adopt` would label something that has no label.
async fn adopts(subject: &dyn Subject) -> bool {
    let lab = Lab::open(subject);
    let document = subject.adoptable(&lab.mock);
    let mut request = lab.request(&document);
    request.options.adopt = true;
    let planned = lab.process().plan(&request).await;
    let labels = |plan: &Plan| {
        let mut changes = plan.items.iter().flat_map(|item| &item.changes);
        changes.any(Change::is_label)
    };
    planned.is_ok_and(|planned| labels(&planned.plan))
}

/// Whether the network that was created has subnets in both families.
async fn is_dual_stack(subject: &dyn Subject) -> bool {
    let lab = Lab::open(subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let network = done(ran, "apply").applied.network;
    let subnets = network.expect("a network is answered").subnets;
    let ranges: Vec<IpNet> = subnets
        .iter()
        .flat_map(|subnet| subnet.cidrs.clone())
        .collect();
    let has = |is: fn(&IpNet) -> bool| ranges.iter().any(is);
    has(|range| matches!(range, IpNet::V4(_))) && has(|range| matches!(range, IpNet::V6(_)))
}

/// Whether an IPv4 network becomes dual-stack without an object being replaced.
async fn widens_in_place(subject: &dyn Subject) -> bool {
    let lab = Lab::open(subject);
    let process = lab.process();
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "apply");
    lab.quiet().await;
    let planned = process.plan(&lab.wanted(Variant::DualStack)).await;
    planned.is_ok_and(|planned| {
        let mut items = planned.plan.mutating();
        items.all(|item| !item.action.deletes()) && !planned.plan.is_blocked()
    })
}

/// The longest names that an installation and a cluster may have: either every object carries them
/// whole, or nothing is sent, and a finding says that the label is too long.
pub async fn the_longest_label_is_carried_or_refused(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let before = lab.inventory();
    let installation = InstallationId::new("i".repeat(InstallationId::LENGTH_MAX));
    let process = lab.process_of(installation.expect("it is a name"));
    let uid = json!({ "metadata": { "uid": "c".repeat(ClusterKey::LENGTH_MAX) } });
    let request = lab.request(&merged(subject.cluster(Variant::DualStack), &uid));
    match process.apply(&request).await {
        Err(Trouble::Unfit(findings)) => {
            let told = findings.iter().any(|of| of.code == codes::LABEL.id);
            assert!(told, "{findings:#?}");
            assert_eq!(lab.mock.mutating_calls(), [], "refused before a call");
        }
        ran => {
            done(ran, "an apply with the longest label");
            lab.quiet().await;
            let inventory = lab.inventory();
            let labelled = inventory
                .entries()
                .any(|entry| label(&entry.text).is_some());
            assert!(labelled, "nothing carries a whole label");
            done(process.destroy(&request).await, "destroy");
            lab.quiet().await;
        }
    }
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}
