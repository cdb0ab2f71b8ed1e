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
    /// A field has no effect on the cluster's network.
    pub IGNORED = "AZURE-IGNORED", "A field has no effect here", "";
}
