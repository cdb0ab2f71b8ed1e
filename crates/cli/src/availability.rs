//! What datacenters offer to clusters: families, defaults, and how many nodes they hold.

use groundwork_engine::{Engine, Request, codes};
use groundwork_knowledge::Known;
use groundwork_model::{
    Addressing, Cluster, Datacenter, Documents, Family, Finding, IpFamily, Source,
};
use groundwork_provider::Options;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::clouds::{drivers, ended, title};

/// What one datacenter offers.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offer {
    /// Its name.
    pub(crate) name: String,
    /// The Seed that has it.
    pub(crate) seed: String,
    /// The country, as two letters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) country: String,
    /// Where exactly.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) location: String,
    /// Its cloud, by its name in documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// What `ipFamily` may be there. None: no cluster can be made.
    pub(crate) ip_families: Vec<IpFamily>,
    /// Why `IPv4+IPv6` is not offered, or nothing is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) because: Vec<Finding>,
    /// What is chosen where a cluster says nothing, and how much fits; for the most that is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) defaults: Option<Defaults>,
}

/// What is chosen where a cluster says nothing.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Defaults {
    /// By family, IPv4 first.
    pub(crate) families: Vec<FamilyDefaults>,
    /// How services are forwarded.
    pub(crate) proxy_mode: String,
    /// The ports of services of type NodePort.
    pub(crate) node_ports: String,
    /// How many nodes fit: the family that holds fewer decides.
    pub(crate) nodes: u64,
    /// How many services fit: the family that holds fewer decides.
    pub(crate) services: u64,
}

/// The same of one family.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FamilyDefaults {
    /// Which.
    pub(crate) family: Family,
    /// Where pods get their addresses.
    #[schemars(with = "String")]
    pub(crate) pods: IpNet,
    /// Where services get their addresses.
    #[schemars(with = "String")]
    pub(crate) services: IpNet,
    /// The prefix length of one node's part of the pods' range.
    pub(crate) node_cidr_mask_size: u8,
    /// How many nodes the pods' range holds.
    pub(crate) nodes: u64,
}

/// What every datacenter offers, by name.
pub(crate) fn offers(engine: &Engine, known: &Known, documents: &Documents) -> Vec<Offer> {
    let datacenters = documents.datacenters.values();
    datacenters
        .map(|datacenter| offer(engine, known, datacenter))
        .collect()
}

fn offer(engine: &Engine, known: &Known, datacenter: &Datacenter) -> Offer {
    let mut offer = Offer {
        name: datacenter.name.clone(),
        seed: datacenter.seed.clone(),
        country: datacenter.country.clone(),
        location: datacenter.location.clone(),
        provider: None,
        ip_families: Vec::new(),
        because: Vec::new(),
        defaults: None,
    };
    let mut clouds = datacenter.spec.clouds.names();
    let provider = match (clouds.next(), clouds.next()) {
        (Some(only), None) => only,
        (_, _) => {
            let message = "the datacenter has no cloud of its own";
            offer.because.push(fault(
                datacenter,
                message,
                "give it the section of one cloud",
            ));
            return offer;
        }
    };
    offer.provider = Some(provider.to_owned());
    if let Some(finding) = closed(datacenter, provider) {
        offer.because.push(finding);
        return offer;
    }
    for family in [IpFamily::Ipv4, IpFamily::DualStack] {
        let cluster = example(datacenter, provider, family);
        let faults = faults(engine, datacenter, &cluster);
        if !faults.is_empty() {
            offer.because = faults;
            break;
        }
        offer.ip_families.push(family);
        offer.defaults = defaults(known, &cluster);
    }
    offer
}

fn fault(datacenter: &Datacenter, message: impl Into<String>, remedy: &str) -> Finding {
    let finding = Finding::error(codes::DATACENTER, message).at(datacenter.field("spec"));
    let mut finding = finding.remedy(remedy);
    datacenter.place(std::slice::from_mut(&mut finding));
    finding
}

/// Why nothing is offered whatever the documents say.
fn closed(datacenter: &Datacenter, provider: &str) -> Option<Finding> {
    if drivers().of(provider).is_none() {
        let message = format!("there is no driver for {provider}: nothing is known of it");
        return Some(fault(datacenter, message, "ask KKP itself"));
    }
    let ended = ended(provider)?;
    let message = format!("{} has ended: {}", title(provider), ended.reason);
    let mut finding = fault(datacenter, message, "use another cloud");
    finding.reference = Some(ended.reference.into());
    Some(finding)
}

/// A cluster that says nothing but where it runs, and its families.
fn example(datacenter: &Datacenter, provider: &str, family: IpFamily) -> Documents {
    let document = json!({
        "apiVersion": "kubermatic.k8c.io/v1",
        "kind": "Cluster",
        "metadata": { "name": "any" },
        "spec": {
            "cloud": { "dc": datacenter.name, provider: {} },
            "clusterNetwork": { "ipFamily": family.to_string() },
        },
    });
    let source = Source {
        name: "-".to_owned(),
        bytes: document.to_string().into_bytes(),
    };
    Documents::parse(&[source], &drivers().schemas(), false).0
}

/// What the datacenter's own fields refuse such a cluster.
fn faults(engine: &Engine, datacenter: &Datacenter, example: &Documents) -> Vec<Finding> {
    let checked = example.clusters.iter().flat_map(|cluster| {
        engine.check(&Request {
            cluster: cluster.clone(),
            datacenter: datacenter.clone().into(),
            secrets: Default::default(),
            options: Options::default(),
        })
    });
    let is_its = |finding: &Finding| {
        let field = finding.field.as_deref();
        finding.is_error() && field.is_some_and(Datacenter::has_field)
    };
    let its = checked.filter(is_its).map(|mut finding| {
        finding.subject = Some(format!("Seed {}", datacenter.seed));
        finding
    });
    its.collect()
}

fn defaults(known: &Known, example: &Documents) -> Option<Defaults> {
    let cluster: &Cluster = example.clusters.first()?;
    let addressing = Addressing::resolve(cluster).0?;
    let of = |family: &Family| {
        Some(FamilyDefaults {
            family: *family,
            pods: addressing.pods_of(*family)?,
            services: addressing.services_of(*family)?,
            node_cidr_mask_size: match family {
                Family::V4 => addressing.node_mask_v4,
                Family::V6 => addressing.node_mask_v6?,
            },
            nodes: number(addressing.nodes_of(*family)),
        })
    };
    Some(Defaults {
        families: addressing.family.families().iter().filter_map(of).collect(),
        proxy_mode: known.proxy_mode(cluster).to_owned(),
        node_ports: addressing.node_ports.to_string(),
        nodes: number(addressing.nodes()),
        services: number(addressing.service_count()),
    })
}

/// A number that JSON's readers take.
fn number(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
