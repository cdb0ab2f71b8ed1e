//! What this driver has to say, by code.

groundwork_model::codes! {
    pub NODE = "BYO-NODE", "A node has no name, or two have the same", "https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness";
    pub ADDRESS = "BYO-ADDRESS", "A node cannot have such an address", "";
    pub FAMILIES = "BYO-FAMILIES", "A node has not one address of each family, IPv4 first", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#configure-ipv4-ipv6-dual-stack";
    pub ADDRESS_TWICE = "BYO-ADDRESS-TWICE", "Two nodes have the same address", "";
    pub ANYCAST = "BYO-ANYCAST", "A node's address belongs to the routers of a subnet", "https://www.rfc-editor.org/rfc/rfc4291#section-2.6.1";
    pub POD_CIDRS = "BYO-POD-CIDRS", "The ranges of a node's pods do not fit", "https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/#NodeSpec";
    pub NODE_IP = "BYO-NODE-IP", "The kubelet's node-ip is not what the node's status says", "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";
    pub UNINITIALIZED = "BYO-UNINITIALIZED", "A node waits for a cloud controller", "https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/";
    pub NOT_JOINED = "BYO-NOT-JOINED", "A node of the list is not in the cluster", "";
    pub VERSION = "BYO-VERSION", "The cluster has another version than the document", "";
    pub JOIN = "BYO-JOIN", "A node cannot join with that", "https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/";
}
