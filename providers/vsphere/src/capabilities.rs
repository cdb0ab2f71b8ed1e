//! What vSphere can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const API: &str = "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/";
const KKP: &str =
    "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/dual-stack/";

/// Networks are an administrator's; folders and tags are made.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "a folder for machines and its tags; networks are an administrator's" API
    Native Verify "networks, datastores, resource pool, compute cluster, folder and templates" API
    VerifyOnly DualStack "the router of the network gives addresses; what shows it is looked for"
        KKP
    Native InPlaceDualStack "nothing in vSphere differs between the families" API
    Native Adopt "the folder that the reference system made for the cluster, by its path"
        "https://github.com/kubermatic/kubermatic"
    Unsupported DualStackLoadBalancer "the cloud controller manager has no load balancers: an add-on is needed"
        KKP
};
