//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{client::base_address, document::given};
use groundwork_model::Finding;
use groundwork_provider::Target;

use crate::{
    codes,
    compile::{self, asked, overlap},
    credentials,
    spec::{Datacenter, Spec, field},
};

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = ipv6_disabled(target).into_iter().collect();
    findings.extend(auth_url(target));
    findings.extend(credentials::contradictions(target));
    findings.extend(network_unnamed(&target.spec));
    let ranges = [
        asked::ipv4_cidr(target).err(),
        asked::ipv6_cidr(target).err(),
        asked::allocation_pool(target).err(),
    ];
    findings.extend(ranges.into_iter().flatten());
    findings.extend(overlap::of_documents(target));
    findings.extend(asked::name_servers(target).1);
    let mut rules = compile::access(target).findings;
    // What is open in a group that is named is a matter of its owner, who may be somebody else.
    rules.retain(|finding| finding.is_error() || given(&target.spec.security_groups).is_none());
    findings.extend(rules);
    findings
}

fn ipv6_disabled(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let allowed = target.cloud.ipv6_enabled == Some(true);
    if allowed || !target.addressing.family.is_dual_stack() {
        return None;
    }
    let name = &target.datacenter.name;
    let message = format!("the cluster is dual-stack, but datacenter {name} is not");
    let place = target.datacenter.field("spec.openstack.ipv6Enabled");
    let finding = Finding::error(codes::IPV6_DISABLED, message).at(place);
    Some(finding.remedy(
        "set ipv6Enabled: true in the datacenter if its OpenStack routes IPv6, or ipFamily: IPv4 \
         in the cluster",
    ))
}

fn auth_url(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let text = given(&target.cloud.auth_url)?;
    let why = base_address(text).err()?;
    let place = target.datacenter.field("spec.openstack.authURL");
    let message = format!("authURL cannot be used: {why}");
    let finding = Finding::error(codes::AUTH_URL, message).at(place);
    Some(finding.remedy("write where Keystone is, such as https://keystone.example.org:5000/v3"))
}

/// A subnet is in a network, which has to be named with it.
fn network_unnamed(spec: &Spec) -> Vec<Finding> {
    if given(&spec.network).is_some() {
        return Vec::new();
    }
    let named = [
        ("subnetID", &spec.subnet_id),
        ("ipv6SubnetID", &spec.ipv6_subnet_id),
    ];
    let finding = |(name, id)| {
        let id = given(id)?;
        let message = format!("subnet {id} is named, but its network is not");
        let finding = Finding::error(codes::NETWORK_UNNAMED, message).at(field(name));
        Some(finding.remedy("name the subnet's network in network"))
    };
    named.into_iter().filter_map(finding).collect()
}
