//! The JSON Schema of all documents: ours, the drivers' parts, and KKP's fields that nothing reads.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    beside::{OWN, is_own},
    check::CLOUD,
};
use crate::{
    ClusterSpec, Metadata, datacenter::SeedSpec, machine_deployment::MachineDeploymentDocument,
    preset::PresetSpec, secret_document::RawValues,
};

/// The API group of KKP's documents.
pub(super) const KUBERMATIC: &str = "kubermatic.k8c.io/v1";

/// JSON Schemas that drivers give for their parts of the documents, by the name of their cloud.
///
/// The core names no cloud: a section without a schema is read as it is.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// For `spec.cloud.<name>` of a Cluster.
    pub cloud: BTreeMap<String, Value>,
    /// For `spec.datacenters.<datacenter>.spec.<name>` of a Seed.
    pub datacenter: BTreeMap<String, Value>,
}

/// A cluster, as it stands in a document.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Cluster")]
pub(super) struct ClusterDocument {
    /// Name, uid, annotations, finalizers.
    pub(super) metadata: Metadata,
    /// What the user asks for.
    #[serde(default)]
    pub(super) spec: ClusterSpec,
}

/// Datacenters, as they stand in a document.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Seed")]
pub(super) struct SeedDocument {
    /// Name.
    pub(super) metadata: Metadata,
    /// The datacenters.
    #[serde(default)]
    pub(super) spec: SeedSpec,
}

/// Credentials by cloud, as they stand in a document.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Preset")]
pub(super) struct PresetDocument {
    /// Name.
    pub(super) metadata: Metadata,
    /// The credentials.
    #[serde(default)]
    pub(super) spec: PresetSpec,
}

/// A Secret, as it stands in a document.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Secret")]
pub(super) struct SecretKindDocument {
    /// Name and namespace.
    pub(super) metadata: Metadata,
    /// The values.
    #[serde(flatten)]
    pub(super) values: RawValues,
}

/// The API group of our own documents.
pub(super) const OURS: &str = "groundwork.dev/v1alpha1";

/// The API group of machine-controller's documents.
pub(super) const MACHINES: &str = "cluster.k8s.io/v1alpha1";

/// Kinds and their API versions.
const KINDS: [(&str, &str); 6] = [
    ("Cluster", KUBERMATIC),
    ("MachineDeployment", MACHINES),
    ("Network", OURS),
    ("Preset", KUBERMATIC),
    ("Secret", "v1"),
    ("Seed", KUBERMATIC),
];

/// KKP's and Kubernetes' fields that are accepted and not used, by the type that has them: of KKP
/// 2.24 and of today, also those that went in between.
const UNUSED: [(&str, &str); 10] = [
    ("Cluster", "status"),
    ("MachineDeployment", "status"),
    ("Seed", "status"),
    ("Secret", "type immutable"),
    (
        "Metadata",
        "generateName selfLink generation creationTimestamp \
         deletionGracePeriodSeconds ownerReferences managedFields clusterName",
    ),
    (
        "ClusterSpec",
        "humanReadableName containerRuntime imagePullSecret machineNetworks exposeStrategy \
         apiServerAllowedIPRanges oidc authenticationConfiguration features updateWindow \
         usePodSecurityPolicyAdmissionPlugin usePodNodeSelectorAdmissionPlugin \
         useEventRateLimitAdmissionPlugin admissionPlugins podNodeSelectorAdmissionPluginConfig \
         eventRateLimitConfig enableUserSSHKeyAgent enableOperatingSystemManager kubelb \
         kubernetesDashboard auditLogging opaIntegration serviceAccount mla applicationSettings \
         encryptionConfiguration pauseReason debugLog disableCsiDriver backupConfig kyverno \
         authorizationConfig containerRuntimeOpts",
    ),
    (
        "ComponentsOverride",
        "controllerManager scheduler etcd prometheus nodePortProxyEnvoy konnectivityProxy \
         userClusterController operatingSystemManager coreDNS kubeStateMetrics machineController \
         envoyAgent",
    ),
    (
        "Apiserver",
        "replicas resources tolerations hostAntiAffinity zoneAntiAffinity \
         endpointReconcilingDisabled",
    ),
    (
        "SeedSpec",
        "country location kubeconfig seedDNSOverwrite nodeportProxy proxySettings exposeStrategy \
         mla defaultComponentSettings defaultClusterTemplate metering etcdBackupRestore \
         oidcProviderConfiguration authenticationConfiguration kubelb disabledCollectors \
         managementProxySettings defaultAPIServerAllowedIPRanges auditLogging kyverno",
    ),
    ("Datacenter", "node"),
];

/// KKP's fields of a datacenter's `spec` that stand beside the sections of its cloud.
const UNUSED_OF_DATACENTERS: &str = "requiredEmails disableAuditWebhookBackend enforceAuditLogging \
     enforcedAuditWebhookSettings enforcePodSecurityPolicy providerReconciliationInterval \
     operatingSystemProfiles machineFlavorFilter disableCsiDriver kubelb apiServerServiceType \
     authenticationConfiguration kyverno";

/// The names beside the sections of a datacenter.
pub(super) fn unused_of_datacenters() -> Vec<&'static str> {
    UNUSED_OF_DATACENTERS.split_whitespace().collect()
}

/// The JSON Schema of every document that is read: Cluster, MachineDeployment, Network, Seed, Preset,
/// Secret, and List of them.
pub fn schema(schemas: &Schemas) -> Value {
    let mut definitions = definitions();
    for (name, unused) in UNUSED {
        accept(&mut definitions, name, unused);
    }
    accept(&mut definitions, "DatacenterSpec", UNUSED_OF_DATACENTERS);
    sections(
        &mut definitions,
        "CloudSpec",
        "cloud",
        &schemas.cloud,
        "said",
    );
    sections(
        &mut definitions,
        "DatacenterSpec",
        "datacenter",
        &schemas.datacenter,
        "unsaid",
    );
    sections(
        &mut definitions,
        "PresetSpec",
        "preset",
        &BTreeMap::new(),
        "unsaid",
    );
    let network = network(&definitions, schemas);
    definitions.insert("Network".to_owned(), network);
    for (kind, version) in KINDS {
        head(&mut definitions, kind, version);
    }
    definitions.insert("List".to_owned(), list());
    let kinds = KINDS.iter().map(|(kind, _)| *kind).chain(["List"]);
    let variants: Vec<_> = kinds.map(one_of_kind).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Documents of Groundwork",
        "oneOf": variants,
        "$defs": definitions,
    })
}

fn definitions() -> Map<String, Value> {
    let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<ClusterDocument>();
    generator.subschema_for::<MachineDeploymentDocument>();
    generator.subschema_for::<SeedDocument>();
    generator.subschema_for::<PresetDocument>();
    generator.subschema_for::<SecretKindDocument>();
    generator.take_definitions(true)
}

/// A Network: of each cloud the fields that are ours.
fn network(definitions: &Map<String, Value>, schemas: &Schemas) -> Value {
    let mut clouds = Map::new();
    for cloud in schemas.cloud.keys() {
        let schema = &definitions[&format!("cloud.{cloud}")];
        let own = marked(schema, OWN, &is_own);
        let properties: Map<String, Value> = own
            .into_iter()
            .map(|field| (field.to_owned(), schema["properties"][field].clone()))
            .collect();
        let section = json!({
            "description": "What is ours about this cloud.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        clouds.insert(cloud.clone(), section);
    }
    json!({
        "description": "Fields of Groundwork beside a Cluster of the same name, which KKP does not have.",
        "type": "object",
        "properties": {
            "metadata": { "$ref": "#/$defs/Metadata" },
            "spec": {
                "type": "object",
                "properties": {
                    "cloud": {
                        "type": "object",
                        "properties": clouds,
                        "additionalProperties": false,
                    },
                },
                "additionalProperties": false,
            },
            "status": { "description": "Not used." },
        },
    })
}

/// The properties of a driver's schema that carry such a mark.
pub(super) fn marked<'a>(
    schema: &'a Value,
    mark: &str,
    is: &impl Fn(&Value) -> bool,
) -> BTreeSet<&'a str> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let marked = properties.filter(|(_, schema)| schema.get(mark).is_some_and(is));
    marked.map(|(name, _)| name.as_str()).collect()
}

/// Adds fields of any shape to a type.
fn accept(definitions: &mut Map<String, Value>, name: &str, fields: &str) {
    let properties = properties(definitions, name);
    for field in fields.split_whitespace() {
        let unused = json!({ "description": "A field of KKP that Groundwork does not use." });
        properties.entry(field).or_insert(unused);
    }
}

/// Adds the drivers' schemas to a type, each with its own definitions beside the others.
fn sections(
    definitions: &mut Map<String, Value>,
    name: &str,
    part: &str,
    schemas: &BTreeMap<String, Value>,
    others: &str,
) {
    for (cloud, schema) in schemas {
        let home = format!("{part}.{cloud}");
        let mut schema = schema.clone();
        rebase(&mut schema, &home);
        if let Some(fields) = schema.as_object_mut() {
            fields.remove("$schema");
            if let Some(Value::Object(own)) = fields.remove("$defs") {
                definitions.extend(
                    own.into_iter()
                        .map(|(name, own)| (format!("{home}.{name}"), own)),
                );
            }
        }
        definitions.insert(home.clone(), schema);
        let reference = json!({ "$ref": format!("#/$defs/{home}") });
        properties(definitions, name).insert(cloud.clone(), reference);
    }
    definition(definitions, name).insert(
        "additionalProperties".to_owned(),
        json!({ "type": "object", CLOUD: others }),
    );
}

/// Turns references to a schema's own definitions to where these will be.
fn rebase(schema: &mut Value, home: &str) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match (key.as_str(), value.as_str()) {
                    ("$ref", Some("#")) => *value = json!(format!("#/$defs/{home}")),
                    ("$ref", Some(reference)) => {
                        if let Some(name) = reference.strip_prefix("#/$defs/") {
                            *value = json!(format!("#/$defs/{home}.{name}"));
                        }
                    }
                    (_, _) => rebase(value, home),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rebase(item, home)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says kind and API version of a document.
fn head(definitions: &mut Map<String, Value>, kind: &str, version: &str) {
    let properties = properties(definitions, kind);
    properties.insert("apiVersion".to_owned(), json!({ "const": version }));
    properties.insert("kind".to_owned(), json!({ "const": kind }));
    definition(definitions, kind).insert("required".to_owned(), json!(["metadata"]));
}

/// Only a typed list may leave out what its items are.
fn one_of_kind(kind: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{kind}"), "required": ["apiVersion", "kind"] })
}

fn list() -> Value {
    let items: Vec<_> = KINDS.iter().map(|(kind, _)| one_of_kind(kind)).collect();
    json!({
        "description": "Several documents in one.",
        "type": "object",
        "properties": {
            "apiVersion": { "const": "v1" },
            "kind": { "const": "List" },
            "metadata": {},
            "items": { "type": "array", "items": { "oneOf": items } },
        },
        "required": ["items"],
    })
}

fn definition<'a>(
    definitions: &'a mut Map<String, Value>,
    name: &str,
) -> &'a mut Map<String, Value> {
    definitions
        .get_mut(name)
        .and_then(Value::as_object_mut)
        .expect("the tables name types that the documents are made of")
}

fn properties<'a>(
    definitions: &'a mut Map<String, Value>,
    name: &str,
) -> &'a mut Map<String, Value> {
    definition(definitions, name)
        .entry("properties")
        .or_insert_with(|| json!({}))
        .as_object_mut()
        .expect("properties are an object in every schema")
}
