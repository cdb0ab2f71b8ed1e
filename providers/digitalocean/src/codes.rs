//! What this driver has to say, by code.

groundwork_model::codes! {
    /// The cluster's name is no tag.
    pub CLUSTER_NAME = "DIGITALOCEAN-CLUSTER-NAME", "The cluster's name cannot be part of a tag", "https://docs.digitalocean.com/products/droplets/how-to/tag/";
    /// A default VPC of ours stays when its cluster goes.
    pub DEFAULT_STAYS = "DIGITALOCEAN-DEFAULT-STAYS", "A default VPC cannot be deleted and stays", "https://docs.digitalocean.com/products/networking/vpc/";
    /// A droplet lacks a family, or a private address.
    pub DROPLET = "DIGITALOCEAN-DROPLET", "A droplet of the cluster lacks an address", "https://docs.digitalocean.com/products/networking/ipv6/";
    /// IPv6 belongs to droplets.
    pub DROPLET_IPV6 = "DIGITALOCEAN-DROPLET-IPV6", "IPv6 belongs to the droplet, not to the VPC", "https://docs.digitalocean.com/products/networking/ipv6/";
    /// DigitalOcean could not apply a firewall.
    pub FIREWALL_FAILED = "DIGITALOCEAN-FIREWALL-FAILED", "The firewall could not be applied to every droplet", "";
    /// A named firewall does not apply to the nodes.
    pub FIREWALL_TARGET = "DIGITALOCEAN-FIREWALL-TARGET", "The firewall does not apply to the cluster's droplets", "https://docs.digitalocean.com/products/networking/firewalls/";
    /// The VPC that would be made becomes the default of its region.
    pub FIRST_VPC = "DIGITALOCEAN-FIRST-VPC", "The VPC becomes the default of its region, which is never deleted", "https://docs.digitalocean.com/products/networking/vpc/";
    /// IPv6 comes late on some systems.
    pub LATE_IPV6 = "DIGITALOCEAN-LATE-IPV6", "A node may miss its IPv6 address when its kubelet starts", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/dual-stack/";
    /// A load balancer has one family unless every node has both.
    pub LOAD_BALANCER = "DIGITALOCEAN-LOAD-BALANCER", "Load balancers have one family a Service", "https://github.com/digitalocean/digitalocean-cloud-controller-manager";
    /// Somebody else's VPC has the name.
    pub NAME_TAKEN = "DIGITALOCEAN-NAME-TAKEN", "Somebody else's VPC has the name that the cluster's would have", "";
    /// What is named exists several times, or does not exist.
    pub NAMED = "DIGITALOCEAN-NAMED", "What the document names does not exist, or more than once", "";
    /// The NAT gateway is not in the VPC, or not active.
    pub NAT_GATEWAY = "DIGITALOCEAN-NAT-GATEWAY", "The NAT gateway does not serve the VPC", "https://docs.digitalocean.com/products/networking/vpc/how-to/create-nat-gateway/";
    /// A range cannot be a VPC's, or a subnet's.
    pub RANGE = "DIGITALOCEAN-RANGE", "The range cannot be a VPC's or a subnet's", "https://docs.digitalocean.com/products/networking/vpc/details/limits/";
    /// The datacenter names no region, or the VPC is in another one.
    pub REGION = "DIGITALOCEAN-REGION", "The region is missing, or another one", "https://docs.digitalocean.com/platform/regional-availability/";
    /// The VPC has few addresses left.
    pub ROOM = "DIGITALOCEAN-ROOM", "The VPC has few addresses", "https://docs.digitalocean.com/products/networking/vpc/details/limits/";
    /// A subnet is not described in full.
    pub SUBNET = "DIGITALOCEAN-SUBNET", "A subnet needs a name and a range of its own", "";
}
