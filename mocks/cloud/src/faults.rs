//! What goes wrong on purpose, and what the client under test may rely on nevertheless.
//!
//! # The fault model
//!
//! Between a client and a cloud there are a connection, load balancers, several API servers that
//! share a database and caches, and workers behind a queue. Each fault here is something that one
//! of those does in real clouds.
//!
//! **Latency.** Every reply takes [`Options::latency`](crate::Options), and a
//! [`Fault::Latency`] adds to it. The effect is there when the request arrives; only the answer is
//! late.
//!
//! **Throttling.** [`Fault::Throttle`] answers 429 without any effect, with `Retry-After` in
//! seconds when it is given. A client that comes back earlier is not punished, but the call log
//! shows it.
//!
//! **Server errors.** [`Fault::Error`] answers a 5xx. With [`Effect::None`] nothing has happened.
//! With [`Effect::Applied`] everything has happened and the client cannot see the difference: a
//! proxy gave up just before the answer came.
//!
//! **Lost replies.** [`Fault::LostReply`]: the request was carried out, then the connection
//! broke. For a client it looks like an error before the effect, which is why a create whose
//! outcome is unknown has to be resolved by looking.
//!
//! **Late effects.** [`Fault::LateEffect`]: the connection breaks, *nothing* is there when the
//! client looks, and some time later the request is carried out after all (it sat in a queue). It
//! is applied before the first request that arrives at or after its time. Its own answer, an error
//! included, is never seen by anybody.
//!
//! **Stale listings.** [`Fault::StaleListings`] on a mutating call: its effect is complete, but for
//! the given time every *listing* is answered as of just before the call. Requests by id see the
//! truth. A listing never goes back further than that, and never for longer.
//!
//! **Empty listings.** [`Fault::EmptyListing`] on a listing: the answer is whole, says 200, and shows
//! nothing, as Neutron's has been seen to do right after a start. Everything else sees the truth. The
//! one fault whose content is wrong: no swarm has it, and a client can tell only by asking for what
//! it knows.
//!
//! **Taken back.** [`Fault::TakenBack`] on a create: it is carried out and the connection breaks, and
//! right before the first change that names what it made, the cloud undoes it: the server died in the
//! middle of a create, and the one after it tidies up. Whoever looked meanwhile has seen it; no
//! request ever said that it is there.
//!
//! **Truncated bodies.** [`Fault::Truncate`]: status, headers and the first half of the body
//! arrive, then the connection breaks. The effect is there.
//!
//! **Conflicts.** [`Fault::Conflict`] answers a change as the cloud does when another writer was
//! faster, and changes nothing: whoever looks again, and asks for what is still to do, gets through.
//!
//! **Quota.** [`Fault::Quota`] answers a create as the cloud does when the quota is used up, and
//! creates nothing.
//!
//! **Refused connections.** [`Fault::Refuse`]: nobody listened; no effect.
//!
//! # What is promised nevertheless
//!
//! - A request is carried out as one step, at most once per time it was sent.
//! - Two requests that both got a whole answer took effect in the order of those answers.
//! - A request of which the client got a whole, well-formed answer was carried out as it says,
//!   unless a fault was an [`Effect::Applied`] error.
//! - The contents of replies are never wrong: only missing, late or (for listings) old; an empty
//!   listing is the exception.
//! - At most [`Faults::consecutive_max`] calls in a row with the same method and path are harmed
//!   (latency and staleness do not count as harm). Whoever tries once more than that gets through,
//!   so a run that does not end is a defect of the client. Rules that count calls
//!   (`nth_call`) are exempt: a test that asks for a fault at a call gets it there.
//! - Nothing is random but by the seed; the same requests at the same times meet the same faults.
//!
//! # The file
//!
//! The same types are read from JSON or YAML:
//!
//! ```yaml
//! consecutive_max: 3
//! rules:
//!   - match: { method: POST, path_contains: /subnets, nth_call: 2 }
//!     fault: { kind: lost-reply }
//!   - match: { mutating: true, probability: 0.1 }
//!     fault: { kind: throttle, retry_after_s: 1 }
//!     times: 5
//! ```

use serde::{Deserialize, Serialize};

/// One thing that goes wrong. Read the [module](self) for what each means.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// Another writer was faster. Only changes are answered so.
    Conflict,
    /// A listing is answered as if nothing were there; no other call is struck.
    EmptyListing,
    /// A 5xx.
    Error {
        /// 500 to 599.
        status: u16,
        /// Whether the request was carried out.
        #[serde(default)]
        effect: Effect,
    },
    /// The request is carried out so many milliseconds later, and nobody hears of it.
    LateEffect {
        /// From the arrival of the request.
        after_ms: u64,
    },
    /// The reply comes so many milliseconds later.
    Latency {
        /// In addition to the latency of every call.
        extra_ms: u64,
    },
    /// Carried out; the connection breaks before the reply.
    LostReply,
    /// The quota of what would be created is used up. Only creates are answered so.
    Quota,
    /// Connection refused.
    Refuse,
    /// Carried out; listings do not show it for so many milliseconds.
    StaleListings {
        /// From the arrival of the request.
        for_ms: u64,
    },
    /// A create is carried out, and the connection breaks before the reply; it is undone right before
    /// the first change that names what it made. Any other call only loses its reply.
    TakenBack,
    /// 429, no effect.
    Throttle {
        /// `Retry-After`; left out where absent.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// Carried out; half of the body arrives.
    Truncate,
}

/// Whether a request that was answered with an error was carried out.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Everything has happened.
    Applied,
    /// Nothing has happened.
    #[default]
    None,
}

/// Which calls a rule is about; what is absent matches everything.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// `GET`, `POST`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A part of the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// Calls that would change something, or those that would not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutating: Option<bool>,
    /// Only the n-th of the calls that match all of the above, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth_call: Option<u64>,
    /// Of the calls that match all of the above this share, drawn by the seed: 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// A fault and the calls it strikes. The first rule of a list that strikes wins.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which calls.
    #[serde(rename = "match", default)]
    pub calls: Match,
    /// What happens to them.
    pub fault: Fault,
    /// How often at most; without a limit where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// Everything that goes wrong in one mock.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The first that strikes wins.
    pub rules: Vec<Rule>,
    /// How many calls in a row with the same method and path may be harmed.
    pub consecutive_max: u32,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            consecutive_max: 3,
        }
    }
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// Exactly the n-th call (from 1, whatever it is) meets the fault.
    pub fn at_call(n: u64, fault: Fault) -> Self {
        Self::once(
            Match {
                nth_call: Some(n),
                ..Match::default()
            },
            fault,
        )
    }

    /// Exactly the n-th mutating call (from 1) meets the fault.
    pub fn at_mutating_call(n: u64, fault: Fault) -> Self {
        Self::once(
            Match {
                nth_call: Some(n),
                mutating: Some(true),
                ..Match::default()
            },
            fault,
        )
    }

    /// The calls that match meet the fault, once.
    pub fn once(calls: Match, fault: Fault) -> Self {
        Self {
            rules: vec![Rule {
                calls,
                fault,
                times: Some(1),
            }],
            ..Self::default()
        }
    }

    /// Adds a rule behind those there are.
    #[must_use]
    pub fn and(mut self, calls: Match, fault: Fault, times: Option<u64>) -> Self {
        self.rules.push(Rule {
            calls,
            fault,
            times,
        });
        self
    }
}

impl Match {
    /// Calls with this method whose path contains this text.
    pub fn of(method: &str, path_contains: &str) -> Self {
        let (method, path_contains) = (Some(method.to_owned()), Some(path_contains.to_owned()));
        Self {
            method,
            path_contains,
            ..Self::default()
        }
    }

    /// Only the n-th of them, from 1.
    #[must_use]
    pub fn nth(self, n: u64) -> Self {
        Self {
            nth_call: Some(n),
            ..self
        }
    }

    /// Only this share of them, 0 to 1.
    #[must_use]
    pub fn probability(self, share: f64) -> Self {
        Self {
            probability: Some(share),
            ..self
        }
    }
}

impl Fault {
    /// Whether a client notices more than time: these count towards
    /// [`Faults::consecutive_max`].
    pub fn harms(&self) -> bool {
        match self {
            Self::Conflict
            | Self::EmptyListing
            | Self::Error { .. }
            | Self::LateEffect { .. }
            | Self::LostReply
            | Self::Quota
            | Self::Refuse
            | Self::TakenBack
            | Self::Throttle { .. }
            | Self::Truncate => true,
            Self::Latency { .. } | Self::StaleListings { .. } => false,
        }
    }
}
