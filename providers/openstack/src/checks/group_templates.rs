//! Rules that every new security group gets from an administrator's templates, which a project can read
//! since 2023.2.

use std::collections::BTreeSet;

use groundwork_kit::{
    access,
    client::Call,
    rules::{Kept, Rule},
};
use groundwork_model::Finding;
use groundwork_provider::{Action, Item};
use serde::Deserialize;

use super::desired;
use crate::{
    api::Api,
    object::{SecurityGroup, rules::RuleState},
};

/// The extension that brings the templates.
const EXTENSION: &str = "security-groups-default-rules";

/// What a template calls the group that is made of it.
const PARENT: &str = "PARENT";

#[derive(Deserialize)]
struct Template {
    #[serde(flatten)]
    rule: RuleState,
    /// Whether it is for groups that somebody makes, and not for a project's default group alone.
    #[serde(default)]
    used_in_non_default_sg: bool,
}

/// What templates will let into a group that the plan makes, and that nobody asked for. Templates that cannot
/// be read are not spoken of: the group itself shows its rules.
pub(crate) async fn opened(api: &Api, made: &[&Item]) -> Option<Finding> {
    let mut created = made.iter().filter(|item| item.action == Action::Create);
    let group = created.find_map(|item| desired::<SecurityGroup>(item))?;
    if !api.has(EXTENSION).await.ok()? {
        return None;
    }
    let call = Call::get("/v2.0/default-security-group-rules");
    let call = call.under("default_security_group_rules");
    let templates: Vec<Template> = api.client.read(&call).await.ok()?;
    let given = templates.iter();
    let given = given.filter(|template| template.used_in_non_default_sg);
    let mut more: BTreeSet<Rule> = given
        .flat_map(|template| template.rule.rules(PARENT))
        .collect();
    more.retain(|rule| !group.rules.value().contains(rule));
    let how = "let into every new security group";
    let finding = access::foreign("the administrator's templates", how, &more)?;
    Some(finding.about("security-group").remedy(
        "remove the rules from the group by hand once it exists if they should not be there",
    ))
}
