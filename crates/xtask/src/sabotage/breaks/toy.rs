//! Breaks of the toy, and of the kit, which the toy uses as every driver does.

use super::{Break, shared};

const NETWORK: &str = "tests/conformance/src/toy/network.rs";
const SUBNET: &str = "tests/conformance/src/toy/subnet.rs";
const GATEWAY: &str = "tests/conformance/src/toy/gateway.rs";
const ATTACHMENT: &str = "tests/conformance/src/toy/attachment.rs";
const CALL: &str = "crates/kit/src/client/call.rs";
const FAILURE: &str = "crates/kit/src/client/failure.rs";
const OPERATION: &str = "crates/kit/src/client/operation.rs";
const PAGES: &str = "crates/kit/src/client/pages.rs";
const PROVIDER: &str = "tests/conformance/src/toy/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a create carries no label",
        GATEWAY,
        r#""note": cx.label().to_string(), "families""#,
        r#""note": "", "families""#,
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        PAGES,
        r#"Paging::Token { at, .. } => Ok(value(at).map(Next::Value)),"#,
        r#"Paging::Token { at, .. } => Ok(value(at).map(Next::Value).filter(|_| false)),"#,
    ),
    shared::EFFECT_UNKNOWN_FORGOTTEN,
    Break::new(
        "done-too-early",
        "a network is called done before its prefix is there",
        NETWORK,
        "(Status::Ready, Some(_)) => Progress::Done(state),",
        "(Status::Ready, _) => Progress::Done(state),",
    ),
    Break::new(
        "strangers-are-ours",
        "what is inside ours, and has no label, is ours",
        SUBNET,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    Break::new(
        "attachments-of-others-are-ours",
        "what somebody attaches to ours is ours",
        ATTACHMENT,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    Break::new(
        "joins-forgotten",
        "an attachment does not say what it is attached to",
        ATTACHMENT,
        ".joining(joins)",
        ".joining(joins.into_iter().take(1))",
    ),
    Break::new(
        "default-compared",
        "a default of ours is compared with a network that the document names",
        NETWORK,
        r#"self.range.change("range", &state.range)"#,
        r#"Change::between("range", &state.range, self.range.value())"#,
    ),
    Break::new(
        "drift-not-seen",
        "a field that somebody changed is not compared",
        GATEWAY,
        r#"Change::between("families", &state.families, &all)"#,
        r#"Change::between("families", &all, &all)"#,
    ),
    Break::new(
        "families-never-removed",
        "a gateway keeps a family that nobody asks for any more",
        GATEWAY,
        "filter(|_| self.named)",
        "filter(|_| true)",
    ),
    Break::new(
        "ipv6-stays",
        "the IPv6 half is not removed again",
        SUBNET,
        r#"in_place.push(Change::new("prefix", is.to_string(), Value::Null));"#,
        r#"drop(Change::new("prefix", is.to_string(), Value::Null));"#,
    ),
    Break::new(
        "replaced-instead-of-changed",
        "the IPv6 half is not added in place",
        SUBNET,
        "(None, _, true) => in_place.push(",
        "(None, _, true) => replacing.push(",
    ),
    Break::new(
        "deletes-what-is-inside",
        "a network is deleted without a look at what is inside now",
        NETWORK,
        "empty(cx.api, state).await?;",
        "drop(empty(cx.api, state));",
    ),
    shared::NO_TURNS,
    Break::new(
        "conflict-is-final",
        "a conflict with another writer ends the run",
        FAILURE,
        r#"404 | 409 | 410 | 412 | 423 => ErrorKind::Conflict,"#,
        r#"404 | 409 | 410 | 412 | 423 => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "throttle-is-final",
        "too many requests end the run",
        FAILURE,
        r#"        429 => ErrorKind::Throttled,"#,
        r#"        429 => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "forgotten-operation-is-final",
        "an operation that the cloud has forgotten is an error",
        OPERATION,
        r#"Error::new(ErrorKind::Conflict, call.operation(), message)"#,
        r#"Error::new(ErrorKind::Invalid, call.operation(), message)"#,
    ),
    Break::new(
        "secret-in-error",
        "an error names the signed address of an operation",
        CALL,
        r#"self.path().split('?').next().unwrap_or_default();"#,
        r#"self.path();"#,
    ),
    Break::new(
        "adopts-without-being-asked",
        "an object with our name counts as labelled",
        GATEWAY,
        "Label::parse(&state.note)",
        "Label::parse(&state.note).or_else(|| Label::parse(&format!(\"groundwork/1 installation=groundwork cluster=c0ffee address=gateway incarnation=1\")).filter(|_| state.name == \"kubernetes-blocks\"))",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
    Break::new(
        "label-too-long",
        "nobody is told that the cloud cannot hold a label",
        "tests/conformance/src/toy/provider.rs",
        "match label.to_string().len() > NOTE_MAX {",
        "match label.to_string().len() > 10 * NOTE_MAX {",
    ),
];
