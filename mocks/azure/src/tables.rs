//! What requests may say, as the models of `azure-mgmt-network` have it.

use mock_rest::{Attribute, Default, Plain};
use serde_json::Value;

use crate::{prefixes, routes, rules};

/// What clients may say of a resource.
pub(crate) struct Table {
    /// Beside `properties`.
    pub(crate) top: Rows,
    /// In `properties`.
    pub(crate) properties: Rows,
    /// What only the cloud sets: a request may repeat it, and is not heard.
    pub(crate) output: &'static [&'static str],
}

type Rows = &'static [Attribute<Plain>];

/// What stands beside `properties`.
pub(crate) const TOP: [&str; 11] = [
    "etag",
    "extendedLocation",
    "id",
    "identity",
    "kind",
    "location",
    "managedBy",
    "name",
    "sku",
    "tags",
    "type",
];

/// What every resource carries that only the cloud sets.
pub(crate) const OUTPUT: [&str; 6] = [
    "etag",
    "id",
    "name",
    "provisioningState",
    "resourceGuid",
    "type",
];

const SWITCH: Plain = Plain::Flag;
const TEXT: Plain = Plain::Text(0, 1024);
const WORDS: Plain = Plain::List(&Plain::Text(1, 255), 4000);
const ZONES: Plain = Plain::List(&Plain::OneOf(&["1", "2", "3"]), 3);
/// Another resource, of which only the id counts.
const LINK: Plain = Plain::Own(link);
const LINKS: Plain = Plain::List(&LINK, 64);
const NET: Plain = Plain::Own(prefixes::taken);
const NETS: Plain = Plain::List(&NET, 200);
const FAMILY: Plain = Plain::OneOf(&["IPv4", "IPv6"]);

const fn optional(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Nothing)
}

const fn required(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Required)
}

const fn usually(name: &'static str, form: Plain, text: &'static str) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Text(text))
}

const fn off(name: &'static str) -> Attribute<Plain> {
    Attribute::new(name, SWITCH, Default::False)
}

const LOCATION: Attribute<Plain> = optional("location", Plain::Text(1, 64));
pub(crate) const TAGS: Attribute<Plain> = optional("tags", Plain::Own(tags));
const PLACE: Rows = &[LOCATION, TAGS];
const NOWHERE: Rows = &[];

pub(crate) const RESOURCE_GROUP: Table = Table {
    top: &[LOCATION, TAGS, optional("managedBy", TEXT)],
    properties: NOWHERE,
    output: &[],
};

const ADDRESS_SPACE: Rows = &[
    optional("addressPrefixes", NETS),
    optional("ipamPoolPrefixAllocations", Plain::Any),
];

const DHCP: Rows = &[optional("dnsServers", Plain::List(&Plain::Address, 64))];

const ENCRYPTION: Rows = &[
    required("enabled", SWITCH),
    optional(
        "enforcement",
        Plain::OneOf(&["AllowUnencrypted", "DropUnencrypted"]),
    ),
];

pub(crate) const VIRTUAL_NETWORK: Table = Table {
    top: &[LOCATION, TAGS, optional("extendedLocation", Plain::Any)],
    properties: &[
        required("addressSpace", Plain::Fields(ADDRESS_SPACE)),
        optional("bgpCommunities", Plain::Any),
        optional("ddosProtectionPlan", LINK),
        optional("dhcpOptions", Plain::Fields(DHCP)),
        off("enableDdosProtection"),
        optional("enableVmProtection", SWITCH),
        optional("encryption", Plain::Fields(ENCRYPTION)),
        optional("flowTimeoutInMinutes", Plain::Whole(4, 30)),
        optional("ipAllocations", LINKS),
        usually(
            "privateEndpointVNetPolicies",
            Plain::OneOf(&["Basic", "Disabled"]),
            "Disabled",
        ),
        optional("summarizedGatewayPrefixes", Plain::Any),
    ],
    output: &["defaultPublicNatGateway", "flowLogs"],
};

const DELEGATION_PROPERTIES: Rows = &[required("serviceName", Plain::Text(1, 128))];
const DELEGATION: Rows = &[
    required("name", Plain::Text(1, 80)),
    optional("id", TEXT),
    optional("type", TEXT),
    optional("etag", TEXT),
    required("properties", Plain::Own(delegated)),
];

const SERVICE: Rows = &[
    required("service", Plain::Text(1, 128)),
    optional("locations", WORDS),
    optional("networkIdentifier", LINK),
    optional("provisioningState", TEXT),
];

pub(crate) const SUBNET: Table = Table {
    top: NOWHERE,
    properties: &[
        optional("addressPrefix", NET),
        optional("addressPrefixes", NETS),
        optional("applicationGatewayIPConfigurations", Plain::Any),
        optional("defaultOutboundAccess", SWITCH),
        optional("delegations", Plain::List(&Plain::Fields(DELEGATION), 8)),
        optional("ipAllocations", LINKS),
        optional("ipamPoolPrefixAllocations", Plain::Any),
        optional("natGateway", LINK),
        optional("networkSecurityGroup", LINK),
        usually(
            "privateEndpointNetworkPolicies",
            Plain::OneOf(&[
                "Disabled",
                "Enabled",
                "NetworkSecurityGroupEnabled",
                "RouteTableEnabled",
            ]),
            "Disabled",
        ),
        usually(
            "privateLinkServiceNetworkPolicies",
            Plain::OneOf(&["Disabled", "Enabled"]),
            "Enabled",
        ),
        optional("routeTable", LINK),
        optional("serviceEndpointPolicies", LINKS),
        optional("serviceEndpoints", Plain::List(&Plain::Fields(SERVICE), 64)),
        optional("serviceGateway", LINK),
        optional(
            "sharingScope",
            Plain::OneOf(&["DelegatedServices", "Tenant"]),
        ),
    ],
    output: &[
        "ipConfigurationProfiles",
        "ipConfigurations",
        "privateEndpoints",
        "purpose",
        "resourceNavigationLinks",
        "serviceAssociationLinks",
    ],
};

pub(crate) const PEERING: Table = Table {
    top: NOWHERE,
    properties: &[
        optional("allowForwardedTraffic", SWITCH),
        optional("allowGatewayTransit", SWITCH),
        optional("allowVirtualNetworkAccess", SWITCH),
        optional("doNotVerifyRemoteGateways", SWITCH),
        optional("enableOnlyIPv6Peering", SWITCH),
        optional("localAddressSpace", Plain::Fields(ADDRESS_SPACE)),
        optional("localSubnetNames", WORDS),
        optional(
            "localVirtualNetworkAddressSpace",
            Plain::Fields(ADDRESS_SPACE),
        ),
        optional("peerCompleteVnets", SWITCH),
        optional("remoteAddressSpace", Plain::Fields(ADDRESS_SPACE)),
        optional("remoteBgpCommunities", Plain::Any),
        optional("remoteSubnetNames", WORDS),
        required("remoteVirtualNetwork", LINK),
        optional(
            "remoteVirtualNetworkAddressSpace",
            Plain::Fields(ADDRESS_SPACE),
        ),
        optional("useRemoteGateways", SWITCH),
    ],
    output: &[
        "peeringState",
        "peeringSyncLevel",
        "remoteVirtualNetworkEncryption",
    ],
};

pub(crate) const NETWORK_SECURITY_GROUP: Table = Table {
    top: PLACE,
    properties: &[optional("flushConnection", SWITCH)],
    output: &[
        "defaultSecurityRules",
        "flowLogs",
        "networkInterfaces",
        "subnets",
    ],
};

pub(crate) const SECURITY_RULE: Table = Table {
    top: NOWHERE,
    properties: &[
        required("access", Plain::Own(rules::access)),
        optional("description", Plain::Text(0, 140)),
        optional("destinationAddressPrefix", TEXT),
        optional("destinationAddressPrefixes", WORDS),
        optional("destinationApplicationSecurityGroups", LINKS),
        optional("destinationPortRange", TEXT),
        optional("destinationPortRanges", WORDS),
        required("direction", Plain::Own(rules::direction)),
        required("priority", Plain::Whole(i64::MIN, i64::MAX)),
        required("protocol", Plain::Own(rules::protocol)),
        optional("sourceAddressPrefix", TEXT),
        optional("sourceAddressPrefixes", WORDS),
        optional("sourceApplicationSecurityGroups", LINKS),
        optional("sourcePortRange", TEXT),
        optional("sourcePortRanges", WORDS),
    ],
    output: &[],
};

pub(crate) const ROUTE_TABLE: Table = Table {
    top: PLACE,
    properties: &[off("disableBgpRoutePropagation")],
    output: &["subnets"],
};

pub(crate) const ROUTE: Table = Table {
    top: NOWHERE,
    properties: &[
        required("addressPrefix", Plain::Text(1, 128)),
        optional("hasBgpOverride", SWITCH),
        optional("nextHop", Plain::Any),
        optional("nextHopIpAddress", Plain::Address),
        required("nextHopType", Plain::Own(routes::next_hop)),
    ],
    output: &[],
};

const SKU: Rows = &[
    required(
        "name",
        Plain::OneOf(&["Basic", "Gateway", "Standard", "StandardV2"]),
    ),
    optional("tier", Plain::OneOf(&["Global", "Regional"])),
];

pub(crate) const NAT_GATEWAY: Table = Table {
    top: &[
        LOCATION,
        TAGS,
        optional("sku", Plain::Fields(SKU)),
        optional("zones", ZONES),
    ],
    properties: &[
        Attribute::new(
            "idleTimeoutInMinutes",
            Plain::Whole(4, 120),
            Default::Nothing,
        ),
        optional("nat64", Plain::OneOf(&["Disabled", "Enabled", "None"])),
        optional("publicIpAddresses", LINKS),
        optional("publicIpAddressesV6", LINKS),
        optional("publicIpPrefixes", LINKS),
        optional("publicIpPrefixesV6", LINKS),
        optional("serviceGateway", LINK),
        optional("sourceVirtualNetwork", LINK),
    ],
    output: &["subnets"],
};

const DNS: Rows = &[
    optional("domainNameLabel", TEXT),
    optional("domainNameLabelScope", TEXT),
    optional("fqdn", TEXT),
    optional("reverseFqdn", TEXT),
];

pub(crate) const PUBLIC_IP_ADDRESS: Table = Table {
    top: &[
        LOCATION,
        TAGS,
        optional("extendedLocation", Plain::Any),
        optional("sku", Plain::Fields(SKU)),
        optional("zones", ZONES),
    ],
    properties: &[
        optional("ddosSettings", Plain::Any),
        optional("deleteOption", Plain::OneOf(&["Delete", "Detach"])),
        optional("dnsSettings", Plain::Fields(DNS)),
        optional("idleTimeoutInMinutes", Plain::Whole(4, 30)),
        optional("ipTags", Plain::Any),
        usually("publicIPAddressVersion", FAMILY, "IPv4"),
        usually(
            "publicIPAllocationMethod",
            Plain::OneOf(&["Dynamic", "Static"]),
            "Dynamic",
        ),
        optional("publicIPPrefix", LINK),
    ],
    output: &[
        "ipAddress",
        "ipConfiguration",
        "linkedPublicIPAddress",
        "migrationPhase",
        "natGateway",
        "servicePublicIPAddress",
        "upgradedToV2",
    ],
};

pub(crate) const PUBLIC_IP_PREFIX: Table = Table {
    top: &[
        LOCATION,
        TAGS,
        optional("extendedLocation", Plain::Any),
        optional("sku", Plain::Fields(SKU)),
        optional("zones", ZONES),
    ],
    properties: &[
        optional("customIPPrefix", LINK),
        optional("ipTags", Plain::Any),
        required("prefixLength", Plain::Whole(20, 127)),
        usually("publicIPAddressVersion", FAMILY, "IPv4"),
    ],
    output: &[
        "ipPrefix",
        "loadBalancerFrontendIpConfiguration",
        "natGateway",
        "publicIPAddresses",
        "upgradedToV2",
    ],
};

pub(crate) const IP_PROPERTIES: Rows = &[
    optional("applicationSecurityGroups", LINKS),
    optional("loadBalancerBackendAddressPools", LINKS),
    optional("loadBalancerInboundNatRules", LINKS),
    optional("primary", SWITCH),
    optional("privateIPAddress", Plain::Address),
    optional("privateIPAddressPrefixLength", Plain::Whole(1, 128)),
    usually("privateIPAddressVersion", FAMILY, "IPv4"),
    usually(
        "privateIPAllocationMethod",
        Plain::OneOf(&["Dynamic", "Static"]),
        "Dynamic",
    ),
    optional("publicIPAddress", LINK),
    required("subnet", LINK),
];

const IP_CONFIGURATION: Rows = &[
    required("name", Plain::Text(1, 80)),
    optional("etag", TEXT),
    optional("id", TEXT),
    optional("properties", Plain::Any),
    optional("type", TEXT),
];

pub(crate) const NETWORK_INTERFACE: Table = Table {
    top: &[LOCATION, TAGS, optional("extendedLocation", Plain::Any)],
    properties: &[
        optional("dnsSettings", Plain::Any),
        off("enableAcceleratedNetworking"),
        off("enableIPForwarding"),
        required(
            "ipConfigurations",
            Plain::List(&Plain::Fields(IP_CONFIGURATION), 256),
        ),
        optional("networkSecurityGroup", LINK),
        optional("auxiliaryMode", TEXT),
        optional("auxiliarySku", TEXT),
        optional("disableTcpStateTracking", SWITCH),
        optional("nicType", Plain::OneOf(&["Elastic", "Standard"])),
        optional("workloadType", TEXT),
    ],
    output: &[
        "defaultOutboundConnectivityEnabled",
        "dscpConfiguration",
        "hostedWorkloads",
        "macAddress",
        "migrationPhase",
        "primary",
        "privateEndpoint",
        "privateLinkService",
        "tapConfigurations",
        "virtualMachine",
        "vnetEncryptionSupported",
    ],
};

pub(crate) const LOAD_BALANCER: Table = Table {
    top: &[
        LOCATION,
        TAGS,
        optional("extendedLocation", Plain::Any),
        optional("sku", Plain::Fields(SKU)),
    ],
    properties: &[
        optional(
            "backendAddressPools",
            Plain::List(&Plain::Fields(IP_CONFIGURATION), 100),
        ),
        optional(
            "frontendIPConfigurations",
            Plain::List(&Plain::Fields(IP_CONFIGURATION), 600),
        ),
        optional("inboundNatPools", Plain::Any),
        optional("inboundNatRules", Plain::Any),
        optional(
            "loadBalancingRules",
            Plain::List(&Plain::Fields(IP_CONFIGURATION), 1500),
        ),
        optional(
            "outboundRules",
            Plain::List(&Plain::Fields(IP_CONFIGURATION), 600),
        ),
        optional("probes", Plain::Any),
    ],
    output: &[],
};

fn link(value: &Value) -> Result<Value, String> {
    match value.get("id").and_then(Value::as_str) {
        Some(id) => Ok(serde_json::json!({ "id": id })),
        None => Err("has no id".to_owned()),
    }
}

fn delegated(value: &Value) -> Result<Value, String> {
    let known: Vec<&Attribute<Plain>> = DELEGATION_PROPERTIES.iter().collect();
    let mut asked = value.as_object().cloned().ok_or("is not an object")?;
    asked.remove("actions");
    asked.remove("provisioningState");
    let read = mock_rest::created(&known, asked);
    read.map(Value::Object)
        .map_err(|_| "needs a serviceName".to_owned())
}

/// At most 50 names with texts.
fn tags(value: &Value) -> Result<Value, String> {
    let tags = value.as_object().ok_or("is not an object")?;
    if tags.len() > 50 {
        return Err("has more than 50 tags".to_owned());
    }
    let forbidden = ['<', '>', '%', '&', '\\', '?', '/'];
    for (name, text) in tags {
        let fits = |text: &str| text.chars().count() <= 256;
        if name.is_empty() || name.chars().count() > 512 || name.contains(forbidden) {
            return Err(format!("has the tag name '{name}', which is not allowed"));
        }
        if !text.as_str().is_some_and(fits) {
            return Err(format!(
                "has a value of '{name}' that is no text of at most 256 characters"
            ));
        }
    }
    Ok(value.clone())
}
