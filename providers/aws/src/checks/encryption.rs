//! Whether the gateways of a plan may be in a VPC of ours, where that or the account enforces
//! encryption.

use groundwork_model::Finding;
use groundwork_provider::{Action, Error, Item, Listing, Look, Plan};

use super::read;
use crate::{
    api::Api,
    assess::calls,
    codes,
    object::{
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::Attachment,
        nat_gateway::NatGateway,
        vpc::{Vpc, VpcState},
    },
    watched::encryption::{Attempted, Gateway, told},
};

/// Of a VPC that is to be made, the account is asked, once; one that is there says it itself.
pub(crate) async fn encryption(look: &Look<'_, Api>, plan: &Plan) -> Option<Finding> {
    let vpc = plan.item("vpc").filter(|item| item.kind == Vpc::KIND)?;
    if !vpc.action.creates() {
        return of_vpc(plan, vpc);
    }
    match look.api().account_encryption().await {
        Ok(attempted) => of_account(plan, &attempted?),
        Err(error) => Some(unasked(&error)),
    }
}

/// What there is without an exclusion works as little as what is to be made.
fn of_vpc(plan: &Plan, vpc: &Item) -> Option<Finding> {
    let found = vpc.found.as_ref().filter(|_| !vpc.action.deletes())?;
    let state: VpcState = read(&found.state)?;
    let enforced = state.encryption.as_ref()?;
    let lacks = enforced.lacks(wanted(plan));
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

/// What it does to a new VPC is nowhere said, so it stops nobody.
fn of_account(plan: &Plan, attempted: &Attempted) -> Option<Finding> {
    let lacks = attempted.lacks(wanted(plan));
    if lacks.is_empty() {
        return None;
    }
    let message = format!(
        "the account attempts to enforce encryption in transit in its VPCs, and {} are not \
         excluded; AWS does not document what that does to a new VPC: EC2 may refuse them once the \
         VPC is there",
        told(&lacks)
    );
    let remedy = match attempted.by_policy {
        true => "ask whoever keeps the declarative policies of the organization to exclude them, \
                 since the account cannot"
            .to_owned(),
        false => {
            let call = calls::exclude_gateways_everywhere(&lacks);
            format!("exclude them: {call}; or go on, and exclude them of the VPC if EC2 refuses")
        }
    };
    Some(Finding::warning(codes::ENCRYPTION_ACCOUNT, message).remedy(remedy))
}

/// Whoever may not ask may still make networks.
fn unasked(error: &Error) -> Finding {
    let message = format!(
        "whether the account enforces encryption in transit in a new VPC was not asked: {error}"
    );
    Finding::note(codes::ENCRYPTION_UNASKED, message).remedy(
        "allow ec2:DescribeAccountVpcEncryptionControl, which is in docs/policies, or look for \
         yourself: aws ec2 describe-account-vpc-encryption-control",
    )
}

/// The gateways that are there afterwards.
fn wanted(plan: &Plan) -> impl Iterator<Item = Gateway> {
    let stays = |item: &&Item| !matches!(item.action, Action::Delete | Action::Discard);
    let items = plan.items.iter().filter(stays);
    items.filter_map(|item| gateway(&item.kind))
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
