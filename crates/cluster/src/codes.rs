//! What is to be said of a cluster that runs, by code.

groundwork_model::codes! {
    /// A user may not read it, so nothing is known of it: neither that it is right nor that it is wrong.
    pub NOT_ASKED = "CLUSTER-NOT-ASKED", "A question was not asked of the cluster", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/";
    pub SINGLE_STACK = "CLUSTER-SINGLE-STACK", "The cluster has one address family", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#configure-ipv4-ipv6-dual-stack";
    pub DOCUMENT = "CLUSTER-DOCUMENT", "The cluster is not as its document says", "";

    pub NODE_FAMILY = "CLUSTER-NODE-FAMILY", "A node has no address of a family", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    pub NODE_ORDER = "CLUSTER-NODE-ORDER", "A node has the families in another order than the cluster", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    pub NODE_TYPE = "CLUSTER-NODE-TYPE", "A node has no internal address", "https://kubernetes.io/docs/reference/node/node-status/#addresses";
    /// Kubelets that run with `--cloud-provider=external` taint their node until a cloud controller has
    /// initialized it. No pod is scheduled there before. The controller says why not in its log alone.
    pub UNINITIALIZED = "CLUSTER-UNINITIALIZED", "A node waits for its cloud controller", "https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/";
    /// After a node was initialized, a node-ip that does not match writes a line into the controller's log
    /// and nothing else: the addresses in the status grow old.
    pub NODE_IP = "CLUSTER-NODE-IP", "A node's status is not what its node-ip says", "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";
    /// After a node was initialized, its addresses are kept as long as its node-ip names them, whether the server has
    /// them or not.
    pub STALE = "CLUSTER-STALE", "A node's addresses are not those of its server", "https://kubernetes.io/docs/reference/node/node-status/#addresses";
    pub CONTROLLER = "CLUSTER-CONTROLLER", "The cloud controller is configured for other families", "";
    /// What a pod on the host network sets counts for the node; what a pod's own securityContext sets, for the pod alone.
    pub KERNEL = "CLUSTER-KERNEL", "A workload changes kernel settings of IPv6", "https://docs.kernel.org/networking/ip-sysctl.html";
    pub NETWORK_UNAVAILABLE = "CLUSTER-NETWORK-UNAVAILABLE", "The network of a node is not ready", "https://kubernetes.io/docs/reference/node/node-status/#condition";

    /// The node range controller gives a range to new nodes alone: a node from before the cluster had two
    /// families keeps one.
    pub POD_CIDRS = "CLUSTER-POD-CIDRS", "The ranges of a node's pods do not fit", "https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/#NodeSpec";
    pub POD_CIDR_TWICE = "CLUSTER-POD-CIDR-TWICE", "Two nodes have the same range of pods", "";
    /// A node gets a range of each family or none, so the family with less room counts.
    pub POD_CIDR_ROOM = "CLUSTER-POD-CIDR-ROOM", "The pods' range has little room for new nodes", "";

    /// The API server starts with an IPv6 range larger than /64, the ServiceCIDR is Ready, and no service
    /// ever gets an address of it.
    pub SERVICE_RANGE = "CLUSTER-SERVICE-RANGE", "A range of services gives no addresses", "https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects";
    pub SERVICE_ROOM = "CLUSTER-SERVICE-ROOM", "A range of services has little room", "https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects";
    pub SERVICE_OUTSIDE = "CLUSTER-SERVICE-OUTSIDE", "A service's address is outside of every range", "https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/";
    /// A service keeps the families that it was made with, through later updates too, until its
    /// `ipFamilyPolicy` is written again.
    pub SERVICE_FAMILIES = "CLUSTER-SERVICE-FAMILIES", "A service has one family where it asks for both", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#dual-stack-service-configuration-scenarios";
    pub LOAD_BALANCER = "CLUSTER-LOAD-BALANCER", "A load balancer does not answer in every family of its service", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#service-type-loadbalancer";
    pub OVERLAP = "CLUSTER-OVERLAP", "Two ranges of the cluster overlap", "https://kubernetes.io/docs/concepts/cluster-administration/networking/";

    pub POD_FAMILY = "CLUSTER-POD-FAMILY", "Pods have no address of a family", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    pub POD_OUTSIDE = "CLUSTER-POD-OUTSIDE", "A pod's address is outside of every range", "";
    pub CNI = "CLUSTER-CNI", "The network plugin is configured for other families or ranges", "";
    pub PROXY = "CLUSTER-PROXY", "kube-proxy is configured for other families or ranges", "https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/";
    pub DNS = "CLUSTER-DNS", "The DNS cache of the nodes does not fit the cluster or its document", "https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/";
    pub CONTROL_PLANE = "CLUSTER-CONTROL-PLANE", "Arguments of the control plane contradict each other or the cluster", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#configure-ipv4-ipv6-dual-stack";

    pub PROBE_PODS = "CLUSTER-PROBE-PODS", "Two pods of a node do not reach each other", "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model";
    pub PROBE_NODES = "CLUSTER-PROBE-NODES", "Pods of two nodes do not reach each other", "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model";
    /// A connection opens, since its first packets are small, and then stands still. The sender is not told
    /// how large a packet may be, or the plugin's MTU leaves no room for the tunnel.
    pub PROBE_MTU = "CLUSTER-PROBE-MTU", "Large packets do not arrive", "https://www.rfc-editor.org/rfc/rfc8201";
    pub PROBE_SERVICES = "CLUSTER-PROBE-SERVICES", "Pods do not reach a service", "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/";
    pub PROBE_OUTSIDE = "CLUSTER-PROBE-OUTSIDE", "Pods do not reach a destination outside of the cluster", "https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/";
    pub PROBE_DNS = "CLUSTER-PROBE-DNS", "No name server answers the cluster's pods", "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/";
    pub PROBE = "CLUSTER-PROBE", "The probe found something that does not work", "https://kubernetes.io/docs/tasks/network/validate-dual-stack/";
}
