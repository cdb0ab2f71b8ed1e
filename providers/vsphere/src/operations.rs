//! The operations that this driver uses, and the privileges that they need
//! (<https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/>). A role is made of these.

use groundwork_provider::{ApiOperation, Listing, Use};

use crate::object::{
    Attachment, Category, Compute, Datastore, DatastoreCluster, Folder, Machine, Network,
    ResourcePool, Tag,
};

const VIEW: &str = "System.View";
const READ: &str = "System.Read";
const NONE: &str = "";

const fn of(
    name: &'static str,
    kind: &'static str,
    used_for: Use,
    privilege: &'static str,
) -> ApiOperation {
    ApiOperation::new(name, kind, used_for, privilege)
}

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    of("RetrieveServiceContent", "", Use::Connect, NONE),
    of("Login", "", Use::Connect, NONE),
    of("Logout", "", Use::Connect, NONE),
    of("HasPrivilegeOnEntities", "", Use::Connect, VIEW),
    of("CreateContainerView", "", Use::List, VIEW),
    of("ContinueRetrievePropertiesEx", "", Use::List, NONE),
    of("QueryIpPools", "", Use::List, VIEW),
    of("RetrievePropertiesEx", Compute::KIND, Use::List, READ),
    of("RetrievePropertiesEx", ResourcePool::KIND, Use::List, READ),
    of("RetrievePropertiesEx", Network::KIND, Use::List, READ),
    of("RetrievePropertiesEx", Datastore::KIND, Use::List, READ),
    of(
        "RetrievePropertiesEx",
        DatastoreCluster::KIND,
        Use::List,
        READ,
    ),
    of("RetrievePropertiesEx", Machine::KIND, Use::List, READ),
    of("RetrievePropertiesEx", Folder::KIND, Use::List, READ),
    of("CreateFolder", Folder::KIND, Use::Create, "Folder.Create"),
    of(
        "AddCustomFieldDef",
        Folder::KIND,
        Use::Create,
        "Global.ManageCustomFields",
    ),
    of(
        "SetField",
        Folder::KIND,
        Use::Create,
        "Global.SetCustomField",
    ),
    of("Rename_Task", Folder::KIND, Use::Update, "Folder.Rename"),
    of("Destroy_Task", Folder::KIND, Use::Delete, "Folder.Delete"),
    of("POST /api/session", "", Use::Connect, NONE),
    of("DELETE /api/session", "", Use::Connect, NONE),
    of(
        "GET /api/cis/tagging/category/{id}",
        Category::KIND,
        Use::List,
        READ,
    ),
    of("GET /api/cis/tagging/tag/{id}", Tag::KIND, Use::List, READ),
    // Since vCenter 9.0, where many are looked for.
    of("GET /api/vcenter/tagging/tags", Tag::KIND, Use::List, READ),
    of(
        "POST /api/cis/tagging/tag?action=list-tags-for-category",
        Tag::KIND,
        Use::List,
        READ,
    ),
    of(
        "POST /api/cis/tagging/tag-association?action=list-attached-objects-on-tags",
        Tag::KIND,
        Use::List,
        READ,
    ),
    of(
        "POST /api/cis/tagging/tag",
        Tag::KIND,
        Use::Create,
        "InventoryService.Tagging.CreateTag",
    ),
    of(
        "PATCH /api/cis/tagging/tag/{id}",
        Tag::KIND,
        Use::Update,
        "InventoryService.Tagging.EditTag",
    ),
    of(
        "DELETE /api/cis/tagging/tag/{id}",
        Tag::KIND,
        Use::Delete,
        "InventoryService.Tagging.DeleteTag",
    ),
    of(
        "POST /api/cis/tagging/tag-association?action=list-attached-tags-on-objects",
        Attachment::KIND,
        Use::List,
        READ,
    ),
    of(
        "POST /api/cis/tagging/tag-association/{id}?action=attach",
        Attachment::KIND,
        Use::Create,
        "InventoryService.Tagging.AttachTag",
    ),
    // Since vCenter 7.0, on the object.
    of(
        "POST /api/cis/tagging/tag-association/{id}?action=attach",
        Attachment::KIND,
        Use::Create,
        "InventoryService.Tagging.ObjectAttachable",
    ),
    of(
        "POST /api/cis/tagging/tag-association/{id}?action=detach",
        Attachment::KIND,
        Use::Delete,
        "InventoryService.Tagging.AttachTag",
    ),
];
