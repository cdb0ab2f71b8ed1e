//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{client::base_address, document::given};
use groundwork_model::Finding;

use crate::{
    codes,
    compile::{self, asked, overlap},
    credentials,
    spec::{Place, SUBNETS, Spec, Target, field},
};

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target) -> Vec<Finding> {
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
    findings.extend(compile::access(target).told(&target.spec.security_groups));
    findings
}

fn ipv6_disabled(target: &Target) -> Option<Finding> {
    let allowed = target.cloud.ipv6_enabled == Some(true);
    if allowed || !target.is_dual_stack() {
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

fn auth_url(target: &Target) -> Option<Finding> {
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
    let named = SUBNETS
        .into_iter()
        .zip([&spec.subnet_id, &spec.ipv6_subnet_id]);
    let finding = |(place, id): (Place, _)| {
        let message = format!("subnet {} is named, but its network is not", given(id)?);
        let finding = Finding::error(codes::NETWORK_UNNAMED, message).at(field(place.field));
        Some(finding.remedy("name the subnet's network in network"))
    };
    named.filter_map(finding).collect()
}
