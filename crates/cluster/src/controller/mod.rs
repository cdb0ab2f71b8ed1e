//! Cloud controllers: what each reports of a node for its configuration, and why it leaves one tainted.
//!
//! One file a cloud. What stands there was seen of the real controllers.

mod aws;
mod digitalocean;
mod hetzner;
mod ini;
mod openstack;
mod others;
mod vsphere;

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Family, Finding, NodeIp};

use crate::{
    codes,
    facts::{Facts, Node, Workload, named},
};

/// One kind of cloud controller.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The cloud, as people call it.
    pub(crate) title: &'static str,
    /// Its name in documents.
    pub(crate) provider: &'static str,
    /// What a provider id of it begins with.
    scheme: &'static str,
    /// What the name or the image of its workload holds.
    part: &'static str,
    /// Reads what it is configured to.
    read: fn(&Workload, &Facts) -> Settings,
    /// The exact cause why it leaves a node with that node-ip tainted, where its settings show it.
    explain: fn(&Settings, &NodeIp) -> Option<Cause>,
    /// The causes that nobody can see from inside of the cluster, the likeliest first.
    pub(crate) likely: &'static [&'static str],
    /// Where its addresses of nodes have to be switched on, and how.
    pub(crate) switch: &'static str,
    /// Whether nodes have internal addresses whatever its settings are.
    pub(crate) has_internal: bool,
    /// Whether servers have a public IPv4 address beside a private one, as a rule.
    pub(crate) has_two_v4: bool,
    /// How many families a load balancer of it has for one service.
    pub(crate) balances: Balances,
    /// The largest packet between two of those nodes, in bytes, and what carries it; none where every network has
    /// its own.
    pub(crate) packets: fn(&[Node]) -> Option<(u32, &'static str)>,
}

impl Kind {
    /// Whether a provider id is of this cloud.
    pub(crate) fn is_of(&self, provider_id: &str) -> bool {
        provider_id.starts_with(self.scheme)
    }
}

/// What a cloud's load balancer gives a service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Balances {
    /// Both families.
    Both,
    /// The first family of the service.
    First,
    /// Nothing: there is no load balancer.
    Nothing,
    /// Not known here.
    Unknown,
}

/// What a controller is configured to, as far as it can be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The families that it reports, in their order; none where that cannot be seen.
    pub(crate) families: Option<Vec<Family>>,
    /// What says so, as a sentence without its end.
    pub(crate) said: String,
    /// Whether it knows of a private network; none where that cannot be seen.
    pub(crate) has_network: Option<bool>,
    /// Why nodes have no internal address.
    pub(crate) hides_internal: Option<String>,
    /// Why it makes no routes for pods, where it is told to make them.
    pub(crate) routeless: Option<Cause>,
    /// A mistake that the controller takes without a word, or that ends it.
    pub(crate) mistake: Option<Cause>,
}

impl Settings {
    pub(crate) fn of(families: &[Family], said: impl Into<String>) -> Self {
        Self {
            families: Some(families.to_vec()),
            said: said.into(),
            ..Self::default()
        }
    }

    pub(crate) fn hidden() -> Self {
        Self::default()
    }
}

const KINDS: &[&Kind] = &[
    &aws::KIND,
    &digitalocean::KIND,
    &hetzner::KIND,
    &openstack::KIND,
    &vsphere::KIND,
    &others::GOOGLE,
    &others::AZURE,
    &others::EQUINIX,
];

/// The names of the config maps that what may be a cloud controller mounts.
pub(crate) fn mounted(workloads: &[Workload]) -> impl Iterator<Item = &str> {
    let parts = KINDS.iter().map(|kind| kind.part);
    let parts: Vec<&str> = parts.chain(["cloud-controller-manager"]).collect();
    let is_one = move |workload: &&Workload| parts.iter().any(|part| workload.runs(part));
    workloads.iter().filter(is_one).flat_map(Workload::configs)
}

/// The cloud controller of a cluster, as far as anything is known of it.
#[derive(Debug)]
pub(crate) struct Controller {
    /// Of which cloud.
    pub(crate) kind: Option<&'static Kind>,
    /// Whether its workload was seen.
    pub(crate) is_seen: bool,
    /// Whether it has initialized any node.
    pub(crate) is_at_work: bool,
    /// What it is configured to.
    pub(crate) settings: Settings,
    /// The families of all initialized nodes.
    pub(crate) reported: Vec<Family>,
}

impl Controller {
    /// What the facts show of it. `provider` is the cloud of the document, where there is one.
    pub(crate) fn of(facts: &Facts, provider: Option<&str>) -> Self {
        let of_node = |kind: &&&Kind| {
            let mut nodes = facts.nodes.iter();
            nodes.any(|node| kind.is_of(node.provider_id()))
        };
        let of_workload = |kind: &&&Kind| facts.cloud_controller(kind.part).is_some();
        let of_document = |kind: &&&Kind| Some(kind.provider) == provider;
        let kind = KINDS.iter().find(of_node);
        let kind = kind.or_else(|| KINDS.iter().find(of_workload));
        let kind = kind.or_else(|| KINDS.iter().find(of_document)).copied();
        let workload = kind.and_then(|kind| facts.cloud_controller(kind.part));
        let workload = workload.or_else(|| facts.cloud_controller("cloud-controller-manager"));
        let settings = match (kind, workload) {
            (Some(kind), Some(workload)) => (kind.read)(workload, facts),
            (None, _) | (_, None) => Settings::hidden(),
        };
        let known = |node: &&Node| !node.is_uninitialized() && !node.provider_id().is_empty();
        let known: Vec<&Node> = facts.nodes.iter().filter(known).collect();
        let reports = |family: &Family| known.iter().any(|node| node.families().contains(family));
        Self {
            kind,
            is_seen: workload.is_some(),
            is_at_work: !known.is_empty(),
            settings,
            reported: Family::BOTH.into_iter().filter(reports).collect(),
        }
    }

    /// The cloud's name in sentences.
    pub(crate) fn title(&self) -> &'static str {
        self.kind.map_or("the cloud", |kind| kind.title)
    }

    /// Why it reports no address of a family, where its configuration or all its nodes show that.
    pub(crate) fn lacks(&self, family: Family) -> Option<Cause> {
        let switch = self
            .kind
            .map_or("switch the family on at the cloud controller", |kind| {
                kind.switch
            });
        match &self.settings.families {
            Some(families) if families.contains(&family) => None,
            Some(_) => Some(Cause::new(
                format!(
                    "the cloud controller reports no {family} address: {}",
                    self.settings.said
                ),
                switch,
            )),
            None if self.is_at_work && !self.reported.contains(&family) => Some(Cause::new(
                format!("the cloud controller reports no {family} address of any node"),
                format!("{switch}; its configuration cannot be seen from here"),
            )),
            None => None,
        }
    }

    /// The exact cause for a node-ip.
    pub(crate) fn explain(&self, ip: &NodeIp) -> Option<Cause> {
        let kind = self.kind?;
        (kind.explain)(&self.settings, ip)
    }

    /// The likely causes, as one text; none where the cloud is not known. Those about node-ip concern nodes that
    /// have one.
    pub(crate) fn likely(&self, has_node_ip: bool) -> Option<String> {
        let all = self.kind?.likely.iter();
        let all = all.filter(|why| has_node_ip || !why.starts_with("node-ip"));
        let all = all.enumerate();
        let all: Vec<String> = all.map(|(at, why)| format!("({}) {why}", at + 1)).collect();
        Some(all.join("; "))
    }

    /// What is wrong with its configuration, whether a node shows it yet or not.
    pub(crate) fn findings(&self, families: &[Family]) -> Vec<Finding> {
        let about = || format!("cloud controller of {}", self.title());
        let Settings {
            families: reported,
            said,
            mistake,
            ..
        } = &self.settings;
        if let Some(cause) = mistake {
            let finding = Finding::error(codes::CONTROLLER, &cause.why).about(about());
            return vec![finding.remedy(&cause.remedy)];
        }
        let Some(reported) = reported else {
            return Vec::new();
        };
        let missing: Vec<Family> = families
            .iter()
            .copied()
            .filter(|family| !reported.contains(family))
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let message = format!(
            "{said}: a node whose node-ip names an {} address stays tainted, and any other node has \
             no such address",
            named(&missing)
        );
        let finding = Finding::error(codes::CONTROLLER, message).about(about());
        let switch = self.kind.map_or("", |kind| kind.switch);
        vec![finding.remedy(format!("{switch}, and restart the controller"))]
    }
}
