//! The findings about Hetzner Cloud, as stable codes.

groundwork_model::codes! {
    pub MISSING = "HETZNER-MISSING", "A named object does not exist", "";
    pub SEVERAL = "HETZNER-SEVERAL", "A name fits several objects", "";
    pub NAME_TAKEN = "HETZNER-NAME-TAKEN", "Another object has the name that is needed", "https://docs.hetzner.cloud/reference/cloud#errors";
    pub LOCATION = "HETZNER-LOCATION", "The location of servers is not known", "https://docs.hetzner.com/cloud/general/locations/";
    pub DATACENTER = "HETZNER-DATACENTER", "Hetzner's API has no datacenters any more", "https://docs.hetzner.cloud/changelog#2026-06-02-datacenters-deprecated";
    pub NETWORK_CIDR = "HETZNER-NETWORK-CIDR", "The network's range cannot be used", "https://docs.hetzner.cloud/reference/cloud#networks";
    pub SUBNET_CIDR = "HETZNER-SUBNET-CIDR", "The subnet's range cannot be used", "https://docs.hetzner.cloud/reference/cloud#networks";
    pub SUBNET_TAKEN = "HETZNER-SUBNET-TAKEN", "Another subnet has a part of the range", "https://docs.hetzner.cloud/reference/cloud#network-actions";
    pub SUBNET_ZONE = "HETZNER-SUBNET-ZONE", "The network has no subnet for servers of the location", "https://docs.hetzner.com/cloud/networks/faq";
    pub NETWORK_FULL = "HETZNER-NETWORK-FULL", "The network has few free addresses", "https://docs.hetzner.com/cloud/networks/faq";
    pub RULES = "HETZNER-RULES", "A firewall does not take so many rules", "https://docs.hetzner.com/cloud/firewalls/faq/";
    pub OUTBOUND = "HETZNER-OUTBOUND", "The firewall does not let everything out", "https://docs.hetzner.com/cloud/firewalls/faq/";
    pub UNAPPLIED = "HETZNER-UNAPPLIED", "The firewall is applied to no server", "https://docs.hetzner.cloud/reference/cloud#firewall-actions";
    pub NODE_LABEL = "HETZNER-NODE-LABEL", "Nodes need the label that the firewall is applied by", "https://docs.kubermatic.com/machine-controller/main/references/cloud-providers/hetzner";
    pub NODE_IPV6 = "HETZNER-NODE-IPV6", "The firewall keeps nodes from each other over IPv6", "https://docs.hetzner.com/cloud/firewalls/faq/";
    pub ROUTES = "HETZNER-ROUTES", "Pods of both families are not routed by the network", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/explanation/private-networks.md";
    pub KONNECTIVITY = "HETZNER-KONNECTIVITY", "Dual-stack needs Konnectivity", "https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/305";
    pub IGNORED = "HETZNER-IGNORED", "A field has no effect here", "";
}
