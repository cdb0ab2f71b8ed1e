//! Documents before and after a driver has read its sections.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use groundwork_model::{Addressing, Cluster, Datacenter, Finding, InstallationId, Secret};
use groundwork_transport::Connector;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Access, Account, Environment, Error, ErrorKind, Options, Provider, Result, Target, World,
};

/// A [`Target`] before a driver has read its sections.
pub type AnyTarget = Target<Read, ()>;

/// The target as its driver has read it: once, however often it is asked.
#[derive(Clone, Debug, Default)]
pub struct Read(OnceLock<Arc<dyn Any + Send + Sync>>);

/// An [`Access`] before a driver has read its sections.
#[derive(Clone)]
pub struct AnyAccess {
    /// The cluster's document; a destroy without one has none.
    pub cluster: Option<Arc<Cluster>>,
    /// The datacenter's document.
    pub datacenter: Option<Arc<Datacenter>>,
    /// What `credentialsReference` refers to.
    pub secrets: BTreeMap<String, Secret>,
    /// The account that the cluster was applied to, where a journal says so.
    pub account: Option<Account>,
    /// Environment variables and files.
    pub environment: Environment,
    /// Opens connections.
    pub connector: Arc<dyn Connector>,
    /// Clock and randomness.
    pub world: World,
}

/// Makes the untyped target of a cluster.
pub fn target(
    installation: InstallationId,
    cluster: Arc<Cluster>,
    addressing: Arc<Addressing>,
    datacenter: Arc<Datacenter>,
    options: Options,
) -> AnyTarget {
    Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec: Read::default(),
        cloud: (),
        options,
    }
}

/// The typed target: sections that cannot be read are findings of the document's own check, which
/// comes first, so that here they are an error for whoever skipped it.
pub(super) fn typed<P: Provider>(target: &AnyTarget) -> Result<&Target<P::Spec, P::Datacenter>> {
    let Read(kept) = &target.spec;
    let read = match kept.get() {
        Some(read) => read,
        None => {
            let read = Arc::new(read::<P>(target)?);
            kept.get_or_init(|| read)
        }
    };
    Ok(read.downcast_ref().expect("a target is read by one driver"))
}

fn read<P: Provider>(target: &AnyTarget) -> Result<Target<P::Spec, P::Datacenter>> {
    let spec = section::<P::Spec>(
        target
            .cluster
            .spec
            .cloud
            .clouds
            .get(P::NAME)
            .map(|s| s.value()),
    )?
    .ok_or_else(|| {
        Error::new(
            ErrorKind::Invalid,
            "read the cluster",
            format!("no spec.cloud.{}", P::NAME),
        )
    })?;
    let cloud = section(
        target
            .datacenter
            .spec
            .clouds
            .get(P::NAME)
            .map(|s| s.value()),
    )?;
    let Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec: _,
        cloud: (),
        options,
    } = target.clone();
    let cloud = cloud.unwrap_or_default();
    Ok(Target {
        installation,
        cluster,
        addressing,
        datacenter,
        spec,
        cloud,
        options,
    })
}

/// The typed access.
pub(super) fn open<P: Provider>(access: &AnyAccess) -> Result<Access<P::Spec, P::Datacenter>> {
    let AnyAccess {
        cluster,
        datacenter,
        secrets,
        account,
        environment,
        connector,
        world,
    } = access.clone();
    let spec = cluster
        .as_ref()
        .and_then(|c| c.spec.cloud.clouds.get(P::NAME));
    let cloud = datacenter.as_ref().and_then(|d| d.spec.clouds.get(P::NAME));
    let (spec, cloud) = (
        section(spec.map(|s| s.value()))?,
        section(cloud.map(|s| s.value()))?,
    );
    Ok(Access {
        spec,
        cloud,
        secrets,
        account: account.filter(|account| account.provider == P::NAME),
        environment,
        connector,
        world,
    })
}

fn section<T: DeserializeOwned>(value: Option<&Value>) -> Result<Option<T>> {
    let read = |value| {
        T::deserialize(value).map_err(|why: serde_json::Error| {
            Error::new(ErrorKind::Invalid, "read the documents", why.to_string())
        })
    };
    value.map(read).transpose()
}

/// The fields in which the sections of this cloud are not what the driver reads. The document's own
/// check has found those of a wrong type, not those with a value that there is not.
pub(super) fn unreadable_fields<P: Provider>(target: &AnyTarget) -> Vec<Finding> {
    let name = P::NAME;
    let of_cluster = target.cluster.spec.cloud.clouds.get(name);
    let of_datacenter = target.datacenter.spec.clouds.get(name);
    let fields = [
        of_cluster.and_then(|s| unread::<P::Spec>(&format!("spec.cloud.{name}"), s.value())),
        of_datacenter.and_then(|s| unread::<P::Datacenter>(&format!("spec.{name}"), s.value())),
    ];
    fields.into_iter().flatten().collect()
}

fn unread<T: DeserializeOwned>(place: &str, section: &Value) -> Option<Finding> {
    let error = serde_path_to_error::deserialize::<_, T>(section).err()?;
    let place = match error.path().to_string() {
        all if all == "." => place.to_owned(),
        field => format!("{place}.{field}"),
    };
    let finding = Finding::error(UNREADABLE, error.into_inner().to_string());
    Some(finding.at(place).remedy(REMEDY))
}

const REMEDY: &str = "correct the field; `groundwork schema` prints what is allowed";

groundwork_model::codes! {
    /// The section of this cloud cannot be read.
    pub UNREADABLE = "PROVIDER-SECTION-UNREADABLE", "The cloud's section of a document cannot be read", "";
}

pub(super) fn unreadable(error: &Error) -> Finding {
    Finding::error(UNREADABLE, error.message.clone())
        .at("spec.cloud")
        .remedy(REMEDY)
}
