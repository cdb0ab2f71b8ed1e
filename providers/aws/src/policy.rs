//! Least-privilege IAM policies, made from the table of operations.

use groundwork_provider::Use;
use serde_json::{Value, json};

use crate::{object, operations::OPERATIONS, shared_tag};

/// What somebody may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Policy {
    /// Look, and prove that a network is fit.
    Verify,
    /// That, and make and change what is ours.
    Provision,
    /// Look, and remove what is ours.
    Destroy,
}

impl Policy {
    /// All, with the names of their files.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Verify, "aws-verify.json"),
        (Self::Provision, "aws-provision.json"),
        (Self::Destroy, "aws-destroy.json"),
    ];

    /// The policy as IAM takes it.
    #[must_use]
    pub fn document(self) -> Value {
        let mut statements = vec![statement(
            "Look",
            &actions(&[Use::Connect, Use::List]),
            None,
        )];
        match self {
            Self::Verify => {}
            Self::Provision => statements.extend(provision()),
            Self::Destroy => statements.extend(destroy()),
        }
        json!({ "Version": "2012-10-17", "Statement": statements })
    }
}

fn actions(uses: &[Use]) -> Vec<&'static str> {
    let of = OPERATIONS
        .iter()
        .filter(|operation| uses.contains(&operation.used_for));
    of.map(|operation| operation.permission).collect()
}

/// Creates that may name the tags of what they make: only with our label.
const LABELLED: &[&str] = &[
    "ec2:CreateVpc",
    "ec2:CreateSubnet",
    "ec2:CreateInternetGateway",
    "ec2:CreateEgressOnlyInternetGateway",
    "ec2:AllocateAddress",
    "ec2:CreateNatGateway",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
];

fn provision() -> Vec<Value> {
    let all = actions(&[Use::Create, Use::Update]);
    let makes = |action: &&&str| LABELLED.contains(*action);
    let labelled: Vec<&str> = all.iter().filter(makes).copied().collect();
    let changes = all
        .iter()
        .filter(|action| !makes(action) && **action != "ec2:CreateTags");
    let changes: Vec<&str> = changes.copied().collect();
    let label = json!({ "Null": { format!("aws:RequestTag/{}", object::CLUSTER): "false" } });
    let born = json!({ "StringEquals": { "ec2:CreateAction": LABELLED
        .iter()
        .chain(&["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"])
        .filter_map(|action| action.strip_prefix("ec2:"))
        .collect::<Vec<_>>() } });
    vec![
        // A create is allowed on what it makes, and on what it is made in: two statements.
        on(
            statement("MakeWithLabel", &labelled, Some(label)),
            &arns(MADE),
        ),
        on(
            statement("MakeInOurs", &labelled, Some(ours())),
            &arns(&["vpc", "subnet", "elastic-ip"]),
        ),
        on(
            statement("MakeGroupsAnywhere", &["ec2:CreateSecurityGroup"], None),
            &arns(&["vpc"]),
        ),
        statement("TagWhatIsMade", &["ec2:CreateTags"], Some(born)),
        statement("TagOurs", &["ec2:CreateTags"], Some(ours())),
        statement("TagShared", &["ec2:CreateTags"], Some(shared())),
        statement("ChangeOurs", &changes, Some(ours())),
    ]
}

fn destroy() -> Vec<Value> {
    let all = actions(&[Use::Delete]);
    let removes: Vec<&str> = all
        .into_iter()
        .filter(|action| *action != "ec2:DeleteTags")
        .collect();
    vec![
        statement("RemoveOurs", &removes, Some(ours())),
        statement("UntagShared", &["ec2:DeleteTags"], Some(shared())),
    ]
}

/// What a labelled create makes.
const MADE: &[&str] = &[
    "vpc",
    "subnet",
    "internet-gateway",
    "egress-only-internet-gateway",
    "elastic-ip",
    "natgateway",
    "route-table",
    "security-group",
];

fn arns(kinds: &[&str]) -> Vec<String> {
    kinds
        .iter()
        .map(|kind| format!("arn:*:ec2:*:*:{kind}/*"))
        .collect()
}

/// On an object that carries a label.
fn ours() -> Value {
    json!({ "Null": { format!("aws:ResourceTag/{}", object::CLUSTER): "false" } })
}

/// No tags but the cluster controller's and our mark.
fn shared() -> Value {
    let keys = [
        format!("{}*", shared_tag::CLUSTER_TAG),
        format!("{}*", shared_tag::MARK),
    ];
    json!({ "ForAllValues:StringLike": { "aws:TagKeys": keys } })
}

fn statement(name: &str, actions: &[&str], condition: Option<Value>) -> Value {
    let mut actions = actions.to_vec();
    actions.sort_unstable();
    let mut statement =
        json!({ "Sid": name, "Effect": "Allow", "Action": actions, "Resource": "*" });
    if let Some(condition) = condition {
        statement["Condition"] = condition;
    }
    statement
}

fn on(mut statement: Value, resources: &[String]) -> Value {
    statement["Resource"] = json!(resources);
    statement
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    fn allowed(policy: Policy) -> BTreeSet<String> {
        let document = policy.document();
        let statements = document["Statement"].as_array().unwrap().clone();
        let actions = statements
            .iter()
            .flat_map(|s| s["Action"].as_array().unwrap().clone());
        actions
            .map(|action| action.as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_operation_is_in_a_policy_and_looking_changes_nothing() {
        let all: BTreeSet<String> = Policy::ALL
            .iter()
            .flat_map(|(policy, _)| allowed(*policy))
            .collect();
        let used: BTreeSet<String> = OPERATIONS
            .iter()
            .map(|operation| operation.permission.to_owned())
            .collect();
        assert_eq!(all, used);
        let verify = allowed(Policy::Verify);
        let reads =
            |action: &String| action.starts_with("ec2:Describe") || action.starts_with("sts:Get");
        assert!(verify.iter().all(reads), "{verify:?}");
    }

    #[test]
    fn nothing_but_ours_is_removed() {
        let document = Policy::Destroy.document();
        for statement in document["Statement"].as_array().unwrap() {
            if statement["Sid"] != "Look" {
                assert!(statement["Condition"].is_object(), "{statement}");
            }
        }
    }

    /// Run with `UPDATE_POLICIES=1` to write them anew.
    #[test]
    fn the_committed_policies_are_these() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
        for (policy, name) in Policy::ALL {
            let text = serde_json::to_string_pretty(&policy.document()).unwrap() + "\n";
            let path = folder.join(name);
            if std::env::var_os("UPDATE_POLICIES").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &text).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
        }
    }

    #[test]
    fn a_policy_is_small_enough_for_iam() {
        for (policy, name) in Policy::ALL {
            let text = policy.document().to_string();
            assert!(text.len() < 6144, "{name} has {} characters", text.len());
        }
    }
}
