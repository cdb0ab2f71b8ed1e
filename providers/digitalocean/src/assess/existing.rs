//! A network that exists, judged by what keeps its nodes from working: the kit's questions, as
//! DigitalOcean answers them. Pure.

use groundwork_kit::{
    access::Access,
    existing::{Answer, Existing, Group, Routed, overlaps},
};
use groundwork_model::{Finding, Severity};
use groundwork_provider::Typed;

use super::Judge;
use crate::{
    check, codes, compile,
    object::{
        firewall::{Firewall, FirewallState},
        rules::expressible,
        vpc::{Vpc, VpcState},
    },
    spec::field,
};

/// The longest range that has room for a few nodes.
const SMALL: u8 = 27;

impl Judge<'_> {
    /// A VPC that is somebody else's.
    fn named_vpc(&self) -> Option<VpcState> {
        let vpc = self.states.external::<Vpc>("vpc");
        vpc.map(Typed::into_owned)
    }

    /// A firewall that is somebody else's.
    fn named_firewall(&self) -> Option<FirewallState> {
        let firewall = self.states.external::<Firewall>("firewall");
        firewall.map(Typed::into_owned)
    }

    /// A firewall does nothing to droplets that do not carry one of its tags.
    fn applies(&self, firewall: &FirewallState) -> Option<Finding> {
        let tag = compile::tag(self.target);
        let own = self.survey.droplets.iter();
        let mut tags = firewall.tags.iter();
        let by_tag = tags.any(|one| *one == tag);
        let by_other = !self.survey.droplets.is_empty()
            && own.clone().all(|droplet| {
                firewall.droplet_ids.contains(&droplet.id)
                    || droplet.tags.iter().any(|tag| firewall.tags.contains(tag))
            });
        (!by_tag && !by_other).then(|| {
            let told = firewall.told();
            let message = format!("{told} does not apply to droplets with the tag {tag}");
            let finding = Finding::error(codes::FIREWALL_TARGET, message);
            finding.at(field("firewall")).about(told).remedy(format!(
                "have its owner add the tag (doctl compute firewall add-tags {} --tag-names {tag}), \
                 or leave the firewall out",
                firewall.id
            ))
        })
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_vpc().map(|vpc| vpc.told())
    }

    fn port_security(&mut self) -> Answer {
        Answer::NotAsked("a firewall applies to droplets, whatever network they are in")
    }

    fn devices(&mut self) -> Answer {
        Answer::NotAsked("a VPC takes every kind of object")
    }

    fn room(&mut self) -> Answer {
        let small = self.named_vpc();
        let small = small.filter(|vpc| vpc.ip_range.prefix_len() >= SMALL);
        let finding = |vpc: VpcState| {
            let addresses = 1_u32 << (32 - vpc.ip_range.prefix_len());
            let message = format!(
                "{} has {addresses} addresses, some of which are DigitalOcean's, and never gets more",
                vpc.told()
            );
            let finding = Finding::warning(codes::ROOM, message).at(field("vpc"));
            finding
                .about(vpc.told())
                .remedy("name a larger VPC, or leave vpc out")
        };
        Answer::Judged(small.map(finding).into_iter().collect())
    }

    fn gateway_address(&mut self) -> Answer {
        Answer::NotAsked("a VPC has no router that people could set up")
    }

    /// A VPC lies in one region, and only droplets of that region can be in it.
    fn owner(&mut self) -> Answer {
        let region = &self.target.cloud.region;
        let elsewhere = self.named_vpc().filter(|vpc| vpc.region != *region);
        let finding = |vpc: VpcState| {
            let message = format!(
                "{} is in {}, and the datacenter's droplets are in {region}",
                vpc.told(),
                vpc.region
            );
            let finding = Finding::error(codes::REGION, message).at(field("vpc"));
            finding
                .about(vpc.told())
                .remedy(format!("name a VPC in {region}"))
        };
        Answer::Judged(elsewhere.map(finding).into_iter().collect())
    }

    /// Droplets go out by their own public addresses, unless the document names a NAT gateway.
    fn ways_out(&mut self) -> Answer {
        let vpc = self.states.state::<Vpc>("vpc");
        let (Some(gateway), Some(vpc)) = (self.survey.gateway.one(), vpc) else {
            return Answer::Judged(Vec::new());
        };
        let state = &gateway.state;
        let told = format!("VPC NAT gateway {} ({})", state.name, state.id);
        let served = state.vpcs.iter().find(|one| one.vpc_uuid == vpc.id);
        let wrong = match (served, state.state.as_str()) {
            (None, _) => Some(format!("{told} does not serve {}", vpc.told())),
            (Some(_), is) if is != "ACTIVE" => Some(format!("{told} is {is}, not ACTIVE")),
            (Some(served), _) if !served.default_gateway => {
                let vpc = vpc.told();
                Some(format!(
                    "{told} is not the default gateway of {vpc}: nodes need routes to it"
                ))
            }
            (Some(_), _) => None,
        };
        let finding = |message: String| {
            let severity = match served {
                None => Severity::Error,
                Some(_) => Severity::Warning,
            };
            let finding = Finding::new(severity, codes::NAT_GATEWAY, message);
            finding.at(field("natGateway")).about(&told).remedy(
                "have it attached to the VPC as its default gateway, or leave natGateway out",
            )
        };
        let mut findings: Vec<Finding> = wrong.map(finding).into_iter().collect();
        if self.target.is_dual_stack() {
            let message =
                format!("{told} lets IPv4 out alone: IPv6 goes out by each droplet's own");
            findings.push(Finding::note(codes::NAT_GATEWAY, message).about(&told));
        }
        Answer::Judged(findings)
    }

    fn packet_size(&mut self) -> Answer {
        Answer::NotAsked(
            "IPv6 does not go through the VPC; on public interfaces packets have 1500 bytes",
        )
    }

    fn routed(&mut self) -> Answer {
        let peers = self.survey.peers.iter();
        let peers =
            peers.map(|(told, net)| Routed::new((*net).into(), format!("peered {told}"), told));
        Answer::Judged(overlaps(peers, &self.target.addressing))
    }

    fn group(&mut self) -> Answer {
        let Some(firewall) = self.named_firewall() else {
            return Answer::Judged(Vec::new());
        };
        let vpc = self.states.state::<Vpc>("vpc");
        let access = check::access(self.target);
        let access = Access {
            rules: expressible(&access.rules),
            ..access
        };
        // A rule of members of one family alone does not exist here.
        let families = self.target.addressing.family;
        let access = Access {
            rules: access
                .rules
                .into_iter()
                .filter(|rule| families.has(rule.family))
                .collect(),
            ..access
        };
        let group = Group {
            told: firewall.told(),
            field: field("firewall"),
            rules: firewall.allows(&compile::tag(self.target)),
            nodes: vpc.map(|vpc| vpc.ip_range.into()).into_iter().collect(),
            asks_for_ssh: self.target.spec.ssh_sources.is_some(),
            is_list: |_| false,
        };
        let id = &firewall.id;
        let mut findings = group.judge(&access, |_| {
            format!("have its owner add them (doctl compute firewall add-rules {id})")
        });
        findings.extend(self.applies(&firewall));
        Answer::Judged(findings)
    }
}
