//! Who may do what with which object.

use std::collections::BTreeSet;

use crate::cloud::Vsphere;
use crate::soap::{Answer, Fault};

/// What everybody may who has any permission on an object.
const READ_ONLY: [&str; 3] = ["System.Anonymous", "System.View", "System.Read"];

/// The privileges that methods of this mock ask for, and those that making a machine needs.
pub(crate) const PRIVILEGES: [&str; 31] = [
    "System.Anonymous",
    "System.View",
    "System.Read",
    "Authorization.ModifyPermissions",
    "Datastore.AllocateSpace",
    "Datastore.Browse",
    "Datastore.FileManagement",
    "Folder.Create",
    "Folder.Delete",
    "Folder.Rename",
    "Global.ManageCustomFields",
    "Global.SetCustomField",
    "InventoryService.Tagging.AttachTag",
    "InventoryService.Tagging.CreateCategory",
    "InventoryService.Tagging.CreateTag",
    "InventoryService.Tagging.DeleteCategory",
    "InventoryService.Tagging.DeleteTag",
    "InventoryService.Tagging.EditCategory",
    "InventoryService.Tagging.EditTag",
    "InventoryService.Tagging.ObjectAttachable",
    "Network.Assign",
    "Resource.AssignVMToPool",
    "VirtualMachine.Config.AddNewDisk",
    "VirtualMachine.Config.EditDevice",
    "VirtualMachine.Interact.PowerOff",
    "VirtualMachine.Interact.PowerOn",
    "VirtualMachine.Inventory.Create",
    "VirtualMachine.Inventory.CreateFromExisting",
    "VirtualMachine.Inventory.Delete",
    "VirtualMachine.Provisioning.CloneTemplate",
    "VirtualMachine.Provisioning.DeployTemplate",
];

/// A role that somebody has on an object.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// Empty: no access at all.
    pub(crate) privileges: BTreeSet<String>,
    /// Whether it holds for everything below, too.
    pub(crate) propagates: bool,
}

/// Who calls: a user, or nobody whom the mock asks (another hand).
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Hand,
    User(String),
}

impl Vsphere {
    /// Gives a user a role on an object, in place of what it had there: these privileges, and those
    /// of reading. Without any privilege it is the role "No access". The nearest permission above an
    /// object counts; `propagates` says whether it holds for what is below.
    pub fn permit(&mut self, user: &str, object: &str, privileges: &[&str], propagates: bool) {
        let read = READ_ONLY.iter().filter(|_| !privileges.is_empty());
        let permission = Permission {
            privileges: read
                .chain(privileges)
                .map(|one| (*one).to_owned())
                .collect(),
            propagates,
        };
        let key = (object.to_owned(), user.to_owned());
        self.permissions.insert(key, permission);
    }

    /// Whether the caller has a privilege on an object.
    pub(crate) fn may(&self, caller: &Caller, object: &str, privilege: &str) -> bool {
        let Caller::User(user) = caller else {
            return true;
        };
        let admin = self.config.users.first();
        if admin.is_some_and(|admin| admin.name == *user) {
            return true;
        }
        let permission = self.permission(user, object);
        permission.is_some_and(|permission| permission.privileges.contains(privilege))
    }

    /// The permission that counts: the nearest one, going up.
    fn permission(&self, user: &str, object: &str) -> Option<&Permission> {
        let mut at = object.to_owned();
        loop {
            let found = self.permissions.get(&(at.clone(), user.to_owned()));
            if let Some(found) = found.filter(|found| found.propagates || at == object) {
                return Some(found);
            }
            at = self.parent(&at)?;
        }
    }

    /// # Errors
    /// `NoPermission`, with the object and the privilege.
    pub(crate) fn need(&self, caller: &Caller, object: &str, privilege: &str) -> Answer<()> {
        match self.may(caller, object, privilege) {
            true => Ok(()),
            false => Err(Fault::no_permission(object, privilege)),
        }
    }
}
