//! The user's cluster document.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    CloudSection, ClusterKey, ClusterNetwork, Finding, KubernetesVersion, Location,
    MachineDeployment, Metadata, Sections, codes,
    document::{Places, Schemas, Source},
};

/// A cluster document (`kind: Cluster`, `apiVersion: kubermatic.k8c.io/v1`), read and well formed.
///
/// It comes from [`Documents::parse`](crate::Documents::parse) only, so that it knows where in
/// its file each field stands.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Name, uid, annotations, finalizers.
    pub metadata: Metadata,
    /// What the user asks for.
    pub spec: ClusterSpec,
    key: ClusterKey,
    places: Arc<Places>,
    /// Fields that stand in another document, and where.
    elsewhere: BTreeMap<String, Arc<Places>>,
    own: BTreeMap<String, OwnField>,
}

/// `spec` of a cluster, as far as it is used. The rest of KKP's fields is accepted.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct ClusterSpec {
    /// The version of the control plane.
    pub version: Option<KubernetesVersion>,
    /// Which cloud, and what is to be used or made there.
    pub cloud: CloudSpec,
    /// Families, pods and services.
    pub cluster_network: ClusterNetwork,
    /// The network plugin; Cilium where it is not said.
    pub cni_plugin: Option<CniPlugin>,
    /// Whether nothing may be changed for now.
    pub pause: bool,
    /// Settings of the control plane.
    pub components_override: ComponentsOverride,
}

/// `spec.cloud` of a cluster: exactly one cloud besides the two names.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct CloudSpec {
    /// The datacenter, by its name in a Seed.
    pub dc: String,
    /// The name of the cloud; where it is given, it is the key of the section.
    pub provider_name: Option<String>,
    /// The sections, by the name of their cloud.
    #[serde(flatten)]
    #[schemars(with = "BTreeMap<String, CloudSection>")]
    pub clouds: Sections,
}

/// The network plugin.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct CniPlugin {
    /// Which one.
    #[serde(rename = "type")]
    pub kind: CniKind,
    /// Its version, such as `v3.28` or `1.16.9`; empty means the newest.
    #[serde(default)]
    pub version: String,
}

/// Which network plugin.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CniKind {
    /// Flannel, with Calico's policies.
    Canal,
    /// Cilium, which allocates the nodes' ranges itself.
    #[default]
    Cilium,
    /// One that the user brings.
    None,
}

/// A field that the reference system does not have.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct OwnField {
    /// What it says; null where somebody has written that it says nothing.
    pub value: Value,
    /// Whether the network is more open without it.
    pub narrows: bool,
}

/// Who runs the control plane: they accept different things.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ControlPlane {
    /// KKP, in pods of a seed cluster: its API server and controller-manager are the only judges.
    Kkp,
    /// The user, who makes it with kubeadm: that looks at the ranges first.
    Kubeadm,
}

/// `spec.componentsOverride`.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct ComponentsOverride {
    /// Settings of the API server.
    pub apiserver: Apiserver,
}

/// `spec.componentsOverride.apiserver`.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct Apiserver {
    /// The ports of services of type NodePort, such as `30000-32767`.
    pub node_port_range: Option<String>,
}

/// The annotation in which the reference system keeps the first machines of a cluster.
const FIRST_MACHINES: &str = "kubermatic.io/initial-machinedeployment-request";

impl Cluster {
    /// Reads one cluster from YAML or JSON: for programs that hold a single document.
    ///
    /// # Errors
    /// Every finding, when one of them is an error or the text does not hold exactly one cluster.
    pub fn parse(text: &str, schemas: &Schemas) -> Result<Self, Vec<Finding>> {
        let source = Source {
            name: "-".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let (mut documents, mut findings) = crate::Documents::parse(&[source], schemas, false);
        match (documents.clusters.pop(), documents.clusters.is_empty()) {
            (Some(cluster), true) => Ok(Arc::unwrap_or_clone(cluster)),
            (None, _) | (Some(_), false) => {
                if !findings.iter().any(Finding::is_error) {
                    let message = "the text does not hold exactly one Cluster";
                    findings.push(Finding::error(codes::DOCUMENT_MISSING, message));
                }
                Err(findings)
            }
        }
    }

    pub(crate) fn new(
        metadata: Metadata,
        spec: ClusterSpec,
        places: Arc<Places>,
    ) -> Result<Self, Finding> {
        let (field, text) = match metadata.uid.as_deref() {
            Some(uid) if !uid.is_empty() => ("metadata.uid", uid),
            Some(_) | None => ("metadata.name", metadata.name.as_str()),
        };
        let key = ClusterKey::new(text).map_err(|fault| {
            Finding::error(codes::DOCUMENT_NAME, fault.to_string())
                .at(field)
                .remedy("use at most 63 letters, digits, '-' and '.'")
        })?;
        Ok(Self {
            metadata,
            spec,
            key,
            places,
            elsewhere: BTreeMap::new(),
            own: BTreeMap::new(),
        })
    }

    /// Notes that fields of its cloud's section stand in another document.
    pub(crate) fn stand_elsewhere(&mut self, fields: Vec<String>, places: &Arc<Places>) {
        let places = fields.into_iter().map(|field| (field, Arc::clone(places)));
        self.elsewhere.extend(places);
    }

    /// Notes which fields of its cloud's section are ours.
    pub(crate) fn set_own(&mut self, own: BTreeMap<String, OwnField>) {
        self.own = own;
    }

    /// The fields of its cloud's section that the reference system does not have, by their full
    /// paths (`spec.cloud.<name>.sshSources`), wherever they are written. None of them is a secret.
    pub fn own_fields(&self) -> &BTreeMap<String, OwnField> {
        &self.own
    }

    /// Whether an API server has had the document: it may have dropped fields that it does not know.
    pub fn is_from_api_server(&self) -> bool {
        let Metadata {
            uid,
            resource_version,
            ..
        } = &self.metadata;
        [uid, resource_version]
            .into_iter()
            .flatten()
            .any(|text| !text.is_empty())
    }

    /// Which cluster it is: its uid, or its name where it has none.
    pub fn key(&self) -> ClusterKey {
        self.key.clone()
    }

    /// The name of its cloud: the one section of `spec.cloud`.
    ///
    /// # Errors
    /// No section, more than one, or one that `providerName` contradicts.
    pub fn provider(&self) -> Result<&str, Finding> {
        let CloudSpec {
            provider_name,
            clouds,
            ..
        } = &self.spec.cloud;
        let said = provider_name.as_deref().filter(|name| !name.is_empty());
        let mut names = clouds.names();
        match (names.next(), names.next()) {
            (None, _) => Err(self.finding(no_cloud(said))),
            (Some(_), Some(_)) => Err(self.finding(several_clouds(clouds))),
            (Some(name), None) => match said {
                Some(said) if said != name => Err(self.finding(other_cloud(said, name))),
                Some(_) | None => Ok(name),
            },
        }
    }

    /// The section of its cloud.
    ///
    /// # Errors
    /// As [`provider`](Self::provider).
    pub fn cloud(&self) -> Result<&CloudSection, Finding> {
        let section = self.spec.cloud.clouds.get(self.provider()?);
        Ok(section.expect("the name is that of a section"))
    }

    /// Who runs its control plane: the user of `bringyourown`, by kubeadm, or the reference system.
    pub fn control_plane(&self) -> ControlPlane {
        match self.provider() {
            Ok("bringyourown") => ControlPlane::Kubeadm,
            Ok(_) | Err(_) => ControlPlane::Kkp,
        }
    }

    /// The network plugin, Cilium where the document names none.
    pub fn cni(&self) -> CniKind {
        self.spec
            .cni_plugin
            .as_ref()
            .map(|plugin| plugin.kind)
            .unwrap_or_default()
    }

    /// The machines that the reference system makes with the cluster: an annotation holds their
    /// document.
    ///
    /// # Errors
    /// The annotation holds no such document.
    pub fn first_machines(&self) -> Result<Option<MachineDeployment>, Finding> {
        let field = format!("metadata.annotations[{FIRST_MACHINES:?}]");
        let text = self.metadata.annotations.get(FIRST_MACHINES);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let document = serde_json::from_str(text).map_err(|fault| {
            // What it says of a value may be a secret.
            let message = format!(
                "the annotation holds no MachineDeployment in JSON: line {}, column {} of it cannot \
                 be read",
                fault.line(),
                fault.column()
            );
            let finding = Finding::warning(codes::DOCUMENT_TYPE, message).at(&field);
            self.finding(finding.remedy("correct it; KKP makes no machines from it"))
        })?;
        let places = Arc::clone(&self.places);
        Ok(Some(MachineDeployment::new(document, places, Some(field))))
    }

    /// Where a field stands: `spec.clusterNetwork.pods.cidrBlocks[1]`. A field that the document
    /// does not have is where its nearest ancestor is.
    pub fn locate(&self, field: &str) -> Option<Location> {
        let is_in = |whole: &str| {
            let rest = field.strip_prefix(whole);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let elsewhere = self.elsewhere.iter().find(|(whole, _)| is_in(whole));
        elsewhere
            .map_or(&self.places, |(_, places)| places)
            .locate(field)
    }

    /// Gives each finding that has a field and no location its location, and names the cluster in
    /// those that name nothing. Findings about a datacenter's fields are left to
    /// [`Datacenter::place`](crate::Datacenter::place).
    pub fn place(&self, findings: &mut [Finding]) {
        for finding in findings {
            let elsewhere = finding
                .field
                .as_deref()
                .is_some_and(crate::Datacenter::has_field);
            if finding.location.is_none() && !elsewhere {
                finding.location = finding
                    .field
                    .as_deref()
                    .and_then(|field| self.locate(field));
            }
            if finding.subject.is_none() {
                finding.subject = Some(format!("Cluster {}", self.metadata.name));
            }
        }
    }

    fn finding(&self, mut finding: Finding) -> Finding {
        self.place(std::slice::from_mut(&mut finding));
        finding
    }
}

fn no_cloud(said: Option<&str>) -> Finding {
    let remedy = match said {
        Some(name) => format!("add the section spec.cloud.{name}"),
        None => "add a section with the name of the cloud, such as spec.cloud.<name>".to_owned(),
    };
    let message = "no cloud is set: the cluster does not say where it runs";
    Finding::error(codes::DOCUMENT_CLOUD, message)
        .at("spec.cloud")
        .remedy(remedy)
}

fn several_clouds(sections: &Sections) -> Finding {
    let names: Vec<&str> = sections.names().collect();
    let message = format!(
        "{} clouds are set ({}), but a cluster runs in one",
        names.len(),
        names.join(", ")
    );
    Finding::error(codes::DOCUMENT_CLOUD, message)
        .at("spec.cloud")
        .remedy("keep the section of the cloud that the cluster runs in")
}

fn other_cloud(said: &str, name: &str) -> Finding {
    let message = format!("providerName is {said}, but the section is {name}");
    Finding::error(codes::DOCUMENT_CLOUD, message)
        .at("spec.cloud.providerName")
        .remedy(format!("write {name}, or leave providerName out"))
}
