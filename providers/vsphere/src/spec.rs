//! What the documents say about vSphere: the reference system's fields, and ours beside them.

use std::collections::BTreeMap;

use groundwork_kit::document::given;
use groundwork_model::Secret;
use groundwork_provider::Target;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::path;

/// `spec.cloud.vsphere` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the credentials.
    pub credentials_reference: Option<Value>,
    /// The user of the cluster's own controllers.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// The user that makes folders, tags and machines, where it is another one.
    pub infra_management_user: Option<Account>,
    /// The network of machines, by name or inventory path: the older field.
    pub vm_net_name: Option<String>,
    /// The networks of machines, by name or inventory path, one for each of their interfaces.
    pub networks: Vec<String>,
    /// The datastore of machines, by name or inventory path; the datacenter's where neither this nor a
    /// datastore cluster is given.
    pub datastore: Option<String>,
    /// The datastore cluster of machines, by name or inventory path.
    pub datastore_cluster: Option<String>,
    /// The folder of machines, by name or inventory path. One that does not exist is made; without it
    /// one with the cluster's name is made below `basePath`.
    pub folder: Option<String>,
    /// The folder that the cluster's own is made in, by inventory path or relative to `rootPath` of the
    /// datacenter.
    pub base_path: Option<String>,
    /// The resource pool of machines, by name or inventory path.
    pub resource_pool: Option<String>,
    /// A policy for the storage of volumes; not used here.
    pub storage_policy: Option<String>,
    /// Tags of the folder and of machines.
    pub tags: Option<Tags>,

    /// Ours: the ranges that machines have their addresses from, which pods and services must not
    /// overlap with. vSphere does not know them.
    #[schemars(extend("x-groundwork-own" = true))]
    pub node_cidrs: Vec<String>,
    /// Ours: the SHA-256 fingerprint of the vCenter's certificate. No other certificate is trusted then,
    /// of whatever authority.
    #[schemars(extend("x-groundwork-own" = true))]
    pub thumbprint: Option<String>,
}

/// A user and a password.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Account {
    /// `user@vsphere.local`.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
}

/// `spec.cloud.vsphere.tags`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Tags {
    /// The category of the tags, by its id; the datacenter's default where it is not given.
    #[serde(rename = "categoryID")]
    pub category_id: Option<String>,
    /// Their names. Those that the category does not have are made.
    pub tags: Vec<String>,
}

/// `spec.vsphere` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// Where the vCenter is: `https://vcenter.example.com`.
    pub endpoint: Option<String>,
    /// Not to verify the vCenter's certificate, which is not done here.
    pub allow_insecure: bool,
    /// The datacenter in the vCenter, by name or inventory path.
    pub datacenter: Option<String>,
    /// The compute cluster of machines, by name or inventory path.
    pub cluster: Option<String>,
    /// The datastore of clusters that name neither a datastore nor a datastore cluster.
    pub datastore: Option<String>,
    /// The folder that folders of clusters are made in, by inventory path: `/dc/vm` where it is not
    /// given.
    pub root_path: Option<String>,
    /// A policy for the storage of volumes; not used here.
    pub storage_policy: Option<String>,
    /// The templates of machines, by operating system, by name or inventory path.
    pub templates: BTreeMap<String, String>,
    /// The user that makes folders, tags and machines in every cluster.
    pub infra_management_user: Option<Account>,
    /// Whether machines have IPv6 there: only then may clusters be dual-stack.
    #[serde(rename = "ipv6Enabled")]
    pub ipv6_enabled: Option<bool>,
    /// The tag category of clusters that name none, by its id.
    #[serde(rename = "defaultTagCategoryID")]
    pub default_tag_category_id: Option<String>,
}

/// A text of a document, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Named<'t> {
    pub(crate) field: String,
    pub(crate) text: &'t str,
}

pub(crate) type VsphereTarget = Target<Spec, Datacenter>;

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.vsphere.{name}")
}

fn own<'t>(name: &str, text: &'t Option<String>) -> Option<Named<'t>> {
    let field = field(name);
    given(text).map(|text| Named { field, text })
}

fn common<'t>(
    target: &'t VsphereTarget,
    name: &str,
    text: &'t Option<String>,
) -> Option<Named<'t>> {
    let field = target.datacenter.field(&format!("spec.vsphere.{name}"));
    given(text).map(|text| Named { field, text })
}

/// The datacenter.
pub(crate) fn datacenter(target: &VsphereTarget) -> Option<Named<'_>> {
    common(target, "datacenter", &target.cloud.datacenter)
}

/// The compute cluster.
pub(crate) fn compute(target: &VsphereTarget) -> Option<Named<'_>> {
    common(target, "cluster", &target.cloud.cluster)
}

/// The networks, in the document's order.
pub(crate) fn networks(target: &VsphereTarget) -> Vec<Named<'_>> {
    let older = own("vmNetName", &target.spec.vm_net_name);
    let listed = target
        .spec
        .networks
        .iter()
        .enumerate()
        .map(|(index, text)| Named {
            field: field(&format!("networks[{index}]")),
            text: text.trim(),
        });
    let mut all: Vec<Named<'_>> = older.into_iter().chain(listed).collect();
    all.retain(|named| !named.text.is_empty());
    all
}

/// The datastore, unless a datastore cluster is named.
pub(crate) fn datastore(target: &VsphereTarget) -> Option<Named<'_>> {
    if datastore_cluster(target).is_some() {
        return None;
    }
    own("datastore", &target.spec.datastore)
        .or_else(|| common(target, "datastore", &target.cloud.datastore))
}

/// The datastore cluster.
pub(crate) fn datastore_cluster(target: &VsphereTarget) -> Option<Named<'_>> {
    own("datastoreCluster", &target.spec.datastore_cluster)
}

/// The resource pool.
pub(crate) fn resource_pool(target: &VsphereTarget) -> Option<Named<'_>> {
    own("resourcePool", &target.spec.resource_pool)
}

/// The folder that the document names.
pub(crate) fn folder(target: &VsphereTarget) -> Option<Named<'_>> {
    own("folder", &target.spec.folder)
}

/// The category of the tags.
pub(crate) fn category(target: &VsphereTarget) -> Option<Named<'_>> {
    let tags = target.spec.tags.as_ref()?;
    own("tags.categoryID", &tags.category_id).or_else(|| {
        let text = &target.cloud.default_tag_category_id;
        common(target, "defaultTagCategoryID", text)
    })
}

/// The names of the tags, each once.
pub(crate) fn tags(target: &VsphereTarget) -> Vec<Named<'_>> {
    let tags = target.spec.tags.iter().flat_map(|tags| tags.tags.iter());
    let mut all: Vec<Named<'_>> = Vec::new();
    for (index, text) in tags.enumerate() {
        let text = text.trim();
        if !text.is_empty() && !all.iter().any(|other| other.text == text) {
            let field = field(&format!("tags.tags[{index}]"));
            all.push(Named { field, text });
        }
    }
    all
}

/// The templates of the datacenter.
pub(crate) fn templates(target: &VsphereTarget) -> Vec<Named<'_>> {
    let all = target.cloud.templates.iter().map(|(system, text)| Named {
        field: target
            .datacenter
            .field(&format!("spec.vsphere.templates.{system}")),
        text: text.trim(),
    });
    all.filter(|named| !named.text.is_empty()).collect()
}

/// The names below the root folder down to the cluster's own folder, as the reference system chooses
/// them: the cluster's name, in the base path, in the datacenter's root path. `datacenter`: the names
/// down to that.
pub(crate) fn own_folder(target: &VsphereTarget, datacenter: &[String]) -> Vec<String> {
    let root = given(&target.cloud.root_path).map(path::names);
    let root = root.unwrap_or_else(|| {
        let room = std::iter::once("vm".to_owned());
        datacenter.iter().cloned().chain(room).collect()
    });
    let mut names = match given(&target.spec.base_path) {
        None => root,
        Some(base) if base.starts_with('/') => path::names(base),
        Some(base) => root.into_iter().chain(path::names(base)).collect(),
    };
    names.push(target.name().to_owned());
    names
}
