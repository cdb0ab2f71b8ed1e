//! Neutron's tables of attributes, resource by resource.

use super::attribute::{Attribute, Default, Shown};
use super::form::Form;

const fn id() -> Attribute {
    Attribute::fixed("id")
}

const fn tenant() -> Attribute {
    Attribute::new("tenant_id", Form::Text(255), Default::Nothing)
}

const fn project() -> Attribute {
    Attribute::new("project_id", Form::Text(255), Default::Nothing)
}

const fn name() -> Attribute {
    Attribute::new("name", Form::Text(255), Default::Text("")).put()
}

const fn up() -> Attribute {
    Attribute::new("admin_state_up", Form::Flag, Default::True).put()
}

const fn hints(alias: &'static str) -> Attribute {
    Attribute::new("availability_zone_hints", Form::Texts, Default::List)
        .of(alias)
        .unfiltered()
}

const fn zones(alias: &'static str) -> Attribute {
    Attribute::fixed("availability_zones")
        .of(alias)
        .unfiltered()
}

const fn unset(name: &'static str, form: Form) -> Attribute {
    Attribute::new(name, form, Default::Nothing)
}

/// What every resource but address scopes has.
pub(crate) const STANDARD: &[Attribute] = &[
    Attribute::new("description", Form::Text(255), Default::Text(""))
        .put()
        .of("standard-attr-description"),
    Attribute::fixed("created_at")
        .of("standard-attr-timestamp")
        .unfiltered(),
    Attribute::fixed("updated_at")
        .of("standard-attr-timestamp")
        .unfiltered(),
    Attribute::fixed("revision_number").of("standard-attr-revisions"),
];

/// What taggable resources have.
pub(crate) const TAGS: &[Attribute] = &[Attribute::fixed("tags")
    .of("standard-attr-tag")
    .unfiltered()];

pub(super) const NETWORK: &[Attribute] = &[
    id(),
    name(),
    tenant(),
    project(),
    up(),
    Attribute::fixed("status"),
    Attribute::fixed("subnets").unfiltered(),
    Attribute::new("shared", Form::Flag, Default::False)
        .put()
        .admin(),
    unset("mtu", Form::NonNegative).put().of("net-mtu"),
    Attribute::new("router:external", Form::Flag, Default::False)
        .put()
        .admin()
        .of("external-net"),
    Attribute::new("is_default", Form::Flag, Default::False)
        .put()
        .admin()
        .of("external-net")
        .shown(Shown::Nobody),
    Attribute::new("port_security_enabled", Form::Flag, Default::True)
        .put()
        .of("port-security")
        .unfiltered(),
    Attribute::new("dns_domain", Form::Text(255), Default::Text(""))
        .put()
        .of("dns-integration")
        .unfiltered(),
    unset("provider:network_type", Form::Text(32))
        .put()
        .admin()
        .of("provider")
        .shown(Shown::Admins),
    unset("provider:physical_network", Form::Text(64))
        .put()
        .admin()
        .of("provider")
        .shown(Shown::Admins),
    unset("provider:segmentation_id", Form::NonNegative)
        .put()
        .admin()
        .of("provider")
        .shown(Shown::Admins),
    hints("network_availability_zone"),
    zones("network_availability_zone"),
    Attribute::fixed("ipv4_address_scope")
        .of("address-scope")
        .unfiltered(),
    Attribute::fixed("ipv6_address_scope")
        .of("address-scope")
        .unfiltered(),
    Attribute::fixed("l2_adjacency")
        .of("l2_adjacency")
        .unfiltered(),
];

const MODES: Form = Form::OneOf(&["dhcpv6-stateful", "dhcpv6-stateless", "slaac"]);

pub(super) const SUBNET: &[Attribute] = &[
    id(),
    name(),
    tenant(),
    project(),
    Attribute::new("ip_version", Form::Version, Default::Required),
    Attribute::new("network_id", Form::Uuid, Default::Required),
    unset("cidr", Form::Cidr),
    unset("subnetpool_id", Form::Pool).of("subnet_allocation"),
    unset("prefixlen", Form::NonNegative)
        .of("subnet_allocation")
        .shown(Shown::Nobody)
        .unfiltered(),
    Attribute::new("use_default_subnetpool", Form::Flag, Default::False)
        .of("default-subnetpools")
        .shown(Shown::Nobody)
        .unfiltered(),
    unset("gateway_ip", Form::AddressOrNull).put(),
    unset("allocation_pools", Form::Pools).put().unfiltered(),
    unset("dns_nameservers", Form::Nameservers)
        .put()
        .unfiltered(),
    unset("host_routes", Form::Routes).put().unfiltered(),
    Attribute::new("enable_dhcp", Form::Flag, Default::True).put(),
    unset("ipv6_ra_mode", MODES),
    unset("ipv6_address_mode", MODES),
    unset("service_types", Form::Texts)
        .put()
        .of("subnet-service-types")
        .unfiltered(),
    Attribute::fixed("shared").shown(Shown::Nobody),
    Attribute::fixed("router:external").of("subnet-external-network"),
    Attribute::fixed("segment_id")
        .of("segment")
        .shown(Shown::Admins),
];

pub(super) const SUBNET_POOL: &[Attribute] = &[
    id(),
    Attribute::new("name", Form::FilledText, Default::Required).put(),
    tenant(),
    project(),
    Attribute::new("prefixes", Form::PrefixList, Default::Required)
        .put()
        .unfiltered(),
    Attribute::fixed("ip_version"),
    unset("default_prefixlen", Form::NonNegative).put(),
    unset("min_prefixlen", Form::NonNegative).put(),
    unset("max_prefixlen", Form::NonNegative).put(),
    unset("default_quota", Form::NonNegative).put(),
    Attribute::new("is_default", Form::Flag, Default::False)
        .put()
        .admin(),
    Attribute::new("shared", Form::Flag, Default::False).admin(),
    Attribute::new("address_scope_id", Form::UuidOrNull, Default::Null)
        .put()
        .of("address-scope"),
];

pub(super) const ADDRESS_SCOPE: &[Attribute] = &[
    id(),
    name(),
    tenant(),
    project(),
    Attribute::new("ip_version", Form::Version, Default::Required),
    Attribute::new("shared", Form::Flag, Default::False)
        .put()
        .admin(),
];

pub(super) const FLOATING_IP: &[Attribute] = &[
    id(),
    tenant(),
    project(),
    Attribute::new("floating_network_id", Form::Uuid, Default::Required),
    Attribute::new("floating_ip_address", Form::AddressOrNull, Default::Null).admin(),
    Attribute::new("port_id", Form::UuidOrNull, Default::Null).put(),
    Attribute::new("fixed_ip_address", Form::AddressOrNull, Default::Null).put(),
    Attribute::fixed("router_id"),
    Attribute::fixed("status"),
];

pub(super) const ROUTER: &[Attribute] = &[
    id(),
    name(),
    tenant(),
    project(),
    up(),
    Attribute::fixed("status").unfiltered(),
    Attribute::new("external_gateway_info", Form::GatewayInfo, Default::Null)
        .put()
        .unfiltered(),
    Attribute::fixed("routes")
        .put()
        .of("extraroute")
        .unfiltered(),
    unset("distributed", Form::Flag)
        .put()
        .admin()
        .of("dvr")
        .shown(Shown::Admins)
        .unfiltered(),
    unset("ha", Form::Flag)
        .put()
        .admin()
        .of("l3-ha")
        .shown(Shown::Admins)
        .unfiltered(),
    hints("router_availability_zone"),
    zones("router_availability_zone"),
    Attribute::fixed("flavor_id").unfiltered(),
];

pub(super) const PORT: &[Attribute] = &[
    id(),
    name(),
    tenant(),
    project(),
    Attribute::new("network_id", Form::Uuid, Default::Required),
    up(),
    Attribute::fixed("status"),
    unset("mac_address", Form::Mac).put(),
    unset("fixed_ips", Form::FixedIps).put(),
    Attribute::new("device_id", Form::Text(255), Default::Text("")).put(),
    Attribute::new("device_owner", Form::Text(255), Default::Text("")).put(),
    unset("security_groups", Form::Uuids)
        .put()
        .of("security-group"),
    unset("allowed_address_pairs", Form::Any)
        .put()
        .of("allowed-address-pairs")
        .unfiltered(),
    unset("port_security_enabled", Form::Flag)
        .put()
        .of("port-security")
        .unfiltered(),
    Attribute::new("binding:vnic_type", Form::Text(64), Default::Text("normal"))
        .put()
        .of("binding")
        .unfiltered(),
    unset("binding:host_id", Form::Any)
        .put()
        .admin()
        .of("binding")
        .shown(Shown::Admins),
    unset("binding:profile", Form::Any)
        .put()
        .admin()
        .of("binding")
        .shown(Shown::Admins),
    Attribute::fixed("binding:vif_details")
        .of("binding")
        .shown(Shown::Admins)
        .unfiltered(),
    Attribute::fixed("binding:vif_type")
        .of("binding")
        .shown(Shown::Admins)
        .unfiltered(),
    Attribute::new("dns_name", Form::Text(255), Default::Text(""))
        .put()
        .of("dns-integration")
        .unfiltered(),
    Attribute::fixed("dns_assignment")
        .of("dns-integration")
        .unfiltered(),
    Attribute::fixed("extra_dhcp_opts").put().unfiltered(),
    Attribute::fixed("ip_allocation").of("ip_allocation"),
];

pub(super) const SECURITY_GROUP: &[Attribute] = &[
    id(),
    Attribute::new("name", Form::GroupName, Default::Text("")).put(),
    tenant(),
    project(),
    Attribute::new("stateful", Form::Flag, Default::True)
        .put()
        .of("stateful-security-group")
        .unfiltered(),
    Attribute::fixed("shared").of("security-groups-shared-filtering"),
    Attribute::fixed("security_group_rules").unfiltered(),
];

const DIRECTIONS: Form = Form::OneOf(&["ingress", "egress"]);

pub(super) const SECURITY_GROUP_RULE: &[Attribute] = &[
    id(),
    tenant(),
    project(),
    Attribute::new("security_group_id", Form::Text(36), Default::Required),
    Attribute::new("direction", DIRECTIONS, Default::Required),
    Attribute::new("ethertype", Form::Ethertype, Default::Text("IPv4")),
    Attribute::new("protocol", Form::Protocol, Default::Null),
    Attribute::new("port_range_min", Form::PortNumber, Default::Null),
    Attribute::new("port_range_max", Form::PortNumber, Default::Null),
    Attribute::new("remote_ip_prefix", Form::Prefix, Default::Null),
    Attribute::new("remote_group_id", Form::Any, Default::Null),
    Attribute::new("remote_address_group_id", Form::Any, Default::Null)
        .of("security-groups-remote-address-group"),
    Attribute::fixed("normalized_cidr").of("security-groups-normalized-cidr"),
    Attribute::fixed("belongs_to_default_sg").of("security-groups-rules-belongs-to-default-sg"),
];
