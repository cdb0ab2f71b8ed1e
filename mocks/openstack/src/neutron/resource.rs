use super::attribute::Attribute;
use super::tables;

/// A collection of Neutron.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Resource {
    AddressScope,
    FloatingIp,
    Network,
    Port,
    Router,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    SubnetPool,
}

impl Resource {
    pub(crate) const ALL: [Self; 9] = [
        Self::AddressScope,
        Self::FloatingIp,
        Self::Network,
        Self::Port,
        Self::Router,
        Self::SecurityGroup,
        Self::SecurityGroupRule,
        Self::Subnet,
        Self::SubnetPool,
    ];

    /// The key of one object in a body, and the name of its quota.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::AddressScope => "address_scope",
            Self::FloatingIp => "floatingip",
            Self::Network => "network",
            Self::Port => "port",
            Self::Router => "router",
            Self::SecurityGroup => "security_group",
            Self::SecurityGroupRule => "security_group_rule",
            Self::Subnet => "subnet",
            Self::SubnetPool => "subnetpool",
        }
    }

    /// The key of a listing, and the kind in the store.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::AddressScope => "address_scopes",
            Self::FloatingIp => "floatingips",
            Self::Network => "networks",
            Self::Port => "ports",
            Self::Router => "routers",
            Self::SecurityGroup => "security_groups",
            Self::SecurityGroupRule => "security_group_rules",
            Self::Subnet => "subnets",
            Self::SubnetPool => "subnetpools",
        }
    }

    /// The extension that brings the collection; empty for the core.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::AddressScope => "address-scope",
            Self::Network | Self::Port | Self::Subnet => "",
            Self::FloatingIp | Self::Router => "router",
            Self::SecurityGroup | Self::SecurityGroupRule => "security-group",
            Self::SubnetPool => "subnet_allocation",
        }
    }

    /// By the name in the path (`security-groups`) or in a body (`security_groups`).
    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let plural = plural.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|resource| resource.plural() == plural)
    }

    /// Whether it has description, times, revision and (but for rules) tags.
    pub(crate) fn is_standard(self) -> bool {
        self != Self::AddressScope
    }

    pub(crate) fn is_taggable(self) -> bool {
        self.is_standard() && self != Self::SecurityGroupRule
    }

    /// The type of the error where an object is not there, and its message.
    pub(crate) fn absence(self, id: &str) -> (&'static str, String) {
        match self {
            Self::AddressScope => (
                "AddressScopeNotFound",
                format!("Address scope {id} could not be found."),
            ),
            Self::FloatingIp => (
                "FloatingIPNotFound",
                format!("Floating IP {id} could not be found"),
            ),
            Self::Network => (
                "NetworkNotFound",
                format!("Network {id} could not be found."),
            ),
            Self::Port => ("PortNotFound", format!("Port {id} could not be found.")),
            Self::Router => ("RouterNotFound", format!("Router {id} could not be found")),
            Self::SecurityGroup => (
                "SecurityGroupNotFound",
                format!("Security group {id} does not exist"),
            ),
            Self::SecurityGroupRule => (
                "SecurityGroupRuleNotFound",
                format!("Security group rule {id} does not exist"),
            ),
            Self::Subnet => ("SubnetNotFound", format!("Subnet {id} could not be found.")),
            Self::SubnetPool => (
                "SubnetPoolNotFound",
                format!("Subnet pool {id} could not be found."),
            ),
        }
    }

    /// Its own attributes; those that every standard resource has are in [`tables::STANDARD`].
    pub(crate) fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::AddressScope => tables::ADDRESS_SCOPE,
            Self::FloatingIp => tables::FLOATING_IP,
            Self::Network => tables::NETWORK,
            Self::Port => tables::PORT,
            Self::Router => tables::ROUTER,
            Self::SecurityGroup => tables::SECURITY_GROUP,
            Self::SecurityGroupRule => tables::SECURITY_GROUP_RULE,
            Self::Subnet => tables::SUBNET,
            Self::SubnetPool => tables::SUBNET_POOL,
        }
    }
}
