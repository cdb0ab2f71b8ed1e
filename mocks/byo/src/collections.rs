//! The collections that the mock has, and where they are.

use serde_json::{Value, json};

/// A collection of objects of one kind.
#[derive(Debug)]
pub(crate) struct Collection {
    /// The name in paths: `nodes`.
    pub(crate) resource: &'static str,
    /// The kind of its objects: `Node`.
    pub(crate) kind: &'static str,
    /// The group of its API; empty for the core.
    pub(crate) group: &'static str,
    /// Whether its objects are in namespaces.
    pub(crate) is_namespaced: bool,
}

const fn of(kind: &'static str, resource: &'static str) -> Collection {
    Collection {
        resource,
        kind,
        group: "",
        is_namespaced: true,
    }
}

/// Every one. All are served as `v1`.
pub(crate) const ALL: &[Collection] = &[
    Collection {
        is_namespaced: false,
        ..of("Node", "nodes")
    },
    Collection {
        is_namespaced: false,
        ..of("Namespace", "namespaces")
    },
    of("Service", "services"),
    of("Pod", "pods"),
    of("ConfigMap", "configmaps"),
    of("Event", "events"),
    Collection {
        group: "apps",
        ..of("DaemonSet", "daemonsets")
    },
    Collection {
        group: "apps",
        ..of("Deployment", "deployments")
    },
    Collection {
        group: "networking.k8s.io",
        is_namespaced: false,
        ..of("ServiceCIDR", "servicecidrs")
    },
];

impl Collection {
    /// The collection of a kind.
    pub(crate) fn of_kind(kind: &str) -> Option<&'static Self> {
        ALL.iter().find(|one| one.kind == kind)
    }

    /// `v1`, `apps/v1`.
    pub(crate) fn version(&self) -> String {
        match self.group {
            "" => "v1".to_owned(),
            group => format!("{group}/v1"),
        }
    }

    /// An object as it is answered alone: with its kind.
    pub(crate) fn whole(&self, body: &mock_cloud::Body) -> Value {
        let mut body = body.clone();
        body.insert("kind".to_owned(), json!(self.kind));
        body.insert("apiVersion".to_owned(), json!(self.version()));
        Value::Object(body)
    }
}

/// What a path is about.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) collection: &'static Collection,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
}

impl Place {
    /// Reads a path; none where it is about no collection.
    pub(crate) fn of(path: &[&str]) -> Option<Self> {
        let (group, rest) = match path {
            ["api", "v1", rest @ ..] => ("", rest),
            ["apis", group, "v1", rest @ ..] => (*group, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        let (resource, name) = match rest {
            [resource] => (*resource, None),
            [resource, name] => (*resource, Some(*name)),
            _ => return None,
        };
        let collection = ALL
            .iter()
            .find(|one| one.group == group && one.resource == resource)?;
        let fits = match namespace {
            Some(_) => collection.is_namespaced,
            // One object of a namespace is named with it.
            None => name.is_none() || !collection.is_namespaced,
        };
        fits.then(|| Self {
            collection,
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
        })
    }

    /// The key of one object in the store.
    pub(crate) fn id(&self, name: &str) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        }
    }

    /// The path that a refusal names: `at the cluster scope`, `in the namespace "x"`.
    pub(crate) fn scope(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("in the namespace \"{namespace}\""),
            None => "at the cluster scope".to_owned(),
        }
    }
}
