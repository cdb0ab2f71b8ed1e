//! What single fields cannot show. Pure.

mod droplets;
mod existing;

use groundwork_kit::{codes as shared, existing::judge, rules::told};
use groundwork_model::{Finding, cidr::overlaps};
use groundwork_provider::{States, Target};

use crate::{
    check, codes, compile,
    object::{firewall::Firewall, rules::expressible, subnet::Subnet, vpc::Vpc},
    spec::{Datacenter, Spec},
    survey::Survey,
};

pub(crate) use droplets::note as droplet_note;

/// What is judged.
pub(crate) struct Judge<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    pub(crate) states: &'a States,
}

/// Judges the network as a whole.
pub(crate) fn assess(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let mut judged = Judge {
        target,
        survey,
        states,
    };
    let mut findings = routed_together(target, states);
    findings.extend(firewall(target, states));
    findings.extend(droplets::judged(target, survey, states));
    findings.extend(judge(&mut judged));
    findings
}

/// Pods and services keep off the VPC and its subnets.
fn routed_together(target: &Target<Spec, Datacenter>, states: &States) -> Vec<Finding> {
    let mut together = target.addressing.named();
    let vpcs = states.of::<Vpc>();
    together.extend(vpcs.map(|(_, _, state)| (state.told(), state.ip_range.into())));
    let subnets = states.of::<Subnet>();
    together.extend(subnets.map(|(_, _, state)| (state.told(), state.ip_range.into())));
    overlaps(&together)
}

/// Rules of somebody else's in a firewall of ours, and droplets that do not have its rules.
fn firewall(target: &Target<Spec, Datacenter>, states: &States) -> Vec<Finding> {
    let wanted = expressible(&check::access(target).rules);
    let tag = compile::tag(target);
    let mut findings = Vec::new();
    for (_, known, state) in states.of::<Firewall>() {
        let foreign = state.foreign(&tag, &wanted);
        if known.managed && !foreign.is_empty() {
            let rules = told(&foreign).join("; ");
            let message = format!("{} also lets through: {rules}", state.told());
            let finding = Finding::warning(shared::FOREIGN_RULES, message).about(state.told());
            findings.push(finding.remedy("remove these rules, unless somebody needs them"));
        }
        if state.status == "failed" {
            let message = format!(
                "{} could not be applied to every droplet: some have older rules, or none",
                state.told()
            );
            let finding = Finding::warning(codes::FIREWALL_FAILED, message).about(state.told());
            findings.push(finding.remedy(format!(
                "see which ones (doctl compute firewall get {}), and ask DigitalOcean's support",
                state.id
            )));
        }
    }
    findings
}
