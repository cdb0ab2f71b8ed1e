//! What control planes accept, as data: who refuses it, in which versions, and where that is known
//! from. Measured on Kubernetes 1.34.4, 1.36.3 and 1.37.2, and read in the sources that are named.

use crate::{Cluster, ControlPlane, Family, KubernetesVersion, Severity};

/// For whom a rule holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// Who runs the control plane; nobody: it does not matter.
    pub(super) by: Option<ControlPlane>,
    /// The first version that it holds for.
    pub(super) from: Option<KubernetesVersion>,
    /// The first version that it holds for no more.
    pub(super) until: Option<KubernetesVersion>,
    /// The page or the source file that says so.
    pub(super) source: &'static str,
}

impl When {
    const fn of(by: ControlPlane, source: &'static str) -> Self {
        Self {
            by: Some(by),
            from: None,
            until: None,
            source,
        }
    }

    const fn from(self, version: KubernetesVersion) -> Self {
        Self {
            from: Some(version),
            ..self
        }
    }

    const fn until(self, version: KubernetesVersion) -> Self {
        Self {
            until: Some(version),
            ..self
        }
    }

    /// Whether it holds for a cluster. One that does not say its version gets the newest.
    pub(super) fn holds(&self, cluster: &Cluster) -> bool {
        let version = cluster.spec.version;
        self.by.is_none_or(|by| by == cluster.control_plane())
            && self
                .from
                .is_none_or(|from| version.is_none_or(|version| version >= from))
            && self
                .until
                .is_none_or(|until| version.is_some_and(|version| version < until))
    }
}

/// How large a range may be, in bits behind its prefix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) when: When,
    pub(super) families: &'static [Family],
    pub(super) bound: Bound,
    pub(super) severity: Severity,
    /// The end of the sentence "FD02::/56 is too large for services: …".
    pub(super) why: &'static str,
}

/// A bound on the bits behind a prefix.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    /// So many at most.
    Most(u8),
    /// So many at least.
    Fewest(u8),
}

const V4: &[Family] = &[Family::V4];
const V6: &[Family] = &[Family::V6];
const BOTH: &[Family] = &Family::BOTH;

const APISERVER: &str = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kube-apiserver/app/options/validation.go";
const ALLOCATOR: &str = "https://github.com/kubernetes/kubernetes/pull/133782";
const IP_ALLOCATOR: &str = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/service/ipallocator/ipallocator.go";
const KUBEADM: &str = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/apis/kubeadm/validation/validation.go";
const NODE_IPAM: &str = "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/nodeipam/ipam/cidrset/cidr_set.go";

/// The API server counts services with the new allocator alone.
const NEW_ALLOCATOR: KubernetesVersion = KubernetesVersion::new(1, 34);

/// The sizes of ranges of services. The first rule that a range breaks is told.
pub(super) const SERVICES: &[Size] = &[
    Size {
        when: When::of(ControlPlane::Kubeadm, KUBEADM),
        families: BOTH,
        bound: Bound::Most(20),
        severity: Severity::Error,
        why: "kubeadm refuses a range of more than 20 bits",
    },
    Size {
        when: When::of(ControlPlane::Kubeadm, KUBEADM),
        families: BOTH,
        bound: Bound::Fewest(4),
        severity: Severity::Error,
        why: "kubeadm refuses a range of fewer than 10 addresses",
    },
    Size {
        when: When::of(ControlPlane::Kkp, APISERVER).until(NEW_ALLOCATOR),
        families: BOTH,
        bound: Bound::Most(20),
        severity: Severity::Error,
        why: "before Kubernetes 1.34 the API server refuses a range of more than 20 bits",
    },
    Size {
        when: When::of(ControlPlane::Kkp, ALLOCATOR).from(NEW_ALLOCATOR),
        families: V6,
        bound: Bound::Most(64),
        severity: Severity::Error,
        why: "the API server starts with it and never gives a service an IPv6 address (\"range is full\")",
    },
    Size {
        when: When::of(ControlPlane::Kkp, APISERVER),
        families: V4,
        bound: Bound::Fewest(3),
        severity: Severity::Error,
        why: "the API server does not start with fewer than 8 addresses",
    },
    Size {
        when: When::of(ControlPlane::Kkp, IP_ALLOCATOR),
        families: V6,
        bound: Bound::Fewest(4),
        severity: Severity::Error,
        why: "it holds fewer than 10 addresses, and services are refused once they are used up",
    },
    Size {
        when: When::of(ControlPlane::Kkp, IP_ALLOCATOR),
        families: V6,
        bound: Bound::Fewest(16),
        severity: Severity::Warning,
        why: "services are refused once its addresses are used up, and it cannot be changed later",
    },
];

/// How many bits a node mask may be longer than the pods' prefix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    pub(super) when: When,
    pub(super) families: &'static [Family],
    pub(super) bits_max: u8,
    /// Whether the network plugin matters: one that cuts the nodes' ranges itself has no such limit.
    pub(super) by_controller: bool,
    /// Who refuses it.
    pub(super) who: &'static str,
}

/// The spreads of node masks.
pub(super) const SPREADS: &[Spread] = &[
    Spread {
        when: When::of(ControlPlane::Kubeadm, KUBEADM),
        families: BOTH,
        bits_max: 16,
        by_controller: false,
        who: "kubeadm",
    },
    Spread {
        // IPv4 has no such limit there.
        when: When::of(ControlPlane::Kkp, NODE_IPAM),
        families: V6,
        bits_max: 16,
        by_controller: true,
        who: "kube-controller-manager",
    },
];

/// Before that there are no services of two families: the feature was off, and a program of its own.
pub(super) const DUAL_STACK: When = When {
    by: None,
    from: None,
    until: Some(KubernetesVersion::new(1, 21)),
    source: "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/563-dual-stack",
};

/// Before that kube-proxy has no mode `nftables`, unless a feature is switched on.
pub(super) const NFTABLES: When = When {
    by: None,
    from: None,
    until: Some(KubernetesVersion::new(1, 31)),
    source: "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/3866-nftables-proxy",
};

/// From there on kube-proxy's mode `ipvs` is deprecated.
pub(super) const IPVS: When = When {
    by: None,
    from: Some(KubernetesVersion::new(1, 35)),
    until: None,
    source: "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/5495-deprecate-ipvs",
};

/// The first Canal that can do both families, as the reference system's admission has it.
pub(super) const CANAL_DUAL_STACK: KubernetesVersion = KubernetesVersion::new(3, 22);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_holds_from_a_version_until_another_and_without_one_for_the_newest() {
        let cluster = |version: &str| {
            let text = format!(
                "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: a}}\nspec: {{{version}}}"
            );
            Cluster::parse(&text, &crate::Schemas::default()).expect("it can be read")
        };
        let when = When::of(ControlPlane::Kkp, "")
            .from(KubernetesVersion::new(1, 20))
            .until(KubernetesVersion::new(1, 34));
        for (version, holds) in [
            ("version: 1.19.9", false),
            ("version: 1.20.0", true),
            ("version: 1.33.9", true),
            ("version: 1.34.0", false),
            ("", false),
        ] {
            assert_eq!(when.holds(&cluster(version)), holds, "{version}");
        }
    }

    #[test]
    fn every_rule_says_where_it_is_known_from() {
        let services = SERVICES.iter().map(|size| size.when);
        let spreads = SPREADS.iter().map(|spread| spread.when);
        for when in services.chain(spreads).chain([DUAL_STACK, NFTABLES, IPVS]) {
            assert!(when.source.starts_with("https://"), "{when:?}");
        }
    }
}
