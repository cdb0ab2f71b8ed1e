//! What is asked of a cluster, and the role that allows it: one list.

use std::fmt::Write as _;

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What people call it.
    pub what: &'static str,
    /// Its resource.
    pub resource: &'static str,
    /// The group of its API; empty for the core.
    pub group: &'static str,
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
            group: "",
            namespace: None,
            verbs: &["list"],
            unknown,
        }
    }

    const fn of_group(self, group: &'static str) -> Self {
        Self { group, ..self }
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
.of_group("networking.k8s.io");
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
.of_group("apps")
.within(SYSTEM);
/// Deployments of the system.
pub const DEPLOYMENTS: Question = Question::list(
    "Deployments of kube-system",
    "deployments",
    "the arguments of the cloud controller",
)
.of_group("apps")
.within(SYSTEM);
/// Events about nodes, which have no namespace of their own.
pub const EVENTS: Question = Question::list(
    "events about nodes",
    "events",
    "why a node has no range or no route",
)
.within(Some("default"));

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
];

/// The control plane's Deployments in the cluster's namespace of KKP's seed, which is another cluster.
pub const SEED: Question = Question::list(
    "Deployments of the seed",
    "deployments",
    "the arguments of API server, controller manager and cloud controller",
)
.of_group("apps");

/// The role for the seed as YAML: it is applied there, not in the cluster.
pub fn seed_role(namespace: &str) -> String {
    let Question {
        group,
        resource,
        verbs,
        ..
    } = SEED;
    format!(
        "# For the seed, not for the cluster. A user or a service account gets it by a RoleBinding in its \
         namespace.\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: \
         groundwork-verify-cluster\n  namespace: {namespace}\nrules:\n- {{ apiGroups: [\"{group}\"], resources: \
         [{resource}], verbs: [{}] }}\n",
        verbs.join(", ")
    )
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
            let Question {
                group,
                resource,
                verbs,
                ..
            } = question;
            let is_watched = with_wait && at < QUESTIONS.len();
            let verbs = verbs.iter().chain(is_watched.then_some(&WATCH));
            let verbs = verbs.copied().collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                text,
                "- {{ apiGroups: [\"{group}\"], resources: [{resource}], verbs: [{verbs}] }}"
            );
        }
    }
    text
}
