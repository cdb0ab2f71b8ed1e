//! The findings about OpenStack, as stable codes.

groundwork_model::codes! {
    /// The datacenter does not allow dual-stack clusters.
    pub IPV6_DISABLED = "OPENSTACK-IPV6-DISABLED", "The datacenter does not allow IPv6", "https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/#openstack";
    /// The document names an object that does not exist.
    pub MISSING = "OPENSTACK-MISSING", "A named object does not exist", "";
    /// A name fits several objects.
    pub SEVERAL = "OPENSTACK-SEVERAL", "A name fits several objects", "";
    /// The named network leads out of the cloud.
    pub NETWORK_EXTERNAL = "OPENSTACK-NETWORK-EXTERNAL", "The network is an external one", "https://docs.openstack.org/neutron/latest/admin/intro-os-networking.html";
    /// The token may not change anything.
    pub ROLE = "OPENSTACK-ROLE", "The token's role does not allow changes", "https://docs.openstack.org/keystone/latest/admin/service-api-protection.html";
    /// Only the owner of a network or subnet can do that with it.
    pub OWNER = "OPENSTACK-OWNER", "Only the owner of a network can do that", "https://docs.openstack.org/neutron/latest/configuration/policy.html";
    /// The router of a shared subnet is invisible.
    pub ROUTER_UNSEEN = "OPENSTACK-ROUTER-UNSEEN", "The router of a shared subnet cannot be seen", "https://docs.openstack.org/neutron/latest/configuration/policy.html";
    /// A subnet waits for a delegated prefix.
    pub PREFIX_DELEGATION = "OPENSTACK-PREFIX-DELEGATION", "A subnet has no prefix yet", "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";
    /// The cloud's network is OVN.
    pub OVN = "OPENSTACK-OVN", "The cloud's network is OVN", "https://docs.openstack.org/neutron/latest/ovn/gaps.html";
    /// The security group is stateless.
    pub STATELESS = "OPENSTACK-STATELESS", "The security group does not let replies in", "https://docs.openstack.org/neutron/latest/admin/config-sg-stateless.html";
    /// A subnet is named, but not its network.
    pub NETWORK_UNNAMED = "OPENSTACK-NETWORK-UNNAMED", "A subnet is named without its network", "";
    /// The subnet is in another network.
    pub SUBNET_NETWORK = "OPENSTACK-SUBNET-NETWORK", "A subnet is in another network", "";
    /// The subnet is of the other family.
    pub SUBNET_FAMILY = "OPENSTACK-SUBNET-FAMILY", "A subnet is of the wrong family", "";
    /// The subnet's range overlaps with another one on the same network or router.
    pub SUBNET_OVERLAP = "OPENSTACK-SUBNET-OVERLAP", "A subnet overlaps with another one that it is routed with", "https://docs.openstack.org/api-ref/network/v2/#create-subnet";
    /// The allocation pool is not two addresses of the subnet.
    pub ALLOCATION_POOL = "OPENSTACK-ALLOCATION-POOL", "The allocation pool does not fit the subnet", "https://docs.openstack.org/api-ref/network/v2/#create-subnet";
    /// The subnet is too small for nodes.
    pub SUBNET_SIZE = "OPENSTACK-SUBNET-SIZE", "The subnet has no room for nodes", "";
    /// The datacenter's authURL is no address.
    pub AUTH_URL = "OPENSTACK-AUTH-URL", "The address of Keystone cannot be used", "https://docs.openstack.org/api-ref/identity/v3/";
    /// Credentials are incomplete, or say two things.
    pub CREDENTIALS = "OPENSTACK-CREDENTIALS", "The credentials contradict each other", "https://docs.openstack.org/keystone/latest/user/application_credentials.html";
    /// Automatic addressing needs a /64.
    pub PREFIX_LENGTH = "OPENSTACK-PREFIX-LENGTH", "The IPv6 subnet is not a /64", "https://www.rfc-editor.org/rfc/rfc4862#section-5.5.3";
    /// Nothing tells nodes their IPv6 addresses.
    pub RA_MODE = "OPENSTACK-RA-MODE", "The IPv6 subnet has no address or advertisement mode", "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";
    /// A name server of the datacenter is not an address.
    pub DNS_SERVER = "OPENSTACK-DNS-SERVER", "A name server is not an address", "";
    /// Which source the IPv6 range comes from.
    pub IPV6_SOURCE = "OPENSTACK-IPV6-SOURCE", "Where the IPv6 range comes from", "https://docs.openstack.org/neutron/latest/admin/config-subnet-pools.html";
    /// The range that every cluster without a pool has.
    pub IPV6_FALLBACK = "OPENSTACK-IPV6-FALLBACK", "The IPv6 range is the one that all clusters without a pool share", "https://www.rfc-editor.org/rfc/rfc4193";
    /// A pool of the other family was named.
    pub POOL_FAMILY = "OPENSTACK-POOL-FAMILY", "The subnet pool is of the wrong family", "https://docs.openstack.org/neutron/latest/admin/config-subnet-pools.html";
    /// A pool does not give a prefix of that length.
    pub POOL_PREFIX = "OPENSTACK-POOL-PREFIX", "The subnet pool does not give such a prefix", "https://docs.openstack.org/neutron/latest/admin/config-subnet-pools.html";
    /// Subnets of one family on one network come from one pool.
    pub POOL_AFFINITY = "OPENSTACK-POOL-AFFINITY", "Subnets of one family on a network come from different pools", "https://docs.openstack.org/neutron/latest/admin/config-address-scopes.html";
    /// IPv6 is not routed between two address scopes.
    pub ADDRESS_SCOPE = "OPENSTACK-ADDRESS-SCOPE", "The IPv6 subnet and the external network are in different address scopes", "https://docs.openstack.org/neutron/latest/admin/config-address-scopes.html";
    /// There is no external network, or none by that name.
    pub EXTERNAL_NETWORK = "OPENSTACK-EXTERNAL-NETWORK", "The external network is not clear", "https://docs.openstack.org/neutron/latest/admin/intro-os-networking.html";
    /// Others have ports on the network.
    pub NETWORK_SHARED = "OPENSTACK-NETWORK-SHARED", "Others use the network too", "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";
    /// The router's gateway is missing.
    pub ROUTER_GATEWAY = "OPENSTACK-ROUTER-GATEWAY", "The router has no gateway", "https://docs.openstack.org/api-ref/network/v2/#update-router";
    /// The router's gateway has no IPv6 address.
    pub ROUTER_IPV6 = "OPENSTACK-ROUTER-IPV6", "The router's gateway has no IPv6 address", "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";
    /// The subnet is not attached to a router.
    pub SUBNET_UNROUTED = "OPENSTACK-SUBNET-UNROUTED", "A subnet is not attached to the router", "https://docs.openstack.org/api-ref/network/v2/#add-interface-to-router";
    /// Security groups cannot be used.
    pub PORT_SECURITY = "OPENSTACK-PORT-SECURITY", "The network's ports take no security group", "https://docs.openstack.org/api-ref/network/v2/#port-security";
    /// The subnet gives addresses to some kinds of devices alone.
    pub SUBNET_DEVICES = "OPENSTACK-SUBNET-DEVICES", "The subnet gives machines no addresses", "https://docs.openstack.org/neutron/latest/admin/config-service-subnets.html";
    /// Few addresses are free.
    pub SUBNET_FULL = "OPENSTACK-SUBNET-FULL", "A subnet has few free addresses", "";
    /// The gateway address of a subnet is not the router's.
    pub GATEWAY_ADDRESS = "OPENSTACK-GATEWAY-ADDRESS", "The router does not answer at the subnet's gateway address", "https://docs.openstack.org/api-ref/network/v2/#add-interface-to-router";
    /// Private addresses are not translated.
    pub ROUTER_SNAT = "OPENSTACK-ROUTER-SNAT", "The router does not translate private addresses", "https://docs.openstack.org/api-ref/network/v2/#routers-routers";
    /// The router's gateway has no IPv4 address.
    pub ROUTER_IPV4 = "OPENSTACK-ROUTER-IPV4", "The router's gateway has no IPv4 address", "";
    /// DHCP is off.
    pub SUBNET_DHCP = "OPENSTACK-SUBNET-DHCP", "DHCP is off", "";
    /// The subnet has no gateway address.
    pub SUBNET_GATEWAY = "OPENSTACK-SUBNET-GATEWAY", "The subnet has no gateway", "";
    /// A quota leaves too little room.
    pub QUOTA = "OPENSTACK-QUOTA", "A quota leaves too little room", "https://docs.openstack.org/neutron/latest/admin/ops-quotas.html";
    /// Quotas cannot be read.
    pub QUOTA_UNKNOWN = "OPENSTACK-QUOTA-UNKNOWN", "The quotas cannot be read", "https://docs.openstack.org/neutron/latest/admin/ops-quotas.html";
    /// An extension is missing.
    pub EXTENSION = "OPENSTACK-EXTENSION", "The cloud lacks an extension", "https://docs.openstack.org/api-ref/network/v2/#extensions";
    /// Load balancers serve one family.
    pub LOAD_BALANCER = "OPENSTACK-LOAD-BALANCER", "Services of type LoadBalancer get one family", "https://github.com/kubernetes/cloud-provider-openstack/issues/1937";
    /// Nodes have private addresses only.
    pub EGRESS_IPV6 = "OPENSTACK-EGRESS-IPV6", "Nodes cannot reach the internet over IPv6", "https://www.rfc-editor.org/rfc/rfc4193";
}
