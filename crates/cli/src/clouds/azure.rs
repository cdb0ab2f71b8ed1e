//! Azure.

use super::{Cloud, Policies, policy::PolicyText};
use crate::args::Purpose;

pub(super) const CLOUD: Cloud = Cloud {
    name: "azure",
    title: "Azure",
    codes: groundwork_azure::codes::ALL,
    policies: Policies::Texts {
        texts: || groundwork_azure::Role::ALL.map(role).into(),
        goes: "az role definition create --role-definition FILE",
    },
    register: |registry| registry.with(groundwork_azure::Azure),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

fn role((role, file): (groundwork_azure::Role, &'static str)) -> PolicyText {
    use groundwork_azure::Role;
    let purpose = match role {
        Role::Verify => Purpose::Verify,
        Role::Provision => Purpose::Provision,
        Role::Destroy => Purpose::Destroy,
    };
    PolicyText::json(purpose, file, &role.document())
}

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_azure::{Azure, Config};
    use mock_cloud::{Calendar, Mock, Options};
    use serde_json::{Value, json};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, of_datacenters, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &["--operation-delay"],
        served,
    };

    const HOST: &str = "azure.mock.invalid";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let usual = Config::default();
        let config = Config {
            seed: options.seed,
            calendar: Calendar { epoch: now },
            operation_delay: options.operation_delay.unwrap_or(usual.operation_delay),
            ..usual
        };
        Box::new(Azure::new(config))
    }

    /// A subscription that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let sections = sections(documents);
        let usual = Config::default();
        let named = |field: &str| {
            sections
                .iter()
                .find_map(|section| text(Some(section), field))
        };
        let mut cloud = Azure::new(Config {
            calendar: Calendar { epoch: clock.now() },
            // Whoever the documents say: they open this subscription too.
            is_open: true,
            subscription: named("subscriptionID").unwrap_or(usual.subscription),
            ..Config::default()
        });
        let location = of_datacenters(documents, "azure", "location")
            .into_iter()
            .next();
        let location = location.unwrap_or_else(|| "westeurope".to_owned());
        for section in &sections {
            furnish(&mut cloud, section, &location);
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        (InProcess::new(mock, clock), variables)
    }

    /// What each cluster says of Azure, with the fields of the Network beside it.
    fn sections(documents: &Documents) -> Vec<Value> {
        let clusters = documents.clusters.iter();
        let of = clusters.filter_map(|one| one.spec.cloud.clouds.get("azure"));
        of.map(|section| section.value().clone()).collect()
    }

    /// Makes what a cluster names: its groups, its network with a way out, its subnet and the rest.
    fn furnish(cloud: &mut Azure, section: &Value, location: &str) {
        let named = |field: &str| text(Some(section), field);
        let body = |properties: Value| json!({ "location": location, "properties": properties });
        let (group, other) = (named("resourceGroup"), named("vnetResourceGroup"));
        for name in [&group, &other].into_iter().flatten() {
            cloud.make_if_allowed("resourceGroups", name, json!({ "location": location }));
        }
        let Some(group) = group else {
            return;
        };
        if let Some(name) = named("routeTable") {
            cloud.make_if_allowed("routeTables", &format!("{group}/{name}"), body(json!({})));
        }
        if let Some(name) = named("securityGroup") {
            let at = format!("{group}/{name}");
            cloud.make_if_allowed("networkSecurityGroups", &at, body(rules()));
        }
        let Some(network) = named("vnet") else {
            return;
        };
        let at = format!("{}/{network}", other.as_deref().unwrap_or(&group));
        let space = json!({ "addressSpace": { "addressPrefixes": ["10.0.0.0/16", "fd00::/48"] } });
        cloud.make_if_allowed("virtualNetworks", &at, body(space));
        if let Some(subnet) = named("subnet") {
            let mut properties = json!({
                "addressPrefixes": ["10.0.0.0/20", "fd00::/64"], "defaultOutboundAccess": true,
            });
            if let Some(gateway) = way_out(cloud, &group, location) {
                properties["natGateway"] = json!({ "id": gateway });
            }
            let attached = [
                ("routeTable", "routeTable", "routeTables"),
                (
                    "securityGroup",
                    "networkSecurityGroup",
                    "networkSecurityGroups",
                ),
            ];
            for (field, property, kind) in attached {
                if let Some(name) = named(field) {
                    let id = cloud.id_of(kind, &format!("{group}/{name}"));
                    properties[property] = json!({ "id": id });
                }
            }
            let properties = json!({ "properties": properties });
            cloud.make_if_allowed("subnets", &format!("{at}/{subnet}"), properties);
        }
    }

    /// A NAT gateway of both families, where the region has such.
    fn way_out(cloud: &mut Azure, group: &str, location: &str) -> Option<String> {
        let sku = json!({ "name": "StandardV2" });
        let mut address = |name: &str, version: &str| {
            let body = json!({ "location": location, "sku": sku, "properties": {
                "publicIPAllocationMethod": "Static", "publicIPAddressVersion": version,
            } });
            cloud.make_if_allowed("publicIPAddresses", &format!("{group}/{name}"), body)
        };
        let (v4, v6) = (address("out-v4", "IPv4")?, address("out-v6", "IPv6")?);
        let body = json!({ "location": location, "sku": sku, "properties": {
            "publicIpAddresses": [{ "id": v4 }], "publicIpAddressesV6": [{ "id": v6 }],
        } });
        cloud.make_if_allowed("natGateways", &format!("{group}/out"), body)
    }

    /// What nodes need to be reached.
    fn rules() -> Value {
        let rule = |name: &str, priority: u32, protocol: &str, ports: &str| {
            json!({ "name": name, "properties": {
                "direction": "Inbound", "access": "Allow", "priority": priority, "protocol": protocol,
                "sourceAddressPrefix": "*", "sourcePortRange": "*",
                "destinationAddressPrefix": "*", "destinationPortRange": ports,
            } })
        };
        json!({ "securityRules": [
            rule("ssh", 200, "Tcp", "22"),
            rule("node-ports", 210, "*", "30000-32767"),
            rule("icmp", 220, "Icmp", "*"),
        ] })
    }
}
