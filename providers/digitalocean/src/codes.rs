//! What this driver has to say, by code.

groundwork_model::codes! {
    pub CLUSTER_NAME = "DIGITALOCEAN-CLUSTER-NAME", "The cluster's name cannot be part of a tag", "https://docs.digitalocean.com/products/droplets/how-to/tag/";
    pub DEFAULT_STAYS = "DIGITALOCEAN-DEFAULT-STAYS", "A default VPC cannot be deleted and stays", "https://docs.digitalocean.com/products/networking/vpc/";
    pub DROPLET = "DIGITALOCEAN-DROPLET", "A droplet of the cluster lacks an address", "https://docs.digitalocean.com/products/networking/ipv6/";
    pub DROPLET_IPV6 = "DIGITALOCEAN-DROPLET-IPV6", "IPv6 belongs to the droplet, not to the VPC", "https://docs.digitalocean.com/products/networking/ipv6/";
    pub FIREWALL_FAILED = "DIGITALOCEAN-FIREWALL-FAILED", "The firewall could not be applied to every droplet", "";
    pub FIREWALL_TARGET = "DIGITALOCEAN-FIREWALL-TARGET", "The firewall does not apply to the cluster's droplets", "https://docs.digitalocean.com/products/networking/firewalls/";
    pub FIRST_VPC = "DIGITALOCEAN-FIRST-VPC", "The VPC becomes the default of its region, which is never deleted", "https://docs.digitalocean.com/products/networking/vpc/";
    pub LATE_IPV6 = "DIGITALOCEAN-LATE-IPV6", "A node may miss its IPv6 address when its kubelet starts", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/dual-stack/";
    pub NAME_TAKEN = "DIGITALOCEAN-NAME-TAKEN", "Somebody else's VPC has the name that the cluster's would have", "";
    pub NAMED = "DIGITALOCEAN-NAMED", "What the document names does not exist, or more than once", "";
    pub NAT_GATEWAY = "DIGITALOCEAN-NAT-GATEWAY", "The NAT gateway does not serve the VPC", "https://docs.digitalocean.com/products/networking/vpc/how-to/create-nat-gateway/";
    pub RANGE = "DIGITALOCEAN-RANGE", "The range cannot be a VPC's or a subnet's", "https://docs.digitalocean.com/products/networking/vpc/details/limits/";
    pub REGION = "DIGITALOCEAN-REGION", "The region is missing, or another one", "https://docs.digitalocean.com/platform/regional-availability/";
    pub ROOM = "DIGITALOCEAN-ROOM", "The VPC has few addresses", "https://docs.digitalocean.com/products/networking/vpc/details/limits/";
    pub SUBNET = "DIGITALOCEAN-SUBNET", "A subnet needs a name and a range of its own", "";
}
