//! Everything in an account that carries our label, by cluster, and what no journal knows.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{Address, ClusterKey};
use groundwork_provider::{Account, LookCache, Owner, Owners};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Purpose, Session, Trouble, engine::Connection, observe::warm};

/// Everything in an account that carries our label.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// Which account.
    pub account: Account,
    /// By cluster.
    pub clusters: Vec<InventoryCluster>,
}

/// The labelled objects of one cluster.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryCluster {
    /// Which cluster.
    pub cluster: ClusterKey,
    /// Whether this journal has ever seen it.
    pub known: bool,
    /// Its objects.
    pub objects: Vec<InventoryObject>,
}

/// One labelled object.
#[derive(Clone, Debug, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryObject {
    /// As which node it was made.
    pub address: Address,
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Counts the objects created at its address, from 1.
    pub incarnation: u32,
}

impl Session {
    /// Lists everything of this installation in the account, of every cluster. Reads only.
    pub async fn inventory(&self) -> Result<Inventory, Trouble> {
        let Connection { provider, account } = self.connection();
        let parts = self.engine().parts();
        let look = LookCache::new(Owners::Installation(parts.installation.clone()));
        let mut clusters: BTreeMap<ClusterKey, Vec<InventoryObject>> = BTreeMap::new();
        let mut kinds = provider.kinds();
        kinds.retain(|kind| Purpose::Sweep.lists(kind));
        warm(&**account, &look, &kinds, Purpose::Sweep).await;
        for kind in kinds {
            let scope = look.scope();
            let listed = self.patiently(|| account.list(&look, kind.name, &scope));
            for found in listed.await?.iter() {
                let Owner::Label(label) = &found.owner else {
                    continue;
                };
                if label.installation != parts.installation {
                    continue;
                }
                clusters
                    .entry(label.cluster.clone())
                    .or_default()
                    .push(InventoryObject {
                        address: label.address.clone(),
                        kind: kind.name.to_owned(),
                        id: found.id.clone(),
                        incarnation: label.incarnation,
                    });
            }
        }
        let known: BTreeSet<ClusterKey> = parts.journal.clusters().await?.into_iter().collect();
        let cluster = |(cluster, mut objects): (ClusterKey, Vec<InventoryObject>)| {
            objects.sort();
            InventoryCluster {
                known: known.contains(&cluster),
                cluster,
                objects,
            }
        };
        let clusters = clusters.into_iter().map(cluster).collect();
        Ok(Inventory {
            account: self.account().clone(),
            clusters,
        })
    }
}
