//! Objects of vSphere.

mod attachment;
mod category;
mod compute;
mod entity;
mod folder;
mod ip_pool;
mod machine;
mod network;
mod storage;
mod tag;

use groundwork_model::Label;
use groundwork_provider::Owner;

pub use crate::api::tagging::{CategoryState, TagState};
pub use attachment::{Attachment, AttachmentState};
pub use category::Category;
pub(crate) use compute::{COMPUTE, POOLS};
pub use compute::{Compute, ResourcePool};
pub use entity::EntityState;
pub(crate) use entity::{ATTRIBUTE, Entity, definitions};
pub use folder::Folder;
pub(crate) use ip_pool::IpPool;
pub use ip_pool::IpPoolState;
pub use machine::{Machine, MachineState};
pub(crate) use network::NETWORKS;
pub use network::Network;
pub(crate) use storage::{DATASTORE_CLUSTERS, DATASTORES};
pub use storage::{Datastore, DatastoreCluster};
pub use tag::Tag;

/// The longest name that an object may have.
const NAME_MAX: usize = crate::path::NAME_MAX;

/// How often a cluster's folder can be made anew: what is left of a name beside a UUID and the usual
/// installation has room for five digits.
const INCARNATION_MAX: u32 = 99_999;

/// Whether a folder can be made under its label: names have 80 characters at most.
pub(crate) fn carries(label: &Label) -> Result<(), String> {
    let is_folder = label.address.as_str() == "folder";
    let longest = Label {
        incarnation: label.incarnation.min(INCARNATION_MAX),
        ..label.clone()
    };
    let length = longest.suffix().len();
    match is_folder && length > NAME_MAX {
        true => Err(format!(
            "a name has at most {NAME_MAX} characters, and a folder is made under its label, which \
             has {length}"
        )),
        false => Ok(()),
    }
}

/// Whether an object is of the cluster that a label is of.
pub(crate) fn owned(owner: &Owner, label: &Label) -> bool {
    match owner {
        Owner::Label(own) => own.installation == label.installation && own.cluster == label.cluster,
        Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_carries_the_label_of_a_uuid_and_not_of_a_long_installation() {
        let label = |installation: &str| {
            let text = format!(
                "groundwork/1 installation={installation} \
                 cluster=7d1f3c1e-6f0a-4a53-9a0c-2b1f6f0f6b01 address=folder incarnation={}",
                u32::MAX
            );
            Label::parse(&text).unwrap()
        };
        assert_eq!(carries(&label("groundwork")), Ok(()));
        assert!(carries(&label("groundwork-hamburg")).is_err());
    }
}
