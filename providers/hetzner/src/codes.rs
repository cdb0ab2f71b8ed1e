//! The findings about Hetzner Cloud, as stable codes.

groundwork_model::codes! {
    /// The document names an object that does not exist.
    pub MISSING = "HETZNER-MISSING", "A named object does not exist", "";
    /// A name fits several objects.
    pub SEVERAL = "HETZNER-SEVERAL", "A name fits several objects", "";
    /// Somebody else's object has the name that ours would have.
    pub NAME_TAKEN = "HETZNER-NAME-TAKEN", "Another object has the name that is needed", "https://docs.hetzner.cloud/reference/cloud#errors";
    /// The location is not given, or does not exist.
    pub LOCATION = "HETZNER-LOCATION", "The location of servers is not known", "https://docs.hetzner.com/cloud/general/locations/";
    /// The document names a datacenter, and the API knows none any more.
    pub DATACENTER = "HETZNER-DATACENTER", "Hetzner's API has no datacenters any more", "https://docs.hetzner.cloud/changelog#2026-06-02-datacenters-deprecated";
    /// The range cannot be a network's.
    pub NETWORK_CIDR = "HETZNER-NETWORK-CIDR", "The network's range cannot be used", "https://docs.hetzner.cloud/reference/cloud#networks";
    /// The range cannot be a subnet's.
    pub SUBNET_CIDR = "HETZNER-SUBNET-CIDR", "The subnet's range cannot be used", "https://docs.hetzner.cloud/reference/cloud#networks";
    /// Another subnet has a part of the range.
    pub SUBNET_TAKEN = "HETZNER-SUBNET-TAKEN", "Another subnet has a part of the range", "https://docs.hetzner.cloud/reference/cloud#network-actions";
    /// Servers of the location cannot be in the network.
    pub SUBNET_ZONE = "HETZNER-SUBNET-ZONE", "The network has no subnet for servers of the location", "https://docs.hetzner.com/cloud/networks/faq";
    /// Few addresses are free.
    pub NETWORK_FULL = "HETZNER-NETWORK-FULL", "The network has few free addresses", "https://docs.hetzner.com/cloud/networks/faq";
    /// More rules than a firewall takes.
    pub RULES = "HETZNER-RULES", "A firewall does not take so many rules", "https://docs.hetzner.com/cloud/firewalls/faq/";
    /// Rules about what goes out shut out the rest.
    pub OUTBOUND = "HETZNER-OUTBOUND", "The firewall does not let everything out", "https://docs.hetzner.com/cloud/firewalls/faq/";
    /// A named firewall is applied to nothing.
    pub UNAPPLIED = "HETZNER-UNAPPLIED", "The firewall is applied to no server", "https://docs.hetzner.cloud/reference/cloud#firewall-actions";
    /// Nodes need a label, or the firewall does not protect them.
    pub NODE_LABEL = "HETZNER-NODE-LABEL", "Nodes need the label that the firewall is applied by", "https://docs.kubermatic.com/machine-controller/main/references/cloud-providers/hetzner";
    /// The network is of IPv4 alone.
    pub IPV6 = "HETZNER-IPV6", "IPv6 belongs to servers, not to networks", "https://docs.hetzner.com/cloud/networks/faq";
    /// Nodes do not reach each other over IPv6.
    pub NODE_IPV6 = "HETZNER-NODE-IPV6", "The firewall keeps nodes from each other over IPv6", "https://docs.hetzner.com/cloud/firewalls/faq/";
    /// Which addresses a node has depends on a setting of the cloud controller manager.
    pub NODE_ADDRESSES = "HETZNER-NODE-ADDRESSES", "The cloud controller manager decides which addresses a node has", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/647";
    /// Two pod ranges and the route controller exclude each other.
    pub ROUTES = "HETZNER-ROUTES", "Pods of both families are not routed by the network", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/explanation/private-networks.md";
    /// Releases of the cloud controller manager that fail.
    pub CONTROLLER = "HETZNER-CONTROLLER", "Older releases of the cloud controller manager fail", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/CHANGELOG.md";
    /// A Service of type LoadBalancer needs an annotation.
    pub LOAD_BALANCER = "HETZNER-LOAD-BALANCER", "Load balancers need a location", "https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/#hetzner";
    /// Without Konnectivity the order of a node's addresses matters.
    pub KONNECTIVITY = "HETZNER-KONNECTIVITY", "Dual-stack needs Konnectivity", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/305";
    /// A field has no effect on the cluster's network.
    pub IGNORED = "HETZNER-IGNORED", "A field has no effect here", "";
}
