//! What requests may say, as the API's discovery document has it.

use mock_rest::{Attribute, Default, Plain};

use crate::firewalls;

type Table = &'static [Attribute<Plain>];

/// What objects carry that only the cloud sets: a request may repeat it, and is not heard.
pub(crate) const OUTPUT: [&str; 19] = [
    "creationTimestamp",
    "firewallPolicy",
    "gatewayAddress",
    "gatewayIPv4",
    "id",
    "ipv6CidrRange",
    "ipv6GceEndpoint",
    "kind",
    "peerings",
    "routeType",
    "selfLink",
    "selfLinkWithId",
    "state",
    "status",
    "subnetworks",
    "systemReservedExternalIpv6Ranges",
    "systemReservedInternalIpv6Ranges",
    "users",
    "warnings",
];

const LINK: Plain = Plain::Text(1, 1024);
const SWITCH: Plain = Plain::Flag;
const WORDS: Plain = Plain::List(&Plain::Text(1, 255), 256);

const fn name() -> Attribute<Plain> {
    Attribute::new("name", Plain::Text(1, 1024), Default::Required)
}

const fn description() -> Attribute<Plain> {
    Attribute::new("description", Plain::Text(0, 2048), Default::Nothing)
}

const fn optional(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Nothing)
}

const fn required(name: &'static str, form: Plain) -> Attribute<Plain> {
    Attribute::new(name, form, Default::Required)
}

const ROUTING: Table = &[
    optional("bgpAlwaysCompareMed", SWITCH),
    optional(
        "bgpBestPathSelectionMode",
        Plain::OneOf(&["LEGACY", "STANDARD"]),
    ),
    optional("routingMode", Plain::OneOf(&["GLOBAL", "REGIONAL"])),
];

pub(crate) const NETWORK: Table = &[
    name(),
    description(),
    optional("autoCreateSubnetworks", SWITCH),
    Attribute::new("enableUlaInternalIpv6", SWITCH, Default::Nothing).put(),
    Attribute::new("internalIpv6Range", Plain::Net, Default::Nothing).put(),
    Attribute::new("mtu", Plain::Whole(1300, 8896), Default::Nothing).put(),
    Attribute::new(
        "networkFirewallPolicyEnforcementOrder",
        Plain::OneOf(&["AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL"]),
        Default::Text("AFTER_CLASSIC_FIREWALL"),
    )
    .put(),
    optional("networkProfile", LINK),
    optional("params", Plain::Any),
    Attribute::new("routingConfig", Plain::Fields(ROUTING), Default::Nothing).put(),
];

const SECONDARY: Table = &[
    optional("ipCidrRange", Plain::Net),
    optional("ipVersion", Plain::OneOf(&["IPV4", "IPV6"])),
    required("rangeName", Plain::Text(1, 63)),
    optional("reservedInternalRange", LINK),
];

pub(crate) const SUBNETWORK: Table = &[
    name(),
    description(),
    Attribute::new("allowSubnetCidrRoutesOverlap", SWITCH, Default::Nothing).put(),
    Attribute::new("enableFlowLogs", SWITCH, Default::Nothing).put(),
    Attribute::new("externalIpv6Prefix", Plain::Net, Default::Nothing).put(),
    optional("fingerprint", Plain::Text(0, 64)),
    Attribute::new("internalIpv6Prefix", Plain::Net, Default::Nothing).put(),
    optional("ipCidrRange", Plain::Net),
    Attribute::new("ipCollection", LINK, Default::Nothing).put(),
    Attribute::new(
        "ipv6AccessType",
        Plain::OneOf(&["EXTERNAL", "INTERNAL"]),
        Default::Nothing,
    )
    .put(),
    Attribute::new("logConfig", Plain::Any, Default::Nothing).put(),
    required("network", LINK),
    optional("params", Plain::Any),
    Attribute::new("privateIpGoogleAccess", SWITCH, Default::False).put(),
    Attribute::new(
        "privateIpv6GoogleAccess",
        Plain::OneOf(&[
            "DISABLE_GOOGLE_ACCESS",
            "ENABLE_BIDIRECTIONAL_ACCESS_TO_GOOGLE",
            "ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE",
        ]),
        Default::Text("DISABLE_GOOGLE_ACCESS"),
    )
    .put(),
    Attribute::new(
        "purpose",
        Plain::OneOf(&[
            "GLOBAL_MANAGED_PROXY",
            "PRIVATE",
            "PRIVATE_NAT",
            "PRIVATE_SERVICE_CONNECT",
            "REGIONAL_MANAGED_PROXY",
        ]),
        Default::Text("PRIVATE"),
    ),
    optional("region", LINK),
    optional("reservedInternalRange", LINK),
    optional("role", Plain::OneOf(&["ACTIVE", "BACKUP"])),
    Attribute::new(
        "secondaryIpRanges",
        Plain::List(&Plain::Fields(SECONDARY), 170),
        Default::Nothing,
    )
    .put(),
    Attribute::new(
        "stackType",
        Plain::OneOf(&["IPV4_IPV6", "IPV4_ONLY", "IPV6_ONLY"]),
        Default::Text("IPV4_ONLY"),
    )
    .put(),
];

const NAT_SUBNETWORK: Table = &[
    required("name", LINK),
    optional("secondaryIpRangeNames", WORDS),
    required(
        "sourceIpRangesToNat",
        Plain::List(
            &Plain::OneOf(&[
                "ALL_IP_RANGES",
                "LIST_OF_SECONDARY_IP_RANGES",
                "PRIMARY_IP_RANGE",
            ]),
            3,
        ),
    ),
];

const NAT64_SUBNETWORK: Table = &[required("name", LINK)];

const NAT_LOG: Table = &[
    optional("enable", SWITCH),
    optional(
        "filter",
        Plain::OneOf(&["ALL", "ERRORS_ONLY", "TRANSLATIONS_ONLY"]),
    ),
];

const SECONDS: Plain = Plain::Whole(0, 7200);

pub(crate) const NAT: Table = &[
    required("name", Plain::Text(1, 1024)),
    optional(
        "autoNetworkTier",
        Plain::OneOf(&["FIXED_STANDARD", "PREMIUM", "STANDARD"]),
    ),
    optional("drainNatIps", WORDS),
    optional("enableDynamicPortAllocation", SWITCH),
    Attribute::new("enableEndpointIndependentMapping", SWITCH, Default::False),
    Attribute::new(
        "endpointTypes",
        Plain::List(
            &Plain::OneOf(&[
                "ENDPOINT_TYPE_MANAGED_PROXY_LB",
                "ENDPOINT_TYPE_SWG",
                "ENDPOINT_TYPE_VM",
            ]),
            3,
        ),
        Default::Nothing,
    ),
    optional("icmpIdleTimeoutSec", SECONDS),
    optional("logConfig", Plain::Fields(NAT_LOG)),
    optional("maxPortsPerVm", Plain::Whole(0, 65_536)),
    optional("minPortsPerVm", Plain::Whole(0, 65_536)),
    optional(
        "nat64Subnetworks",
        Plain::List(&Plain::Fields(NAT64_SUBNETWORK), 50),
    ),
    optional(
        "natIpAllocateOption",
        Plain::OneOf(&["AUTO_ONLY", "MANUAL_ONLY"]),
    ),
    optional("natIps", WORDS),
    optional("rules", Plain::List(&Plain::Any, 50)),
    optional(
        "sourceSubnetworkIpRangesToNat",
        Plain::OneOf(&[
            "ALL_SUBNETWORKS_ALL_IP_RANGES",
            "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES",
            "LIST_OF_SUBNETWORKS",
        ]),
    ),
    optional(
        "sourceSubnetworkIpRangesToNat64",
        Plain::OneOf(&["ALL_IPV6_SUBNETWORKS", "LIST_OF_IPV6_SUBNETWORKS"]),
    ),
    optional(
        "subnetworks",
        Plain::List(&Plain::Fields(NAT_SUBNETWORK), 50),
    ),
    optional("tcpEstablishedIdleTimeoutSec", SECONDS),
    optional("tcpTimeWaitTimeoutSec", SECONDS),
    optional("tcpTransitoryIdleTimeoutSec", SECONDS),
    Attribute::new(
        "type",
        Plain::OneOf(&["PRIVATE", "PUBLIC"]),
        Default::Text("PUBLIC"),
    ),
    optional("udpIdleTimeoutSec", SECONDS),
];

pub(crate) const ROUTER: Table = &[
    name(),
    description().put(),
    Attribute::new("bgp", Plain::Any, Default::Nothing).put(),
    Attribute::new("bgpPeers", Plain::List(&Plain::Any, 50), Default::Nothing).put(),
    optional("encryptedInterconnectRouter", SWITCH),
    Attribute::new("interfaces", Plain::List(&Plain::Any, 50), Default::Nothing).put(),
    Attribute::new(
        "nats",
        Plain::List(&Plain::Fields(NAT), 50),
        Default::Nothing,
    )
    .put(),
    required("network", LINK),
    optional("params", Plain::Any),
    optional("region", LINK),
];

const PROTOCOL: Table = &[
    required("IPProtocol", Plain::Own(firewalls::protocol)),
    optional("ports", Plain::List(&Plain::Own(firewalls::ports), 256)),
];

const PROTOCOLS: Plain = Plain::List(&Plain::Fields(PROTOCOL), 256);
const RANGES: Plain = Plain::List(&Plain::Net, 5000);
const TAG: Plain = Plain::Own(firewalls::tag);

const FIREWALL_LOG: Table = &[
    Attribute::new("enable", SWITCH, Default::False),
    optional(
        "metadata",
        Plain::OneOf(&["EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"]),
    ),
];

pub(crate) const FIREWALL: Table = &[
    name(),
    description().put(),
    Attribute::new("allowed", PROTOCOLS, Default::Nothing).put(),
    Attribute::new("denied", PROTOCOLS, Default::Nothing).put(),
    Attribute::new("destinationRanges", RANGES, Default::Nothing).put(),
    Attribute::new(
        "direction",
        Plain::OneOf(&["EGRESS", "INGRESS"]),
        Default::Text("INGRESS"),
    ),
    Attribute::new("disabled", SWITCH, Default::False).put(),
    Attribute::new("logConfig", Plain::Fields(FIREWALL_LOG), Default::Nothing).put(),
    Attribute::new("network", LINK, Default::Nothing),
    optional("params", Plain::Any),
    Attribute::new("priority", Plain::Whole(0, 65_535), Default::Nothing).put(),
    Attribute::new("sourceRanges", RANGES, Default::Nothing).put(),
    Attribute::new("sourceServiceAccounts", WORDS, Default::Nothing).put(),
    Attribute::new("sourceTags", Plain::List(&TAG, 30), Default::Nothing).put(),
    Attribute::new("targetServiceAccounts", WORDS, Default::Nothing).put(),
    Attribute::new("targetTags", Plain::List(&TAG, 70), Default::Nothing).put(),
];

pub(crate) const ROUTE: Table = &[
    name(),
    description(),
    required("destRange", Plain::Net),
    required("network", LINK),
    optional("nextHopGateway", LINK),
    optional("nextHopIlb", LINK),
    optional("nextHopInstance", LINK),
    optional("nextHopIp", Plain::Address),
    optional("nextHopVpnTunnel", LINK),
    optional("params", Plain::Any),
    optional("priority", Plain::Whole(0, 65_535)),
    optional("tags", Plain::List(&TAG, 256)),
];

pub(crate) const ADDRESS: Table = &[
    name(),
    description(),
    optional("address", Plain::Address),
    Attribute::new(
        "addressType",
        Plain::OneOf(&["EXTERNAL", "INTERNAL"]),
        Default::Text("EXTERNAL"),
    ),
    optional("ipVersion", Plain::OneOf(&["IPV4", "IPV6"])),
    optional("labels", Plain::Any),
    optional("networkTier", Plain::OneOf(&["PREMIUM", "STANDARD"])),
    optional("region", LINK),
    optional("subnetwork", LINK),
];

const INTERFACE: Table = &[
    optional("accessConfigs", Plain::List(&Plain::Any, 1)),
    optional("aliasIpRanges", Plain::List(&Plain::Any, 150)),
    optional("ipv6AccessConfigs", Plain::List(&Plain::Any, 1)),
    optional("ipv6Address", Plain::Address),
    optional("network", LINK),
    optional("networkIP", Plain::Address),
    Attribute::new(
        "stackType",
        Plain::OneOf(&["IPV4_IPV6", "IPV4_ONLY", "IPV6_ONLY"]),
        Default::Text("IPV4_ONLY"),
    ),
    required("subnetwork", LINK),
];

const TAGS: Table = &[
    optional("fingerprint", Plain::Text(0, 64)),
    optional("items", Plain::List(&TAG, 64)),
];

pub(crate) const INSTANCE: Table = &[
    name(),
    description(),
    optional("canIpForward", SWITCH),
    optional("disks", Plain::Any),
    optional("labels", Plain::Any),
    optional("machineType", LINK),
    required(
        "networkInterfaces",
        Plain::List(&Plain::Fields(INTERFACE), 8),
    ),
    optional("tags", Plain::Fields(TAGS)),
    optional("zone", LINK),
];

pub(crate) const PUBLIC_DELEGATED_PREFIX: Table = &[
    name(),
    description(),
    required("ipCidrRange", Plain::Net),
    required(
        "mode",
        Plain::OneOf(&[
            "DELEGATION",
            "EXTERNAL_IPV6_FORWARDING_RULE_CREATION",
            "EXTERNAL_IPV6_SUBNETWORK_CREATION",
            "INTERNAL_IPV6_SUBNETWORK_CREATION",
        ]),
    ),
    optional("parentPrefix", LINK),
    optional("region", LINK),
];

pub(crate) const PEERING: Table = &[
    Attribute::new("autoCreateRoutes", SWITCH, Default::True),
    Attribute::new("exchangeSubnetRoutes", SWITCH, Default::True),
    Attribute::new("exportCustomRoutes", SWITCH, Default::False),
    Attribute::new("importCustomRoutes", SWITCH, Default::False),
    optional("exportSubnetRoutesWithPublicIp", SWITCH),
    optional("importSubnetRoutesWithPublicIp", SWITCH),
    name(),
    required("network", LINK),
    Attribute::new(
        "stackType",
        Plain::OneOf(&["IPV4_IPV6", "IPV4_ONLY"]),
        Default::Text("IPV4_ONLY"),
    ),
];

pub(crate) const ADD_PEERING: Table = &[
    optional("autoCreateRoutes", SWITCH),
    optional("name", Plain::Text(1, 63)),
    optional("networkPeering", Plain::Fields(PEERING)),
    optional("peerNetwork", LINK),
];

pub(crate) const REMOVE_PEERING: Table = &[required("name", Plain::Text(1, 63))];

pub(crate) const EXPAND: Table = &[required("ipCidrRange", Plain::Net)];
