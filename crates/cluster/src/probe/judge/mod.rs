//! What the clients said, judged: each path that fails is told once, at the place where it breaks. What only
//! follows from that is not told.

mod nodes;
mod outside;
mod packets;
mod services;

use groundwork_model::{Family, Finding};

use super::{
    attempt::{Attempt, To},
    not_tried,
    run::Servers,
    script::Outcome,
};

/// All that was tried.
struct Scene<'a> {
    attempts: &'a [Attempt],
    nodes: &'a [String],
    servers: &'a Servers,
}

/// Everything that is to be said of what was tried. `nodes` and `servers` are those that the numbers of the
/// attempts name.
pub(super) fn judge(attempts: &[Attempt], nodes: &[String], servers: &Servers) -> Vec<Finding> {
    let scene = Scene {
        attempts,
        nodes,
        servers,
    };
    let mut findings: Vec<Finding> = scene.unsaid().into_iter().collect();
    for family in Family::BOTH {
        findings.extend(nodes::judge(&scene, family));
        findings.extend(services::judge(&scene, family));
        findings.extend(packets::judge(&scene, family));
    }
    findings.extend(outside::judge(&scene));
    findings
}

impl Scene<'_> {
    /// The attempts over a family.
    fn of(&self, family: Family) -> impl Iterator<Item = &Attempt> {
        let all = self.attempts.iter();
        all.filter(move |attempt| attempt.family == family)
    }

    /// What the client on a node found out about the server on a node.
    fn to_server(&self, from: usize, server: usize, family: Family) -> Option<Outcome> {
        let mut all = self.of(family);
        let own = all.find(|one| one.from == from && one.to == To::Server(server));
        own?.outcome
    }

    fn node(&self, number: usize) -> &str {
        self.nodes.get(number).map_or("", String::as_str)
    }

    /// `node a and node b`.
    fn nodes<'a>(&self, attempts: impl IntoIterator<Item = &'a &'a Attempt>) -> String {
        let mut names: Vec<String> = Vec::new();
        for attempt in attempts {
            let name = format!("node {}", self.node(attempt.from));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" and ")
    }

    /// A client that was ended in the middle has not said everything.
    fn unsaid(&self) -> Option<Finding> {
        let unsaid = self.attempts.iter().filter(|one| one.outcome.is_none());
        let unsaid: Vec<&Attempt> = unsaid.collect();
        if unsaid.is_empty() {
            return None;
        }
        let message = format!(
            "of {} paths that pods tried, {} were not said to work or to fail, on {}",
            self.attempts.len(),
            unsaid.len(),
            self.nodes(&unsaid)
        );
        Some(not_tried(message).remedy("probe again, with `busybox` of 2018 or newer in the image"))
    }
}

/// Whether nothing came through: neither small packets nor large ones.
fn is_broken(attempt: &Attempt) -> bool {
    match attempt.outcome {
        None | Some(Outcome::Whole | Outcome::Part | Outcome::Nameless | Outcome::Mute) => false,
        Some(Outcome::Refused | Outcome::Unreachable | Outcome::Silent) => true,
    }
}

/// What happened, for sentences: each once.
fn told<'a>(attempts: impl IntoIterator<Item = &'a &'a Attempt>) -> String {
    let mut outcomes: Vec<&str> = Vec::new();
    for outcome in attempts.into_iter().filter_map(|one| one.outcome) {
        if !outcomes.contains(&outcome.told()) {
            outcomes.push(outcome.told());
        }
    }
    outcomes.join(", or ")
}

/// The other one of the two families.
const fn other(family: Family) -> Family {
    match family {
        Family::V4 => Family::V6,
        Family::V6 => Family::V4,
    }
}
