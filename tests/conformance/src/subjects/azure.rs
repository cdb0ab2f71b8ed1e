//! Azure as a subject.

use std::time::Duration;

use groundwork_azure::Azure;
use groundwork_engine::Registry;
use groundwork_provider::{Clock, Environment, rule::Traffic};
use http::Method;
use mock_azure::{Azure as AzureCloud, Config, Failure};
use mock_cloud::{Author, Calendar, Call, Cloud, Entry, Faults, Mock, Options};
use serde_json::{Value, json};

use super::azure_existing;
use crate::{
    Drift, Existing, Failing, Overtake, Stranger, Subject, Twins, Variant, Violation, VirtualClock,
    dual_stack_network, merged, own,
};

#[path = "../../../../mocks/azure/tests/cloud/described.rs"]
mod described;

/// Azure over its mock.
#[derive(Clone, Debug)]
pub struct AzureSubject {
    /// The cloud.
    pub config: Config,
    /// What the cluster's section has besides the credentials.
    pub section: Value,
    /// Variables around the process.
    pub environment: Environment,
}

impl Default for AzureSubject {
    fn default() -> Self {
        Self {
            config: Config::default(),
            section: json!({}),
            environment: Environment::default(),
        }
    }
}

impl AzureSubject {
    /// A cluster whose nodes reach the internet by a NAT gateway.
    #[must_use]
    pub fn with_nat_gateway() -> Self {
        Self {
            section: json!({ "natGateway": true }),
            ..Self::default()
        }
    }

    fn failing_at(&self, operation: &str) -> Failing {
        let says = "it has failed";
        let failure = Failure {
            code: "InternalServerError".to_owned(),
            message: says.to_owned(),
            details: Vec::new(),
        };
        let mut failing = self.clone();
        let operations = &mut failing.config.failing_operations;
        operations.insert(operation.to_owned(), failure);
        let mock = failing.mock();
        Failing { mock, says }
    }

    /// A cluster whose network is in a resource group that exists.
    #[must_use]
    pub fn in_two_groups() -> Self {
        Self {
            section: json!({ "vnetResourceGroup": "somebodys" }),
            ..Self::default()
        }
    }
}

pub(super) const LOCATION: &str = "westeurope";
/// Everything of the cluster's has this name.
const NAME: &str = "kubernetes-lighthouse";

pub(super) fn make(mock: &Mock, kind: &str, names: &str, mut body: Value) -> String {
    let has_no_place = [
        "subnets",
        "virtualNetworkPeerings",
        "securityRules",
        "routes",
    ];
    if !has_no_place.contains(&kind) {
        body["location"] = json!(LOCATION);
    }
    mock.with(|cloud: &mut AzureCloud| cloud.make(kind, names, body))
}

pub(super) fn change(mock: &Mock, kind: &str, id: &str, patch: Value) {
    mock.with(|cloud: &mut AzureCloud| cloud.change(kind, id, patch));
}

fn group(mock: &Mock, name: &str) -> String {
    make(mock, "resourceGroups", name, json!({}))
}

fn network(mock: &Mock, names: &str, ranges: &[&str]) -> String {
    let body = json!({ "properties": { "addressSpace": { "addressPrefixes": ranges } } });
    make(mock, "virtualNetworks", names, body)
}

pub(super) fn subnet(mock: &Mock, names: &str, ranges: &[&str]) -> String {
    let body =
        json!({ "properties": { "addressPrefixes": ranges, "defaultOutboundAccess": true } });
    make(mock, "subnets", names, body)
}

/// A machine's interface in a subnet.
fn interface(mock: &Mock, names: &str, subnet: &str) -> String {
    let at =
        json!({ "name": "ipv4", "properties": { "subnet": { "id": subnet }, "primary": true } });
    let body = json!({ "properties": { "ipConfigurations": [at] } });
    make(mock, "networkInterfaces", names, body)
}

/// The cluster's subnet: it has no label, and the name that everything of the cluster's has.
fn inside(mock: &Mock) -> Entry {
    let inventory = mock.inventory();
    let mut subnets = inventory.kind("subnets");
    let own = subnets.find(|subnet| subnet.id.ends_with(&format!("/{NAME}")));
    own.expect("the cluster has one").clone()
}

/// `group/name` of an id.
fn names(id: &str) -> String {
    let parts: Vec<&str> = id.split('/').collect();
    let at = |word: &str| {
        let found = parts
            .iter()
            .position(|part| part.eq_ignore_ascii_case(word));
        parts[found.expect("an id has it") + 1].to_owned()
    };
    format!(
        "{}/{}",
        at("resourceGroups"),
        parts.last().expect("an id has a name")
    )
}

impl Subject for AzureSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Azure)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            // Everything that the driver sends is as Azure's own client describes it.
            watch: Some(described::check),
            ..Options::default()
        };
        let epoch = VirtualClock::start().now();
        let config = Config {
            calendar: Calendar { epoch },
            ..self.config.clone()
        };
        let mock = Mock::new(Box::new(AzureCloud::new(config)), options);
        group(&mock, "elsewhere");
        group(&mock, "somebodys");
        network(&mock, "somebodys/somebodys", &["10.0.0.0/16"]);
        let inside = subnet(&mock, "somebodys/somebodys/somebodys", &["10.0.0.0/20"]);
        interface(&mock, "somebodys/somebodys", &inside);
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page_max = objects;
        small.mock()
    }

    fn failing(&self) -> Option<Failing> {
        Some(self.failing_at("subnets.PUT"))
    }

    fn failing_removal(&self) -> Option<Failing> {
        Some(self.failing_at("virtualNetworks.DELETE"))
    }

    fn endpoint(&self) -> &str {
        "https://management.azure.com"
    }

    fn environment(&self) -> Environment {
        self.environment.clone()
    }

    fn cluster(&self, variant: Variant) -> Value {
        let Config {
            tenant,
            subscription,
            client_id,
            client_secret,
            ..
        } = &self.config;
        let credentials = json!({
            "tenantID": tenant, "subscriptionID": subscription, "clientID": client_id,
            "clientSecret": client_secret,
        });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "lighthouse", "uid": "5eaf00d" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "amsterdam", "azure": merged(credentials, &self.section) },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => {
                json!({ "spec": { "cloud": { "azure": { "subnetCidr": "10.0.64.0/18" } } } })
            }
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": {
                "amsterdam": { "country": "NL", "spec": { "azure": { "location": "westeurope" } } },
            } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let group = own(mock, "networkSecurityGroups");
        let rule = format!(
            "{}/{NAME}/icmp_by_allow_all",
            names(&group.id).split('/').next().unwrap_or_default()
        );
        mock.with(|cloud: &mut AzureCloud| {
            let id = cloud.id_of("securityRules", &rule);
            cloud.delete("securityRules", &id);
        });
        Drift {
            address: "security-group",
            field: "rule",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let inside = inside(mock);
        interface(mock, "somebodys/printer", &inside.id)
    }

    /// A subnet's name is in a network of ours, and nobody else's. A resource group has no etag: no
    /// reference says that its writes have conditions.
    fn overtake(&self) -> Option<Overtake> {
        Some(|mock, request| {
            let path = request.uri().path();
            let (_, below) = path.split_once("/resourceGroups/")?;
            let parts: Vec<&str> = below.split('/').collect();
            let [group, "providers", _, kind, name] = parts[..] else {
                return None;
            };
            let names = format!("{group}/{name}");
            let inventory = mock.inventory();
            let is_there = inventory
                .kind(kind)
                .any(|one| one.id.eq_ignore_ascii_case(path));
            if request.method() != Method::PUT || is_there {
                return None;
            }
            let mut body: Value = serde_json::from_slice(request.body()).ok()?;
            body["tags"] = json!({ "owner": "somebody else" });
            Some(make(mock, kind, &names, body))
        })
    }

    /// A rule about ICMP is about that of IPv4.
    fn is_unsayable(&self, traffic: &Traffic) -> bool {
        matches!(traffic, Traffic::Icmp(_))
    }

    fn strangers(&self) -> Vec<Stranger> {
        vec![
            Stranger {
                what: "a subnet in our network",
                put: |mock| {
                    let network = own(mock, "virtualNetworks");
                    let mut whole = network.body["addressSpace"]["addressPrefixes"].clone();
                    whole
                        .as_array_mut()
                        .expect("a list")
                        .push(json!("10.98.0.0/24"));
                    let space = json!({ "addressSpace": { "addressPrefixes": whole } });
                    change(
                        mock,
                        "virtualNetworks",
                        &network.id,
                        json!({ "properties": space }),
                    );
                    subnet(
                        mock,
                        &format!("{}/theirs", names(&network.id)),
                        &["10.98.0.0/24"],
                    )
                },
                blocks: true,
            },
            Stranger {
                what: "a machine in our subnet",
                put: |mock| {
                    let inside = inside(mock);
                    interface(mock, "somebodys/a-vpn", &inside.id)
                },
                blocks: true,
            },
            Stranger {
                what: "a peering of our network",
                put: |mock| {
                    let network = own(mock, "virtualNetworks");
                    let hub = self::network(mock, "somebodys/hub", &["10.200.0.0/16"]);
                    let body = json!({ "properties": {
                        "remoteVirtualNetwork": { "id": hub }, "allowVirtualNetworkAccess": true,
                    } });
                    let at = format!("{}/to-the-hub", names(&network.id));
                    make(mock, "virtualNetworkPeerings", &at, body)
                },
                blocks: true,
            },
            Stranger {
                what: "a network in our resource group",
                put: |mock| {
                    let group = own(mock, "routeTables");
                    let group = names(&group.id);
                    let group = group.split('/').next().unwrap_or_default();
                    network(mock, &format!("{group}/theirs"), &["10.97.0.0/16"])
                },
                blocks: true,
            },
            Stranger {
                what: "an address in our resource group",
                put: |mock| {
                    let table = own(mock, "routeTables");
                    let group = names(&table.id);
                    let group = group.split('/').next().unwrap_or_default();
                    let body = json!({
                        "sku": { "name": "Standard" },
                        "properties": { "publicIPAllocationMethod": "Static" },
                    });
                    make(mock, "publicIPAddresses", &format!("{group}/theirs"), body)
                },
                blocks: true,
            },
            Stranger {
                what: "a rule in our security group",
                put: |mock| {
                    let group = own(mock, "networkSecurityGroups");
                    let body = json!({ "properties": {
                        "direction": "Inbound", "access": "Allow", "priority": 500, "protocol": "Tcp",
                        "sourceAddressPrefix": "192.0.2.0/24", "sourcePortRange": "*",
                        "destinationAddressPrefix": "*", "destinationPortRange": "4444",
                        // As they are read.
                        "sourceAddressPrefixes": [], "sourcePortRanges": [],
                        "destinationAddressPrefixes": [], "destinationPortRanges": [],
                    } });
                    make(
                        mock,
                        "securityRules",
                        &format!("{}/theirs", names(&group.id)),
                        body,
                    )
                },
                blocks: false,
            },
            Stranger {
                what: "a route in our route table",
                put: |mock| {
                    let table = own(mock, "routeTables");
                    let body = json!({ "properties": {
                        "addressPrefix": "198.18.0.0/15", "nextHopType": "None",
                    } });
                    make(
                        mock,
                        "routes",
                        &format!("{}/theirs", names(&table.id)),
                        body,
                    )
                },
                blocks: false,
            },
            Stranger {
                what: "an IPv6 range of our network",
                put: |mock| {
                    let network = own(mock, "virtualNetworks");
                    let mut whole = network.body["addressSpace"]["addressPrefixes"].clone();
                    whole
                        .as_array_mut()
                        .expect("a list")
                        .push(json!("fd99:9999::/48"));
                    let space = json!({ "addressSpace": { "addressPrefixes": whole } });
                    change(
                        mock,
                        "virtualNetworks",
                        &network.id,
                        json!({ "properties": space }),
                    );
                    "fd99:9999::/48".to_owned()
                },
                blocks: false,
            },
        ]
    }

    fn existing(&self, mock: &Mock) -> Existing {
        azure_existing::existing(mock, self.cluster(Variant::DualStack))
    }

    fn violations(&self) -> Vec<Violation> {
        azure_existing::violations()
    }

    fn namesakes(&self, mock: &Mock) {
        group(mock, NAME);
    }

    /// The reference system makes everything under one name, and marks it with a tag.
    fn adoptable(&self, mock: &Mock) -> Value {
        let tags = json!({ "cluster": "lighthouse" });
        make(mock, "resourceGroups", NAME, json!({ "tags": tags }));
        let at = format!("{NAME}/{NAME}");
        let ranges = json!(["10.0.0.0/16", "fd00::/48"]);
        let space = json!({ "tags": tags, "properties": { "addressSpace": { "addressPrefixes": ranges } } });
        make(mock, "virtualNetworks", &at, space);
        let table = make(mock, "routeTables", &at, json!({}));
        let body = json!({ "properties": {
            "addressPrefixes": ["10.0.0.0/16", "fd00::/64"], "routeTable": { "id": table },
            "defaultOutboundAccess": true,
        } });
        make(mock, "subnets", &format!("{at}/{NAME}"), body);
        make(mock, "networkSecurityGroups", &at, json!({ "tags": tags }));
        let rule = json!({ "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
            "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
        } });
        make(mock, "securityRules", &format!("{at}/ssh_ingress"), rule);
        let section = json!({
            "resourceGroup": NAME, "vnet": NAME, "subnet": NAME, "routeTable": NAME, "securityGroup": NAME,
        });
        let patch = json!({ "spec": { "cloud": { "azure": section } } });
        merged(self.cluster(Variant::DualStack), &patch)
    }

    /// Etags and guids.
    fn comparable(&self, mut body: Value) -> Value {
        let kinds = body.as_object_mut();
        let objects = kinds.into_iter().flat_map(serde_json::Map::values_mut);
        let objects = objects.filter_map(Value::as_object_mut);
        for object in objects.flat_map(serde_json::Map::values_mut) {
            if let Some(fields) = object["body"].as_object_mut() {
                fields.retain(|name, _| {
                    !["etag", "resourceGuid", "ipAddress"].contains(&name.as_str())
                        && !name.starts_with('_')
                });
            }
        }
        body
    }

    /// Names are unique: a twin has another one.
    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "virtualNetworks");
        mock.with(|cloud: &mut AzureCloud| {
            cloud.store_mut().set_author(Author::Api);
        });
        let group = names(&first.id);
        let group = group.split('/').next().unwrap_or_default().to_owned();
        let space = json!({ "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] } });
        let body = json!({ "tags": first.body["tags"], "properties": space });
        let second = make(mock, "virtualNetworks", &format!("{group}/{NAME}-2"), body);
        if used {
            subnet(
                mock,
                &format!("{group}/{NAME}-2/in-the-twin"),
                &["10.0.66.0/24"],
            );
        }
        Twins {
            address: "network",
            ids: [first.id, second],
        }
    }

    fn turns_at(&self, call: &Call) -> Option<String> {
        let (_, below) = call.path.split_once("/virtualNetworks/")?;
        below.split('/').next().map(str::to_owned)
    }

    fn is_overhead(&self, call: &Call) -> bool {
        call.path.ends_with("/token")
    }

    fn listing(&self, call: &Call) -> Option<String> {
        const LISTED: [&str; 8] = [
            "locations",
            "natGateways",
            "networkSecurityGroups",
            "publicIPAddresses",
            "resourcegroups",
            "resources",
            "routeTables",
            "virtualNetworks",
        ];
        let last = call.path.rsplit('/').next()?;
        let is_first = !call.query.contains("skipToken") && !call.query.contains("skiptoken");
        let is_listing = call.method == "GET" && LISTED.contains(&last) && is_first;
        is_listing.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.client_secret.clone()]
    }
}
