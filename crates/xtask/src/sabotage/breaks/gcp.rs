//! Breaks of the driver for Google Cloud.

use super::{Break, shared};

const FAILURES: &str = "providers/gcp/src/api/failures.rs";
const LISTING: &str = "providers/gcp/src/api/listing.rs";
const OPERATION: &str = "providers/gcp/src/api/operation.rs";
const REQUEST_ID: &str = "providers/gcp/src/api/request_id.rs";
const OBJECT: &str = "providers/gcp/src/object/mod.rs";
const NETWORK: &str = "providers/gcp/src/object/network.rs";
const SUBNETWORK: &str = "providers/gcp/src/object/subnetwork.rs";
const ROUTER: &str = "providers/gcp/src/object/router.rs";
const FIREWALL: &str = "providers/gcp/src/object/firewall.rs";
const INSTANCE: &str = "providers/gcp/src/object/instance.rs";
const COMPILE: &str = "providers/gcp/src/compile/mod.rs";
const FIREWALLS: &str = "providers/gcp/src/compile/firewalls.rs";
const SURVEY: &str = "providers/gcp/src/survey.rs";
const ASSESS: &str = "providers/gcp/src/assess/mod.rs";
const PROVIDER: &str = "providers/gcp/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        NETWORK,
        r#""description": cx.label().to_string(),"#,
        r#""description": "","#,
    ),
    Break::new(
        "first-page-only",
        "a listing of the project ends with its first page",
        LISTING,
        r#"at: "/nextPageToken","#,
        r#"at: "/nowhere","#,
    ),
    Break::new(
        "first-page-of-regions-only",
        "a listing of every region ends with its first page",
        LISTING,
        "let next = page.next_page_token.filter(|token| !token.is_empty());",
        "let next = page.next_page_token.filter(|_| false);",
    ),
    shared::UNREADABLE_HAD_NO_EFFECT,
    Break::new(
        "operation-not-awaited",
        "an operation that still runs is taken for one that has ended",
        OPERATION,
        r#"("DONE", Awaited::Made(id)) => complete"#,
        "(_, Awaited::Made(id)) => complete",
    ),
    Break::new(
        "removal-not-awaited",
        "what is being deleted is taken for deleted",
        OPERATION,
        "(_, _) => Ok(pending.after(answer.poll_after)),",
        "(_, _) => Ok(Progress::Gone),",
    ),
    Break::new(
        "failure-not-seen",
        "an operation that has failed is taken for one that went well",
        OPERATION,
        "answer.reply.failed()?;",
        "drop(answer.reply.failed());",
    ),
    Break::new(
        "change-not-awaited",
        "a rule is called changed while the change is under way",
        FIREWALL,
        "api::changed(cx, at, &Value::Object(body), &state.common.address()).await",
        "drop(api::changed::<FirewallState>(cx, at, &Value::Object(body.clone()), &state.common.address()).await?);
        let mut now = json!(state);
        for (name, value) in body {
            now[name] = value;
        }
        Ok(Progress::Done(serde_json::from_value(now).unwrap_or_default()))",
    ),
    Break::new(
        "one-request-id",
        "requests of two steps have one id",
        REQUEST_ID,
        r#"format!("{}\n{asked}", token.as_str()).as_bytes()"#,
        "asked.as_bytes()",
    ),
    Break::new(
        "done-too-early",
        "a subnetwork is called done before its IPv6 range is there",
        SUBNETWORK,
        "!self.is_dual() || self.ipv6().is_some()",
        "!self.is_dual() || self.stack_type.is_some()",
    ),
    Break::new(
        "no-fingerprint",
        "a change of a subnetwork does not say which state it has seen",
        SUBNETWORK,
        r#"fields.insert("fingerprint".to_owned(), state.fingerprint.as_str().into());"#,
        "",
    ),
    Break::new(
        "ipv6-stays",
        "the IPv6 range is not given up again",
        SUBNETWORK,
        "(Some(_), _) | (None, true) => self.stack(),
            (None, false) => return (None, None),",
        "(Some(_), _) => self.stack(),
            (None, _) => return (None, None),",
    ),
    Break::new(
        "changes-by-name",
        "a change or a delete meets whatever has the name by now",
        OBJECT,
        "link::numbered(&self.self_link, &self.id)",
        "link::path(&self.self_link)",
    ),
    Break::new(
        "everything-is-ours",
        "an object without a label is ours",
        OBJECT,
        "Found::labelled(common.address(), label, state)",
        "Found::natural(
        common.address(),
        common.address(),
        label.map_or(groundwork_provider::Owner::Within, groundwork_provider::Owner::Label),
        state,
    )",
    ),
    Break::new(
        "joins-forgotten",
        "a machine does not say which network and subnetwork it is in",
        INSTANCE,
        "joins.collect()",
        "joins.take(0).collect()",
    ),
    Break::new(
        "network-not-joined",
        "a subnetwork does not say which network it is in",
        SUBNETWORK,
        "found.joining([network]).in_phase(phase)",
        "found.joining([network; 0]).in_phase(phase)",
    ),
    Break::new(
        "nats-of-others-removed",
        "the NATs of a router are written as a list that has ours alone",
        ROUTER,
        "let mut nats = is.to_vec();",
        "let mut nats: Vec<Nat> = is.iter().filter(|nat| nat.name() == self.name).cloned().collect();",
    ),
    Break::new(
        "default-compared",
        "a default of ours is compared with a subnetwork that the document names",
        COMPILE,
        "range: Want::Chosen(state.ip_cidr_range.unwrap_or(check::RANGE)),",
        "range: Want::Asked(check::RANGE),",
    ),
    Break::new(
        "drift-not-seen",
        "a field that somebody changed is not compared",
        FIREWALL,
        r#""priority" => json!(state.priority),"#,
        r#""priority" => wanted.clone(),"#,
    ),
    Break::new(
        "ipv6-rules-missing",
        "no rule lets anything in over IPv6",
        FIREWALLS,
        "for family in families {",
        "for family in families.iter().take(1) {",
    ),
    Break::new(
        "families-mixed",
        "a rule has ranges of both families",
        FIREWALLS,
        "rule.family == family && is_it(&rule.traffic)",
        "is_it(&rule.traffic)",
    ),
    Break::new(
        "taken-names-not-told",
        "an object of somebody else with our name is not seen before it is in the way",
        SURVEY,
        "is_anothers(target, &found.owner).then(|| (kind.to_owned(), id.to_owned()))",
        "(is_anothers(target, &found.owner) && id.is_empty())
        .then(|| (kind.to_owned(), id.to_owned()))",
    ),
    Break::new(
        "denials-not-judged",
        "what others deny on a network that the document names is not judged",
        ASSESS,
        "self.rules_in_force()",
        "drop(self.rules_in_force()); Answer::Judged(Vec::new())",
    ),
    Break::new(
        "overlaps-not-judged",
        "what is routed on a network that the document names is not judged",
        ASSESS,
        "existing::overlaps(all, &self.target.addressing)",
        "existing::overlaps(all.take(0), &self.target.addressing)",
    ),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        FAILURES,
        r#""alreadyexists" | "conditionnotmet" | "notfound" | "notready" => ErrorKind::Conflict,"#,
        r#""alreadyexists" | "conditionnotmet" | "notfound" | "notready" => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        FAILURES,
        r#""inusebyanotherresource" | "inuse" => ErrorKind::InUse,"#,
        r#""inusebyanotherresource" | "inuse" => ErrorKind::Invalid,"#,
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
