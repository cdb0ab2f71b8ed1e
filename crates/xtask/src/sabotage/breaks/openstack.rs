//! Breaks of the driver for OpenStack.

use super::{Break, shared};

const FAILURES: &str = "providers/openstack/src/api/failures.rs";
const API: &str = "providers/openstack/src/api/mod.rs";
const OBJECT: &str = "providers/openstack/src/object/mod.rs";
const NETWORK: &str = "providers/openstack/src/object/network.rs";
const SUBNET: &str = "providers/openstack/src/object/subnet.rs";
const INTERFACE: &str = "providers/openstack/src/object/router_interface.rs";
const NODE_SUBNETS: &str = "providers/openstack/src/compile/node_subnets.rs";
const GROUP: &str = "providers/openstack/src/object/security_group.rs";
const RULES: &str = "providers/openstack/src/object/rules.rs";
const PROVIDER: &str = "providers/openstack/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        OBJECT,
        r#"fields["description"] = cx.label().to_string().into();"#,
        r#"fields["description"] = "".into();"#,
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        "Pages::new(call, key, Paging::Marker)",
        r#"Pages::new(call, key, Paging::Token { at: "/nowhere", parameter: "marker" })"#,
    ),
    Break::new(
        "strangers-are-ours",
        "what joins ours, and has no label, is ours",
        INTERFACE,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    Break::new(
        "joins-forgotten",
        "an interface does not say what it joins",
        INTERFACE,
        ".joining(joins)",
        ".joining(joins.into_iter().take(1))",
    ),
    Break::new(
        "default-compared",
        "a default of ours is compared with a subnet that the document names",
        NODE_SUBNETS,
        "dns_servers: Want::Chosen(state.dns_nameservers.clone()),",
        "dns_servers: self.dns_servers(family),",
    ),
    Break::new(
        "drift-not-seen",
        "a field that somebody changed is not compared",
        NETWORK,
        r#"admin_state_up.change("admin_state_up", &state.admin_state_up)"#,
        r#"admin_state_up.change("admin_state_up", admin_state_up.value())"#,
    ),
    Break::new(
        "foreign-rules-dropped",
        "rules of somebody else in our group are taken for ours",
        RULES,
        "self.rest.description.as_deref() == Some(MARK)",
        "self.rest.description.as_deref() == Some(MARK) || self.rest.direction == \"ingress\".into()",
    ),
    Break::new(
        "ipv6-rules-never-removed",
        "rules that nobody wants any more stay",
        GROUP,
        "for id in stale {",
        "for id in stale.into_iter().take(0) {",
    ),
    Break::new(
        "missing-rules-not-added",
        "rules that are missing are not added",
        GROUP,
        "if !missing.is_empty() {",
        "if missing.len() > 1000 {",
    ),
    Break::new(
        "tags-of-others-removed",
        "tags are written as a set that has ours alone",
        OBJECT,
        "if is.has(TAG) && is.has_cluster(&label.cluster) {\n        return None;\n    }\n    let both = is.with(&Tags::of(label));",
        "let both = Tags::of(label);",
    ),
    shared::UNREADABLE_HAD_NO_EFFECT,
    Break::new(
        "deletes-what-is-inside",
        "a network is deleted with whatever subnets are in it now",
        NETWORK,
        "if others.is_empty() {",
        "if others.len() < 1000 {",
    ),
    Break::new(
        "deletes-what-has-changed",
        "a delete of a network does not say which state of it was seen",
        NETWORK,
        "        state.revision_number\n",
        "        state.revision_number.filter(|_| false)\n",
    ),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        FAILURES,
        "_ => return None,",
        "(404 | 409 | 412, _) => ErrorKind::Invalid, _ => return None,",
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        FAILURES,
        r#"(409, name) if name.ends_with("InUse") || name.contains("InUseBy") => ErrorKind::InUse,"#,
        r#"(409, name) if name.ends_with("InUse") || name.contains("InUseBy") => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "throttle-is-final",
        "too many requests end the run",
        FAILURES,
        "(413, _) => ErrorKind::Throttled,",
        "(413 | 429, _) => ErrorKind::Invalid,",
    ),
    Break::new(
        "network-not-joined",
        "a subnet does not say which network it is in",
        SUBNET,
        "let joins = [ObjectRef::of::<Network>(&self.network_id)];",
        "let joins: [ObjectRef; 0] = [];",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
