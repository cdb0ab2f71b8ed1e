//! A control plane of Kubernetes in one program: etcd, kube-apiserver, kube-controller-manager, in two
//! releases. The tests start it themselves, each with ranges of its own; nothing of it runs on.

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::cloud::{self, TestCloud};
use crate::go::Program;
use crate::install::Installed;

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
pub(crate) struct Kubernetes(pub(crate) Release);

impl TestCloud for Kubernetes {
    fn name(&self) -> &'static str {
        let Program { told, .. } = self.program();
        told
    }

    fn install(&self) -> Result<Installed> {
        let _alone = cloud::lock(self.program().folder)?;
        self.program().install()
    }

    fn is_up(&self) -> bool {
        self.program().is_built()
    }

    fn up(&self) -> Result<()> {
        ensure!(self.is_up(), "{} is not built", self.name());
        Ok(())
    }

    fn down(&self) -> Result<()> {
        Ok(())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_KUBERNETES"
    }

    /// The program.
    fn value(&self) -> Result<String> {
        Ok(self.program().path().display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}

impl Kubernetes {
    fn program(&self) -> Program {
        let program = Program {
            told: "Kubernetes 1.37",
            takes: "eight minutes",
            name: "control-plane",
            folder: "kubernetes-1.37",
            sources: "kubernetes",
            modules: "go",
            // It refuses what is newer than itself.
            linked: "-X k8s.io/component-base/version.gitVersion=v1.37.2 \
                     -X k8s.io/component-base/version.gitMajor=1 \
                     -X k8s.io/component-base/version.gitMinor=37",
        };
        match self.0 {
            Release::V1_37 => program,
            Release::V1_36 => Program {
                told: "Kubernetes 1.36",
                folder: "kubernetes-1.36",
                modules: "old",
                linked: "-X k8s.io/component-base/version.gitVersion=v1.36.3 \
                         -X k8s.io/component-base/version.gitMajor=1 \
                         -X k8s.io/component-base/version.gitMinor=36",
                ..program
            },
        }
    }
}
