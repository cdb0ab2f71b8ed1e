//! kubeadm, the newest release and the last one that reads `v1beta3`: the referee of the files that nodes
//! join with. A program that is there or not; nothing of it runs on.

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::cloud::{self, TestCloud};
use crate::go::Program;
use crate::install::Installed;

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
pub(crate) struct Kubeadm(pub(crate) Release);

impl TestCloud for Kubeadm {
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
        match self.0 {
            Release::V1_36 => "GROUNDWORK_REAL_KUBEADM_1_36",
            Release::V1_37 => "GROUNDWORK_REAL_KUBEADM_1_37",
        }
    }

    /// The program.
    fn value(&self) -> Result<String> {
        Ok(self.program().path().display().to_string())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}

impl Kubeadm {
    fn program(&self) -> Program {
        let program = Program {
            told: "kubeadm 1.37",
            takes: "three minutes",
            name: "kubeadm",
            folder: "kubeadm-1.37",
            sources: "kubeadm",
            modules: "go",
            // It says which documents it reads by its version.
            linked: "-X k8s.io/component-base/version.gitVersion=v1.37.2 \
                     -X k8s.io/component-base/version.gitMajor=1 \
                     -X k8s.io/component-base/version.gitMinor=37",
        };
        match self.0 {
            Release::V1_37 => program,
            Release::V1_36 => Program {
                told: "kubeadm 1.36",
                folder: "kubeadm-1.36",
                modules: "old",
                linked: "-X k8s.io/component-base/version.gitVersion=v1.36.3 \
                         -X k8s.io/component-base/version.gitMajor=1 \
                         -X k8s.io/component-base/version.gitMinor=36",
                ..program
            },
        }
    }
}
