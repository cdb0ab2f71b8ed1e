//! Breaks of the driver for Azure.

use super::{Break, shared};

const API: &str = "providers/azure/src/api/mod.rs";
const FAILURES: &str = "providers/azure/src/api/failures.rs";
const CRATE: &str = "providers/azure/src/api/network.rs";
const OPERATION: &str = "providers/azure/src/api/operation.rs";
const OBJECT: &str = "providers/azure/src/object/mod.rs";
const NETWORK: &str = "providers/azure/src/object/network.rs";
const SUBNET: &str = "providers/azure/src/object/subnet.rs";
const SECURITY_GROUP: &str = "providers/azure/src/object/security_group.rs";
const PROVIDER: &str = "providers/azure/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        NETWORK,
        "let mut tags = super::tags(label);",
        "let mut tags = Value::Object(serde_json::Map::new()); let _ = label;",
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        r#"Paging::Link { at: "/nextLink" }"#,
        r#"Paging::Link { at: "/nowhere" }"#,
    ),
    shared::UNREADABLE_HAD_NO_EFFECT,
    Break::new(
        "operation-not-awaited",
        "an operation that still runs is taken for one that has ended",
        OPERATION,
        "_ => Ok(pending.after(answer.poll_after)),",
        "_ => end(api, object).await,",
    ),
    Break::new(
        "removal-not-awaited",
        "what is being deleted is taken for deleted",
        OPERATION,
        "(Some(at), _, _) => pending(at, By::Status),",
        "(Some(_), _, None) => Ok(Progress::Gone),
        (Some(at), _, _) => pending(at, By::Status),",
    ),
    Break::new(
        "create-overwrites",
        "a create takes what somebody else has made meanwhile",
        CRATE,
        r#"Method::PUT => call.header("if-none-match", "*"),"#,
        "Method::PUT => call,",
    ),
    Break::new(
        "no-etag",
        "a change does not say which state it has seen",
        OPERATION,
        r#"Some(etag) => call.header("if-match", etag),
        None => call,"#,
        "Some(_) | None => call,",
    ),
    Break::new(
        "unknown-fields-lost",
        "a write has no field but those that the driver knows",
        OPERATION,
        r#"for name in ["etag", "id", "name", "type"] {"#,
        r#"fields.retain(|name, _| ["location", "properties"].contains(&name.as_str()));
    for name in ["etag", "id", "name", "type"] {"#,
    ),
    Break::new(
        "everything-is-ours",
        "a resource without a label is ours",
        OBJECT,
        "Found::labelled(id, common.label(), state)",
        "Found::natural(
        id.clone(),
        id,
        common.label().map_or(groundwork_provider::Owner::Within, groundwork_provider::Owner::Label),
        state,
    )",
    ),
    Break::new(
        "subnets-of-others-are-ours",
        "every subnet of a network of ours is ours",
        SUBNET,
        "joins = vec![whole];
            Owner::Unlabelled",
        "joins = vec![whole];
            Owner::Within",
    ),
    Break::new(
        "network-not-joined",
        "a resource does not say which resource group it is in",
        OBJECT,
        ".joining([group])",
        ".joining([group; 0])",
    ),
    Break::new(
        "deleted-with-what-is-inside",
        "a network is deleted with whatever others have in it",
        NETWORK,
        "if inside.is_empty() {",
        "if inside.is_empty() || !id.is_empty() {",
    ),
    Break::new(
        "rules-of-others-removed",
        "the rules of a security group are written as a list that has ours alone",
        SECURITY_GROUP,
        "is_wanted || !rules::is_ours(&rule.name)",
        "is_wanted",
    ),
    Break::new(
        "drift-not-seen",
        "a rule that somebody took away is not missed",
        SECURITY_GROUP,
        r#"let rules = wanted.map(|wanted| kit::merge(wanted, "", &parts).changes());"#,
        r#"let rules = wanted.map(|wanted| kit::merge(wanted, "", &parts).changes()).filter(|_| false);"#,
    ),
    Break::new(
        "ipv6-stays",
        "the IPv6 range is not given up again",
        SUBNET,
        "None if self.ours => ranges.retain(|net| !is_ipv6(net)),",
        "None if self.ours => {}",
    ),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        FAILURES,
        r#""PreconditionFailed"
        | "CanceledAndSupersededDueToAnotherOperation""#,
        r#""PreconditionFailed" => ErrorKind::Invalid,
        "CanceledAndSupersededDueToAnotherOperation""#,
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        FAILURES,
        "return Some(ErrorKind::InUse);",
        "return Some(ErrorKind::Invalid);",
    ),
    Break::new(
        "operation-not-in-table",
        "calls are missing in the table of operations",
        PROVIDER,
        "        operations()\n",
        "        &operations()[..operations().len() / 2]\n",
    ),
    shared::features(PROVIDER),
];
