//! Whether the account may do what the run is going to do.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::Finding;
use groundwork_provider::{Action, Item, Listing, Plan, Result, Use};

use super::granted::{Granted, allows};
use crate::{
    api::Api,
    codes, id,
    object::{Network, NetworkIpv6, ResourceGroup, Subnet},
    operations::operations,
    role::Role,
};

/// Asks once for each resource group, and the subscription where a group is made. Roles may be given for one
/// resource as well: what is missing is asked there before it is told.
pub(super) async fn permissions(api: &Api, plan: &Plan) -> Vec<Finding> {
    let mut wanted: BTreeMap<String, BTreeMap<&'static str, BTreeSet<String>>> = BTreeMap::new();
    for item in plan.mutating() {
        for permission in needed(item) {
            let (place, narrower) = places(api, plan, item, permission);
            let of_place = wanted.entry(place).or_default();
            of_place.entry(permission).or_default().extend(narrower);
        }
    }
    let mut findings = Vec::new();
    for (place, permissions) in wanted {
        match missing(api, &place, permissions).await {
            Ok(missing) => findings.extend(missing.iter().map(|one| denied(&place, one))),
            Err(error) => findings.push(unknown(&place, &error.to_string())),
        }
    }
    findings
}

async fn missing(
    api: &Api,
    place: &str,
    permissions: BTreeMap<&'static str, BTreeSet<String>>,
) -> Result<Vec<&'static str>> {
    let roles = api.permissions(place).await?;
    let mut asked: BTreeMap<String, Vec<Granted>> = BTreeMap::new();
    let mut missing = Vec::new();
    for (permission, resources) in permissions {
        let mut is_granted = allows(&roles, permission);
        for resource in resources {
            if is_granted {
                break;
            }
            if !asked.contains_key(&resource) {
                asked.insert(resource.clone(), api.permissions(&resource).await?);
            }
            is_granted = asked
                .get(&resource)
                .is_some_and(|roles| allows(roles, permission));
        }
        if !is_granted {
            missing.push(permission);
        }
    }
    Ok(missing)
}

/// What the calls for an item need, waiting for their operations included.
fn needed(item: &Item) -> impl Iterator<Item = &'static str> + use<> {
    let (action, kind) = (item.action, item.kind.clone());
    let is_used = move |used_for: Use| match used_for {
        Use::Connect => true,
        Use::List => false,
        Use::Create => action.creates(),
        Use::Update => action == Action::Update,
        Use::Delete => action.deletes(),
    };
    let of = operations().iter().filter(move |operation| {
        (operation.kind == kind || operation.kind.is_empty()) && is_used(operation.used_for)
    });
    let permissions = of.map(|operation| operation.permission);
    permissions.filter(|permission| !permission.is_empty())
}

/// Where a permission is needed: the group, the subscription where there is none yet; and the resource
/// itself, or the one that it is made in, where that exists.
fn places(api: &Api, plan: &Plan, item: &Item, permission: &str) -> (String, Option<String>) {
    let subscription = format!("/subscriptions/{}", api.subscription());
    let found = |address: &str| {
        let found = plan.item(address)?.found.as_ref()?;
        Some(found.id.clone())
    };
    let own = item.found.as_ref().map(|found| found.id.clone());
    if item.kind == ResourceGroup::KIND {
        return match own {
            Some(group) => (group, None),
            None => (subscription, None),
        };
    }
    let is_inside = [Network::KIND, NetworkIpv6::KIND, Subnet::KIND].contains(&item.kind.as_str());
    // What is attached to a subnet is in the group of the rest.
    let is_inside = is_inside && !permission.ends_with("/join/action");
    let other = found("network-group").filter(|_| is_inside);
    let group = other
        .or_else(|| own.as_deref().map(id::group_of))
        .or_else(|| found("resource-group"));
    let network = found("network").filter(|_| is_inside);
    (group.unwrap_or(subscription), network)
}

fn denied(place: &str, permission: &str) -> Finding {
    let message = format!("the account lacks {permission} at {place}");
    let finding = Finding::error(codes::PERMISSION, message).about(permission);
    finding.remedy(match Role::with(permission) {
        Some(file) => format!(
            "give it the custom role of docs/policies/{file}: az role definition create --role-definition \
             @FILE; az role assignment create --assignee CLIENT --role NAME --scope {place}"
        ),
        None => "give it a role that has it".to_owned(),
    })
}

fn unknown(place: &str, why: &str) -> Finding {
    let message = format!("what the account may do at {place} could not be asked: {why}");
    let finding = Finding::note(codes::PERMISSION_UNKNOWN, message);
    finding.remedy("allow Microsoft.Authorization/permissions/read, or go on: the first call that is denied says so")
}
