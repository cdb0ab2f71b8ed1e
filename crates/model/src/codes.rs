//! The findings about documents and about addressing, as stable codes.

crate::codes! {
    /// A source or a document is larger than is read.
    pub DOCUMENT_SIZE = "DOCUMENT-SIZE", "The document or the file is too large", "";
    /// The bytes are not UTF-8 text.
    pub DOCUMENT_ENCODING = "DOCUMENT-ENCODING", "The file is not UTF-8 text", "https://yaml.org/spec/1.2.2/#52-character-encodings";
    /// Neither YAML nor JSON.
    pub DOCUMENT_SYNTAX = "DOCUMENT-SYNTAX", "The text is neither YAML nor JSON", "https://yaml.org/spec/1.2.2/";
    /// Lists and objects are nested too deeply.
    pub DOCUMENT_DEPTH = "DOCUMENT-DEPTH", "The document is nested too deeply", "";
    /// Aliases multiply a document beyond what is read.
    pub DOCUMENT_ALIASES = "DOCUMENT-ALIASES", "Aliases expand to too many values", "https://yaml.org/spec/1.2.2/#71-alias-nodes";
    /// One object has the same key twice.
    pub DOCUMENT_DUPLICATE_KEY = "DOCUMENT-DUPLICATE-KEY", "A key is given twice", "https://yaml.org/spec/1.2.2/#3213-node-comparison";
    /// A YAML tag that is not read.
    pub DOCUMENT_TAG = "DOCUMENT-TAG", "A YAML tag is not read", "https://yaml.org/spec/1.2.2/#24-tags";
    /// A value is of the wrong type, or not one of those that are allowed.
    pub DOCUMENT_TYPE = "DOCUMENT-TYPE", "A value is of the wrong type", "";
    /// A field that has to be there is missing.
    pub DOCUMENT_MISSING = "DOCUMENT-MISSING", "A field is missing", "";
    /// A field that nothing reads: usually a misspelling.
    pub DOCUMENT_UNKNOWN_FIELD = "DOCUMENT-UNKNOWN-FIELD", "A field is not known", "";
    /// A field of ours in a document of KKP's, which does not keep it.
    pub DOCUMENT_OWN_FIELD = "DOCUMENT-OWN-FIELD", "KKP does not keep a field of Groundwork's", "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning";
    /// A field that has no effect on the cluster.
    pub DOCUMENT_UNUSED_FIELD = "DOCUMENT-UNUSED-FIELD", "A field has no effect", "";
    /// A text without quotes that readers of YAML 1.1, kubectl among them, take for something else.
    pub DOCUMENT_YAML_VERSION = "DOCUMENT-YAML-VERSION", "kubectl reads a value differently", "https://yaml.org/spec/1.2.2/#1032-tag-resolution";
    /// A kind of document that is not read.
    pub DOCUMENT_UNKNOWN_KIND = "DOCUMENT-UNKNOWN-KIND", "A kind of document is not read", "";
    /// A cloud section that no driver describes.
    pub DOCUMENT_UNKNOWN_CLOUD = "DOCUMENT-UNKNOWN-CLOUD", "A cloud is not known", "";
    /// Two documents go by one name.
    pub DOCUMENT_DUPLICATE = "DOCUMENT-DUPLICATE", "Two documents have one name", "";
    /// A name that Kubernetes or a label cannot hold.
    pub DOCUMENT_NAME = "DOCUMENT-NAME", "A name cannot be used", "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
    /// A document refers to another one that was not given.
    pub DOCUMENT_REFERENCE = "DOCUMENT-REFERENCE", "A document that another one names was not given", "";
    /// None, or more than one, of the cloud sections is set.
    pub DOCUMENT_CLOUD = "DOCUMENT-CLOUD", "Exactly one cloud has to be set", "";
    /// A value of a secret cannot be read.
    pub DOCUMENT_SECRET_VALUE = "DOCUMENT-SECRET-VALUE", "A value of a secret cannot be read", "https://kubernetes.io/docs/concepts/configuration/secret/";

    /// A text is no CIDR.
    pub NETWORK_CIDR_SYNTAX = "NETWORK-CIDR-SYNTAX", "A text is not a CIDR", "https://www.rfc-editor.org/rfc/rfc4632#section-3.1";
    /// Bits behind the prefix are set.
    pub NETWORK_CIDR_HOST_BITS = "NETWORK-CIDR-HOST-BITS", "A CIDR is not written as the network that it is", "https://www.rfc-editor.org/rfc/rfc4632#section-3.1";
    /// The range is set aside for something else.
    pub NETWORK_CIDR_SPECIAL = "NETWORK-CIDR-SPECIAL", "A range is reserved for another use", "https://www.iana.org/assignments/iana-ipv6-special-registry/";
    /// One or two CIDRs are allowed.
    pub NETWORK_CIDR_COUNT = "NETWORK-CIDR-COUNT", "The number of CIDRs is wrong", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    /// IPv4 comes first, IPv6 second.
    pub NETWORK_CIDR_ORDER = "NETWORK-CIDR-ORDER", "The families are in the wrong order", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    /// The family and the CIDRs contradict each other.
    pub NETWORK_FAMILY = "NETWORK-FAMILY", "The family and the CIDRs do not match", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
    /// The node mask does not fit the pods' range.
    pub NETWORK_NODE_MASK = "NETWORK-NODE-MASK", "The node mask does not fit the pods' range", "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/";
    /// The node mask is more than 16 bits longer than the pods' prefix.
    pub NETWORK_NODE_MASK_SPREAD = "NETWORK-NODE-MASK-SPREAD", "The node mask is too far from the pods' prefix", "https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/nodeipam/ipam/cidrset/cidr_set.go";
    /// The range of services is larger than the API server takes, or holds no service.
    pub NETWORK_SERVICE_SIZE = "NETWORK-SERVICE-SIZE", "The range of services has a wrong size", "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/";
    /// How many nodes and services fit.
    pub NETWORK_CAPACITY = "NETWORK-CAPACITY", "The ranges hold so many nodes and services", "";
    /// Two ranges that are routed together overlap.
    pub NETWORK_OVERLAP = "NETWORK-OVERLAP", "Two ranges overlap", "https://kubernetes.io/docs/concepts/cluster-administration/networking/";
    /// The mode of kube-proxy is one that KKP, the network plugin or the version does not have.
    pub NETWORK_PROXY_MODE = "NETWORK-PROXY-MODE", "The proxy mode cannot be used", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/cni-cluster-network/";
    /// KKP allows one domain of services.
    pub NETWORK_DNS_DOMAIN = "NETWORK-DNS-DOMAIN", "The domain of services is not allowed", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/cni-cluster-network/";
    /// KKP runs no cluster without Konnectivity.
    pub NETWORK_KONNECTIVITY = "NETWORK-KONNECTIVITY", "Konnectivity cannot be switched off", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/cni-cluster-network/";
    /// The range of node ports is malformed.
    pub NETWORK_NODE_PORTS = "NETWORK-NODE-PORTS", "The range of node ports is wrong", "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport";
    /// A source range for node ports has a family that the cluster does not have.
    pub NETWORK_NODE_PORT_SOURCES = "NETWORK-NODE-PORT-SOURCES", "An allowed range is of a family that the cluster does not have", "";
    /// Everybody can reach the node ports.
    pub NETWORK_NODE_PORTS_OPEN = "NETWORK-NODE-PORTS-OPEN", "Node ports are open to everybody", "";
    /// The Kubernetes version cannot do what is asked.
    pub NETWORK_KUBERNETES_VERSION = "NETWORK-KUBERNETES-VERSION", "The Kubernetes version is too old", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/#prerequisites";
    /// The network plugin cannot do what is asked.
    pub NETWORK_CNI_VERSION = "NETWORK-CNI-VERSION", "The network plugin is too old", "https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/";

    /// A version of kubeadm's documents that the release does not read, or soon will not.
    pub KUBEADM_API = "KUBEADM-API", "kubeadm does not read this version of its documents", "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/";
    /// Arguments in the form of another version, or with a value that is not text.
    pub KUBEADM_EXTRA_ARGS = "KUBEADM-EXTRA-ARGS", "Arguments have a form that kubeadm refuses", "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-Arg";
    /// A node-ip that kubeadm lets pass and that fits no node of the cluster.
    pub KUBEADM_NODE_IP = "KUBEADM-NODE-IP", "The node-ip does not fit the cluster", "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/";
    /// Endpoint, token or hash of a form with which no node can join.
    pub KUBEADM_DISCOVERY = "KUBEADM-DISCOVERY", "No node can join with such an endpoint, token or hash", "https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/";
    /// Families of pods and services that differ.
    pub KUBEADM_NETWORKING = "KUBEADM-NETWORKING", "Pods and services have other families, or another order", "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/";
}
