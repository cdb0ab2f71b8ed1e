//! What is asked before anything is made: permissions, as far as EC2 answers without doing it.

use groundwork_model::Finding;
use groundwork_provider::{Action, Item, Listing, Look, Plan};

use crate::{
    address::ElasticAddress,
    api::{Allowed, Api},
    codes,
    internet_gateway::InternetGateway,
    operations::OPERATIONS,
    route_table::RouteTable,
    security_group::SecurityGroup,
    vpc::Vpc,
};

/// Creates that EC2 says yes or no to beforehand.
const ASKED: [&str; 5] = [
    "CreateVpc",
    "CreateInternetGateway",
    "AllocateAddress",
    "CreateRouteTable",
    "CreateSecurityGroup",
];

/// A plan that makes nothing asks nothing.
pub(crate) async fn checks(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let made: Vec<&Item> = plan
        .items
        .iter()
        .filter(|item| makes(item.action))
        .collect();
    if made.is_empty() {
        return Vec::new();
    }
    let mut findings = permissions(look.api(), plan, &made).await;
    let message = "quotas of VPCs, gateways, addresses, routes and rules were not read";
    let quota = Finding::warning(codes::QUOTA, message);
    findings.push(quota.remedy("look for yourself whether there is room: aws service-quotas list-service-quotas --service-code vpc"));
    findings
}

fn makes(action: Action) -> bool {
    match action {
        Action::Create | Action::Replace => true,
        Action::Ambiguous
        | Action::Delete
        | Action::Discard
        | Action::Keep
        | Action::Update
        | Action::Verified
        | Action::Violated => false,
    }
}

async fn permissions(api: &Api, plan: &Plan, made: &[&Item]) -> Vec<Finding> {
    let makes = |kind: &str| made.iter().any(|item| item.kind == kind);
    let vpc = plan
        .item("vpc")
        .and_then(|item| Some(item.found.as_ref()?.id.clone()));
    let mut answers = Vec::new();
    if makes(Vpc::KIND) {
        answers.push(("CreateVpc", api.may_create_vpc("10.0.0.0/16").await));
    }
    if makes(InternetGateway::KIND) {
        answers.push((
            "CreateInternetGateway",
            api.may_create_internet_gateway().await,
        ));
    }
    if makes(ElasticAddress::KIND) {
        answers.push(("AllocateAddress", api.may_allocate_address().await));
    }
    if let Some(vpc) = &vpc {
        if makes(RouteTable::KIND) {
            answers.push(("CreateRouteTable", api.may_create_route_table(vpc).await));
        }
        if makes(SecurityGroup::KIND) {
            // A name that nobody has, so that only the permission is asked about.
            let answer = api.may_create_security_group(vpc, "groundwork-may-i").await;
            answers.push(("CreateSecurityGroup", answer));
        }
    }
    let known: Vec<&str> = answers
        .iter()
        .filter(|(_, answer)| !matches!(answer, Allowed::Unknown(_)))
        .map(|(name, _)| *name)
        .collect();
    let mut findings: Vec<Finding> = answers.iter().filter_map(denied).collect();
    findings.extend(unasked(made, &known));
    findings
}

fn denied((name, answer): &(&str, Allowed)) -> Option<Finding> {
    match answer {
        Allowed::Yes | Allowed::Unknown(_) => None,
        Allowed::No => {
            let message = format!("the credentials may not call ec2:{name}");
            let finding = Finding::error(codes::PERMISSION, message).about(format!("ec2:{name}"));
            Some(finding.remedy("attach docs/policies/aws-provision.json to the user or role"))
        }
    }
}

/// The calls of the plan that EC2 was not asked about, or has no answer to.
fn unasked(made: &[&Item], known: &[&str]) -> Option<Finding> {
    let makes = |kind: &str| made.iter().any(|item| item.kind == kind);
    let needed = OPERATIONS.iter().filter(|operation| {
        operation.used_for == groundwork_provider::Use::Create && makes(operation.kind)
    });
    let open: Vec<&str> = needed
        .map(|operation| operation.name)
        .filter(|name| !known.contains(name))
        .collect();
    if open.is_empty() {
        return None;
    }
    let why = match open.iter().all(|name| ASKED.contains(name)) {
        true => "EC2 gave no answer",
        false => "EC2 needs objects that do not exist yet, or does not answer beforehand",
    };
    let message = format!(
        "whether these are allowed cannot be asked ({why}): {}",
        open.join(", ")
    );
    Some(Finding::note(codes::PERMISSION_UNASKED, message))
}
