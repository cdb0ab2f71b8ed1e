//! The findings about Google Cloud, as stable codes.

groundwork_model::codes! {
    /// The document names an object that does not exist.
    pub MISSING = "GCP-MISSING", "A named object does not exist", "";
    /// A text is no name of a resource.
    pub NAME = "GCP-NAME", "A text is no name of a resource", "https://cloud.google.com/compute/docs/naming-resources";
    /// Somebody else's object has the name that ours would have.
    pub NAME_TAKEN = "GCP-NAME-TAKEN", "Another object has the name that is needed", "https://cloud.google.com/compute/docs/naming-resources";
    /// The region is not given, or does not exist.
    pub REGION = "GCP-REGION", "The region is not known", "https://cloud.google.com/compute/docs/regions-zones";
    /// A zone of the datacenter does not exist.
    pub ZONE = "GCP-ZONE", "A zone does not exist", "https://cloud.google.com/compute/docs/regions-zones";
    /// The subnetwork is in another region.
    pub SUBNETWORK_REGION = "GCP-SUBNETWORK-REGION", "The subnetwork is in another region than the cluster", "https://cloud.google.com/vpc/docs/subnets";
    /// The subnetwork is in another network than the one that is named.
    pub SUBNETWORK_NETWORK = "GCP-SUBNETWORK-NETWORK", "The subnetwork is not in the network", "https://cloud.google.com/vpc/docs/subnets";
    /// The range cannot be a subnetwork's.
    pub SUBNET_CIDR = "GCP-SUBNET-CIDR", "The subnetwork's range cannot be used", "https://cloud.google.com/vpc/docs/subnets#ipv4-ranges";
    /// The range cannot be a network's own.
    pub INTERNAL_RANGE = "GCP-INTERNAL-RANGE", "The network's IPv6 range cannot be used", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// The source of the IPv6 range cannot be used.
    pub COLLECTION = "GCP-COLLECTION", "The source of the IPv6 range cannot be used", "https://cloud.google.com/vpc/docs/using-bring-your-own-ip";
    /// Dual-stack subnetworks need a network in custom mode.
    pub AUTO_MODE = "GCP-AUTO-MODE", "A network in auto mode has no dual-stack subnetworks", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// The subnetwork has not the families of the cluster.
    pub STACK = "GCP-STACK", "The subnetwork is of other families than the cluster", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// The subnetwork has the other kind of IPv6 addresses.
    pub ACCESS_TYPE = "GCP-ACCESS-TYPE", "The subnetwork has the other kind of IPv6 addresses", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// The subnetwork has no IPv6 range yet.
    pub PREFIX = "GCP-PREFIX", "The subnetwork has no IPv6 range", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// Load balancers cannot have addresses of the subnetwork.
    pub ENDPOINT = "GCP-ENDPOINT", "The subnetwork's IPv6 range is for machines alone", "https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks";
    /// Machines cannot be in the subnetwork.
    pub PURPOSE = "GCP-PURPOSE", "Machines cannot be in the subnetwork", "https://cloud.google.com/vpc/docs/subnets#purpose";
    /// Few addresses are free.
    pub FULL = "GCP-FULL", "The subnetwork has few free addresses", "https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet";
    /// The network is of another project.
    pub SHARED = "GCP-SHARED", "The network belongs to another project", "https://cloud.google.com/vpc/docs/shared-vpc";
    /// The network's profile does not allow what is needed.
    pub PROFILE = "GCP-PROFILE", "The network's profile does not allow what is needed", "https://cloud.google.com/vpc/docs/network-profiles";
    /// A family has no way out.
    pub WAY_OUT = "GCP-WAY-OUT", "A family has no way out", "https://cloud.google.com/vpc/docs/routes";
    /// Nodes without a public IPv4 address have no way out.
    pub NAT = "GCP-NAT", "Nodes without a public IPv4 address have no way out", "https://cloud.google.com/nat/docs/overview";
    /// A rule or a policy denies what nodes need.
    pub DENIED = "GCP-DENIED", "A firewall rule denies what nodes need", "https://cloud.google.com/firewall/docs/firewall-policies-overview#rule-evaluation";
    /// It is not known whether a rule is about the nodes.
    pub UNSURE = "GCP-FIREWALL-UNSURE", "It is not known whether a firewall rule is about the nodes", "https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order";
    /// The rules that are in force could not be read.
    pub FIREWALLS_UNKNOWN = "GCP-FIREWALLS-UNKNOWN", "The firewall rules in force are not known", "https://cloud.google.com/firewall/docs/using-firewalls";
    /// A peering does not carry IPv6.
    pub PEERING = "GCP-PEERING", "A peering does not carry IPv6", "https://cloud.google.com/vpc/docs/vpc-peering";
    /// The account lacks a permission.
    pub PERMISSION = "GCP-PERMISSION", "The account lacks a permission", "https://cloud.google.com/compute/docs/access/iam-permissions";
    /// Permissions could not be asked about.
    pub PERMISSION_UNKNOWN = "GCP-PERMISSION-UNKNOWN", "It is not known what the account may do", "https://cloud.google.com/iam/docs/testing-permissions";
    /// A quota is used up.
    pub QUOTA = "GCP-QUOTA", "A quota has no room for the network", "https://cloud.google.com/compute/resource-usage";
    /// Quotas could not be read.
    pub QUOTA_UNKNOWN = "GCP-QUOTA-UNKNOWN", "The quotas are not known", "https://cloud.google.com/compute/resource-usage";
    /// Machines need a network tag, or no rule is for them.
    pub NODE_TAG = "GCP-NODE-TAG", "Nodes need the network tag of the firewall rules", "https://docs.kubermatic.com/machine-controller/main/references/cloud-providers/gcp";
    /// Which addresses a node has depends on the release of the cloud controller manager.
    /// Services of type LoadBalancer are of one family.
    /// Internal addresses do not reach the internet.
    pub INTERNAL_IPV6 = "GCP-INTERNAL-IPV6", "Nodes' IPv6 addresses are of the network alone", "https://cloud.google.com/vpc/docs/subnets#ipv6-ranges";
    /// A field has no effect on the cluster's network.
    pub IGNORED = "GCP-IGNORED", "A field has no effect here", "";
}
