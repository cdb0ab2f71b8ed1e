//! What this driver has to say, by code.

groundwork_model::codes! {
    /// A field of the datacenter that nothing works without is not given.
    pub DATACENTER = "VSPHERE-DATACENTER", "The datacenter's document lacks a field", "";
    /// The address of the vCenter cannot be used.
    pub ENDPOINT = "VSPHERE-ENDPOINT", "The address of the vCenter cannot be used", "";
    /// The certificate is to be taken unseen.
    pub INSECURE = "VSPHERE-INSECURE", "The vCenter's certificate is verified all the same", "";
    /// The fingerprint of the certificate cannot be used.
    pub THUMBPRINT = "VSPHERE-THUMBPRINT", "The thumbprint of the vCenter cannot be used", "";
    /// Two fields contradict each other.
    pub CONTRADICTION = "VSPHERE-CONTRADICTION", "Two fields say different things", "https://github.com/kubermatic/kubermatic";
    /// Nothing says where disks are.
    pub STORAGE = "VSPHERE-STORAGE", "No datastore and no datastore cluster is named", "";
    /// A name that vCenter does not take.
    pub NAME = "VSPHERE-NAME", "vCenter does not take the name", "";
    /// A named object does not exist.
    pub MISSING = "VSPHERE-MISSING", "An object that the document names does not exist", "";
    /// Several objects have the name.
    pub SEVERAL = "VSPHERE-SEVERAL", "Several objects have the name", "https://github.com/vmware/govmomi/blob/main/govc/USAGE.md";
    /// The name of the folder is somebody else's.
    pub NAME_TAKEN = "VSPHERE-NAME-TAKEN", "Somebody else's folder has the name that ours would have", "";
    /// The cluster's folder is elsewhere.
    pub FOLDER_MOVED = "VSPHERE-FOLDER-MOVED", "The cluster's folder is in another place than the document says", "";
    /// Tags without a category.
    pub CATEGORY = "VSPHERE-CATEGORY", "Tags are named, and no category", "";
    /// Tags of a folder that is somebody else's.
    pub TAGS_LEFT = "VSPHERE-TAGS-LEFT", "Tags are not attached to a folder that is somebody else's", "";
    /// The datacenter does not say that it has IPv6.
    pub IPV6_DISABLED = "VSPHERE-IPV6-DISABLED", "The datacenter does not say that machines have IPv6 there", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/dual-stack/";
    /// Nothing shows that a network has IPv6.
    pub IPV6_NO_EVIDENCE = "VSPHERE-IPV6-NO-EVIDENCE", "Nothing shows whether machines have IPv6 on the network", "";
    /// Something shows that a network has IPv6.
    pub IPV6_EVIDENCE = "VSPHERE-IPV6-EVIDENCE", "Something shows that machines have IPv6 on the network", "";
    /// The ranges of an NSX segment lack a family.
    pub IPV6_NOT_IN_SEGMENT = "VSPHERE-IPV6-NOT-IN-SEGMENT", "The ranges of the NSX segment have no IPv6", "";
    /// How nodes get their addresses.
    pub IPV6_ROUTER = "VSPHERE-IPV6-ROUTER", "Addresses come from the router of the network", "https://www.rfc-editor.org/rfc/rfc8504#section-6";
    /// No network is named.
    pub NO_NETWORK = "VSPHERE-NO-NETWORK", "No network is named: the template's is used", "";
    /// Hosts are not on a network, or do not reach a datastore.
    pub NOT_REACHED = "VSPHERE-NOT-REACHED", "The hosts of the compute cluster do not reach an object", "";
    /// A range of nodes cannot be used.
    pub NODE_CIDRS = "VSPHERE-NODE-CIDRS", "The ranges of nodes do not fit the cluster", "";
    /// A template does not exist.
    pub TEMPLATE = "VSPHERE-TEMPLATE", "A template of the datacenter cannot be used", "";
    /// There are no load balancers.
    /// A privilege is missing.
    pub PRIVILEGE = "VSPHERE-PRIVILEGE", "The user lacks a privilege", "https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-security/defined-privileges.html";
    /// Whether privileges are there could not be asked.
    pub PRIVILEGES_UNKNOWN = "VSPHERE-PRIVILEGES-UNKNOWN", "Privileges could not be asked about", "";
}
