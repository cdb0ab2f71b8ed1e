//! The network judged as a whole: the kit's questions, as Azure answers them. Pure.

mod decides;
mod denial;
mod groups;
mod peerings;
mod subnet;
#[cfg(test)]
mod tests;
mod ways_out;

use groundwork_kit::existing::{self, Answer, Existing, Routed};
use groundwork_model::{Family, Finding};
use groundwork_provider::{States, Target, Typed};
use ipnet::IpNet;

use crate::{
    object::{Network, NetworkState, Subnet, SubnetState},
    spec::{Datacenter, Spec},
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
    let mut findings = judge.families_are_there();
    findings.extend(judge.policies());
    findings.extend(judge.peerings());
    findings.extend(existing::judge(&mut judge));
    findings
}

struct Judge<'a> {
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

    fn subnet(&self) -> Option<SubnetState> {
        self.states.state::<Subnet>("subnet")
    }

    /// One that is somebody else's.
    fn named_subnet(&self) -> Option<SubnetState> {
        let subnet = self.states.external::<Subnet>("subnet");
        subnet.map(Typed::into_owned)
    }

    /// Where nodes have their addresses from.
    fn node_ranges(&self) -> Vec<IpNet> {
        let subnet = self.subnet();
        subnet.map(|state| state.ranges()).unwrap_or_default()
    }

    fn is_of_pods(&self, net: &IpNet) -> bool {
        let pods = self.target.addressing.pods_of(Family::of(net));
        pods.is_some_and(|pods| pods.contains(net))
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_network().map(|network| network.told())
    }

    fn port_security(&mut self) -> Answer {
        Answer::NotAsked(
            "security groups are for subnets and interfaces, and cannot be switched off",
        )
    }

    /// Some subnets are for one service alone.
    fn devices(&mut self) -> Answer {
        Answer::Judged(self.kept_for_others().into_iter().collect())
    }

    fn room(&mut self) -> Answer {
        Answer::Judged(self.full().into_iter().collect())
    }

    fn gateway_address(&mut self) -> Answer {
        Answer::NotAsked("Azure itself answers at the first address of each subnet")
    }

    fn owner(&mut self) -> Answer {
        Answer::NotAsked("a document names what is in its own subscription")
    }

    fn ways_out(&mut self) -> Answer {
        let mut findings = self.without_way_out();
        findings.extend(self.disturbed());
        Answer::Judged(findings)
    }

    fn packet_size(&mut self) -> Answer {
        Answer::NotAsked("every network carries 1500 bytes: IPv6 fits into every overlay")
    }

    /// Subnets of a network that is named, routes of the nodes' table, and what peerings bring. Routes into
    /// the pods' range are those of the pods.
    fn routed(&mut self) -> Answer {
        let Some(network) = self.network() else {
            return Answer::Judged(Vec::new());
        };
        let named = self.named_network();
        let subnets = named.iter().flat_map(|network| {
            let subnets = network.properties.subnets.iter();
            subnets.flat_map(|state| {
                let ranges = state.ranges().into_iter();
                ranges.map(|net| (net, state.told())).collect::<Vec<_>>()
            })
        });
        let routes = self.static_routes();
        let peers = peerings::brought(&network).into_iter();
        let all = subnets
            .chain(routes)
            .chain(peers)
            .map(|(net, what)| Routed::new(net, what, network.told()));
        Answer::Judged(existing::overlaps(all, &self.target.addressing))
    }

    fn group(&mut self) -> Answer {
        Answer::Judged(self.let_through())
    }
}
