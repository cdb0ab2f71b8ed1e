//! What single fields cannot show: whether hosts reach what is named, and whether there is IPv6. Pure.

use groundwork_kit::{
    existing::{Routed, overlaps},
    named::Named,
};
use groundwork_model::{Family, Finding, Severity};

use crate::{
    codes,
    object::EntityState,
    spec::{self, VsphereTarget},
    survey::{Evidence, Survey},
};

/// Everything that is wrong with the whole, or that a person should know.
pub(crate) fn assess(target: &VsphereTarget, survey: &Survey) -> Vec<Finding> {
    let mut findings = not_reached(target, survey);
    findings.extend(templates(target, survey));
    let fields = spec::networks(target).into_iter().map(|named| named.field);
    for (field, network) in fields.zip(&survey.networks) {
        let Some(one) = network.one() else { continue };
        let of = survey
            .evidence
            .get(&one.state.id)
            .cloned()
            .unwrap_or_default();
        findings.extend(routed(target, &one.state, &of));
        if target.is_dual_stack() {
            findings.extend(ipv6(&one.state, &of).map(|finding| finding.at(field)));
        }
    }
    if target.is_dual_stack() {
        findings.push(router());
    }
    findings
}

/// The hosts of the compute cluster have to be on the networks, and reach the datastore.
fn not_reached(target: &VsphereTarget, survey: &Survey) -> Vec<Finding> {
    let Some(compute) = survey.compute.one().map(|one| &one.state) else {
        return Vec::new();
    };
    let networks = spec::networks(target).into_iter().zip(&survey.networks);
    let networks = networks.map(|(named, one)| ("network", named.field, one, &compute.networks));
    let datastore = spec::datastore(target).map(|named| {
        (
            "datastore",
            named.field,
            &survey.datastore,
            &compute.datastores,
        )
    });
    let all = networks.chain(datastore);
    let finding =
        |(what, field, named, reached): (_, String, &Named<EntityState>, &Vec<String>)| {
            let state = named.one().map(|one| &one.state)?;
            if reached.contains(&state.id) {
                return None;
            }
            let told = state.told();
            let message = format!(
                "no host of compute cluster {} reaches {what} {told}",
                compute.path
            );
            let finding = Finding::error(codes::NOT_REACHED, message)
                .at(field)
                .about(told);
            Some(finding.remedy(format!("connect its hosts, or name another {what}")))
        };
    all.filter_map(finding).collect()
}

/// The datacenter's defaults: a cluster may have others, which its documents do not say.
fn templates(target: &VsphereTarget, survey: &Survey) -> Vec<Finding> {
    let named = spec::templates(target);
    let finding = |named: spec::Named<'_>| {
        let (count, is_template) = survey.templates.get(&named.field)?;
        let text = named.text;
        let message = match (count, is_template) {
            (0, _) => format!("there is no template {text} that this user can see"),
            (_, false) => format!("{text} is a machine, and no template"),
            (1, true) => return None,
            (several, true) => format!("{several} machines and templates are named {text}"),
        };
        let finding = Finding::warning(codes::TEMPLATE, message).at(named.field);
        Some(finding.remedy("name a template by its whole path"))
    };
    named.into_iter().filter_map(finding).collect()
}

/// Pods and services keep off what machines of these networks have addresses from.
fn routed(target: &VsphereTarget, network: &EntityState, of: &Evidence) -> Vec<Finding> {
    let about = network.told();
    let segment = network.ranges.iter();
    let segment = segment.map(|net| (*net, format!("the NSX segment of {about}"), Severity::Error));
    let pools = of.pools.iter();
    let pools = pools.map(|(name, net)| (*net, format!("IP pool {name}"), Severity::Warning));
    let routed = segment.chain(pools).map(|(net, what, severity)| Routed {
        severity,
        ..Routed::new(net, what, &about)
    });
    overlaps(routed, &target.addressing)
}

/// What shows that machines have IPv6 on a network. vCenter itself does not know.
fn ipv6(network: &EntityState, of: &Evidence) -> Option<Finding> {
    let told = network.told();
    let six = network
        .ranges
        .iter()
        .find(|net| Family::of(net) == Family::V6);
    let pool = of
        .pools
        .iter()
        .find(|(_, net)| Family::of(net) == Family::V6);
    let shown = match (six, of.address, pool) {
        (Some(net), _, _) => format!("its NSX segment has {net}"),
        (None, Some(address), _) => match of.machines {
            1 => format!("a machine has the address {address} there"),
            many => format!("{many} machines have IPv6 addresses there, such as {address}"),
        },
        (None, None, Some((name, net))) => format!("IP pool {name} has {net}"),
        (None, None, None) if !network.ranges.is_empty() => {
            let message = format!("the NSX segment of network {told} has no range of IPv6");
            let finding = Finding::warning(codes::IPV6_NOT_IN_SEGMENT, message).about(told);
            return Some(finding.remedy("have a range of IPv6 added to it"));
        }
        (None, None, None) => {
            let message = format!(
                "nothing shows whether machines have IPv6 on network {told}: no machine there \
                 reports a global IPv6 address, and vCenter knows no IPv6 range of it"
            );
            let finding = Finding::warning(codes::IPV6_NO_EVIDENCE, message).about(told);
            return Some(finding.remedy(
                "start a machine with VMware Tools there and look at its addresses, or ask whoever \
                 runs the network",
            ));
        }
    };
    let message = format!("network {told} has IPv6: {shown}");
    Some(Finding::note(codes::IPV6_EVIDENCE, message).about(told))
}

fn router() -> Finding {
    let message = "nodes have their IPv6 addresses from the router of their network: by its \
                   advertisements (SLAAC), or by DHCPv6 where these say so";
    let remedy = "check that the router advertises a prefix with the autonomous flag, or sets the \
                  managed flag and has a DHCPv6 server; templates have to accept advertisements";
    Finding::note(codes::IPV6_ROUTER, message).remedy(remedy)
}
