//! Least-privilege IAM policies, made from the table of operations.

use groundwork_model::Label;
use groundwork_provider::{Listing, Use};
use serde_json::{Value, json};

use crate::{
    object::{rules, shared_tag},
    operations::OPERATIONS,
    watched::{pool::Pool, zone::Zone},
};

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
        let mut statements = Vec::new();
        match self {
            Self::Verify => statements.push(look(&[])),
            Self::Provision => {
                statements.push(look(&[]));
                statements.extend(provision());
            }
            Self::Destroy => {
                statements.push(look(&NOT_TO_DESTROY));
                statements.extend(destroy());
            }
        }
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    /// The file of the first policy that has an action.
    pub(crate) fn with(action: &str) -> Option<&'static str> {
        let has = |policy: Self| {
            let document = policy.document();
            let statements = document["Statement"].as_array().into_iter().flatten();
            let mut actions = statements.filter_map(|statement| statement["Action"].as_array());
            actions.any(|actions| actions.iter().any(|one| one == action))
        };
        let found = Self::ALL.into_iter().find(|(policy, _)| has(*policy));
        found.map(|(_, file)| file)
    }
}

/// Kinds that only decide what is made: zones, pools, and quotas, which are of no kind.
const NOT_TO_DESTROY: [&str; 3] = [Zone::KIND, Pool::KIND, ""];

fn look(without: &[&str]) -> Value {
    let listings = OPERATIONS
        .iter()
        .filter(|operation| operation.used_for == Use::List && !without.contains(&operation.kind));
    let actions: Vec<&str> = listings.map(|operation| operation.permission).collect();
    statement("Look", &actions)
}

fn actions(uses: &[Use]) -> Vec<&'static str> {
    let of = OPERATIONS
        .iter()
        .filter(|operation| uses.contains(&operation.used_for));
    of.map(|operation| operation.permission).collect()
}

/// Creates that give the object its tags in the same request, and what they make.
const MADE: [(&str, &str); 8] = [
    ("AllocateAddress", "elastic-ip"),
    (
        "CreateEgressOnlyInternetGateway",
        "egress-only-internet-gateway",
    ),
    ("CreateInternetGateway", "internet-gateway"),
    ("CreateNatGateway", "natgateway"),
    ("CreateRouteTable", "route-table"),
    ("CreateSecurityGroup", "security-group"),
    ("CreateSubnet", "subnet"),
    ("CreateVpc", "vpc"),
];

/// Those of them that make it in something.
const MADE_IN_OURS: [&str; 4] = [
    "ec2:CreateEgressOnlyInternetGateway",
    "ec2:CreateNatGateway",
    "ec2:CreateRouteTable",
    "ec2:CreateSubnet",
];

/// Changes of a group that make objects of their own.
const RULES: [&str; 2] = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
];

/// IAM judges a create once for what it makes, and once for each thing that it makes it in: two
/// statements, since one has no tags yet and the other has none in the request.
fn provision() -> Vec<Value> {
    let mut statements: Vec<Value> = MADE
        .iter()
        .map(|(name, made)| {
            let create = statement(name, &[&full(name)]);
            when(on(create, &[made]), labelled("aws:RequestTag"))
        })
        .collect();
    let made_in = on(
        statement("MakeInOurs", &MADE_IN_OURS),
        &["elastic-ip", "subnet", "vpc"],
    );
    let groups = statement("MakeGroupsAnywhere", &["ec2:CreateSecurityGroup"]);
    let rules: Vec<String> = RULES.iter().map(|name| full(name)).collect();
    let rules = on(
        statement("MakeMarkedRules", &rules),
        &["security-group-rule"],
    );
    // Pools are the account's, and carry no label.
    let pools = statement("TakeFromPools", &["ec2:AssociateVpcCidrBlock"]);
    statements.extend([
        when(made_in, ours()),
        on(groups, &["vpc"]),
        when(rules, has("aws:RequestTag", rules::MARK)),
        on(pools, &["ipam-pool", "ipv6pool-ec2"]),
        when(statement("ChangeOurs", &changes()), ours()),
    ]);
    statements.extend(tagging());
    statements
}

fn changes() -> Vec<&'static str> {
    let makes = |action: &str| MADE.iter().any(|(name, _)| full(name) == action);
    let mut changes = actions(&[Use::Create, Use::Update]);
    changes.retain(|action| !makes(action) && *action != "ec2:CreateTags");
    changes
}

fn tagging() -> [Value; 3] {
    let names = MADE.iter().map(|(name, _)| *name).chain(RULES);
    let made: Vec<&str> = names.collect();
    let made = json!({ "StringEquals": { "ec2:CreateAction": made } });
    let tags = |name| statement(name, &["ec2:CreateTags"]);
    [
        when(tags("TagWhatIsMade"), made),
        when(tags("TagOurs"), ours()),
        when(tags("TagShared"), shared()),
    ]
}

fn destroy() -> [Value; 2] {
    let mut removes = actions(&[Use::Delete]);
    removes.retain(|action| *action != "ec2:DeleteTags");
    [
        when(statement("RemoveOurs", &removes), ours()),
        when(statement("UntagShared", &["ec2:DeleteTags"]), shared()),
    ]
}

fn full(name: &str) -> String {
    format!("ec2:{name}")
}

/// On an object that carries a label.
fn ours() -> Value {
    labelled("aws:ResourceTag")
}

fn labelled(whose: &str) -> Value {
    has(whose, Label::CLUSTER)
}

fn has(whose: &str, tag: &str) -> Value {
    json!({ "Null": { format!("{whose}/{tag}"): "false" } })
}

/// No tags but the cluster controller's and our mark; and some, since a request without any takes
/// all of them away.
fn shared() -> Value {
    let keys = [
        format!("{}*", shared_tag::CLUSTER_TAG),
        format!("{}*", shared_tag::MARK),
    ];
    json!({
        "ForAllValues:StringLike": { "aws:TagKeys": keys },
        "Null": { "aws:TagKeys": "false" },
    })
}

fn statement(name: &str, actions: &[impl AsRef<str>]) -> Value {
    let mut actions: Vec<&str> = actions.iter().map(AsRef::as_ref).collect();
    actions.sort_unstable();
    json!({ "Sid": name, "Effect": "Allow", "Action": actions, "Resource": "*" })
}

fn on(mut statement: Value, kinds: &[&str]) -> Value {
    let arns = kinds.iter().map(|kind| format!("arn:*:ec2:*:*:{kind}/*"));
    statement["Resource"] = arns.collect();
    statement
}

fn when(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
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
            .filter(|operation| operation.used_for != Use::Connect)
            .map(|operation| operation.permission.to_owned())
            .collect();
        assert_eq!(all, used);
        let verify = allowed(Policy::Verify);
        let reads = |action: &String| {
            let (_, name) = action.split_once(':').unwrap();
            ["Describe", "Get", "List"]
                .iter()
                .any(|verb| name.starts_with(verb))
        };
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
