//! The collections that the mock has, and where they are.

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
    /// The version in which somebody defines it with a CustomResourceDefinition; none of what each server has.
    pub(crate) defined_as: Option<&'static str>,
}

const fn of(kind: &'static str, resource: &'static str) -> Collection {
    Collection {
        resource,
        kind,
        group: "",
        is_namespaced: true,
        defined_as: None,
    }
}

/// One of the whole cluster that a network plugin defines.
const fn defined(
    kind: &'static str,
    resource: &'static str,
    group: &'static str,
    version: &'static str,
) -> Collection {
    Collection {
        group,
        is_namespaced: false,
        defined_as: Some(version),
        ..of(kind, resource)
    }
}

/// Every one. All are served as `v1`, but for what plugins define; ranges of services were `v1beta1` before.
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
    Collection {
        group: "apiextensions.k8s.io",
        is_namespaced: false,
        ..of("CustomResourceDefinition", DEFINITIONS)
    },
    defined("IPPool", "ippools", "crd.projectcalico.org", "v1"),
    defined("IPPool", "ippools", "projectcalico.org", "v3"),
];

/// What defines collections.
pub(crate) const DEFINITIONS: &str = "customresourcedefinitions";
/// The versions of APIs.
const VERSIONS: [&str; 3] = ["v1", "v1beta1", "v3"];

impl Collection {
    /// The collection of an object, by its kind and the version of its API.
    pub(crate) fn of_object(kind: &str, api_version: &str) -> Option<&'static Self> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        ALL.iter()
            .find(|one| one.kind == kind && one.group == group)
    }

    /// The name of what defines it.
    pub(crate) fn definition(&self) -> String {
        format!("{}.{}", self.resource, self.group)
    }
}

/// What a path is about.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) collection: &'static Collection,
    /// The version of its API: `v1`, `v1beta1`.
    pub(crate) version: &'static str,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
}

impl Place {
    /// Reads a path; none where it is about no collection.
    pub(crate) fn of(path: &[&str]) -> Option<Self> {
        let (group, version, rest) = match path {
            ["api", "v1", rest @ ..] => ("", "v1", rest),
            ["apis", group, version, rest @ ..] => {
                let version = VERSIONS.iter().find(|own| *own == version)?;
                (*group, *version, rest)
            }
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
            version,
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
        })
    }

    /// `v1`, `apps/v1`.
    pub(crate) fn group_version(&self) -> String {
        match self.collection.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// Whether a server of that minor version of Kubernetes has it; with `has_betas`, one that was told to serve
    /// APIs that are betas. `is_defined` says so of what somebody defines.
    pub(crate) fn is_served(&self, minor: u32, has_betas: bool, is_defined: bool) -> bool {
        if let Some(version) = self.collection.defined_as {
            return is_defined && self.version == version;
        }
        let is_range = self.collection.resource == "servicecidrs";
        match (is_range, self.version) {
            (true, "v1") => minor >= 33,
            (true, _) => has_betas && (31..37).contains(&minor),
            (false, version) => version == "v1",
        }
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
