//! The network judged as a whole: the kit's questions, as Hetzner answers them. Pure.

use groundwork_kit::{
    access,
    existing::{self, Answer, Existing, Group, Routed},
    rules::{self, Direction, Rule},
};
use groundwork_model::{Family, Finding};
use groundwork_provider::{States, Target, Typed};
use ipnet::IpNet;

use crate::{
    check, codes, compile,
    object::{
        EFFECTIVE_MAX, Firewall, FirewallRule, FirewallState, Network, NetworkState, Part,
        RULES_MAX, grouped, merge,
    },
    spec::{self, Datacenter, Spec, field},
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
    let mut findings = judge.own_firewall();
    findings.extend(judge.routes_of_pods());
    findings.extend(existing::judge(&mut judge));
    findings
}

struct Judge<'a> {
    target: &'a Target<Spec, Datacenter>,
    survey: &'a Survey,
    states: &'a States,
}

impl Judge<'_> {
    fn network(&self) -> Option<NetworkState> {
        self.states.state::<Network>("network")
    }

    /// One that is somebody else's.
    fn named_network(&self) -> Option<NetworkState> {
        let network = self.states.external::<Network>("network");
        network.map(Typed::into_owned)
    }

    fn firewall(&self) -> Option<FirewallState> {
        self.states.state::<Firewall>("firewall")
    }

    /// The field that names the network.
    fn network_field(&self) -> String {
        let named = spec::network(self.target);
        named.map_or_else(|| field("network"), |(place, _)| place)
    }

    /// The subnets of a network that servers of the location can be in.
    fn usable<'n>(&self, network: &'n NetworkState) -> Vec<&'n Part> {
        let location = compile::location(self.target, self.survey);
        let zone = location.map(|location| location.network_zone.as_str());
        let parts = network.subnets.iter();
        let is_usable =
            |part: &&Part| part.is_for_servers() && Some(part.network_zone.as_str()) == zone;
        parts.filter(is_usable).collect()
    }

    /// Rules of others in a firewall of ours: they stay, and are told.
    fn own_firewall(&self) -> Vec<Finding> {
        let Some(state) = self
            .firewall()
            .filter(|_| self.states.is_managed("firewall"))
        else {
            return Vec::new();
        };
        let told = state.told();
        let mut findings = Vec::new();
        let parts = state.parts();
        let foreign = merge(&compile::rules(self.target), &parts).foreign;
        let (inbound, outbound): (Vec<&Rule>, Vec<&Rule>) = foreign
            .iter()
            .partition(|rule| rule.direction == Direction::Ingress);
        findings.extend(access::foreign(&told, "also lets in", inbound));
        if !outbound.is_empty() {
            let message = format!(
                "{told} has rules of somebody else's about what goes out, which shut out all else: {}",
                rules::told(outbound).join("; ")
            );
            let finding = Finding::warning(codes::OUTBOUND, message).about(&told);
            findings
                .push(finding.remedy("remove the rules by hand if nodes are to reach everything"));
        }
        findings.extend(self.no_room(&state));
        findings
    }

    /// Whether our rules fit beside those of others.
    fn no_room(&self, state: &FirewallState) -> Option<Finding> {
        let foreign = state.rules.iter().filter(|rule| !rule.is_ours());
        let foreign: Vec<FirewallRule> = foreign.cloned().collect();
        let all: Vec<FirewallRule> = grouped(&compile::rules(self.target))
            .into_iter()
            .chain(foreign.iter().cloned())
            .collect();
        let effective: usize = all.iter().map(FirewallRule::effective).sum();
        let fits = all.len() <= RULES_MAX && effective <= EFFECTIVE_MAX;
        if fits || foreign.is_empty() {
            return None;
        }
        let told = state.told();
        let message = format!(
            "{told} has {} rules of somebody else's: with ours it would have {} rules with {effective} \
             addresses, and it takes {RULES_MAX} rules with {EFFECTIVE_MAX}",
            foreign.len(),
            all.len()
        );
        let finding = Finding::error(codes::RULES, message).about(told);
        Some(finding.remedy("remove rules by hand, or allow fewer ranges"))
    }

    /// Routes into the pods' range are the route controller's, which does not know two ranges.
    fn routes_of_pods(&self) -> Vec<Finding> {
        let (Some(network), true) = (self.network(), self.target.is_dual_stack()) else {
            return Vec::new();
        };
        let is_pods = |net: IpNet| self.is_of_pods(net);
        let mut routes = network.routes.iter();
        let Some(route) = routes.find(|route| is_pods(route.destination.into())) else {
            return Vec::new();
        };
        let told = network.told();
        let message = format!(
            "{told} routes {} of the pods to {}: the route controller is on, or was, and with two pod \
             ranges it makes no routes",
            route.destination, route.gateway
        );
        let finding = Finding::warning(codes::ROUTES, message).about(told);
        vec![finding.remedy("set HCLOUD_NETWORK_ROUTES_ENABLED=false, and delete such routes")]
    }

    fn is_of_pods(&self, net: IpNet) -> bool {
        let pods = self.target.addressing.pods_of(Family::V4);
        pods.is_some_and(|pods| pods.contains(&net))
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_network().map(|network| network.told())
    }

    fn port_security(&mut self) -> Answer {
        Answer::NotAsked("a firewall protects servers, whatever network they are in")
    }

    /// A vSwitch subnet holds dedicated servers, and one of another zone servers elsewhere.
    fn devices(&mut self) -> Answer {
        let location = compile::location(self.target, self.survey);
        let (Some(network), Some(location)) = (self.named_network(), location) else {
            return Answer::Judged(Vec::new());
        };
        if !self.usable(&network).is_empty() {
            return Answer::Judged(Vec::new());
        }
        let (told, zone) = (network.told(), &location.network_zone);
        let message = format!(
            "{told} has no subnet for cloud servers in zone {zone}: servers in {} cannot be in it",
            location.name
        );
        let finding = Finding::error(codes::SUBNET_ZONE, message).at(self.network_field());
        let remedy = format!(
            "have its owner call: hcloud network add-subnet --type cloud --network-zone {zone} \
             --ip-range RANGE {}; or name another network",
            network.id
        );
        Answer::Judged(vec![finding.about(told).remedy(remedy)])
    }

    /// Members are counted for the whole network: free addresses are known where it has one subnet,
    /// and there may be more where it has several. Hetzner keeps the network's first address, and of
    /// each subnet the first and the last.
    fn room(&mut self) -> Answer {
        let Some(network) = self.named_network() else {
            return Answer::Judged(Vec::new());
        };
        let [part] = self.usable(&network)[..] else {
            return Answer::Judged(Vec::new());
        };
        let is_only = network.subnets.len() == 1;
        let all = part.ip_range.hosts().count() as u128 - 1;
        let used = (network.servers.len() + network.load_balancers.len()) as u128;
        let free = all.saturating_sub(used);
        let Some(severity) = existing::room(free).filter(|_| is_only) else {
            return Answer::Judged(Vec::new());
        };
        let (told, range) = (network.told(), part.ip_range);
        let message = format!("{free} of the {all} addresses of {told}'s subnet {range} are free");
        let finding = Finding::new(severity, codes::NETWORK_FULL, message);
        let finding = finding.at(self.network_field()).about(told);
        Answer::Judged(vec![
            finding.remedy("have a subnet added, or name another network"),
        ])
    }

    fn gateway_address(&mut self) -> Answer {
        Answer::NotAsked("Hetzner itself answers at the first address of a network")
    }

    fn owner(&mut self) -> Answer {
        Answer::NotAsked("a token sees the objects of its own project alone")
    }

    fn ways_out(&mut self) -> Answer {
        Answer::NotAsked(
            "each server has public addresses, and its way out is none of the network's",
        )
    }

    fn packet_size(&mut self) -> Answer {
        Answer::NotAsked("every network carries 1450 bytes: IPv6 fits into every overlay")
    }

    /// Other subnets, and the network's routes. Routes into the pods' range are those of the pods.
    fn routed(&mut self) -> Answer {
        let Some(network) = self.named_network() else {
            return Answer::NotAsked(
                "what others have in a network of ours is told where it is looked at",
            );
        };
        let told = network.told();
        let routed = |net: IpNet, what: String| Routed::new(net, what, &told);
        let subnets = network.subnets.iter();
        let subnets =
            subnets.map(|part| routed(part.ip_range.into(), format!("a subnet of {told}")));
        let routes = network.routes.iter().filter(|route| {
            route.destination.prefix_len() > 0 && !self.is_of_pods(route.destination.into())
        });
        let routes = routes.map(|route| {
            let what = format!("what {told} routes to {}", route.gateway);
            routed(route.destination.into(), what)
        });
        let all = subnets.chain(routes);
        Answer::Judged(existing::overlaps(all, &self.target.addressing))
    }

    /// A firewall that is somebody else's has to allow what ours would, and to be applied.
    fn group(&mut self) -> Answer {
        let Some(state) = self.states.external::<Firewall>("firewall") else {
            return Answer::NotAsked("a firewall of ours gets the rules that it lacks");
        };
        let group = Group {
            told: state.told(),
            field: field("firewall"),
            rules: state.allows(),
            nodes: Vec::new(),
            asks_for_ssh: self.target.spec.ssh_sources.is_some(),
            is_list: |_| false,
        };
        let access = check::access(self.target);
        let mut findings = group.judge(&access, |rules| added(&state, rules));
        findings.extend(unapplied(&state));
        Answer::Judged(findings)
    }
}

/// A firewall that no server has.
fn unapplied(state: &FirewallState) -> Option<Finding> {
    if !state.applied_to.is_empty() {
        return None;
    }
    let told = state.told();
    let message = format!("{told} is applied to nothing: nodes are open to everybody");
    let finding = Finding::warning(codes::UNAPPLIED, message).at(field("firewall"));
    Some(finding.about(told).remedy(format!(
        "have its owner apply it to the nodes' label: hcloud firewall apply-to-resource --type \
         label_selector --label-selector SELECTOR {}",
        state.id
    )))
}

/// How the owner of a firewall adds rules.
fn added(state: &FirewallState, lacking: &[&Rule]) -> String {
    let wanted = lacking.iter().map(|rule| (*rule).clone()).collect();
    let calls: Vec<String> = grouped(&wanted)
        .iter()
        .map(|rule| call(state, rule))
        .collect();
    match calls.is_empty() {
        true => {
            "have its owner remove the rules about what goes out; or leave firewall out".to_owned()
        }
        false => format!(
            "have its owner call: {}; or leave firewall out",
            calls.join("; ")
        ),
    }
}

fn call(state: &FirewallState, rule: &FirewallRule) -> String {
    let port = rule.port.as_deref();
    let port = port.map_or_else(String::new, |port| format!(" --port {port}"));
    let sources: Vec<String> = rule.source_ips.iter().map(IpNet::to_string).collect();
    format!(
        "hcloud firewall add-rule --direction in --protocol {}{port} --source-ips {} {}",
        rule.protocol,
        sources.join(","),
        state.id
    )
}
