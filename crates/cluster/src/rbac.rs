//! What is asked of a cluster, and the role that allows it: one list.

use std::fmt::Write as _;

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What people call it.
    pub what: &'static str,
    /// Its resource.
    pub resource: &'static str,
    /// The groups of its API, of which one has it; empty for the core.
    pub groups: &'static [&'static str],
    /// The one namespace that it is about; none for the whole cluster.
    pub namespace: Option<&'static str>,
    /// The verbs that a role has to allow.
    pub verbs: &'static [&'static str],
    /// What stays unknown without an answer.
    pub unknown: &'static str,
}

const SYSTEM: Option<&str> = Some("kube-system");

impl Question {
    const fn list(what: &'static str, resource: &'static str, unknown: &'static str) -> Self {
        Self {
            what,
            resource,
            groups: &[""],
            namespace: None,
            verbs: &["list"],
            unknown,
        }
    }

    const fn of_groups(self, groups: &'static [&'static str]) -> Self {
        Self { groups, ..self }
    }

    const fn within(self, namespace: Option<&'static str>) -> Self {
        Self { namespace, ..self }
    }
}

/// Nodes: without them nothing can be said.
pub const NODES: Question = Question::list("nodes", "nodes", "everything");
/// Services.
pub const SERVICES: Question = Question::list(
    "services",
    "services",
    "the families and addresses of services",
);
/// The ranges of services.
pub const SERVICE_CIDRS: Question = Question::list(
    "ranges of services",
    "servicecidrs",
    "the ranges of services",
)
.of_groups(&["networking.k8s.io"]);
/// Pods, those of the control plane among them.
pub const PODS: Question = Question::list(
    "pods",
    "pods",
    "the addresses of pods, and the arguments of the control plane",
);
/// Config maps of the system.
pub const CONFIGS: Question = Question::list(
    "config maps of kube-system",
    "configmaps",
    "the configuration of network plugin, kube-proxy and cloud controller",
)
.within(SYSTEM);
/// DaemonSets of the system.
pub const DAEMON_SETS: Question = Question::list(
    "DaemonSets of kube-system",
    "daemonsets",
    "the arguments of network plugin and cloud controller",
)
.of_groups(&["apps"])
.within(SYSTEM);
/// Deployments of the system.
pub const DEPLOYMENTS: Question = Question::list(
    "Deployments of kube-system",
    "deployments",
    "the arguments of the cloud controller",
)
.of_groups(&["apps"])
.within(SYSTEM);
/// Events about nodes, which have no namespace of their own.
pub const EVENTS: Question = Question::list(
    "events about nodes",
    "events",
    "why a node has no range or no route",
)
.within(Some("default"));
/// The pools that Calico gives pods addresses of. Calico 3.32 can have them in an API of its own.
pub const IP_POOLS: Question = Question::list(
    "IPPools of Calico",
    "ippools",
    "the families and ranges that Calico gives pods addresses of",
)
.of_groups(&["crd.projectcalico.org", "projectcalico.org"]);

/// Everything that is asked.
pub const QUESTIONS: &[Question] = &[
    NODES,
    SERVICES,
    SERVICE_CIDRS,
    PODS,
    CONFIGS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    IP_POOLS,
];

/// The control plane's Deployments in the cluster's namespace of KKP's seed, which is another cluster.
pub const SEED: Question = Question::list(
    "Deployments of the seed",
    "deployments",
    "the arguments of API server, controller manager and cloud controller",
)
.of_groups(&["apps"]);

/// The role for the seed as YAML: it is applied there, not in the cluster.
pub fn seed_role(namespace: &str) -> String {
    let rule = rule(&SEED, SEED.verbs.iter().copied());
    format!(
        "# For the seed, not for the cluster. A user or a service account gets it by a RoleBinding in its \
         namespace.\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: \
         groundwork-verify-cluster\n  namespace: {namespace}\nrules:\n{rule}"
    )
}

fn rule<'a>(question: &Question, verbs: impl Iterator<Item = &'a str>) -> String {
    let Question {
        groups, resource, ..
    } = question;
    let groups: Vec<String> = groups.iter().map(|group| format!("\"{group}\"")).collect();
    let (groups, verbs) = (groups.join(", "), verbs.collect::<Vec<_>>().join(", "));
    format!("- {{ apiGroups: [{groups}], resources: [{resource}], verbs: [{verbs}] }}\n")
}

/// The verb that is used beside `list`, of each question, by whoever waits until a cluster is fit.
pub const WATCH: &str = "watch";

/// What a probe does beside that. The API server names its namespace, so no role can.
pub const PROBE: &[Question] = &[
    Question {
        verbs: &["list", "create", "delete"],
        ..Question::list("namespaces", "namespaces", "")
    },
    Question {
        verbs: &["create"],
        ..SERVICES
    },
];

/// What a probe with pods does beside that. It looks at them in listings of its namespace alone, and a pod goes
/// with its namespace.
pub const PROBE_PODS: &[Question] = &[Question {
    verbs: &["create"],
    ..PODS
}];

/// The roles as YAML, for `kubectl apply`; with what a probe does, where there is to be one, and to watch what is
/// read, where somebody waits.
pub fn role<'a>(probe: impl IntoIterator<Item = &'a Question>, with_wait: bool) -> String {
    let all: Vec<&Question> = QUESTIONS.iter().chain(probe).collect();
    let mut text = String::from(
        "# A user or a service account gets it by a ClusterRoleBinding and, in each namespace below, a\n\
         # RoleBinding.\n",
    );
    let mut namespaces: Vec<Option<&str>> = vec![None];
    for question in &all {
        if !namespaces.contains(&question.namespace) {
            namespaces.push(question.namespace);
        }
    }
    for (at, namespace) in namespaces.into_iter().enumerate() {
        let (kind, place) = match namespace {
            None => ("ClusterRole", String::new()),
            Some(name) => ("Role", format!("\n  namespace: {name}")),
        };
        let between = if at > 0 { "---\n" } else { "" };
        let _ = write!(
            text,
            "{between}apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: \
             groundwork-verify-cluster{place}\nrules:\n"
        );
        for (at, question) in all.iter().enumerate() {
            if question.namespace != namespace {
                continue;
            }
            let is_watched = with_wait && at < QUESTIONS.len();
            let verbs = question.verbs.iter().chain(is_watched.then_some(&WATCH));
            text += &rule(question, verbs.copied());
        }
    }
    text
}
