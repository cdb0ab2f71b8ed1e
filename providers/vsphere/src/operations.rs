//! The operations that this driver uses, and the privileges that they need
//! (<https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/>). A role is made of these.

use groundwork_provider::{ApiOperation, operations};

use crate::object::{
    Attachment, Category, Compute, Datastore, DatastoreCluster, Folder, Machine, Network,
    ResourcePool, Tag,
};

const VIEW: &str = "System.View";
const READ: &str = "System.Read";
const NONE: &str = "";

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    Connect _ "RetrieveServiceContent" NONE
    Connect _ "Login" NONE
    Connect _ "Logout" NONE
    Connect _ "HasPrivilegeOnEntities" VIEW
    List _ "CreateContainerView" VIEW
    List _ "ContinueRetrievePropertiesEx" NONE
    List _ "QueryIpPools" VIEW
    List Compute "RetrievePropertiesEx" READ
    List ResourcePool "RetrievePropertiesEx" READ
    List Network "RetrievePropertiesEx" READ
    List Datastore "RetrievePropertiesEx" READ
    List DatastoreCluster "RetrievePropertiesEx" READ
    List Machine "RetrievePropertiesEx" READ
    List Folder "RetrievePropertiesEx" READ
    Create Folder "CreateFolder" "Folder.Create"
    Create Folder "AddCustomFieldDef" "Global.ManageCustomFields"
    Create Folder "SetField" "Global.SetCustomField"
    Update Folder "Rename_Task" "Folder.Rename"
    Delete Folder "Destroy_Task" "Folder.Delete"
    Connect _ "POST /api/session" NONE
    Connect _ "DELETE /api/session" NONE
    List Category "GET /api/cis/tagging/category/{id}" READ
    List Tag "GET /api/cis/tagging/tag/{id}" READ
    // Since vCenter 9.0, where many are looked for.
    List Tag "GET /api/vcenter/tagging/tags" READ
    List Tag "POST /api/cis/tagging/tag?action=list-tags-for-category" READ
    List Tag "POST /api/cis/tagging/tag-association?action=list-attached-objects-on-tags" READ
    Create Tag "POST /api/cis/tagging/tag" "InventoryService.Tagging.CreateTag"
    Update Tag "PATCH /api/cis/tagging/tag/{id}" "InventoryService.Tagging.EditTag"
    Delete Tag "DELETE /api/cis/tagging/tag/{id}" "InventoryService.Tagging.DeleteTag"
    List Attachment "POST /api/cis/tagging/tag-association?action=list-attached-tags-on-objects" READ
    Create Attachment "POST /api/cis/tagging/tag-association/{id}?action=attach"
        "InventoryService.Tagging.AttachTag"
    // Since vCenter 7.0, on the object.
    Create Attachment "POST /api/cis/tagging/tag-association/{id}?action=attach"
        "InventoryService.Tagging.ObjectAttachable"
    Delete Attachment "POST /api/cis/tagging/tag-association/{id}?action=detach"
        "InventoryService.Tagging.AttachTag"
};
