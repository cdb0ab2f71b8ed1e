//! What decides at the droplet: whether nodes get both families.

use groundwork_model::Finding;
use groundwork_provider::{States, Target};

use crate::{
    codes,
    object::vpc::Vpc,
    spec::{Datacenter, Spec},
    survey::Survey,
    watched::droplet::DropletState,
};

/// Systems on which a node may get its IPv6 address after its kubelet has started.
const LATE: [&str; 4] = ["AlmaLinux", "CentOS", "Flatcar", "Rocky Linux"];

/// What whoever makes the droplets of a dual-stack cluster has to know.
pub(crate) fn note(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let message = "VPCs are IPv4 alone: IPv6 belongs to each droplet, which has it from its creation if its flag \
         ipv6 is set. The cloud controller publishes it as an ExternalIP, without any setting";
    let finding = Finding::note(codes::DROPLET_IPV6, message);
    let finding = finding.remedy(
        "make droplets with ipv6: true, and with vpc_uuid if they are to be in the cluster's VPC",
    );
    target.is_dual_stack().then_some(finding)
}

/// Droplets of the cluster that lack an address, are elsewhere, or may miss theirs.
pub(crate) fn judged(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let dual = target.is_dual_stack();
    let vpc = states.state::<Vpc>("vpc").map(|state| state.id);
    let of = |is_such: &dyn Fn(&DropletState) -> bool| {
        let droplets = survey.droplets.iter().filter(|droplet| is_such(droplet));
        droplets.map(DropletState::told).collect::<Vec<String>>()
    };
    let is_elsewhere = |droplet: &DropletState| vpc.is_some() && droplet.vpc_uuid != vpc;
    let single = of(&|droplet| dual && !droplet.is_dual_stack());
    let is_late = |droplet: &DropletState| {
        let system = droplet.image.distribution.as_deref().unwrap_or_default();
        dual && LATE.contains(&system)
    };
    let findings = [
        finding(
            &single,
            "have no IPv6, so that no load balancer is dual-stack either",
            IPV6,
        ),
        finding(
            &of(&|droplet| !droplet.is_private()),
            "have no private address: the cloud controller publishes none of their addresses",
            "make them again inside a VPC",
        ),
        finding(
            &of(&is_elsewhere),
            "are not in the cluster's VPC, as KKP's machines, which are always in the default one",
            "name the VPC that they are in in spec.cloud.digitalocean.vpc, or make them again with \
             vpc_uuid",
        ),
    ];
    let late = of(&is_late);
    let late = (!late.is_empty()).then(|| {
        let message = format!(
            "{} may get IPv6 after the kubelet has started, which then leaves it out",
            late.join(", ")
        );
        let finding = Finding::note(codes::LATE_IPV6, message);
        finding.remedy(
            "if kubectl describe node shows no IPv6 address, restart the node's kubelet, or the droplet",
        )
    });
    findings.into_iter().flatten().chain(late).collect()
}

const IPV6: &str = "switch IPv6 on (doctl compute droplet-action enable-ipv6 ID) and configure the \
                    droplet, or make it again with ipv6: true";

fn finding(droplets: &[String], what: &str, remedy: &str) -> Option<Finding> {
    (!droplets.is_empty()).then(|| {
        let message = format!("{} {what}", droplets.join(", "));
        Finding::warning(codes::DROPLET, message).remedy(remedy)
    })
}
