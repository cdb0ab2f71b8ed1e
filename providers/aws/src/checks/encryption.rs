//! Whether the gateways of a plan may be in a VPC of ours that enforces encryption. Pure.

use groundwork_model::Finding;
use groundwork_provider::{Action, Listing, Plan};

use super::read;
use crate::{
    assess::calls,
    codes,
    object::{
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::Attachment,
        nat_gateway::NatGateway,
        vpc::{Vpc, VpcState},
    },
    watched::encryption::{Gateway, told},
};

/// What there is without an exclusion works as little as what is to be made.
pub(crate) fn encryption(plan: &Plan) -> Option<Finding> {
    let vpc = plan.item("vpc").filter(|item| item.kind == Vpc::KIND)?;
    let stays = !matches!(
        vpc.action,
        Action::Create | Action::Delete | Action::Discard | Action::Replace
    );
    let found = vpc.found.as_ref().filter(|_| stays)?;
    let state: VpcState = read(&found.state)?;
    let enforced = state.encryption.as_ref()?;
    let wanted = plan
        .items
        .iter()
        .filter(|item| !matches!(item.action, Action::Delete | Action::Discard));
    let lacks = enforced.lacks(wanted.filter_map(|item| gateway(&item.kind)));
    if lacks.is_empty() {
        return None;
    }
    let vpc = state.told();
    let message = format!(
        "{vpc} enforces encryption in transit, and {} are not excluded: none can be made there",
        told(&lacks)
    );
    let call = calls::exclude_gateways(&enforced.control, &lacks);
    let finding = Finding::error(codes::ENCRYPTION, message).about(vpc);
    Some(finding.remedy(format!("exclude them: {call}; then run this again")))
}

/// An internet gateway is nowhere until it is attached.
fn gateway(kind: &str) -> Option<Gateway> {
    match kind {
        Attachment::KIND => Some(Gateway::Internet),
        EgressOnlyGateway::KIND => Some(Gateway::EgressOnly),
        NatGateway::KIND => Some(Gateway::Nat),
        _ => None,
    }
}
