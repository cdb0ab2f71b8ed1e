//! Breaks of the driver for Hetzner.

use super::{Break, shared};

const API: &str = "providers/hetzner/src/api/mod.rs";
const ACTIONS: &str = "providers/hetzner/src/api/actions.rs";
const FAILURES: &str = "providers/hetzner/src/api/failures.rs";
const OBJECT: &str = "providers/hetzner/src/object/mod.rs";
const NETWORK: &str = "providers/hetzner/src/object/network.rs";
const SUBNET: &str = "providers/hetzner/src/object/subnet.rs";
const FIREWALL: &str = "providers/hetzner/src/object/firewall.rs";
const SELECTOR: &str = "providers/hetzner/src/object/firewall_selector.rs";
const MEMBER: &str = "providers/hetzner/src/object/member.rs";
const RULES: &str = "providers/hetzner/src/object/rules.rs";
const COMPILE: &str = "providers/hetzner/src/compile/mod.rs";
const SURVEY: &str = "providers/hetzner/src/survey.rs";
const ASSESS: &str = "providers/hetzner/src/assess.rs";
const PROVIDER: &str = "providers/hetzner/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        NETWORK,
        r#""labels": super::with_label(cx.label(), &Labels::new()),"#,
        r#""labels": Labels::new(),"#,
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        r#"at: "/meta/pagination/next_page","#,
        r#"at: "/nowhere","#,
    ),
    shared::UNREADABLE_HAD_NO_EFFECT,
    Break::new(
        "action-not-awaited",
        "an action that still runs is taken for one that has ended",
        ACTIONS,
        "match listed.iter().any(|action| action.status != Status::Success) {",
        "match listed.iter().any(|action| action.id == 0) {",
    ),
    Break::new(
        "strangers-are-ours",
        "every subnet of a network of ours is ours",
        SUBNET,
        "Found::natural(id.clone(), id, Owner::Unlabelled, state)",
        "Found::natural(id.clone(), id, Owner::Within, state)",
    ),
    Break::new(
        "selectors-of-others-are-ours",
        "whatever a firewall of ours is applied to is ours",
        SELECTOR,
        "Found::natural(id.clone(), id, Owner::Unlabelled, state)",
        "Found::natural(id.clone(), id, Owner::Within, state)",
    ),
    Break::new(
        "everything-is-ours",
        "an object without a label is ours",
        OBJECT,
        "Found::labelled(id, label(labels), state)",
        "Found::natural(
        id.clone(),
        id,
        label(labels).map_or(groundwork_provider::Owner::Within, groundwork_provider::Owner::Label),
        state,
    )",
    ),
    Break::new(
        "joins-forgotten",
        "a server does not say which network it is in",
        MEMBER,
        "Found::foreign(place, state).joining([of])",
        "Found::foreign(place, state).joining([of; 0])",
    ),
    Break::new(
        "deletes-what-is-inside",
        "a network is deleted with the subnets that others have in it",
        NETWORK,
        "without_subnets(&now)?;",
        "drop(without_subnets(&now));",
    ),
    Break::new(
        "servers-are-detached",
        "networks and subnets are deleted with the servers that are in them",
        NETWORK,
        "let is_inside = |member: &&InIt| subnet.is_none() || member.subnet == subnet;",
        "let is_inside = |member: &&InIt| member.kind.is_empty();",
    ),
    Break::new(
        "servers-lose-their-firewall",
        "a firewall is taken from the servers that it protects",
        SELECTOR,
        "}) = now.target.applied_to_resources.first()",
        "}) = now.target.applied_to_resources.first().filter(|_| false)",
    ),
    Break::new(
        "rules-of-others-removed",
        "the rules of a firewall are written as a list that has ours alone",
        FIREWALL,
        "foreign.cloned().chain(rules::grouped(wanted)).collect()",
        "foreign.take(0).cloned().chain(rules::grouped(wanted)).collect()",
    ),
    Break::new(
        "foreign-rules-dropped",
        "rules of somebody else in our firewall are taken for ours",
        RULES,
        "self.description.as_deref() == Some(OURS)",
        r#"self.description.as_deref() == Some(OURS) || self.direction == "in""#,
    ),
    Break::new(
        "drift-not-seen",
        "a rule that somebody took away is not missed",
        FIREWALL,
        "changes.extend(rules.flat_map(|wanted| merge(wanted, &parts).changes()));",
        "drop(rules.map(|wanted| merge(wanted, &parts).changes()));",
    ),
    Break::new(
        "default-compared",
        "a default of ours is compared with a network that the document names",
        COMPILE,
        "range: Want::Chosen(state.ip_range),",
        "range: Want::Asked(check::RANGE),",
    ),
    Break::new(
        "taken-names-not-told",
        "an object of somebody else with our name is not seen before it is in the way",
        SURVEY,
        "Some(found.id.clone())",
        "Some(found.id.clone()).filter(|_| false)",
    ),
    Break::new(
        "overlaps-not-judged",
        "what is routed in a network that the document names is not judged",
        ASSESS,
        "existing::overlaps(all, &self.target.addressing)",
        "existing::overlaps(all.take(0), &self.target.addressing)",
    ),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        FAILURES,
        r#"| "uniqueness_error" => ErrorKind::Conflict,"#,
        r#"| "uniqueness_error" => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        FAILURES,
        r#""must_be_unassigned" | "resource_in_use" => ErrorKind::InUse,"#,
        r#""must_be_unassigned" | "resource_in_use" => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "throttle-is-final",
        "too many requests end the run",
        FAILURES,
        r#""rate_limit_exceeded" => ErrorKind::Throttled,"#,
        r#""rate_limit_exceeded" => ErrorKind::Invalid,"#,
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
