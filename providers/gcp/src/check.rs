//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{
    access::{Access, Sources},
    document::given,
};
use groundwork_model::{Code, Finding, cidr};
use groundwork_provider::Target;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::{
    codes, link,
    spec::{AccessType, Datacenter, Spec, field, makes_network},
};

/// The range of a subnetwork that is made, as long as those of auto mode.
pub(crate) const RANGE: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 20);
/// The smallest and the largest subnetwork
/// (<https://cloud.google.com/vpc/docs/subnets#ipv4-ranges>).
const LENGTHS: std::ops::RangeInclusive<u8> = 4..=29;
/// Where networks have their own IPv6 ranges from, and how long those are.
const INTERNAL: (&str, u8) = ("fd20::/20", 48);

const FAMILY: &str = "set ipFamily to IPv4+IPv6, or remove it";

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = region(target).into_iter().collect();
    findings.extend(named(target));
    findings.extend(subnetwork_region(target));
    findings.extend(range(target));
    findings.extend(internal_range(&target.spec).err());
    findings.extend(collection(target));
    findings.extend(without_ipv6(target));
    findings.extend(ignored(target));
    findings.extend(access(target).findings);
    findings
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let spec = &target.spec;
    let sources = Sources {
        section: "spec.cloud.gcp",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        node_ports_legacy: given(&spec.node_ports_allowed_ip_range),
        ..Sources::default()
    };
    Access::of(&target.addressing, &sources)
}

fn region(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    if target.cloud.region().is_some() {
        return None;
    }
    let name = &target.datacenter.name;
    let message = format!("datacenter {name} does not say in which region its machines run");
    let place = target.datacenter.field("spec.gcp.region");
    let finding = Finding::error(codes::REGION, message).at(place);
    Some(finding.remedy("set region, such as europe-west3"))
}

/// Texts that name nothing: the last part of each is a name.
fn named(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let spec = &target.spec;
    let table = [
        (
            "network",
            &spec.network,
            "global/networks/NAME, or projects/PROJECT/global/networks/NAME",
        ),
        (
            "subnetwork",
            &spec.subnetwork,
            "projects/PROJECT/regions/REGION/subnetworks/NAME",
        ),
        (
            "ipCollection",
            &spec.ip_collection,
            "projects/PROJECT/regions/REGION/publicDelegatedPrefixes/NAME",
        ),
    ];
    let wrong = table.into_iter().filter_map(|(name, text, form)| {
        let text = given(text).filter(|text| !is_name(link::name(text)))?;
        let message = format!("{text} is no name of a resource");
        let finding = Finding::error(codes::NAME, message).at(field(name));
        Some(finding.remedy(format!("write {form}")))
    });
    wrong.collect()
}

/// At most 63 lower-case letters, digits and hyphens, a letter first (RFC 1035).
fn is_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    begins && text.len() <= 63 && text.chars().all(is_inner) && !text.ends_with('-')
}

fn subnetwork_region(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let text = given(&target.spec.subnetwork)?;
    let (is, region) = (link::part(text, "regions")?, target.cloud.region()?);
    let message = format!("the subnetwork is in {is}, and the cluster in {region}");
    let finding = Finding::error(codes::SUBNETWORK_REGION, message).at(field("subnetwork"));
    let remedy = format!("name a subnetwork in {region}, or another datacenter");
    (is != region).then(|| finding.remedy(remedy))
}

/// The range that the document asks for.
pub(crate) fn subnet_cidr(spec: &Spec) -> Result<Option<Ipv4Net>, Finding> {
    let Some(text) = given(&spec.subnet_cidr) else {
        return Ok(None);
    };
    let place = field("subnetCidr");
    let wrong = |why: &str| {
        let finding = Finding::error(codes::SUBNET_CIDR, format!("{text} {why}")).at(&place);
        Err(finding
            .remedy("write an IPv4 range of at least 8 addresses (/29), or remove subnetCidr"))
    };
    match cidr::parse_cidr(text, &place)? {
        IpNet::V6(_) => wrong("is IPv6: a subnetwork gets its IPv6 range from the cloud"),
        IpNet::V4(net) if !LENGTHS.contains(&net.prefix_len()) => {
            wrong("is no subnetwork's length")
        }
        IpNet::V4(net) => Ok(Some(net)),
    }
}

fn range(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let asked = match subnet_cidr(&target.spec) {
        Ok(asked) => asked,
        Err(finding) => return vec![finding],
    };
    if given(&target.spec.subnetwork).is_some() {
        return Vec::new();
    }
    let nodes = asked.unwrap_or(RANGE).into();
    target.addressing.overlaps_of_nodes(nodes)
}

/// The /48 that the document asks for.
pub(crate) fn internal_range(spec: &Spec) -> Result<Option<Ipv6Net>, Finding> {
    let Some(text) = given(&spec.internal_ipv6_range) else {
        return Ok(None);
    };
    let place = field("internalIpv6Range");
    let (of, length) = INTERNAL;
    let wrong = |why: String| {
        let finding = Finding::error(codes::INTERNAL_RANGE, format!("{text} {why}")).at(&place);
        Err(finding.remedy(format!(
            "write a /{length} of {of}, or remove it: then one is drawn"
        )))
    };
    let all: Ipv6Net = of.parse().expect("it is a range");
    match cidr::parse_cidr(text, &place)? {
        IpNet::V6(net) if net.prefix_len() != length => wrong(format!("is no /{length}")),
        IpNet::V6(net) if !all.contains(&net) => wrong(format!("is not inside {of}")),
        IpNet::V6(_) if spec.access_type() == AccessType::External => {
            wrong("is asked for, and ipv6AccessType is External".to_owned())
        }
        IpNet::V6(net) => Ok(Some(net)),
        IpNet::V4(_) => wrong("is IPv4".to_owned()),
    }
}

fn collection(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let text = given(&target.spec.ip_collection)?;
    let is_prefix = text.contains("publicDelegatedPrefixes/");
    let (is, region) = (link::part(text, "regions"), target.cloud.region());
    let message = match (is_prefix, is) {
        (false, _) => format!("{text} names no public delegated prefix"),
        (true, None) => format!("{text} does not say in which region the prefix is"),
        (true, Some(is)) if region.is_some_and(|region| region != is) => {
            format!(
                "the prefix is in {is}, and the cluster in {}",
                region.unwrap_or_default()
            )
        }
        (true, Some(_)) => return None,
    };
    let finding = Finding::error(codes::COLLECTION, message).at(field("ipCollection"));
    Some(finding.remedy(
        "write a sub-prefix of the cluster's region: \
         projects/PROJECT/regions/REGION/publicDelegatedPrefixes/NAME",
    ))
}

/// Fields about IPv6, in a cluster that has none.
fn without_ipv6(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let spec = &target.spec;
    if target.is_dual_stack() {
        return Vec::new();
    }
    let table = [
        ("ipv6AccessType", spec.ipv6_access_type.is_some()),
        (
            "internalIpv6Range",
            given(&spec.internal_ipv6_range).is_some(),
        ),
        ("ipCollection", given(&spec.ip_collection).is_some()),
    ];
    let given = table.into_iter().filter(|(_, is_given)| *is_given);
    let finding = |(name, _)| {
        unused(
            name,
            "is about IPv6, which the cluster does not have",
            FAMILY,
        )
    };
    given.map(finding).collect()
}

/// Fields about what is made, where it exists.
fn ignored(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let spec = &target.spec;
    let names_subnetwork = given(&spec.subnetwork).is_some();
    let of_subnetwork = "is about a subnetwork that is made, and this one exists";
    let of_network = "is about a network that is made, and this one exists";
    let table = [
        (
            "subnetCidr",
            names_subnetwork && given(&spec.subnet_cidr).is_some(),
            of_subnetwork,
        ),
        (
            "ipCollection",
            names_subnetwork && given(&spec.ip_collection).is_some(),
            of_subnetwork,
        ),
        (
            "internalIpv6Range",
            !makes_network(target) && given(&spec.internal_ipv6_range).is_some(),
            of_network,
        ),
    ];
    let ignored = table.into_iter().filter(|(_, is_ignored, _)| *is_ignored);
    ignored
        .map(|(name, _, why)| unused(name, why, "remove it"))
        .collect()
}

fn unused(name: &str, why: &str, remedy: &str) -> Finding {
    let code: Code = codes::IGNORED;
    let finding = Finding::warning(code, format!("{name} {why}")).at(field(name));
    finding.remedy(remedy)
}
