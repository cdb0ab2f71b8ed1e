//! Networks of others, as the API tells them.

use conformance::{Existing, Lab, Subject, done, subjects::AzureSubject};
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_cloud::Mock;
use serde_json::{Value, json};

use crate::site::{add, change, judged, make, of, one};

fn subnet(existing: &Existing) -> &str {
    &existing.ids[2]
}

/// A rule of somebody else's.
fn rule(mock: &Mock, names: &str, priority: u32, more: Value) {
    let mut rule = json!({
        "direction": "Inbound", "access": "Deny", "priority": priority, "protocol": "*",
        "sourceAddressPrefix": "*", "sourcePortRange": "*",
        "destinationAddressPrefix": "*", "destinationPortRange": "*",
    });
    let fields = rule.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    add(mock, "securityRules", names, rule);
}

/// A machine in the nodes' subnet, behind a load balancer that speaks IPv6 for it.
fn behind_a_load_balancer(mock: &Mock, existing: &Existing) {
    let address = |name: &str, family: &str| {
        let properties = json!({
            "publicIPAllocationMethod": "Static", "publicIPAddressVersion": family,
        });
        let body = json!({ "sku": { "name": "Standard" }, "properties": properties });
        let id = make(mock, "publicIPAddresses", &format!("companys/{name}"), body);
        json!({ "name": name, "properties": { "publicIPAddress": { "id": id } } })
    };
    let frontends = [address("lb-v4", "IPv4"), address("lb-v6", "IPv6")];
    let at = mock.with(|cloud: &mut mock_azure::Azure| cloud.id_of("loadBalancers", "companys/lb"));
    let rule = json!({ "name": "out-v6", "properties": {
        "frontendIPConfigurations": [{ "id": format!("{at}/frontendIPConfigurations/lb-v6") }],
        "backendAddressPool": { "id": format!("{at}/backendAddressPools/nodes") },
        "protocol": "All",
    } });
    let body = json!({ "sku": { "name": "Standard" }, "properties": {
        "frontendIPConfigurations": frontends,
        "backendAddressPools": [{ "name": "nodes" }],
        "outboundRules": [rule],
    } });
    make(mock, "loadBalancers", "companys/lb", body);
    let pool = json!([{ "id": format!("{at}/backendAddressPools/nodes") }]);
    let v4 = json!({ "name": "v4", "properties": {
        "subnet": { "id": subnet(existing) }, "primary": true,
    } });
    let v6 = json!({ "name": "v6", "properties": {
        "subnet": { "id": subnet(existing) }, "privateIPAddressVersion": "IPv6",
        "loadBalancerBackendAddressPools": pool,
    } });
    let body = json!({ "properties": { "ipConfigurations": [v4, v6] } });
    make(mock, "networkInterfaces", "companys/node", body);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_fit_is_verified_and_left_alone() {
    let subject = AzureSubject::default();
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    let before = lab.inventory();
    let ran = done(
        lab.process().apply(&lab.request(&existing.document)).await,
        "apply",
    );
    let plan = &ran.planned.plan;
    assert!(
        plan.items
            .iter()
            .all(|item| item.action == Action::Verified),
        "{plan:#?}"
    );
    let of_azure = plan
        .findings
        .iter()
        .filter(|one| one.code.starts_with("AZURE-"));
    let worse: Vec<_> = of_azure
        .filter(|one| one.severity != Severity::Note)
        .collect();
    assert!(worse.is_empty(), "{worse:#?}");
    assert_eq!(
        before.differences(&lab.inventory()),
        [""; 0],
        "no tags, nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deny_above_what_allows_is_named_with_its_priority() {
    let deny = |mock: &Mock, _: &Existing| {
        rule(
            mock,
            "companys/rules/lockdown",
            205,
            json!({ "sourceAddressPrefix": "Internet" }),
        );
    };
    let found = judged(deny, json!({})).await;
    let finding = one(&found, "AZURE-DENIED");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding
            .message
            .starts_with("rule lockdown (priority 205) of security group rules"),
        "{finding:#?}"
    );
    assert!(
        finding.message.contains("tcp 30000-32767 from 0.0.0.0/0"),
        "{finding:#?}"
    );
    let below = |mock: &Mock, _: &Existing| {
        rule(
            mock,
            "companys/rules/lockdown",
            4000,
            json!({ "sourceAddressPrefix": "Internet" }),
        );
    };
    let found = judged(below, json!({})).await;
    assert!(of(&found, "AZURE-DENIED").is_empty(), "{found:#?}");
}

#[tokio::test(start_paused = true)]
async fn nodes_that_cannot_talk_are_an_error_in_either_family() {
    for (family, net) in [("IPv4", "10.5.0.0/16"), ("IPv6", "fd05:5::/56")] {
        let deny = |mock: &Mock, _: &Existing| {
            rule(
                mock,
                "companys/rules/apart",
                300,
                json!({ "sourceAddressPrefix": net }),
            );
        };
        let found = judged(deny, json!({})).await;
        let finding = one(&found, "AZURE-DENIED");
        assert!(finding.is_error(), "{finding:#?}");
        assert!(
            finding.message.contains("from members of the group"),
            "{family}: {finding:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_beside_an_outbound_rule_of_ipv6_is_refused() {
    let found = judged(behind_a_load_balancer, json!({})).await;
    let finding = one(&found, "AZURE-NAT-LOAD-BALANCER");
    assert!(finding.is_error(), "{finding:#?}");
    assert!(
        finding
            .message
            .contains("breaks the outbound rule out-v6 of load balancer lb"),
        "{finding:#?}"
    );
    let without = |mock: &Mock, existing: &Existing| {
        behind_a_load_balancer(mock, existing);
        change(
            mock,
            "subnets",
            subnet(existing),
            json!({ "natGateway": null }),
        );
    };
    let found = judged(without, json!({})).await;
    assert!(
        of(&found, "AZURE-NAT-LOAD-BALANCER").is_empty(),
        "{found:#?}"
    );
    let told: Vec<_> = of(&found, "AZURE-WAY-OUT")
        .iter()
        .map(|one| one.message.clone())
        .collect();
    assert_eq!(told.len(), 1, "IPv6 leaves by the rule: {told:#?}");
    assert!(
        told[0].contains("is private: nodes without a public IPv4 address"),
        "{told:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_of_the_old_sku_leaves_ipv6_without_a_way_out() {
    let old = |mock: &Mock, existing: &Existing| {
        let properties = json!({ "publicIPAllocationMethod": "Static" });
        let body = json!({ "sku": { "name": "Standard" }, "properties": properties });
        let address = make(mock, "publicIPAddresses", "companys/old", body);
        let body = json!({
            "sku": { "name": "Standard" }, "properties": { "publicIpAddresses": [{ "id": address }] },
        });
        let gateway = make(mock, "natGateways", "companys/old", body);
        change(
            mock,
            "subnets",
            subnet(existing),
            json!({ "natGateway": { "id": gateway } }),
        );
    };
    let found = judged(old, json!({})).await;
    let finding = one(&found, "AZURE-NAT-SKU");
    assert!(
        finding
            .message
            .contains("is of SKU Standard, which has no IPv6"),
        "{finding:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_route_that_drops_a_family_is_an_error() {
    let drop = |mock: &Mock, _: &Existing| {
        let route = json!({ "addressPrefix": "::/0", "nextHopType": "None" });
        add(mock, "routes", "companys/routes/no-ipv6", route);
    };
    let found = judged(drop, json!({})).await;
    let finding = one(&found, "AZURE-WAY-OUT");
    assert!(finding.is_error(), "{finding:#?}");
    let remedy = finding.remedy.as_deref().unwrap();
    assert!(
        remedy.contains("--route-table-name routes --name no-ipv6"),
        "{remedy}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_firewall_that_sees_ipv4_alone_is_told() {
    let route = |mock: &Mock, _: &Existing| {
        let route = json!({
            "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.5.200.4",
        });
        add(mock, "routes", "companys/routes/to-firewall", route);
    };
    let found = judged(route, json!({})).await;
    let finding = one(&found, "AZURE-APPLIANCE");
    assert_eq!(finding.severity, Severity::Warning);
}

#[tokio::test(start_paused = true)]
async fn a_delegated_subnet_takes_no_machines() {
    let delegate = |mock: &Mock, existing: &Existing| {
        let to =
            json!([{ "name": "d", "properties": { "serviceName": "Microsoft.Netapp/volumes" } }]);
        change(
            mock,
            "subnets",
            subnet(existing),
            json!({ "delegations": to, "natGateway": null }),
        );
    };
    let found = judged(delegate, json!({})).await;
    let finding = one(&found, "AZURE-DELEGATED");
    assert!(
        finding.is_error() && finding.message.contains("Microsoft.Netapp/volumes"),
        "{finding:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn pods_keep_off_what_a_peering_brings() {
    let join = |mock: &Mock, existing: &Existing| {
        let space = json!({ "addressSpace": { "addressPrefixes": ["172.25.0.0/17"] } });
        let hub = make(
            mock,
            "virtualNetworks",
            "somebodys/hub",
            json!({ "properties": space }),
        );
        let to = |id: &str| json!({ "remoteVirtualNetwork": { "id": id }, "allowVirtualNetworkAccess": true });
        add(
            mock,
            "virtualNetworkPeerings",
            "companys/net/to-hub",
            to(&hub),
        );
        add(
            mock,
            "virtualNetworkPeerings",
            "somebodys/hub/back",
            to(&existing.ids[1]),
        );
    };
    let found = judged(join, json!({})).await;
    let overlap = found
        .iter()
        .find(|one| one.message.contains("what the peering to-hub brings"));
    assert!(
        overlap.is_some_and(groundwork_model::Finding::is_error),
        "{found:#?}"
    );
    assert!(
        one(&found, "AZURE-PEERING")
            .message
            .contains("carries IPv4 alone"),
        "{found:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_subnet_that_lacks_ipv6_is_told_with_the_call_that_adds_it() {
    let only = |mock: &Mock, existing: &Existing| {
        change(
            mock,
            "subnets",
            subnet(existing),
            json!({ "addressPrefixes": ["10.5.0.0/20"] }),
        );
    };
    let found = judged(only, json!({})).await;
    let remedy = one(&found, "AZURE-SUBNET-IPV6").remedy.clone().unwrap();
    let call = "az network vnet subnet update --resource-group companys --vnet-name net --name nodes \
                --address-prefixes 10.5.0.0/20 fd05:5::/64";
    assert!(remedy.contains(call), "{remedy}");
}
