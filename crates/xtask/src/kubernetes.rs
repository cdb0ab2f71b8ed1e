//! A control plane of Kubernetes in one program: etcd, kube-apiserver, kube-controller-manager, in two
//! releases. The tests start it themselves, each with ranges of its own; nothing of it runs on.

use clap::ValueEnum;

use crate::go::{Prebuilt, Program};

/// A release of Kubernetes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Release {
    /// 1.36.3, by hand.
    #[value(name = "1.36")]
    V1_36,
    /// 1.37.2
    #[value(name = "1.37")]
    V1_37,
}

/// A control plane of one release.
pub(crate) const fn of(release: Release) -> Prebuilt {
    let program = Program {
        told: "Kubernetes 1.37",
        takes: "eight minutes",
        binary: "control-plane",
        folder: "kubernetes-1.37",
        sources: "kubernetes",
        modules: "go",
        // It refuses what is newer than itself.
        linked: "-X k8s.io/component-base/version.gitVersion=v1.37.2 \
                 -X k8s.io/component-base/version.gitMajor=1 \
                 -X k8s.io/component-base/version.gitMinor=37",
    };
    match release {
        Release::V1_37 => Prebuilt {
            program,
            variable: "GROUNDWORK_REAL_KUBERNETES",
        },
        Release::V1_36 => Prebuilt {
            program: Program {
                told: "Kubernetes 1.36",
                folder: "kubernetes-1.36",
                modules: "old",
                linked: "-X k8s.io/component-base/version.gitVersion=v1.36.3 \
                         -X k8s.io/component-base/version.gitMajor=1 \
                         -X k8s.io/component-base/version.gitMinor=36",
                ..program
            },
            variable: "GROUNDWORK_REAL_KUBERNETES",
        },
    }
}
