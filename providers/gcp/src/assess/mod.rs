//! The network judged as a whole: the kit's questions, as Google Cloud answers them. Pure.

mod decides;
mod denial;
mod denied;
mod effective;
mod policy;
mod profile;
mod subnetwork;
#[cfg(test)]
mod tests;
mod ways_out;

pub(crate) use effective::Effective;
use groundwork_kit::existing::{self, Answer, Existing, Routed};
use groundwork_model::{Family, Finding};
use groundwork_provider::{States, Target, Typed};
use ipnet::IpNet;
pub(crate) use profile::Profile;

use crate::{
    codes, compile, link,
    object::{Network, NetworkState, RouteState, Subnetwork, SubnetworkState},
    spec::{Datacenter, Spec, field},
    survey::Survey,
};

/// Everything that is not as a cluster's network has to be, as far as it exists.
pub(crate) fn assess(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let mut judge = Judge {
        target,
        survey,
        states,
    };
    let mut findings = judge.subnetwork_is_fit();
    findings.extend(judge.network_is_fit());
    findings.extend(existing::judge(&mut judge));
    findings
}

pub(super) struct Judge<'a> {
    target: &'a Target<Spec, Datacenter>,
    survey: &'a Survey,
    states: &'a States,
}

impl Judge<'_> {
    fn is_dual(&self) -> bool {
        self.target.is_dual_stack()
    }

    fn network(&self) -> Option<NetworkState> {
        self.states.state::<Network>("network")
    }

    /// One that is somebody else's.
    fn named_network(&self) -> Option<NetworkState> {
        let network = self.states.external::<Network>("network");
        network.map(Typed::into_owned)
    }

    fn subnetwork(&self) -> Option<SubnetworkState> {
        self.states.state::<Subnetwork>("subnetwork")
    }

    /// One that is somebody else's.
    fn named_subnetwork(&self) -> Option<SubnetworkState> {
        let subnetwork = self.states.external::<Subnetwork>("subnetwork");
        subnetwork.map(Typed::into_owned)
    }

    /// Where nodes have their addresses from.
    fn node_ranges(&self) -> Vec<IpNet> {
        self.subnetwork()
            .map(|state| state.ranges())
            .unwrap_or_default()
    }

    /// The network's mode, its profile, and its peerings.
    fn network_is_fit(&self) -> Vec<Finding> {
        let Some(state) = self.named_network() else {
            return Vec::new();
        };
        let told = state.told();
        let mut findings = Vec::new();
        if self.is_dual() && !state.is_custom() {
            let message = format!("{told} is in auto mode, where subnetworks are of IPv4 alone");
            let finding = Finding::error(codes::AUTO_MODE, message).at(field("network"));
            findings.push(finding.about(&told).remedy(format!(
                "have its owner call: gcloud compute networks update {} --switch-to-custom-subnet-mode; \
                 it cannot be undone",
                state.common.name
            )));
        }
        let profile = self.survey.around.profile.as_ref();
        findings.extend(
            profile
                .into_iter()
                .flat_map(|one| one.judge(&told, self.is_dual())),
        );
        findings.extend(self.peerings(&state));
        findings.extend(self.unlisted(&told));
        findings
    }

    /// What the account may not list in the project that shares the network is not judged.
    fn unlisted(&self, told: &str) -> Vec<Finding> {
        let project = compile::host(self.survey).unwrap_or_default();
        let finding = |kind: &String| {
            let permission = format!("compute.{kind}.list");
            let message = format!(
                "the account lacks {permission} in project {project}: the {kind} of {told} are not judged"
            );
            let finding = Finding::warning(codes::PERMISSION, message).about(permission);
            finding.remedy(compile::allow_reading(project))
        };
        self.survey.around.unlisted.iter().map(finding).collect()
    }

    fn peerings(&self, state: &NetworkState) -> Vec<Finding> {
        let of_ipv4 = state.peerings.iter().filter(|peering| {
            peering.state == "ACTIVE" && peering.stack_type.as_deref() != Some("IPV4_IPV6")
        });
        let finding = |name: &str, network: &str| {
            let message = format!(
                "the peering {name} with {} carries IPv4 alone: nodes do not reach it over IPv6",
                link::relative(network)
            );
            let finding = Finding::note(codes::PEERING, message).about(state.told());
            finding.remedy(format!(
                "if nodes need it, have both owners call: gcloud compute networks peerings update \
                 {name} --network={} --stack-type=IPV4_IPV6",
                state.common.name
            ))
        };
        let of_ipv4 = of_ipv4.filter(|_| self.is_dual());
        of_ipv4
            .map(|peering| finding(&peering.name, &peering.network))
            .collect()
    }

    fn is_of_pods(&self, net: IpNet) -> bool {
        let pods = self.target.addressing.pods_of(Family::of(&net));
        pods.is_some_and(|pods| pods.contains(&net))
    }

    /// The static routes of a network that is somebody else's.
    fn routes(&self) -> &[RouteState] {
        self.survey.around.routes.as_deref().unwrap_or_default()
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_network().map(|network| network.told())
    }

    fn port_security(&mut self) -> Answer {
        Answer::NotAsked("firewall rules are for machines, whatever network they are in")
    }

    /// Some subnetworks are for load balancers, NAT or services alone.
    fn devices(&mut self) -> Answer {
        Answer::Judged(self.purpose().into_iter().collect())
    }

    fn room(&mut self) -> Answer {
        Answer::Judged(self.too_small().into_iter().collect())
    }

    fn gateway_address(&mut self) -> Answer {
        Answer::NotAsked("the cloud itself answers at the gateway address of each subnetwork")
    }

    fn owner(&mut self) -> Answer {
        Answer::NotAsked("a network of another project is told with the rules that it needs")
    }

    fn ways_out(&mut self) -> Answer {
        Answer::Judged(self.without_way_out())
    }

    fn packet_size(&mut self) -> Answer {
        let network = self.network().filter(|_| self.is_dual());
        let finding = network.and_then(|state| {
            existing::packets(self.target.cluster.cni(), &state.told(), state.mtu())
        });
        Answer::Judged(finding.into_iter().collect())
    }

    /// Every range of the network's subnetworks, its routes, and what peerings bring. Routes into the
    /// pods' range are those of the pods.
    fn routed(&mut self) -> Answer {
        let Some(network) = self.named_network() else {
            return Answer::NotAsked("what a network of ours has is checked with the documents");
        };
        let subnetworks = self.survey.around.subnetworks.iter().flat_map(|state| {
            let ranges = state.ranges().into_iter().map(|net| (net, state.told()));
            let secondary = state.secondary_ip_ranges.iter().filter_map(|range| {
                let what = format!(
                    "the secondary range {} of {}",
                    range.range_name,
                    state.told()
                );
                Some((range.ip_cidr_range?, what))
            });
            ranges.chain(secondary).collect::<Vec<_>>()
        });
        let routes = self.routes().iter().filter_map(|route| {
            let net = route.dest_range.filter(|net| net.prefix_len() > 0)?;
            let is_static = route.next_hop_network.is_none() && !self.is_of_pods(net);
            is_static.then(|| (net, route.told()))
        });
        let all = subnetworks
            .chain(routes)
            .map(|(net, what)| Routed::new(net, what, network.told()));
        Answer::Judged(existing::overlaps(all, &self.target.addressing))
    }

    fn group(&mut self) -> Answer {
        self.rules_in_force()
    }
}
