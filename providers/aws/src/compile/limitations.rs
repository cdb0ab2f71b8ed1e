//! What AWS, its cloud controller and its operating systems cannot do, and what a cluster needs
//! besides the network. Pure.

use groundwork_model::{Finding, KubernetesVersion};

use crate::{
    codes,
    compile::Draft,
    spec::{Spec, field, given},
};

/// The fields that name what is not made here, with what each is for.
const ROLES: [(&str, &str); 2] = [
    (
        "roleARN",
        "the control plane needs a role with the cloud controller's policy",
    ),
    ("instanceProfileName", "machines need an instance profile"),
];

fn unnamed(spec: &Spec) -> Vec<(&'static str, &'static str)> {
    let named = [&spec.role_arn, &spec.instance_profile_name];
    let roles = ROLES.into_iter().zip(named);
    roles
        .filter(|(_, named)| given(named).is_none())
        .map(|(role, _)| role)
        .collect()
}

/// Somebody who says that roles are his own has to say which: nobody else would find them.
pub(crate) fn roles(spec: &Spec) -> Vec<Finding> {
    if spec.disable_iam_reconciling != Some(true) {
        return Vec::new();
    }
    let missing = |(name, why): (&str, &str)| {
        let message = format!("disableIAMReconciling is set, and {name} is missing: {why}");
        let finding = Finding::error(codes::IAM, message).at(field(name));
        finding.remedy(format!(
            "name it in {name}, or remove disableIAMReconciling"
        ))
    };
    unnamed(spec).into_iter().map(missing).collect()
}

impl Draft<'_> {
    /// Said of every cluster, whatever its network.
    pub(crate) fn limitations(&mut self) {
        let spec = &self.target.spec;
        let named = unnamed(spec).into_iter().map(|(name, why)| {
            let message = format!("roles and instance profiles are not made: {why}");
            let finding = Finding::note(codes::IAM, message).at(field(name));
            finding.remedy(format!(
                "make it once for the account, and name it in {name}"
            ))
        });
        self.findings.extend(named);
        if self.target.addressing.family.is_dual_stack() {
            self.node_addresses();
            self.findings.extend(dual_stack());
        }
    }

    fn node_addresses(&mut self) {
        let version = self.target.cluster.spec.version;
        let Some(version) = version.filter(|version| *version < KubernetesVersion::new(1, 24))
        else {
            return;
        };
        let message = format!(
            "with Kubernetes {version}, nodes show no IPv6 address, and pods in the host's network \
             have none"
        );
        let finding = Finding::warning(codes::NODE_ADDRESS, message).at("spec.version");
        self.findings
            .push(finding.remedy("use Kubernetes 1.24 or newer"));
    }
}

fn dual_stack() -> [Finding; 3] {
    let balancers = "services of type LoadBalancer get one family: the cloud controller makes no \
                     dual-stack load balancers";
    let centos = "machines of CentOS 7 may find no IPv6 default route after they start, and Cilium \
                  does not run on it";
    let manager = "machines of RHEL and Rocky Linux take IPv6 as NetworkManager is set up in their \
                   image: without an address, the network plugin does not start";
    [
        Finding::note(codes::LOAD_BALANCER, balancers)
            .remedy("expose IPv6 through NodePort services"),
        Finding::note(codes::CENTOS, centos).remedy("use Ubuntu, Flatcar, RHEL or Rocky Linux"),
        Finding::note(codes::NETWORK_MANAGER, manager).remedy(
            "where nodes stay without an IPv6 address, set IPV6INIT, DHCPV6C, IPV6_AUTOCONF and \
             IPV6_DEFROUTE in a custom operating system profile",
        ),
    ]
}
