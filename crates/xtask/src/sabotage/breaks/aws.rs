//! Breaks of the driver for AWS.

use super::{Break, shared};

const API: &str = "providers/aws/src/api/mod.rs";
const OBJECT: &str = "providers/aws/src/object/mod.rs";
const EXISTING: &str = "providers/aws/src/compile/existing.rs";
const VPC_IPV6: &str = "providers/aws/src/object/vpc_ipv6.rs";
const SUBNET: &str = "providers/aws/src/object/subnet.rs";
const GROUP: &str = "providers/aws/src/object/security_group.rs";
const RULES: &str = "providers/aws/src/object/rules.rs";
const GATEWAY: &str = "providers/aws/src/object/internet_gateway.rs";
const REFUSAL: &str = "providers/aws/src/wire/refusal.rs";
const PROVIDER: &str = "providers/aws/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        GATEWAY,
        "object::birth_tags(cx.label(), cx.api.now(), &self.tags)",
        "self.tags.value().clone()",
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        "token = page.next_token.filter(|token| !token.is_empty());",
        "token = page.next_token.filter(|_| false);",
    ),
    Break::new(
        "effect-unknown-forgotten",
        "an error of the server is taken for a request that had no effect",
        REFUSAL,
        "error = error.effect_unknown();",
        "error = error.remedy(\"\");",
    ),
    Break::new(
        "done-too-early",
        "an IPv6 range is called done before it is associated",
        VPC_IPV6,
        "_ => Phase::Pending(Some(pending(&vpc.common.id, block).operation())),",
        "_ => Phase::Ready,",
    ),
    Break::new(
        "strangers-are-ours",
        "what is inside ours, and has no label, is ours",
        OBJECT,
        "Found::labelled(&self.id, self.label(), state)\n            .joining(joins)",
        "(match self.label() {\n            None if !self.id.starts_with(\"vpc\") => {\n                Found::natural(&self.id, &self.id, groundwork_provider::Owner::Within, state)\n            }\n            label => Found::labelled(&self.id, label, state),\n        })\n        .joining(joins)",
    ),
    Break::new(
        "joins-forgotten",
        "a subnet does not say which VPC it is in",
        SUBNET,
        "let mut joins = vec![ObjectRef::of::<Vpc>(&state.vpc)];",
        "let mut joins: Vec<ObjectRef> = Vec::new();",
    ),
    Break::new(
        "default-compared",
        "a default of ours is compared with a VPC that the document names",
        EXISTING,
        "cidr: Want::Chosen(state.cidr.unwrap_or_default()),",
        "cidr: Want::Asked(\"10.98.0.0/16\".parse().unwrap_or_default()),",
    ),
    Break::new(
        "drift-not-seen",
        "rules of a group are not compared",
        GROUP,
        "changes.extend(wanted.flat_map(|wanted| state.merge(wanted).changes()));",
        "drop(wanted.map(|wanted| state.merge(wanted).changes()));",
    ),
    Break::new(
        "foreign-rules-dropped",
        "rules of somebody else in our group are taken for ours",
        RULES,
        "self.tags.contains_key(MARK)",
        "self.tags.contains_key(MARK) || !self.egress",
    ),
    Break::new(
        "ipv6-rules-never-removed",
        "rules that nobody wants any more stay",
        GROUP,
        "let ids: Vec<String> = rules.map(|rule| rule.id.clone()).collect();",
        "let ids: Vec<String> = rules.map(|rule| rule.id.clone()).take(0).collect();",
    ),
    Break::new(
        "missing-rules-not-added",
        "rules that are missing are not added",
        GROUP,
        "if !rules.is_empty() {",
        "if rules.len() > 1000 {",
    ),
    Break::new(
        "switches-not-compared",
        "a switch that somebody turned is not turned back",
        SUBNET,
        "Change::between(MAP_PUBLIC_IPV4, &state.map_public_ipv4, map_public_ipv4),",
        "Change::between(MAP_PUBLIC_IPV4, map_public_ipv4, map_public_ipv4),",
    ),
    Break::new(
        "replaced-instead-of-changed",
        "the IPv6 half is not added in place",
        SUBNET,
        "self.zone.change(\"availability_zone\", &state.zone),",
        "self.zone.change(\"availability_zone\", &state.zone),\n            self.ipv6.as_ref().filter(|_| state.ipv6_range().is_none()).map(|_| Change::new(IPV6, Value::Null, \"\")),",
    ),
    Break::new(
        "conflict-is-final",
        "a conflict with another writer ends the run",
        REFUSAL,
        r#""IncorrectState" | "InvalidState" | "IncorrectStateException" => ErrorKind::Conflict,"#,
        r#""IncorrectState" | "InvalidState" | "IncorrectStateException" => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "not-known-yet-is-final",
        "what the cloud does not know yet, though it has made it, ends the run",
        REFUSAL,
        "code if code.ends_with(\".NotFound\") || code.ends_with(\".Duplicate\") => ErrorKind::Conflict,",
        "code if code.ends_with(\".NotFound\") || code.ends_with(\".Duplicate\") => ErrorKind::Invalid,",
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        REFUSAL,
        "| \"CannotDelete\" => ErrorKind::InUse,",
        "| \"CannotDelete\" => ErrorKind::Invalid,",
    ),
    Break::new(
        "throttle-is-final",
        "too many requests end the run",
        REFUSAL,
        "| \"EC2ThrottledException\" => ErrorKind::Throttled,",
        "| \"EC2ThrottledException\" => ErrorKind::Invalid,",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
