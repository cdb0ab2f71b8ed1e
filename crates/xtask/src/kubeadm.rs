//! kubeadm, the newest release and the last one that reads `v1beta3`: the referee of the files that nodes
//! join with. A program that is there or not; nothing of it runs on.

use clap::ValueEnum;

use crate::go::{Prebuilt, Program};

/// A release of kubeadm.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Release {
    /// 1.36.3
    #[value(name = "1.36")]
    V1_36,
    /// 1.37.2
    #[value(name = "1.37")]
    V1_37,
}

/// kubeadm of one release.
pub(crate) const fn of(release: Release) -> Prebuilt {
    let program = Program {
        told: "kubeadm 1.37",
        takes: "three minutes",
        binary: "kubeadm",
        folder: "kubeadm-1.37",
        sources: "kubeadm",
        modules: "go",
        // It says which documents it reads by its version.
        linked: "-X k8s.io/component-base/version.gitVersion=v1.37.2 \
                 -X k8s.io/component-base/version.gitMajor=1 \
                 -X k8s.io/component-base/version.gitMinor=37",
    };
    match release {
        Release::V1_37 => Prebuilt {
            program,
            variable: "GROUNDWORK_REAL_KUBEADM_1_37",
        },
        Release::V1_36 => Prebuilt {
            program: Program {
                told: "kubeadm 1.36",
                folder: "kubeadm-1.36",
                modules: "old",
                linked: "-X k8s.io/component-base/version.gitVersion=v1.36.3 \
                         -X k8s.io/component-base/version.gitMajor=1 \
                         -X k8s.io/component-base/version.gitMinor=36",
                ..program
            },
            variable: "GROUNDWORK_REAL_KUBEADM_1_36",
        },
    }
}
