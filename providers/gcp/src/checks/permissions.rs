//! Whether the account may do what the run is going to do.

use std::collections::BTreeSet;

use groundwork_model::Finding;
use groundwork_provider::{Action, Item, Plan, Use};

use crate::{api::Api, codes, operations::OPERATIONS, role::Role};

/// Asks about every permission of the plan's operations at once; reading them itself needs none.
pub(super) async fn permissions(api: &Api, plan: &Plan) -> Vec<Finding> {
    let wanted: BTreeSet<&str> = plan.mutating().flat_map(needed).collect();
    let wanted: Vec<&str> = wanted.into_iter().collect();
    match api.permissions(&wanted).await {
        Ok(granted) => {
            let missing = wanted
                .iter()
                .filter(|one| !granted.iter().any(|has| has == *one));
            missing
                .map(|permission| denied(api.project(), permission))
                .collect()
        }
        Err(error) => vec![unknown(&error.to_string())],
    }
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
    let of = OPERATIONS.iter().filter(move |operation| {
        (operation.kind == kind || operation.kind.is_empty()) && is_used(operation.used_for)
    });
    let permissions = of.map(|operation| operation.permission);
    permissions.filter(|permission| !permission.is_empty())
}

fn denied(project: &str, permission: &str) -> Finding {
    let message = format!("the account lacks {permission} in project {project}");
    let finding = Finding::error(codes::PERMISSION, message).about(permission);
    finding.remedy(match Role::with(permission) {
        Some(file) => format!(
            "give it the custom role of docs/policies/{file}: gcloud iam roles create groundwork \
             --project={project} --file=FILE"
        ),
        None => "give it a role that has it".to_owned(),
    })
}

fn unknown(why: &str) -> Finding {
    let message = format!("what the account may do could not be asked: {why}");
    let finding = Finding::note(codes::PERMISSION_UNKNOWN, message);
    finding.remedy("enable the API: gcloud services enable cloudresourcemanager.googleapis.com")
}
