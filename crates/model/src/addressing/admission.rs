//! What the admission of the reference system (KKP) refuses in `spec.clusterNetwork`: a document that
//! is fit here has to be one that its API server takes.

use super::{Draft, NETWORK, limits};
use crate::{CniKind, ControlPlane, Finding, codes};

/// The modes of kube-proxy that KKP knows, in its spelling; `ebpf` is Cilium's, without kube-proxy.
const PROXY_MODES: [&str; 4] = ["ipvs", "iptables", "nftables", "ebpf"];
const DNS_DOMAIN: &str = "cluster.local";

impl Draft<'_> {
    /// What KKP's admission says of everything but the ranges.
    pub(super) fn admission(&mut self) {
        self.proxy_mode();
        self.dns_domain();
        self.konnectivity();
    }

    fn proxy_mode(&mut self) {
        let network = &self.cluster.spec.cluster_network;
        let Some(mode) = network.proxy_mode.as_deref() else {
            return;
        };
        let field = format!("{NETWORK}.proxyMode");
        if !PROXY_MODES.contains(&mode) {
            let message = format!("proxyMode {mode:?} does not exist");
            let known = PROXY_MODES.join(", ");
            let remedy = match PROXY_MODES
                .iter()
                .find(|known| known.eq_ignore_ascii_case(mode))
            {
                Some(known) => format!("write {known}: KKP takes it in lower case only"),
                None => format!("write one of {known}, or leave it out"),
            };
            self.refuse(codes::NETWORK_PROXY_MODE, &message, &field, &remedy);
            return;
        }
        if mode == "ebpf" && self.cluster.cni() == CniKind::Canal {
            let message = "proxyMode ebpf is a mode of Cilium, and the network plugin is Canal";
            let remedy = "use Cilium, or another proxyMode";
            self.refuse(codes::NETWORK_PROXY_MODE, message, &field, remedy);
        }
        let version = self.cluster.spec.version.map(|version| version.to_string());
        let version = version.unwrap_or_default();
        if mode == "nftables" && limits::NFTABLES.holds(self.cluster) {
            let message = format!("kube-proxy of Kubernetes {version} has no proxyMode nftables");
            let mut finding = Finding::error(codes::NETWORK_PROXY_MODE, message)
                .at(&field)
                .remedy("use Kubernetes 1.31 or newer, or another proxyMode");
            finding.reference = Some(limits::NFTABLES.source.into());
            self.findings.push(finding);
        }
        if mode == "ipvs" && limits::IPVS.holds(self.cluster) {
            let message = "kube-proxy's proxyMode ipvs is deprecated since Kubernetes 1.35, and KKP \
                           lets nobody change the mode later";
            let mut finding = Finding::warning(codes::NETWORK_PROXY_MODE, message)
                .at(&field)
                .remedy("use nftables in a new cluster");
            finding.reference = Some(limits::IPVS.source.into());
            self.findings.push(finding);
        }
    }

    fn dns_domain(&mut self) {
        let given = self.cluster.spec.cluster_network.dns_domain.as_deref();
        let Some(domain) = given.filter(|domain| !domain.is_empty() && *domain != DNS_DOMAIN)
        else {
            return;
        };
        if self.cluster.control_plane() == ControlPlane::Kkp {
            let message = format!("dnsDomain is {domain}, and KKP allows {DNS_DOMAIN} only");
            let remedy = format!("write {DNS_DOMAIN}, or leave it out");
            let field = format!("{NETWORK}.dnsDomain");
            self.refuse(codes::NETWORK_DNS_DOMAIN, &message, &field, &remedy);
        }
    }

    fn konnectivity(&mut self) {
        if self.cluster.spec.cluster_network.konnectivity_enabled == Some(false) {
            let message = "Konnectivity is switched off, which KKP does not allow any more";
            let field = format!("{NETWORK}.konnectivityEnabled");
            let remedy = "remove the field: Konnectivity is on";
            self.refuse(codes::NETWORK_KONNECTIVITY, message, &field, remedy);
        }
    }

    fn refuse(&mut self, code: crate::Code, message: &str, field: &str, remedy: &str) {
        let finding = Finding::error(code, message).at(field).remedy(remedy);
        self.findings.push(finding);
    }
}
