//! What changes in place, and what of others stays.

use ::conformance::{Lab, Subject, Variant, done};
use groundwork_provider::{Action, Options};
use mock_azure::Azure;
use serde_json::json;

use super::{body, of_ours, usual, with};

/// A change carries back every field that the API shows, whether we know it or not.
#[tokio::test(start_paused = true)]
async fn what_we_do_not_know_survives_the_change_of_families() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "apply");
    lab.quiet().await;
    let network = of_ours(&lab, "virtualNetworks", "kubernetes-lighthouse");
    let subnet = of_ours(
        &lab,
        "subnets",
        "kubernetes-lighthouse/kubernetes-lighthouse",
    );
    lab.mock.with(|cloud: &mut Azure| {
        let theirs = json!({
            "tags": { "costs": "4711" },
            "properties": { "flowTimeoutInMinutes": 9, "privateEndpointVNetPolicies": "Basic" },
        });
        cloud.change("virtualNetworks", &network, theirs);
        let theirs =
            json!({ "properties": { "serviceEndpoints": [{ "service": "Microsoft.Storage" }] } });
        cloud.change("subnets", &subnet, theirs);
    });
    let ran = done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let replaced = ran
        .planned
        .plan
        .items
        .iter()
        .find(|item| item.action == Action::Replace);
    assert!(replaced.is_none(), "{replaced:#?}");
    lab.quiet().await;
    let is = body(&lab, "virtualNetworks", &network);
    assert_eq!(is["tags"]["costs"], "4711");
    assert_eq!(is["flowTimeoutInMinutes"], 9);
    assert_eq!(is["privateEndpointVNetPolicies"], "Basic");
    let is = body(&lab, "subnets", &subnet);
    assert_eq!(is["serviceEndpoints"][0]["service"], "Microsoft.Storage");
    assert_eq!(is["addressPrefixes"][0], "10.0.0.0/16", "IPv4 stands first");
    assert!(
        is["addressPrefixes"][1]
            .as_str()
            .is_some_and(|net| net.ends_with("::/64")),
        "{is}"
    );
    lab.assert_harmless("fields of others");
}

/// A rule of somebody else's keeps its priority, and ours takes the next one.
#[tokio::test(start_paused = true)]
async fn a_rule_of_others_keeps_its_priority() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let shut = with(&document, json!({ "sshSources": [] }));
    done(process.apply(&lab.request(&shut)).await, "apply");
    lab.quiet().await;
    let theirs = "kubernetes-lighthouse/kubernetes-lighthouse/theirs";
    lab.mock.with(|cloud: &mut Azure| {
        let rule = json!({ "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
            "sourceAddressPrefix": "192.0.2.0/24", "sourcePortRange": "*", "destinationPortRange": "443",
            "destinationAddressPrefix": "*", "sourceAddressPrefixes": [], "sourcePortRanges": [],
            "destinationAddressPrefixes": [], "destinationPortRanges": [],
        } });
        cloud.make("securityRules", theirs, rule);
    });
    let open = with(&document, json!({ "sshSources": ["0.0.0.0/0", "::/0"] }));
    done(process.apply(&lab.request(&open)).await, "apply");
    lab.quiet().await;
    let at = |name: &str| {
        let id = of_ours(
            &lab,
            "securityRules",
            &format!("kubernetes-lighthouse/{name}"),
        );
        body(&lab, "securityRules", &id)["priority"].clone()
    };
    assert_eq!((at("theirs"), at("ssh_ingress")), (json!(100), json!(101)));
    assert_eq!(at("ssh_ingress_ipv6"), json!(102));
    lab.assert_harmless("a rule of others");
}

/// The reference system's network keeps its ranges and its rules, and gets the label.
#[tokio::test(start_paused = true)]
async fn what_kkp_has_made_is_taken_over_as_it_is() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let document = subject.adoptable(&lab.mock);
    let mut request = lab.request(&document);
    request.options = Options {
        adopt: true,
        ..Options::default()
    };
    let ran = done(lab.process().apply(&request).await, "apply");
    let made: Vec<_> = ran
        .planned
        .plan
        .items
        .iter()
        .map(|item| item.action)
        .collect();
    assert!(
        !made.contains(&Action::Replace) && !made.contains(&Action::Delete),
        "{made:?}"
    );
    lab.quiet().await;
    let network = of_ours(&lab, "virtualNetworks", "kubernetes-lighthouse");
    let is = body(&lab, "virtualNetworks", &network);
    assert_eq!(
        is["addressSpace"]["addressPrefixes"],
        json!(["10.0.0.0/16", "fd00::/48"])
    );
    assert_eq!(is["tags"]["cluster"], "lighthouse");
    assert_eq!(is["tags"]["groundwork.io-ipv6"], "fd00::/48");
    let rule = of_ours(&lab, "securityRules", "kubernetes-lighthouse/ssh_ingress");
    assert_eq!(
        body(&lab, "securityRules", &rule)["sourceAddressPrefix"],
        "*"
    );
    // From now on it is ours, and goes without a trace.
    let planned = lab
        .process()
        .plan(&lab.request(&document))
        .await
        .expect("it looks")
        .plan;
    assert!(planned.is_empty(), "{planned:#?}");
    done(
        lab.process().destroy(&lab.request(&document)).await,
        "destroy",
    );
    lab.quiet().await;
    assert!(
        !lab.inventory()
            .kind("resourceGroups")
            .any(|group| group.id.ends_with("lighthouse"))
    );
}

/// Two writers add the second family to one network.
#[tokio::test(start_paused = true)]
async fn two_writers_at_once_make_one_dual_stack_network() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let (one, other) = (lab.process(), lab.process());
    done(one.apply(&lab.wanted(Variant::Ipv4)).await, "apply");
    lab.quiet().await;
    let (first, second) = (
        lab.wanted(Variant::DualStack),
        lab.wanted(Variant::DualStack),
    );
    let (first, second) = tokio::join!(one.apply(&first), other.apply(&second));
    let ended = [first, second].into_iter().filter_map(Result::ok).count();
    assert!(ended > 0, "at least one comes to its end");
    lab.quiet().await;
    done(
        one.apply(&lab.wanted(Variant::DualStack)).await,
        "once more",
    );
    lab.quiet().await;
    let planned = one
        .plan(&lab.wanted(Variant::DualStack))
        .await
        .expect("it looks")
        .plan;
    assert!(planned.is_empty(), "{planned:#?}");
}
