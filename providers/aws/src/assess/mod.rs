//! The network judged as a whole: what single fields cannot show. Pure.

pub(crate) mod acls;
pub(crate) mod calls;
pub(crate) mod encryption;
pub(crate) mod existing;
pub(crate) mod exposure;
pub(crate) mod groups;
pub(crate) mod overlaps;
pub(crate) mod own_subnets;
pub(crate) mod owners;
pub(crate) mod public_access;
pub(crate) mod routes;
pub(crate) mod subnets;

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::{
    access,
    rules::{Direction, Traffic},
};
use groundwork_model::{Finding, Severity};
use groundwork_provider::{States, Target};

use crate::{
    codes, compile,
    object::{
        Tags,
        security_group::{SecurityGroup, SecurityGroupState},
        shared_tag::{self, CLUSTER_TAG, TAGS_MAX},
        subnet::SubnetState,
        vpc::VpcState,
        vpc_attributes::{HOSTNAMES, SUPPORT, VpcAttributes},
    },
    spec::{Datacenter, Spec, field, given},
    survey::{Named, Survey, named_subnets, targets::Ways},
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
        dual: target.is_dual_stack(),
        findings: Vec::new(),
        acls: BTreeMap::new(),
    };
    groundwork_kit::existing::judge(&mut judge)
}

pub(crate) struct Judge<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    pub(crate) states: &'a States,
    pub(crate) dual: bool,
    pub(crate) findings: Vec<Finding>,
    /// Network ACLs that were judged, by id, and whether each is fit.
    pub(crate) acls: BTreeMap<String, bool>,
}

impl<'a> Judge<'a> {
    pub(crate) fn say(&mut self, finding: Finding, about: String, remedy: impl Into<String>) {
        self.findings.push(finding.about(about).remedy(remedy));
    }

    /// Where the document names a subnet, or else its VPC.
    pub(crate) fn place(&self, subnet: &str) -> String {
        let mut named = named_subnets(&self.target.spec);
        let index = named.find(|(_, id)| *id == subnet).map(|(index, _)| index);
        index.map_or_else(
            || self.vpc_place(),
            |index| field(&format!("subnetIDs[{index}]")),
        )
    }

    pub(crate) fn vpc_place(&self) -> String {
        let spec = &self.target.spec;
        match (given(&spec.vpc_id), spec.use_default_vpc) {
            (Some(_), _) => field("vpcID"),
            (None, true) => field("useDefaultVpc"),
            (None, false) => field("subnetIDs"),
        }
    }

    /// The ways out of a VPC.
    pub(crate) fn ways(&self, vpc: &'a VpcState) -> Ways<'a> {
        let survey: &'a Survey = self.survey;
        Ways {
            vpc: &vpc.common.id,
            is_shared: survey.is_foreign(&vpc.owner_id),
            targets: &survey.targets,
            tables: &survey.tables,
            blocked: &survey.blocked,
        }
    }

    fn vpc(&mut self, vpc: &VpcState) {
        let told = vpc.told();
        let place = self.vpc_place();
        if !vpc.available {
            let message = format!("{told} is not available yet");
            let finding = Finding::error(codes::NOT_READY, message).at(&place);
            self.say(finding, told.clone(), "run this again in a minute");
        }
        if self.dual && vpc.ipv6_ranges().is_empty() {
            self.without_ipv6(vpc);
        }
        for (_, _, state) in self.states.of::<VpcAttributes>() {
            let off = [
                (SUPPORT, state.dns_support),
                (HOSTNAMES, state.dns_hostnames),
            ];
            for (name, _) in off.into_iter().filter(|(_, on)| !on) {
                let message = format!(
                    "{told} has {name} off: machines get no names, and the cloud controller finds \
                     them by name"
                );
                let finding = Finding::error(codes::VPC_DNS, message).at(&place);
                let call = calls::switch_vpc(&vpc.common.id, &name.replace('_', "-"));
                self.say(finding, told.clone(), owner(&call));
            }
        }
    }

    fn without_ipv6(&mut self, vpc: &VpcState) {
        let told = vpc.told();
        let coming = vpc.ipv6.iter().any(|block| block.state == "associating");
        let failed = vpc
            .ipv6
            .iter()
            .find(|block| block.state.starts_with("fail"));
        let (message, remedy) = match (coming, failed) {
            (true, _) => (
                format!("the IPv6 range of {told} is not associated yet"),
                "run this again in a minute".to_owned(),
            ),
            (false, failed) => {
                let why = failed.and_then(|block| block.why.as_deref());
                let why =
                    why.map_or_else(String::new, |why| format!(" (the last one failed: {why})"));
                let source = self.target.spec.ipv6_source.clone().unwrap_or_default();
                let call = calls::associate_vpc(&vpc.common.id, &source);
                (
                    format!("{told} has no IPv6 range{why}, and the cluster is dual-stack"),
                    format!("{}; then run this again", owner(&call)),
                )
            }
        };
        let finding = Finding::error(codes::VPC_IPV6, message).at(self.vpc_place());
        self.say(finding, told, remedy);
    }

    /// Those that the document names have to be fit; of a whole VPC, one has to.
    fn subnets(&mut self, vpc: &'a VpcState) {
        let named = named_subnets(&self.target.spec).next().is_some();
        let before = self.findings.len();
        let survey: &'a Survey = self.survey;
        let states = survey.subnets.iter().filter_map(Named::state);
        let subnets: Vec<&SubnetState> = states.collect();
        let mut free = subnets::free_ranges(vpc, &subnets, &survey.used_ipv6);
        let mut fit = BTreeSet::new();
        for subnet in &subnets {
            let errors = self.errors();
            let mut is_fit = subnets::judge(self, subnet, vpc, free.remove(&subnet.common.id));
            if subnet.vpc == vpc.common.id {
                is_fit &= routes::judge(self, subnet, vpc);
            }
            if is_fit && self.errors() == errors {
                fit.insert(subnet.zone.as_str());
            }
        }
        if !named && !fit.is_empty() {
            // Others of the VPC may be for something else: what they lack is not an error.
            for finding in &mut self.findings[before..] {
                if finding.is_error() {
                    finding.severity = Severity::Warning;
                }
            }
        }
        if subnets.is_empty() {
            let message = format!("{} has no subnet that nodes could be in", vpc.told());
            let finding = Finding::error(codes::SUBNET_NONE, message).at(self.vpc_place());
            let remedy = "name subnets in subnetIDs, or have some made";
            self.say(finding, vpc.told(), remedy);
        }
        self.zones(&subnets);
    }

    /// A zone that the document lists is one that nodes are to be in.
    fn zones(&mut self, subnets: &[&SubnetState]) {
        let zones = self.target.spec.zones.iter().flatten().enumerate();
        let used: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
        for (index, zone) in zones.filter(|(_, zone)| !used.contains(zone.as_str())) {
            let message = format!("no subnet is in zone {zone}, which zones lists");
            let finding = Finding::error(codes::ZONE, message);
            let finding = finding.at(field(&format!("zones[{index}]")));
            self.findings
                .push(finding.remedy("name a subnet of that zone, or remove the zone"));
        }
    }

    fn errors(&self) -> usize {
        let errors = self.findings.iter().filter(|finding| finding.is_error());
        errors.count()
    }

    /// What another account's VPC does not show, and who may tag what.
    fn shared(&mut self, vpc: &VpcState) {
        if !self.survey.is_foreign(&vpc.owner_id) {
            return;
        }
        let told = vpc.told();
        let message = format!(
            "{told} is shared by account {}: its NAT and egress-only gateways, peerings and \
             endpoints cannot be seen from here, and tags on its subnets are this account's own",
            vpc.owner_id
        );
        let finding = Finding::note(codes::SHARED_VPC, message).at(self.vpc_place());
        let remedy = "what has to be changed, that account has to change";
        self.say(finding, told, remedy);
    }

    /// The route table that gets the cluster's tag.
    fn table(&mut self) {
        let id = given(&self.target.spec.route_table_id);
        let mut tables = self.survey.tables.iter();
        let named = tables.find(|table| Some(table.common.id.as_str()) == id);
        if let Some(table) = named {
            let place = field("routeTableID");
            self.tag_room(&table.told(), &table.common.tags, place);
        }
    }

    /// The cluster's tag, and our mark beside it.
    pub(crate) fn tag_room(&mut self, told: &str, tags: &Tags, place: String) {
        let name = self.target.name();
        let Some(more) = shared_tag::no_room(tags, name) else {
            return;
        };
        let count = shared_tag::count(tags);
        let needs = match more {
            1 => format!("one more: {CLUSTER_TAG}{name}"),
            _ => format!("two more: {CLUSTER_TAG}{name}, and our mark beside it"),
        };
        let message = format!("{told} has {count} tags of {TAGS_MAX}, and needs {needs}");
        let finding = Finding::error(codes::TAGS_FULL, message).at(place);
        let remedy = "have unused tags deleted";
        self.say(finding, told.to_owned(), remedy);
    }

    fn own_group(&mut self) {
        if let Some(state) = self.states.state::<SecurityGroup>("security-group") {
            self.foreign_rules(&state);
        }
    }

    /// Rules of other hands in our group are theirs: they stay, and are said.
    fn foreign_rules(&mut self, state: &SecurityGroupState) {
        let access = compile::access(self.target);
        let mut foreign = state.merge(&access.rules).foreign;
        // EC2 itself lets everything out of a new group.
        foreign
            .retain(|rule| (rule.direction, &rule.traffic) != (Direction::Egress, &Traffic::All));
        let finding = access::foreign(&state.told(), "also allows", &foreign);
        self.findings.extend(finding);
    }
}

/// A remedy that is somebody else's to make.
pub(crate) fn owner(call: &str) -> String {
    format!("have its owner call: {call}")
}
