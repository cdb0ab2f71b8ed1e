//! What can be done here, as data.

use groundwork_provider::{Capabilities, capabilities};

const DUAL_STACK: &str =
    "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/";
const METALLB: &str = "https://metallb.io/";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Unsupported Create "the network is the user's own: nothing is created" DUAL_STACK
    Native Verify "addresses and pod ranges of nodes, of a list or of a cluster" DUAL_STACK
    VerifyOnly DualStack "a node has both families where its host has them, and node-ip names them"
        DUAL_STACK
    NodeLevel InPlaceDualStack "a node that exists gets no second pod range: it joins again"
        DUAL_STACK
    Unsupported DualStackLoadBalancer "Kubernetes alone answers no Service of type LoadBalancer; MetalLB does, in both families"
        METALLB
};
