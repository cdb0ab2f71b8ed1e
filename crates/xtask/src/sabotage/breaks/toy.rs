//! What is broken, and where: data.

use clap::ValueEnum;

/// One break.
pub(crate) struct Break {
    /// Of whose driver.
    pub(crate) driver: Driver,
    /// Its name, the same for every driver.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// Where.
    pub(crate) file: &'static str,
    /// What stands there, once.
    pub(crate) find: &'static str,
    /// What is put in its place.
    pub(crate) replace: &'static str,
}

/// A driver with a suite.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Driver {
    Toy,
    #[value(name = "openstack")]
    OpenStack,
    Aws,
}

impl Driver {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Toy => "toy",
            Self::OpenStack => "openstack",
            Self::Aws => "aws",
        }
    }

    /// The package and the test program of its suite.
    pub(crate) fn suite(self) -> (&'static str, &'static str) {
        match self {
            Self::Toy => ("conformance", "toy"),
            Self::OpenStack => ("conformance", "openstack"),
            Self::Aws => ("groundwork-aws", "conformance"),
        }
    }
}

const NETWORK: &str = "tests/conformance/src/toy/network.rs";
const SUBNET: &str = "tests/conformance/src/toy/subnet.rs";
const GATEWAY: &str = "tests/conformance/src/toy/gateway.rs";
const ATTACHMENT: &str = "tests/conformance/src/toy/attachment.rs";
const CALL: &str = "crates/kit/src/client/call.rs";
const FAILURE: &str = "crates/kit/src/client/failure.rs";
const OPERATION: &str = "crates/kit/src/client/operation.rs";
const PAGES: &str = "crates/kit/src/client/pages.rs";

const fn toy(
    name: &'static str,
    what: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Break {
    Break {
        driver: Driver::Toy,
        name,
        what,
        file,
        find,
        replace,
    }
}

/// All of them.
pub(crate) const BREAKS: &[Break] = &[
    toy(
        "no-label",
        "a create carries no label",
        GATEWAY,
        r#""note": cx.label().to_string(), "families""#,
        r#""note": "", "families""#,
    ),
    toy(
        "first-page-only",
        "a listing ends with its first page",
        PAGES,
        r#"Paging::Token { at, .. } => Ok(value(at).map(Next::Value)),"#,
        r#"Paging::Token { at, .. } => Ok(value(at).map(Next::Value).filter(|_| false)),"#,
    ),
    toy(
        "effect-unknown-forgotten",
        "a lost reply is taken for a request that had no effect",
        FAILURE,
        r#"if failure.sent == Sent::Maybe {"#,
        r#"if failure.sent == Sent::Maybe && failure.message.is_empty() {"#,
    ),
    toy(
        "unreadable-had-no-effect",
        "half a reply is taken for a request that had no effect",
        FAILURE,
        r#"Error::new(ErrorKind::Unexpected, operation, message).effect_unknown();"#,
        r#"Error::new(ErrorKind::Unexpected, operation, message);"#,
    ),
    toy(
        "done-too-early",
        "a network is called done before its prefix is there",
        NETWORK,
        "(Status::Ready, Some(_)) => Progress::Done(state),",
        "(Status::Ready, _) => Progress::Done(state),",
    ),
    toy(
        "strangers-are-ours",
        "what is inside ours, and has no label, is ours",
        SUBNET,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    toy(
        "attachments-of-others-are-ours",
        "what somebody attaches to ours is ours",
        ATTACHMENT,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    toy(
        "joins-forgotten",
        "an attachment does not say what it is attached to",
        ATTACHMENT,
        ".joining(joins)",
        ".joining(joins.into_iter().take(1))",
    ),
    toy(
        "default-compared",
        "a default of ours is compared with a network that the document names",
        NETWORK,
        r#"self.range.change("range", &state.range)"#,
        r#"Change::between("range", &state.range, self.range.value())"#,
    ),
    toy(
        "drift-not-seen",
        "a field that somebody changed is not compared",
        GATEWAY,
        r#"Change::between("families", &state.families, &all)"#,
        r#"Change::between("families", &all, &all)"#,
    ),
    toy(
        "families-never-removed",
        "a gateway keeps a family that nobody asks for any more",
        GATEWAY,
        "filter(|_| self.named)",
        "filter(|_| true)",
    ),
    toy(
        "ipv6-stays",
        "the IPv6 half is not removed again",
        SUBNET,
        "(Some(is), _, false) => {",
        "(Some(is), Some(_), false) if is.prefix_len() == 0 => {",
    ),
    toy(
        "replaced-instead-of-changed",
        "the IPv6 half is not added in place",
        SUBNET,
        "(None, _, true) => in_place.push(",
        "(None, _, true) => replacing.push(",
    ),
    toy(
        "deletes-what-is-inside",
        "a network is deleted without a look at what is inside now",
        NETWORK,
        "empty(cx.api, state).await?;",
        "drop(empty(cx.api, state));",
    ),
    toy(
        "no-turns",
        "writers of one network do not take turns",
        SUBNET,
        "const TURNS: Option<&'static str> = Some(Network::KIND);",
        "const TURNS: Option<&'static str> = None;",
    ),
    toy(
        "conflict-is-final",
        "a conflict with another writer ends the run",
        FAILURE,
        r#"404 | 409 | 410 | 412 | 423 => ErrorKind::Conflict,"#,
        r#"404 | 409 | 410 | 412 | 423 => ErrorKind::Invalid,"#,
    ),
    toy(
        "throttle-is-final",
        "too many requests end the run",
        FAILURE,
        r#"        429 => ErrorKind::Throttled,"#,
        r#"        429 => ErrorKind::Invalid,"#,
    ),
    toy(
        "forgotten-operation-is-final",
        "an operation that the cloud has forgotten is an error",
        OPERATION,
        r#"Error::new(ErrorKind::Conflict, call.operation(), message)"#,
        r#"Error::new(ErrorKind::Invalid, call.operation(), message)"#,
    ),
    toy(
        "secret-in-error",
        "an error names the signed address of an operation",
        CALL,
        r#"self.path().split('?').next().unwrap_or_default();"#,
        r#"self.path();"#,
    ),
    toy(
        "adopts-without-being-asked",
        "an object with our name counts as labelled",
        GATEWAY,
        "Label::parse(&state.note)",
        "Label::parse(&state.note).or_else(|| Label::parse(&format!(\"groundwork/1 installation=groundwork cluster=c0ffee address=gateway incarnation=1\")).filter(|_| state.name == \"kubernetes-blocks\"))",
    ),
    toy(
        "operation-not-in-table",
        "a call is missing in the table of operations",
        "tests/conformance/src/toy/operations.rs",
        r#"operation("DELETE /attachments/{id}", "toy.attachment/1", Use::Delete),"#,
        "",
    ),
];
