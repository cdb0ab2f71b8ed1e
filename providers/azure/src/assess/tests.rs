//! Networks of others, one thing wrong with each.

use std::sync::Arc;

use groundwork_engine::Registry;
use groundwork_kit::named::{Belonging, Named};
use groundwork_model::{Addressing, Documents, Family, Finding, InstallationId, Severity, Source};
use groundwork_provider::{Fields, Known, Listing, Options, States, Target};
use serde_json::{Value, json};

use super::assess;
use crate::{
    Around, Azure, Datacenter, Outbound, Spec, Survey,
    object::{Network, NetworkState, SecurityGroup, Subnet, SubnetState},
};

const GROUP: &str = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network";

fn id(kind: &str, name: &str) -> String {
    format!("{GROUP}/{kind}/{name}")
}

/// What is wrong, or right, with a network.
struct Case {
    network: Value,
    subnet: Value,
    group: Value,
    around: Around,
    managed: bool,
    section: Value,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            network: json!({}),
            subnet: json!({}),
            group: json!([]),
            around: Around::default(),
            managed: false,
            section: json!({}),
        }
    }
}

impl Case {
    fn findings(&self) -> Vec<Finding> {
        let subnet = self.subnet();
        let network = self.network(&subnet);
        let mut states = States::default();
        let mut add = |address: &str, kind: &str, id: String, state: Fields| {
            let known = Known {
                kind: kind.to_owned(),
                id,
                managed: self.managed,
                state,
            };
            states.insert(address.parse().unwrap(), known);
        };
        let group = self.group();
        add(
            "network",
            Network::KIND,
            id("virtualNetworks", "net"),
            Fields::new(network),
        );
        add(
            "subnet",
            Subnet::KIND,
            subnet.address(),
            Fields::new(subnet.clone()),
        );
        add(
            "security-group",
            SecurityGroup::KIND,
            id("networkSecurityGroups", "own"),
            group,
        );
        let named = Named::One(Belonging {
            ours: self.managed,
            adopted: false,
            state: subnet,
        });
        let survey = Survey {
            subnet: named,
            around: self.around.clone(),
            ..Survey::default()
        };
        assess(&target(&self.section), &survey, &states)
    }

    fn network(&self, subnet: &SubnetState) -> NetworkState {
        let mut properties = json!({
            "addressSpace": { "addressPrefixes": ["10.1.0.0/16", "fd00:1::/48"] },
            "subnets": [json!(subnet)],
        });
        merge(&mut properties, &self.network);
        let network = json!({
            "id": id("virtualNetworks", "net"), "name": "net", "location": "westeurope",
            "properties": properties,
        });
        serde_json::from_value(network).unwrap()
    }

    fn subnet(&self) -> SubnetState {
        let mut properties = json!({
            "addressPrefixes": ["10.1.0.0/24", "fd00:1::/64"],
            "networkSecurityGroup": { "id": id("networkSecurityGroups", "own") },
            "defaultOutboundAccess": true,
        });
        merge(&mut properties, &self.subnet);
        let at = id("virtualNetworks", "net/subnets/nodes");
        serde_json::from_value(json!({ "id": at, "name": "nodes", "properties": properties }))
            .unwrap()
    }

    fn group(&self) -> Fields {
        let mut rules = vec![
            rule("all", 4000, json!({ "access": "Allow" })),
            rule(
                "out",
                4000,
                json!({ "access": "Allow", "direction": "Outbound" }),
            ),
        ];
        rules.extend(self.group.as_array().unwrap().clone());
        let group: crate::SecurityGroupState = serde_json::from_value(json!({
            "id": id("networkSecurityGroups", "own"), "name": "own",
            "properties": { "securityRules": rules },
        }))
        .unwrap();
        Fields::new(group)
    }

    fn of(&self, code: &str) -> Vec<Finding> {
        let all = self.findings();
        all.into_iter()
            .filter(|finding| finding.code == code)
            .collect()
    }

    /// The one finding of a code, as severity and message.
    fn one(&self, code: &str) -> (Severity, String) {
        let found = self.of(code);
        assert_eq!(found.len(), 1, "{code}: {:#?}", self.findings());
        (found[0].severity, found[0].message.clone())
    }
}

fn merge(into: &mut Value, more: &Value) {
    let fields = into.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
}

fn rule(name: &str, priority: u32, more: Value) -> Value {
    let mut properties = json!({
        "direction": "Inbound", "access": "Deny", "priority": priority, "protocol": "*",
        "sourceAddressPrefix": "*", "sourcePortRange": "*",
        "destinationAddressPrefix": "*", "destinationPortRange": "*",
    });
    merge(&mut properties, &more);
    json!({ "name": name, "properties": properties })
}

/// A dual-stack cluster.
fn target(section: &Value) -> Target<Spec, Datacenter> {
    let cluster = json!({
        "apiVersion": "kubermatic.k8c.io/v1", "kind": "Cluster",
        "metadata": { "name": "lighthouse", "uid": "5eaf00d" },
        "spec": {
            "version": "1.33.1", "cloud": { "dc": "amsterdam", "azure": section },
            "clusterNetwork": { "ipFamily": "IPv4+IPv6" },
        },
    });
    let azure = json!({ "location": "westeurope" });
    let seed = json!({
        "apiVersion": "kubermatic.k8c.io/v1", "kind": "Seed", "metadata": { "name": "coast" },
        "spec": { "datacenters": { "amsterdam": { "country": "NL", "spec": { "azure": azure } } } },
    });
    let source = |name: &str, document: &Value| Source {
        name: name.to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    let sources = [source("cluster", &cluster), source("seed", &seed)];
    let schemas = Registry::new().with(Azure).schemas();
    let (mut documents, _) = Documents::parse(&sources, &schemas, true);
    let cluster = documents.clusters.remove(0);
    let datacenter = documents.datacenter_of(&cluster).unwrap().clone();
    let (addressing, _) = Addressing::resolve(&cluster);
    Target {
        installation: InstallationId::default(),
        cluster,
        addressing: Arc::new(addressing.unwrap()),
        datacenter,
        spec: serde_json::from_value(section.clone()).unwrap(),
        cloud: serde_json::from_value(azure).unwrap(),
        options: Options::default(),
    }
}

fn read<T: serde::de::DeserializeOwned>(kind: &str, name: &str, more: Value) -> Option<T> {
    let mut state = json!({ "id": id(kind, name), "name": name });
    merge(&mut state, &more);
    Some(serde_json::from_value(state).unwrap())
}

fn gateway(sku: &str, fields: &[&str]) -> Around {
    let address = json!([{ "id": id("publicIPAddresses", "a") }]);
    let properties: serde_json::Map<String, Value> = fields
        .iter()
        .map(|field| ((*field).to_owned(), address.clone()))
        .collect();
    let state = json!({ "sku": { "name": sku }, "properties": properties });
    Around {
        nat_gateway: read("natGateways", "nat", state),
        ..Around::default()
    }
}

fn routes(all: &[(&str, &str)]) -> Around {
    let one = |(to, hop): &(&str, &str)| {
        let properties = json!({
            "addressPrefix": to, "nextHopType": hop, "nextHopIpAddress": "10.1.9.4",
        });
        json!({ "name": format!("to-{hop}"), "properties": properties })
    };
    let routes: Vec<Value> = all.iter().map(one).collect();
    let state = json!({ "properties": { "routes": routes } });
    Around {
        route_table: read("routeTables", "hub", state),
        ..Around::default()
    }
}

fn outbound(around: Around) -> Around {
    Around {
        outbound: vec![Outbound {
            of: "load balancer lb".to_owned(),
            name: "out".to_owned(),
            families: [Family::V6].into(),
        }],
        ..around
    }
}

#[test]
fn a_network_that_is_fit_has_no_errors_and_no_warnings() {
    let found = Case::default().findings();
    let worse = |finding: &&Finding| {
        finding.severity != Severity::Note && finding.code != "ACCESS-SSH-OPEN"
    };
    assert_eq!(found.iter().filter(worse).count(), 0, "{found:#?}");
}

#[test]
fn what_lacks_ipv6_is_told_with_the_call_that_adds_it() {
    let one = Case {
        subnet: json!({ "addressPrefixes": ["10.1.0.0/24"] }),
        ..Case::default()
    };
    let found = one.of("AZURE-SUBNET-IPV6");
    let remedy = found[0].remedy.as_deref().unwrap();
    assert!(found[0].is_error());
    assert!(
        remedy.contains("--vnet-name net --name nodes --address-prefixes 10.1.0.0/24 fd00:1::/64"),
        "{remedy}"
    );
    let both = Case {
        network: json!({ "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } }),
        ..one
    };
    let remedy = both.of("AZURE-NETWORK-IPV6")[0].remedy.clone().unwrap();
    assert!(
        remedy.contains("--name net --address-prefixes 10.1.0.0/16 IPV6-RANGE"),
        "{remedy}"
    );
}

#[test]
fn an_ipv6_subnet_is_exactly_a_64() {
    let case = Case {
        subnet: json!({ "addressPrefixes": ["10.1.0.0/24", "fd00:1::/56"] }),
        ..Case::default()
    };
    let (severity, message) = case.one("AZURE-RANGE");
    assert_eq!(severity, Severity::Error);
    assert!(
        message.ends_with("an IPv6 range of a subnet is exactly a /64"),
        "{message}"
    );
}

#[test]
fn a_network_with_navigation_links_cannot_get_ipv6() {
    let link = json!([{ "id": id("links", "old-cache") }]);
    let case = Case {
        network: json!({ "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } }),
        subnet: json!({ "addressPrefixes": ["10.1.0.0/24"], "resourceNavigationLinks": link }),
        managed: true,
        ..Case::default()
    };
    let (_, message) = case.one("AZURE-NETWORK-IPV6");
    assert!(message.contains("old-cache"), "{message}");
}

#[test]
fn a_subnet_that_is_kept_for_a_service_takes_no_machines() {
    let delegation =
        json!([{ "name": "d", "properties": { "serviceName": "Microsoft.Web/serverFarms" } }]);
    for (subnet, why) in [
        (
            json!({ "delegations": delegation }),
            "is delegated to Microsoft.Web/serverFarms",
        ),
        (
            json!({ "serviceAssociationLinks": [{ "id": id("links", "AppService") }] }),
            "is in use by a service (AppService)",
        ),
    ] {
        let (severity, message) = Case {
            subnet,
            ..Case::default()
        }
        .one("AZURE-DELEGATED");
        assert_eq!(severity, Severity::Error);
        assert!(message.contains(why), "{message}");
    }
}

/// Each machine has an address of each family, and Azure keeps five.
#[test]
fn a_subnet_without_room_is_told() {
    let of = |machines: usize| {
        let one = |number| {
            ["a", "b"].map(|name| json!({ "id": id("networkInterfaces", &format!("n{number}/ipConfigurations/{name}")) }))
        };
        let all: Vec<Value> = (0..machines).flat_map(one).collect();
        Case {
            subnet: json!({ "addressPrefixes": ["10.1.0.0/28", "fd00:1::/64"], "ipConfigurations": all }),
            ..Case::default()
        }
    };
    assert!(of(3).of("AZURE-FULL").is_empty());
    let (severity, message) = of(4).one("AZURE-FULL");
    assert_eq!(severity, Severity::Warning);
    assert!(
        message.starts_with("at most 7 of the 11 IPv4 addresses of subnet nodes"),
        "{message}"
    );
    assert_eq!(of(11).one("AZURE-FULL").0, Severity::Error);
}

#[test]
fn a_nat_gateway_without_ipv6_is_no_way_out_for_it() {
    let of = |around| Case {
        around,
        ..Case::default()
    };
    let message = of(gateway("Standard", &["publicIpAddresses"]))
        .one("AZURE-NAT-SKU")
        .1;
    assert!(
        message.contains("is of SKU Standard, which has no IPv6"),
        "{message}"
    );
    let message = of(gateway("StandardV2", &["publicIpAddresses"]))
        .one("AZURE-NAT-SKU")
        .1;
    assert!(message.contains("has no IPv6 address"), "{message}");
    let both = of(gateway(
        "StandardV2",
        &["publicIpAddresses", "publicIpPrefixesV6"],
    ));
    assert!(both.of("AZURE-NAT-SKU").is_empty() && both.of("AZURE-WAY-OUT").is_empty());
}

#[test]
fn each_family_is_asked_for_its_own_way_out() {
    let usual = Case::default().one("AZURE-WAY-OUT");
    assert_eq!(usual.0, Severity::Note);
    assert!(
        usual.1.contains("no way out over IPv6 of its own"),
        "{usual:?}"
    );
    let private = Case {
        subnet: json!({ "defaultOutboundAccess": false }),
        ..Case::default()
    };
    let told: Vec<Severity> = private
        .of("AZURE-WAY-OUT")
        .iter()
        .map(|one| one.severity)
        .collect();
    assert_eq!(told, [Severity::Warning, Severity::Note], "IPv4 and IPv6");
    let by_rule = Case {
        around: outbound(Around::default()),
        ..Case::default()
    };
    assert!(by_rule.of("AZURE-WAY-OUT").is_empty());
}

#[test]
fn routes_decide_before_everything_else() {
    let of = |all: &[(&str, &str)]| Case {
        around: routes(all),
        ..Case::default()
    };
    let dropped = of(&[("::/0", "None")]).one("AZURE-WAY-OUT");
    assert_eq!(dropped.0, Severity::Error);
    assert!(
        dropped.1.contains("drops everything to ::/0"),
        "{dropped:?}"
    );
    let both = of(&[
        ("0.0.0.0/0", "VirtualAppliance"),
        ("::/0", "VirtualAppliance"),
    ]);
    assert!(both.of("AZURE-WAY-OUT").is_empty() && both.of("AZURE-APPLIANCE").is_empty());
    let one = of(&[("0.0.0.0/0", "VirtualAppliance")]).one("AZURE-APPLIANCE");
    assert!(
        one.1
            .contains("leads IPv4 to 10.1.9.4, and there is none for IPv6"),
        "{one:?}"
    );
    let gateway = of(&[("::/0", "VirtualNetworkGateway")]).one("AZURE-WAY-OUT");
    assert!(
        gateway.1.contains("a VPN gateway carries IPv4 alone"),
        "{gateway:?}"
    );
}

#[test]
fn a_nat_gateway_beside_an_outbound_rule_of_ipv6_is_refused() {
    let v2 = || gateway("StandardV2", &["publicIpAddresses", "publicIpAddressesV6"]);
    let of = |around| Case {
        around,
        ..Case::default()
    };
    let (severity, message) = of(outbound(v2())).one("AZURE-NAT-LOAD-BALANCER");
    assert_eq!(severity, Severity::Error);
    assert!(
        message.contains("breaks the outbound rule out of load balancer lb"),
        "{message}"
    );
    assert!(of(v2()).of("AZURE-NAT-LOAD-BALANCER").is_empty());
    let old = of(outbound(gateway("Standard", &["publicIpAddresses"])));
    assert!(old.of("AZURE-NAT-LOAD-BALANCER").is_empty());
    let asked = Case {
        around: outbound(Around::default()),
        managed: true,
        section: json!({ "natGateway": true }),
        ..Case::default()
    };
    let finding = &asked.of("AZURE-NAT-LOAD-BALANCER")[0];
    assert_eq!(
        finding.field.as_deref(),
        Some("spec.cloud.azure.natGateway")
    );
}

#[test]
fn peerings_are_judged_by_what_they_bring() {
    let of = |more: Value| {
        let mut properties = json!({
            "peeringState": "Connected", "peeringSyncLevel": "FullyInSync",
            "remoteVirtualNetwork": { "id": id("virtualNetworks", "other") },
            "remoteAddressSpace": { "addressPrefixes": ["10.9.0.0/16", "fd00:9::/48"] },
        });
        merge(&mut properties, &more);
        Case {
            network: json!({ "virtualNetworkPeerings": [{ "name": "joined", "properties": properties }] }),
            ..Case::default()
        }
    };
    assert!(of(json!({})).of("AZURE-PEERING").is_empty());
    for (more, why) in [
        (json!({ "peeringState": "Disconnected" }), "is Disconnected"),
        (
            json!({ "peeringSyncLevel": "LocalNotInSync" }),
            "does not know all ranges",
        ),
        (
            json!({ "remoteAddressSpace": { "addressPrefixes": ["10.9.0.0/16"] } }),
            "carries IPv4 alone",
        ),
    ] {
        let (severity, message) = of(more).one("AZURE-PEERING");
        assert_eq!(severity, Severity::Note);
        assert!(message.contains(why), "{message}");
    }
    let pods = of(
        json!({ "remoteAddressSpace": { "addressPrefixes": ["172.25.0.0/16", "fd00:9::/48"] } }),
    );
    let found = pods.findings();
    let overlap = found
        .iter()
        .find(|one| one.code == "NETWORK-OVERLAP")
        .expect("it is told");
    assert!(
        overlap.is_error() && overlap.message.contains("the peering joined brings"),
        "{overlap:#?}"
    );
}

#[test]
fn a_deny_above_what_allows_is_told_by_its_name() {
    let case = Case {
        group: json!([rule(
            "lockdown",
            300,
            json!({ "sourceAddressPrefix": "VirtualNetwork" })
        )]),
        ..Case::default()
    };
    let (severity, message) = case.one("AZURE-DENIED");
    assert_eq!(severity, Severity::Error);
    assert!(
        message.starts_with("rule lockdown (priority 300) of security group own"),
        "{message}"
    );
    assert!(
        message.ends_with("all from members of the group"),
        "{message}"
    );
}

#[test]
fn health_probes_that_are_shut_out_are_told() {
    let case = Case {
        group: json!([rule(
            "no-probes",
            300,
            json!({ "sourceAddressPrefix": "AzureLoadBalancer" })
        )]),
        ..Case::default()
    };
    let (severity, message) = case.one("AZURE-DENIED");
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("from AzureLoadBalancer"), "{message}");
}

#[test]
fn a_group_of_the_subnet_counts_beside_that_of_the_document() {
    let state = json!({ "properties": { "securityRules": [] } });
    let around = Around {
        security_group: read("networkSecurityGroups", "of-subnet", state),
        ..Around::default()
    };
    let case = Case {
        around,
        ..Case::default()
    };
    let found = case.of("ACCESS-GROUP-RULES");
    assert!(found.iter().any(Finding::is_error), "{found:#?}");
    assert!(found.iter().all(|one| {
        one.subject
            .as_deref()
            .is_some_and(|told| told.contains("of-subnet"))
    }));
    let remedy = found[0].remedy.as_deref().unwrap();
    assert!(
        remedy.contains("--nsg-name of-subnet --name NAME"),
        "{remedy}"
    );
}

#[test]
fn icmpv6_comes_in_by_a_rule_for_everything_alone() {
    assert!(
        Case::default().of("AZURE-ICMPV6").is_empty(),
        "one lets everything in"
    );
    let case = Case {
        group: json!([rule(
            "all",
            4000,
            json!({ "access": "Allow", "protocol": "Icmp" })
        )]),
        ..Case::default()
    };
    assert_eq!(case.of("AZURE-ICMPV6").len(), 0);
    let made = Case {
        managed: true,
        ..Case::default()
    };
    assert!(
        made.of("AZURE-ICMPV6").is_empty(),
        "somebody's rule lets everything in"
    );
}

#[test]
fn a_subnet_without_a_group_is_told() {
    let case = Case {
        subnet: json!({ "networkSecurityGroup": null }),
        ..Case::default()
    };
    assert_eq!(case.one("AZURE-NO-GROUP").0, Severity::Note);
}

#[test]
fn what_narrows_a_network_is_told() {
    let encryption = json!({ "enabled": true, "enforcement": "DropUnencrypted" });
    let case = Case {
        network: json!({ "encryption": encryption }),
        subnet: json!({ "serviceEndpointPolicies": [{ "id": id("serviceEndpointPolicies", "ours-only") }] }),
        ..Case::default()
    };
    let told: Vec<Severity> = case
        .of("AZURE-POLICY")
        .iter()
        .map(|one| one.severity)
        .collect();
    assert_eq!(told, [Severity::Warning, Severity::Note]);
}
