//! The findings about AWS, as stable codes.

groundwork_model::codes! {
    pub MISSING = "AWS-MISSING", "A named object does not exist", "";
    pub VPC_NEW = "AWS-VPC-NEW", "A new VPC is made", "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html";
    pub COST = "AWS-COST", "What is made costs money", "https://aws.amazon.com/vpc/pricing/";
    pub VPC_CIDR = "AWS-VPC-CIDR", "The VPC's range cannot be used", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
    pub IPV6_SOURCE = "AWS-IPV6-SOURCE", "The source of the IPv6 range cannot be used", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html";
    pub ZONE = "AWS-ZONE", "A zone cannot be used", "https://docs.aws.amazon.com/vpc/latest/userguide/Extend_VPCs.html";
    pub IGNORED = "AWS-IGNORED", "A field has no effect here", "";
    pub CONTRADICTION = "AWS-CONTRADICTION", "Fields contradict each other", "";
    pub VPC_IPV6 = "AWS-VPC-IPV6", "The VPC has no IPv6 range", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";
    pub IPV6_KEPT = "AWS-IPV6-KEPT", "The VPC keeps IPv6, which the document does not ask for", "";
    pub SUBNET_VPC = "AWS-SUBNET-VPC", "A subnet is in another VPC", "";
    pub SUBNET_NONE = "AWS-SUBNET-NONE", "No subnet can hold nodes", "";
    pub SUBNET_FAMILY = "AWS-SUBNET-FAMILY", "A subnet lacks a family", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";
    pub SUBNET_ASSIGN = "AWS-SUBNET-ASSIGN", "Machines of a subnet get no IPv6 address", "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html";
    pub SUBNET_FULL = "AWS-SUBNET-FULL", "A subnet has few free addresses", "";
    pub TAGS_FULL = "AWS-TAGS-FULL", "An object has no room for one more tag", "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html";
    pub VPC_DNS = "AWS-VPC-DNS", "The VPC gives machines no names", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html";
    pub NOT_READY = "AWS-NOT-READY", "An object cannot be used yet", "";
    pub OWNED = "AWS-OWNED", "An object is owned by another cluster", "https://cloud-provider-aws.sigs.k8s.io/prerequisites/";
    pub SHARED_VPC = "AWS-SHARED-VPC", "The VPC is shared by another account", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html";
    pub ROUTE = "AWS-ROUTE", "A subnet has no way out", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    pub BLACKHOLE = "AWS-BLACKHOLE", "A route leads to an object that does not exist", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    pub BLOCKED = "AWS-BLOCKED", "The account keeps a subnet from the internet", "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html";
    pub ENCRYPTION = "AWS-ENCRYPTION", "The VPC enforces encryption in transit, which a gateway is not excluded from", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html";
    pub ENCRYPTION_ACCOUNT = "AWS-ENCRYPTION-ACCOUNT", "The account attempts to enforce encryption in transit, which a gateway is not excluded from", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAccountVpcEncryptionControl.html";
    pub ENCRYPTION_UNASKED = "AWS-ENCRYPTION-UNASKED", "Whether the account enforces encryption in transit was not asked", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountVpcEncryptionControl.html";
    pub ROUTE_UNSEEN = "AWS-ROUTE-UNSEEN", "Where a route leads cannot be seen from here", "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
    pub EXPOSED = "AWS-EXPOSED", "Nodes are private over IPv4 and public over IPv6", "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html";
    pub PRIVATE = "AWS-PRIVATE", "Nodes cannot be reached from outside over IPv6", "https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html";
    pub PUBLIC_IPV4 = "AWS-PUBLIC-IPV4", "Nodes of a public subnet get no public IPv4 address", "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html";
    pub NETWORK_ACL = "AWS-NETWORK-ACL", "A network ACL blocks traffic that nodes need", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html";
    pub GROUP_VPC = "AWS-GROUP-VPC", "The security group is in another VPC", "";
    pub PERMISSION = "AWS-PERMISSION", "A permission is missing", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ec2-api-permissions.html";
    pub PERMISSION_UNASKED = "AWS-PERMISSION-UNASKED", "Some permissions cannot be asked about beforehand", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ec2-api-permissions.html";
    pub QUOTA = "AWS-QUOTA", "A quota does not leave room", "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
    pub QUOTA_LAST = "AWS-QUOTA-LAST", "A quota is used up afterwards", "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
    pub QUOTA_UNKNOWN = "AWS-QUOTA-UNKNOWN", "The quotas could not be read", "https://docs.aws.amazon.com/servicequotas/latest/userguide/identity-access-management.html";
    pub IAM = "AWS-IAM", "Roles and instance profiles are not made", "https://cloud-provider-aws.sigs.k8s.io/prerequisites/";
}
