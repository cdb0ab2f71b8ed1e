//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{client::base_address, document::given};
use groundwork_model::{Family, Finding, cidr};
use groundwork_transport::Fingerprint;
use ipnet::IpNet;

use crate::{
    api::pinned,
    codes, path,
    spec::{self, VsphereTarget, field},
};

/// Everything that is wrong with them.
pub(crate) fn check(target: &VsphereTarget) -> Vec<Finding> {
    let mut findings = datacenter(target);
    findings.extend(endpoint(target));
    findings.extend(thumbprint(target));
    findings.extend(contradictions(target));
    findings.extend(storage(target));
    findings.extend(category(target));
    findings.extend(names(target));
    findings.extend(ipv6(target));
    findings.extend(node_cidrs(target));
    findings
}

/// Fields of the datacenter without which nothing can be found.
fn datacenter(target: &VsphereTarget) -> Vec<Finding> {
    let cloud = &target.cloud;
    let fields = [
        (
            "endpoint",
            &cloud.endpoint,
            "where the vCenter is: https://vcenter.example.com",
        ),
        (
            "datacenter",
            &cloud.datacenter,
            "the datacenter in the vCenter",
        ),
        (
            "cluster",
            &cloud.cluster,
            "the compute cluster that machines run in",
        ),
    ];
    let lacking = fields.iter().filter(|(_, text, _)| given(text).is_none());
    let finding = |(name, _, what): &(&str, &Option<String>, &str)| {
        let message = format!("datacenter {} has no {name}", target.datacenter.name);
        let finding = Finding::error(codes::DATACENTER, message);
        let at = target.datacenter.field(&format!("spec.vsphere.{name}"));
        finding.at(at).remedy(format!("write there {what}"))
    };
    lacking.map(finding).collect()
}

fn endpoint(target: &VsphereTarget) -> Vec<Finding> {
    let at = |name: &str| target.datacenter.field(&format!("spec.vsphere.{name}"));
    let mut findings = Vec::new();
    let address = given(&target.cloud.endpoint).filter(|text| text.contains("://"));
    if let Some(Err(why)) = address.map(base_address) {
        let message = format!("the address of the vCenter cannot be used: {why}");
        let finding = Finding::error(codes::ENDPOINT, message).at(at("endpoint"));
        findings.push(finding.remedy("write it as https://vcenter.example.com"));
    }
    if target.cloud.allow_insecure {
        let message = "allowInsecure has no effect: the vCenter's certificate is verified";
        let finding = Finding::warning(codes::INSECURE, message).at(at("allowInsecure"));
        let remedy = "name the certificate of its authority in GOVC_TLS_CA_CERTS, or its own \
                      fingerprint in thumbprint";
        findings.push(finding.remedy(remedy));
    }
    findings
}

fn thumbprint(target: &VsphereTarget) -> Option<Finding> {
    let text = given(&target.spec.thumbprint)?;
    let why = text.parse::<Fingerprint>().err()?;
    let finding = Finding::error(codes::THUMBPRINT, why.to_string()).at(field("thumbprint"));
    Some(finding.remedy(pinned::REMEDY))
}

fn contradictions(target: &VsphereTarget) -> Vec<Finding> {
    let spec = &target.spec;
    let mut findings = Vec::new();
    if given(&spec.vm_net_name).is_some() && !spec.networks.is_empty() {
        let message = "vmNetName and networks are both given";
        let finding = Finding::error(codes::CONTRADICTION, message).at(field("vmNetName"));
        findings.push(finding.remedy("remove vmNetName, the older of the two"));
    }
    if given(&spec.datastore).is_some() && given(&spec.datastore_cluster).is_some() {
        let message = "datastore and datastoreCluster are both given";
        let finding = Finding::error(codes::CONTRADICTION, message).at(field("datastoreCluster"));
        findings.push(finding.remedy("remove one of them"));
    }
    findings
}

fn storage(target: &VsphereTarget) -> Option<Finding> {
    if spec::datastore(target).is_some() || spec::datastore_cluster(target).is_some() {
        return None;
    }
    let message = "neither the cluster nor its datacenter names a datastore";
    let finding = Finding::error(codes::STORAGE, message).at(field("datastore"));
    Some(finding.remedy("give datastore or datastoreCluster"))
}

fn category(target: &VsphereTarget) -> Option<Finding> {
    if spec::tags(target).is_empty() || spec::category(target).is_some() {
        return None;
    }
    let message = "tags are named, and neither the cluster nor its datacenter names their category";
    let finding = Finding::error(codes::CATEGORY, message).at(field("tags.categoryID"));
    Some(finding.remedy("give the id of the category (govc tags.category.ls -json)"))
}

/// Names that will be given to what is made.
fn names(target: &VsphereTarget) -> Vec<Finding> {
    let folder = match spec::folder(target) {
        Some(named) => path::names(named.text)
            .pop()
            .map(|name| (named.field, name)),
        None => Some(("metadata.name".to_owned(), target.name().to_owned())),
    };
    let (field, name) = folder.unwrap_or_else(|| (field("folder"), String::new()));
    let finding = |why: String| {
        let message = format!("{name:?} cannot be the name of a folder: {why}");
        Finding::error(codes::NAME, message)
            .at(&field)
            .remedy("choose another name")
    };
    path::fault(&name).map(finding).into_iter().collect()
}

/// Only the datacenter's document says whether machines have IPv6.
fn ipv6(target: &VsphereTarget) -> Option<Finding> {
    let is_enabled = target.cloud.ipv6_enabled == Some(true);
    if is_enabled || !target.is_dual_stack() {
        return None;
    }
    let name = &target.datacenter.name;
    let message = format!("datacenter {name} does not say that machines have IPv6 there");
    let finding = Finding::error(codes::IPV6_DISABLED, message);
    let finding = finding.at(target.datacenter.field("spec.vsphere.ipv6Enabled"));
    Some(finding.remedy(
        "set it to true once routers of its networks give IPv6 addresses, or make the cluster IPv4",
    ))
}

/// What is wrong with the ranges of nodes that the document declares.
fn node_cidrs(target: &VsphereTarget) -> Vec<Finding> {
    let (mut ranges, mut findings): (Vec<(String, IpNet)>, _) = (Vec::new(), Vec::new());
    for (index, text) in target.spec.node_cidrs.iter().enumerate() {
        let at = field(&format!("nodeCidrs[{index}]"));
        match cidr::parse_cidr(text, &at) {
            Ok(net) => ranges.push((at, net)),
            Err(finding) => findings.push(finding),
        }
    }
    let lacks = |family: &&Family| !ranges.iter().any(|(_, net)| Family::of(net) == **family);
    let is_whole = !ranges.is_empty() && findings.is_empty();
    let families = target.addressing.family.families().iter().filter(lacks);
    for family in families.filter(|_| is_whole) {
        let message = format!("nodeCidrs has no {family}, which the cluster has");
        let finding = Finding::warning(codes::NODE_CIDRS, message).at(field("nodeCidrs"));
        findings.push(finding.remedy("add the range that nodes have their addresses from"));
    }
    let own = target.addressing.named();
    for (at, net) in &ranges {
        let range = ("nodes".to_owned(), *net);
        let overlaps = cidr::overlaps_of(&range, &own);
        findings.extend(overlaps.into_iter().map(|finding| finding.at(at)));
    }
    findings
}
