//! The findings about Azure, as stable codes.

groundwork_model::codes! {
    /// The document names an object that does not exist.
    pub MISSING = "AZURE-MISSING", "A named object does not exist", "";
    /// A text is no name of a resource.
    pub NAME = "AZURE-NAME", "A text is no name of a resource", "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork";
    /// Somebody else's object has the name that ours would have.
    pub NAME_TAKEN = "AZURE-NAME-TAKEN", "Another object has the name that is needed", "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
    /// The region is not given, or the subscription cannot use it.
    pub LOCATION = "AZURE-LOCATION", "The region is not known", "https://learn.microsoft.com/azure/reliability/regions-list";
    /// Nothing can be made in the subscription.
    pub SUBSCRIPTION = "AZURE-SUBSCRIPTION", "The subscription is disabled", "https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states";
    /// A range cannot be used.
    pub RANGE = "AZURE-RANGE", "A range cannot be used", "https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview";
    /// The network has no IPv6 range for the subnet.
    pub NETWORK_IPV6 = "AZURE-NETWORK-IPV6", "The network has no IPv6 range", "https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview";
    /// Basic load balancers and public addresses have ended.
    pub BASIC = "AZURE-BASIC", "The Basic SKU has ended", "https://learn.microsoft.com/azure/load-balancer/skus";
    /// The region has no NAT gateways with IPv6.
    pub NAT_REGION = "AZURE-NAT-REGION", "NAT gateways with IPv6 do not exist in the region", "https://learn.microsoft.com/azure/nat-gateway/nat-sku";
    /// Outbound rules of load balancers carry no IPv6 behind a NAT gateway.
    pub NAT_LOAD_BALANCER = "AZURE-NAT-LOAD-BALANCER", "A NAT gateway takes IPv6 away from load balancers", "https://learn.microsoft.com/azure/nat-gateway/nat-sku";
    /// A subnet has no IPv6 range.
    pub SUBNET_IPV6 = "AZURE-SUBNET-IPV6", "The subnet has no IPv6 range", "https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview";
    /// A subnet is for a service alone.
    pub DELEGATED = "AZURE-DELEGATED", "Machines cannot be in the subnet", "https://learn.microsoft.com/azure/virtual-network/subnet-delegation-overview";
    /// A subnet has no addresses left.
    pub FULL = "AZURE-FULL", "The subnet has too few addresses left", "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq";
    /// Something keeps out some machines, or what they ask.
    pub POLICY = "AZURE-POLICY", "A policy of the network narrows what nodes can do", "https://learn.microsoft.com/azure/virtual-network/virtual-network-encryption-overview";
    /// A family of nodes has no way out.
    pub WAY_OUT = "AZURE-WAY-OUT", "Nodes have no way out of the network", "https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access";
    /// The NAT gateway has no IPv6.
    pub NAT_SKU = "AZURE-NAT-SKU", "The NAT gateway has no IPv6", "https://learn.microsoft.com/azure/nat-gateway/nat-sku";
    /// One family goes by a firewall, and the other does not.
    pub APPLIANCE = "AZURE-APPLIANCE", "IPv6 does not go by the firewall", "https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview";
    /// A peering does not carry everything.
    pub PEERING = "AZURE-PEERING", "A peering does not carry everything", "https://learn.microsoft.com/azure/virtual-network/update-virtual-network-peering-address-space";
    /// A rule denies what nodes need.
    pub DENIED = "AZURE-DENIED", "A rule denies what nodes need", "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview";
    /// A rule may deny what nodes need.
    pub UNSURE = "AZURE-RULE-UNSURE", "A rule may deny what nodes need", "https://learn.microsoft.com/azure/virtual-network/application-security-groups";
    /// A subnet has no security group.
    pub NO_GROUP = "AZURE-NO-GROUP", "The subnet has no security group", "https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview#limitations";
    /// Rules cannot name ICMPv6.
    pub ICMPV6 = "AZURE-ICMPV6", "Security groups have no ICMPv6", "https://www.rfc-editor.org/rfc/rfc4890#section-4.3.1";
    /// The account lacks a permission.
    pub PERMISSION = "AZURE-PERMISSION", "The account lacks a permission", "https://learn.microsoft.com/azure/role-based-access-control/custom-roles";
    /// What the account may do is not known.
    pub PERMISSION_UNKNOWN = "AZURE-PERMISSION-UNKNOWN", "The account's permissions are not known", "https://learn.microsoft.com/rest/api/authorization/permissions";
    /// A limit of the subscription is reached.
    pub QUOTA = "AZURE-QUOTA", "A limit of the subscription is reached", "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits";
    /// The limits of the subscription are not known.
    pub QUOTA_UNKNOWN = "AZURE-QUOTA-UNKNOWN", "The subscription's limits are not known", "https://learn.microsoft.com/rest/api/virtualnetwork/usages/list";
    /// A field has no effect on the cluster's network.
    pub IGNORED = "AZURE-IGNORED", "A field has no effect here", "";
}
