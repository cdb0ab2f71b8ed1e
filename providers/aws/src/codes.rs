//! The findings about AWS, as stable codes.

groundwork_model::codes! {
    /// The document names an object that does not exist.
    pub MISSING = "AWS-MISSING", "A named object does not exist", "";
    /// A new VPC is made where the reference system would take the default one.
    pub VPC_NEW = "AWS-VPC-NEW", "A new VPC is made", "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html";
    /// What is made costs money by the hour.
    pub COST = "AWS-COST", "What is made costs money", "https://aws.amazon.com/vpc/pricing/";
    /// The VPC's range is not one that AWS takes.
    pub VPC_CIDR = "AWS-VPC-CIDR", "The VPC's range cannot be used", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
    /// The source of the IPv6 range contradicts itself.
    pub IPV6_SOURCE = "AWS-IPV6-SOURCE", "The source of the IPv6 range cannot be used", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html";
    /// A zone does not exist, or is not one of the region's ordinary ones.
    pub ZONE = "AWS-ZONE", "A zone cannot be used", "https://docs.aws.amazon.com/vpc/latest/userguide/Extend_VPCs.html";
    /// A field has no effect on the cluster's network.
    pub IGNORED = "AWS-IGNORED", "A field has no effect here", "";
    /// Fields contradict each other.
    pub CONTRADICTION = "AWS-CONTRADICTION", "Fields contradict each other", "";
    /// The VPC has no IPv6 range.
    pub VPC_IPV6 = "AWS-VPC-IPV6", "The VPC has no IPv6 range", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";
    /// A VPC that was made for IPv4 has IPv6 already.
    pub IPV6_KEPT = "AWS-IPV6-KEPT", "The VPC keeps IPv6, which the document does not ask for", "";
    /// A subnet is in another VPC.
    pub SUBNET_VPC = "AWS-SUBNET-VPC", "A subnet is in another VPC", "";
    /// No subnet is fit for nodes.
    pub SUBNET_NONE = "AWS-SUBNET-NONE", "No subnet can hold nodes", "";
    /// A subnet lacks one of the families.
    pub SUBNET_FAMILY = "AWS-SUBNET-FAMILY", "A subnet lacks a family", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";
    /// Machines of a subnet get no IPv6 address of their own accord.
    pub SUBNET_ASSIGN = "AWS-SUBNET-ASSIGN", "Machines of a subnet get no IPv6 address", "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html";
    /// Few addresses are free.
    pub SUBNET_FULL = "AWS-SUBNET-FULL", "A subnet has few free addresses", "";
    /// An object has no room for the cluster's tag.
    pub TAGS_FULL = "AWS-TAGS-FULL", "An object has no room for one more tag", "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html";
    /// The VPC gives machines no names.
    pub VPC_DNS = "AWS-VPC-DNS", "The VPC gives machines no names", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html";
    /// An object is still being made.
    pub NOT_READY = "AWS-NOT-READY", "An object cannot be used yet", "";
    /// Another cluster, or its controller, says that it owns an object.
    pub OWNED = "AWS-OWNED", "An object is owned by another cluster", "https://cloud-provider-aws.sigs.k8s.io/prerequisites/";
    /// The VPC is another account's.
    pub SHARED_VPC = "AWS-SHARED-VPC", "The VPC is shared by another account", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html";
    /// A family has no way out.
    pub ROUTE = "AWS-ROUTE", "A subnet has no way out", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    /// A route leads to what is gone.
    pub BLACKHOLE = "AWS-BLACKHOLE", "A route leads to an object that does not exist", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    /// The account keeps subnets from the internet.
    pub BLOCKED = "AWS-BLOCKED", "The account keeps a subnet from the internet", "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html";
    /// The VPC enforces encryption, and a gateway has no exclusion from it.
    pub ENCRYPTION = "AWS-ENCRYPTION", "The VPC enforces encryption in transit, which a gateway is not excluded from", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html";
    /// Where a route leads cannot be seen.
    pub ROUTE_UNSEEN = "AWS-ROUTE-UNSEEN", "Where a route leads cannot be seen from here", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    /// Nodes that are hidden over IPv4 are not over IPv6.
    pub EXPOSED = "AWS-EXPOSED", "Nodes are private over IPv4 and public over IPv6", "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html";
    /// Node ports of private subnets cannot be reached from outside.
    pub PRIVATE = "AWS-PRIVATE", "Nodes cannot be reached from outside over IPv6", "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html";
    /// Nodes have no public IPv4 address and no NAT.
    pub PUBLIC_IPV4 = "AWS-PUBLIC-IPV4", "Nodes of a public subnet get no public IPv4 address", "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html";
    /// A network ACL shuts out what a cluster needs.
    pub NETWORK_ACL = "AWS-NETWORK-ACL", "A network ACL blocks traffic that nodes need", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html";
    /// The security group is in another VPC.
    pub GROUP_VPC = "AWS-GROUP-VPC", "The security group is in another VPC", "";
    /// A permission is missing.
    pub PERMISSION = "AWS-PERMISSION", "A permission is missing", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ec2-api-permissions.html";
    /// Permissions that cannot be asked about.
    pub PERMISSION_UNASKED = "AWS-PERMISSION-UNASKED", "Some permissions cannot be asked about beforehand", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ec2-api-permissions.html";
    /// A quota would be exceeded.
    pub QUOTA = "AWS-QUOTA", "A quota does not leave room", "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
    /// A quota is reached exactly.
    pub QUOTA_LAST = "AWS-QUOTA-LAST", "A quota is used up afterwards", "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
    /// Quotas were not read, or are not known.
    pub QUOTA_UNKNOWN = "AWS-QUOTA-UNKNOWN", "The quotas could not be read", "https://docs.aws.amazon.com/servicequotas/latest/userguide/identity-access-management.html";
    /// Roles and instance profiles are not made.
    pub IAM = "AWS-IAM", "Roles and instance profiles are not made", "https://cloud-provider-aws.sigs.k8s.io/prerequisites/";
    /// Kubernetes publishes no IPv6 address of nodes.
    pub NODE_ADDRESS = "AWS-NODE-ADDRESS", "Nodes show no IPv6 address", "https://github.com/kubermatic/kubermatic/issues/9899";
    /// Load balancers serve one family.
    pub LOAD_BALANCER = "AWS-LOAD-BALANCER", "Services of type LoadBalancer are not dual-stack", "https://github.com/kubernetes/cloud-provider-aws/issues/477";
    /// CentOS 7 finds no IPv6 default route.
    pub CENTOS = "AWS-CENTOS-7", "CentOS 7 may find no IPv6 default route", "https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/#aws";
    /// Images decide how machines of some systems take IPv6.
    pub NETWORK_MANAGER = "AWS-NETWORK-MANAGER", "RHEL and Rocky Linux take IPv6 as their image says", "https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/#centos--rhel--rocky-linux";
}
